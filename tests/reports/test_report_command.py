"""`vitale report` as a user meets it: files made, dossiers checked, and what is refused, each with its exit code."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from dossier_keys import certificate

from conformance.events import Verdict
from reports.vitale.dossier import Signer, make_dossier
from vitale_testbed.cli import report as command
from vitale_testbed.cli import run
from vitale_testbed.problems import Problem


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_stream: Callable[..., Path]) -> Path:
    """A folder with a whole run and an unfinished one; a PDF is the page itself there, for WeasyPrint is tried elsewhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "print_page", str.encode)
    monkeypatch.setattr(command, "check_printer", lambda: None)
    (tmp_path / "events.jsonl").write_bytes(make_stream(requirements=3, verdicts={1: Verdict.FAIL}).read_bytes())
    (tmp_path / "cut.jsonl").write_bytes(make_stream(requirements=3, stop_after=2, footer=False).read_bytes())
    (tmp_path / "text.jsonl").write_text("hello\n")
    (tmp_path / "key.pem").write_text("no key\n")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("a.txt", "a")
    return tmp_path


def test_a_dossier_is_made_and_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "events.jsonl", "--format", "dossier"]) == 0
    manifest = capsys.readouterr().out.split()[1]
    assert run(["report", "--verify", "dossier.zip"]) == 0
    told = capsys.readouterr().out
    assert "7 files, all as its lists say" in told
    assert "nothing vouches for the dossier.pdf of this zip" in told
    assert manifest in told
    assert "to be compared with the cover" in told
    assert run(["report", "--verify", "dossier.zip", "--manifest-sha256", f"{manifest[:8]} {manifest[8:16]}"]) == 0
    assert "as given" in capsys.readouterr().out
    assert run(["report", "--verify", "dossier.zip", "--manifest-sha256", "0" * 64]) == 1
    assert "NOT as it was made" in capsys.readouterr().out


def test_a_report_says_what_changed_since_an_earlier_run(folder: Path) -> None:
    assert run(["report", "events.jsonl", "--previous", "cut.jsonl"]) == 0
    assert 'class="changed-since"' in (folder / "report.html").read_text(encoding="utf-8")
    assert run(["report", "events.jsonl", "-o", "alone.html"]) == 0
    assert 'class="changed-since"' not in (folder / "alone.html").read_text(encoding="utf-8")


def test_a_changed_file_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "events.jsonl", "--format", "dossier", "--lang", "en"]) == 0
    with zipfile.ZipFile(folder / "dossier.zip") as source:
        files = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(folder / "changed.zip", "w") as target:
        for name, content in files.items():
            target.writestr(name, content.replace(b"FAIL", b"PASS") if name == "events.jsonl" else content)
    capsys.readouterr()
    assert run(["report", "--verify", "changed.zip"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "events.jsonl was changed: it is not the file that MANIFEST.sha256 lists",
        "changed.zip is NOT as it was made: do not rely on it",
    ]


def test_what_a_zip_says_stays_in_its_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    signer = Signer(key, certificate("A\n  by one of those trusted\x1b[2J\u202e", key))
    whole = make_dossier(folder / "events.jsonl", str.encode, "fr", signer)[0]
    (folder / "dossier.zip").write_bytes(whole)
    assert run(["report", "--verify", "dossier.zip"]) == 0
    told = capsys.readouterr().out
    assert "  signature  CN=AU+000A  by one of those trustedU+001B[2JU+202E\n" in told
    with zipfile.ZipFile(folder / "dossier.zip", "a") as target:
        target.writestr("x\ny\x1b[2J", "")
    assert run(["report", "--verify", "dossier.zip"]) == 1
    assert "xU+000AyU+001B[2J is in no list of the dossier\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["text.jsonl", "--format", "dossier"], "bad_stream", "text.jsonl, line 1: not an event"),
        (["missing.jsonl", "--format", "pdf"], "bad_stream", "cannot be read"),
        (["cut.jsonl", "--format", "dossier"], "bad_stream", "the run is unfinished"),
        (["events.jsonl", "--format", "dossier", "--sign", "key.pem"], "bad_signer", "key.pem: it is no key"),
        (["events.jsonl", "--format", "dossier", "--sign-certificate", "key.pem"], "usage", "needs --sign"),
        (["events.jsonl", "--sign", "key.pem"], "usage", "only a dossier is signed"),
        (["events.jsonl", "--trust", "key.pem"], "usage", "go with --verify"),
        (["events.jsonl", "--previous", "text.jsonl"], "bad_stream", "text.jsonl, line 1: not an event"),
        (
            ["events.jsonl", "--previous", "cut.jsonl", "--format", "junit"],
            "usage",
            "goes with --format html, not with junit",
        ),
        (["--verify", "other.zip", "--previous", "cut.jsonl"], "usage", "--previous would do nothing"),
        (["events.jsonl", "cut.jsonl", "--format", "dossier"], "usage", "takes one file, not 2"),
        (["events.jsonl", "--format", "dossier", "-o", "other.zip"], "file_exists", "is there already"),
        (["--verify", "other.zip"], "bad_dossier", "a zip without MANIFEST.sha256"),
        (["--verify", "events.jsonl"], "bad_dossier", "is no zip"),
        (["--verify", "missing.zip"], "bad_dossier", "cannot be read"),
        (["--verify", "other.zip", "--manifest-sha256", "12"], "usage", "is no SHA-256"),
        (["--verify", "other.zip", "--manifest-sha256", ""], "usage", "--manifest-sha256 is empty"),
        (["--verify", "other.zip", "--manifest-sha256", " "], "usage", "--manifest-sha256 is empty"),
        (["--verify", "other.zip", "--sign", "key.pem"], "usage", "--sign would do nothing"),
        (["--verify", "other.zip", "--sign-certificate", "key.pem"], "usage", "--sign-certificate would do nothing"),
        (["--verify", "other.zip", "--format", "html"], "usage", "--format would do nothing"),
        (["--verify", "other.zip", "--lang", "en"], "usage", "--lang would do nothing"),
        (["--verify", "other.zip", "-o", "x.html", "--force"], "usage", "-o, --force would do nothing"),
    ],
)
def test_what_cannot_be_done_is_refused(folder: Path, arguments: list[str], code: str, said: str) -> None:
    before = sorted(folder.iterdir())
    with pytest.raises(Problem) as caught:
        run(["report", *arguments])
    assert (caught.value.code, caught.value.exit_code) == (code, 2)
    assert said in caught.value.message
    assert caught.value.next_step
    assert sorted(folder.iterdir()) == before


def test_without_weasyprint_a_pdf_is_refused_before_any_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    monkeypatch.setattr("reader_core.formats.sheet.pdf.import_module", _absent)
    with pytest.raises(Problem, match="needs WeasyPrint") as caught:
        run(["report", "events.jsonl", "--format", "pdf"])
    assert caught.value.code == "extra_missing"


def _absent(name: str) -> None:
    raise ImportError(name)
