"""The dossier: whole as it is made, and no byte of it can change without being named."""

import hashlib
import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pikepdf
import pytest
from dossier_keys import Keys

from conformance.catalogue.model import FUNCTIONS
from conformance.events import GeneratedInfo, StreamError, Verdict, encode_event, read_stream
from conformance.testimony import Attachment, Testimony
from reader_core.formats.sheet.pdf import print_page
from reports.vitale.dossier import (
    DossierError,
    Signer,
    check_dossier,
    load_signer,
    make_dossier,
    render_pdf,
)
from reports.vitale.dossier.claims import FUNCTIONS as FUNCTIONS_IN_WORDS
from reports.vitale.dossier.declaration import declare
from reports.vitale.dossier.manifest import ListError, read_list, write_list
from reports.vitale.model import families

SHEET = {
    "schema": "vitale-product/1",
    "editor": {"name": "Éditions Soleil", "siret": "73282932000074", "contact": "qualite@soleil.example"},
    "product": {"name": "Cabinet Soleil", "version": "4.2.0", "systems": ["Debian 12"], "readers": []},
    "claims": {"functions": ["identity", "protected"], "api": ["4.10"], "formats": ["xml"], "revocation": True},
}


@pytest.fixture(scope="module")
def stream(make_stream: Callable[..., Path]) -> Path:
    """A small red run with a sheet, exceptions that are justified, and a selection."""
    return make_stream(
        requirements=4,
        exchanges=2,
        verdicts={
            0: Verdict.FAIL,
            2: Verdict.FAIL,
            3: Verdict.FAIL,
            4: Verdict.NOT_APPLICABLE,
            5: Verdict.INCONCLUSIVE,
            7: Verdict.WARN,
        },
        known={0: "corrigé dans la version 4.3", 2: "not explained yet: 1 value differs"},
        sheet=SHEET,
        selection=("VIT-IDE", "VIT-PRO"),
        left_out=("VIT-RAT-001/1", "VIT-RAT-002/1", "VIT-RAT-003/1", "VIT-RAT-007/1", "VIT-IDE-001/3"),
    )


@pytest.fixture(scope="module")
def dossier(stream: Path, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signed dossier with a real PDF."""
    path = tmp_path_factory.mktemp("dossier") / "dossier.zip"
    signer = load_signer(keys["editor.p12"], password=b"sesame")
    path.write_bytes(make_dossier(stream, print_page, "fr", signer)[0])
    return path


@pytest.fixture(scope="module")
def files(dossier: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(dossier) as source:
        return {name: source.read(name) for name in source.namelist()}


def zipped(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "changed.zip"
    with zipfile.ZipFile(path, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


NAMES = (
    "dossier.pdf",
    "events.jsonl",
    "report.html",
    "junit.xml",
    "LISEZMOI.txt",
    "signer.pem",
    "MANIFEST.sha256",
    "SEAL.sha256",
    "SEAL.sha256.p7s",
)


def test_it_is_whole(dossier: Path, files: dict[str, bytes], stream: Path, keys: Keys) -> None:
    assert sorted(files) == sorted(NAMES)
    assert files["events.jsonl"] == stream.read_bytes()
    checked = check_dossier(dossier, trusted=keys["authority.pem"])
    assert checked.findings == ()
    assert (checked.signer, checked.trusted) == ("CN=Éditions Soleil", True)


@pytest.mark.parametrize("name", NAMES)
def test_one_changed_byte_is_found_and_its_file_named(files: dict[str, bytes], tmp_path: Path, name: str) -> None:
    content = files[name]
    for at in (0, len(content) // 2, len(content) - 1):
        changed = bytes([*content[:at], content[at] ^ 1, *content[at + 1 :]])
        found = {finding.file for finding in check_dossier(zipped(tmp_path, {**files, name: changed})).findings}
        assert name in found
        if name == "dossier.pdf":
            assert found == {name}, "the signature says that the list is right"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_gone_is_named(files: dict[str, bytes], tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path, {other: content for other, content in files.items() if other != name})
    if name in {"MANIFEST.sha256", "SEAL.sha256"}:
        with pytest.raises(DossierError, match=f"a zip without {name}"):
            check_dossier(path)
    else:
        assert name in {finding.file for finding in check_dossier(path).findings}


def test_a_file_that_was_put_in_is_named(files: dict[str, bytes], tmp_path: Path) -> None:
    found = check_dossier(zipped(tmp_path, {**files, "more.txt": b"x"})).findings
    assert [finding.file for finding in found] == ["more.txt"]


def test_a_byte_of_the_zip_itself_is_never_taken_for_a_whole_dossier(
    dossier: Path, files: dict[str, bytes], tmp_path: Path
) -> None:
    """What the zip says about a file (a date, a name twice over) is not the file: contents are what is vouched for."""
    whole, path = dossier.read_bytes(), tmp_path / "damaged.zip"
    for at in range(0, len(whole), len(whole) // 60):
        path.write_bytes(bytes([*whole[:at], whole[at] ^ 0x55, *whole[at + 1 :]]))
        try:
            found = check_dossier(path).findings
        except DossierError:
            continue
        if not found:
            with zipfile.ZipFile(path) as source:
                assert {name: source.read(name) for name in source.namelist()} == files


@pytest.mark.judge
def test_openssl_and_sha256sum_agree(files: dict[str, bytes], keys: Keys, tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    lists = subprocess.run(
        ["sha256sum", "-c", "MANIFEST.sha256", "SEAL.sha256"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (lists.returncode, lists.stderr) == (0, "")
    assert lists.stdout.count(": OK") == 7
    verify = [
        "openssl",
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "SEAL.sha256.p7s",
        "-content",
        "SEAL.sha256",
    ]
    verify += ["-CAfile", str(keys["authority.pem"]), "-purpose", "any", "-out", "verified"]
    assert subprocess.run(verify, cwd=tmp_path, capture_output=True).returncode == 0
    assert (tmp_path / "verified").read_bytes() == files["SEAL.sha256"]
    (tmp_path / "SEAL.sha256").write_bytes(files["SEAL.sha256"].replace(b"dossier", b"dossiers"))
    assert subprocess.run(verify, cwd=tmp_path, capture_output=True).returncode != 0


@pytest.mark.judge
def test_the_document_has_tags_bookmarks_page_numbers_and_the_hash(
    dossier: Path, files: dict[str, bytes], tmp_path: Path
) -> None:
    with pikepdf.open(io.BytesIO(files["dossier.pdf"])) as document:
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "fr"
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        with document.open_outline() as outline:
            (product,) = outline.root
            parts = [item.title.replace("\N{NO-BREAK SPACE}", " ") for item in product.children]
        pages = len(document.pages)
    assert product.title == "Cabinet Soleil 4.2.0"
    assert parts == [
        "Déclaration : ce qui a été vérifié et ce qui ne l’a pas été",  # noqa: RUF001 - the apostrophe of print
        "Synthèse",
        "Écarts et exceptions justifiées",
        "Table des exigences",
        "Hypothèses",
        "Environnement, versions et empreintes",
    ]
    (tmp_path / "dossier.pdf").write_bytes(files["dossier.pdf"])
    told = subprocess.run(
        ["pdftotext", "-layout", "dossier.pdf", "-"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    cover, *others = told.rstrip("\f").split("\f")
    assert check_dossier(dossier).manifest in re.sub(r"\s", "", cover)
    assert "est pas un référencement" in re.sub(r"\s+", " ", cover)
    assert "SIRET 73282932000074" in cover
    assert not re.search(r'(Attendu|Lu)\s*"', told), "the names of the columns stand above them, not before each value"
    assert len(others) == pages - 1
    for number, page in enumerate(others, 2):
        assert re.sub(r"\s", "", page).endswith(f"{number}/{pages}")


def test_what_is_declared(stream: Path, make_stream: Callable[..., Path]) -> None:
    content = read_stream(stream)
    declared = declare(content, families(content))
    assert [one.info.id for one in declared.verified] == ["VIT-IDE-001", "VIT-PRO-001", "VIT-MIN-001"]
    assert declared.judged == 6
    assert [(one.reason.en, one.names, one.cases) for one in declared.untested] == [
        ("the product does not declare the capability protected", ("VIT-MAY-001/1",), 1),
        ("the product gave no answer in 10 s", ("VIT-MAY-001/2",), 1),
        ("Selection limited to VIT-IDE, VIT-PRO.", ("VIT-RAT-001 … 003", "VIT-RAT-007", "VIT-IDE-001/3"), 5),
    ]

    def named(found: object) -> list[str]:
        return [case.id for one in found for case in one.cases]  # type: ignore[attr-defined]

    assert named(declared.justified) == ["VIT-IDE-001/1"]
    assert named(declared.unexplained) == ["VIT-PRO-001/1", "VIT-PRO-001/2"]
    assert named(declared.recommendations) == ["VIT-MIN-001/2"]
    whole = read_stream(make_stream(requirements=2))
    assert declare(whole, families(whole)).untested == ()


def test_the_same_stream_gives_the_same_dossier_in_either_language(stream: Path) -> None:
    made = [make_dossier(stream, str.encode, language) for language in ("fr", "fr", "en")]
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[2][0])) as english:
        page = english.read("dossier.pdf").decode()
        assert "README.txt" in english.namelist()
    assert "It is not a référencement." in page
    assert '<html lang="en">' in page
    assert "Exigence" not in page


def test_every_function_of_the_product_sheet_has_words() -> None:
    assert list(FUNCTIONS_IN_WORDS) == list(FUNCTIONS)
    assert {name: words.en for name, words in FUNCTIONS_IN_WORDS.items()} == FUNCTIONS


def test_nothing_in_a_stream_adds_to_the_document(make_stream: Callable[..., Path]) -> None:
    hostile = "<script>alert(1)</script><img src=http://example.invalid/>\u202e"
    page = render_pdf(make_stream(requirements=3, text=hostile, verdicts={1: Verdict.FAIL}), str.encode).decode()
    body = page[page.index("<body") :]
    assert "<script" not in page
    assert "<img" not in body
    assert "\u202e" not in page


def test_an_unfinished_run_makes_no_dossier(make_stream: Callable[..., Path]) -> None:
    cut = make_stream(requirements=3, stop_after=2, footer=False)
    with pytest.raises(StreamError, match=r"unfinished \(2 of 6 cases have a result\)") as caught:
        make_dossier(cut, str.encode)
    assert "--resume" in caught.value.next_step
    assert "inachevée" in render_pdf(cut, str.encode).decode(), "a report of it can be printed, and says so"


def test_whom_nobody_trusts_is_named(dossier: Path, keys: Keys, stream: Path, tmp_path: Path) -> None:
    found = check_dossier(dossier, trusted=keys["stranger.crt"]).findings
    assert [finding.file for finding in found] == ["signer.pem"]
    unsigned = tmp_path / "unsigned.zip"
    unsigned.write_bytes(make_dossier(stream, str.encode)[0])
    assert check_dossier(unsigned).findings == ()
    assert [one.file for one in check_dossier(unsigned, trusted=keys["authority.pem"]).findings] == ["SEAL.sha256.p7s"]


def test_a_zip_that_no_dossier_is_packed_as_is_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "packed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as target:
        for name, content in files.items():
            target.writestr(name, content, zipfile.ZIP_LZMA if name == "report.html" else zipfile.ZIP_DEFLATED)
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as source:
        at = source.getinfo("report.html").header_offset
    whole[at + 60 : at + 90] = bytes(30)
    path.write_bytes(whole)
    assert [one.file for one in check_dossier(path).findings] == ["report.html"]


def test_files_that_are_too_large_together_are_not_read(files: dict[str, bytes], tmp_path: Path) -> None:
    """Sizes as the zip claims them; nothing of that size is made here."""
    path = zipped(tmp_path, files)
    whole = path.read_bytes()
    at, changed = whole.index(b"PK\x01\x02"), bytearray(whole)
    while whole.startswith(b"PK\x01\x02", at):
        changed[at + 24 : at + 28] = (200 << 20).to_bytes(4, "little")  # APPNOTE 4.3.12: uncompressed size
        at += 46 + sum(int.from_bytes(whole[at + n : at + n + 2], "little") for n in (28, 30, 32))
    path.write_bytes(changed)
    with pytest.raises(DossierError, match=f"claim to have {len(files) * (200 << 20)} bytes"):
        check_dossier(path)


def test_an_unsigned_document_promises_no_more_than_its_lists_hold(stream: Path, keys: Keys) -> None:
    def said(signer: Signer | None) -> str:
        with zipfile.ZipFile(io.BytesIO(make_dossier(stream, str.encode, "en", signer)[0])) as made:
            return made.read("dossier.pdf").decode()

    unsigned, signed = said(None), said(load_signer(keys["editor.pem"]))
    assert "nothing vouches for the one in the zip" in unsigned
    assert "nothing vouches" not in signed
    assert "and so over everything" in signed


def test_the_hash_of_the_cover_tells_a_dossier_from_another_that_is_whole(dossier: Path) -> None:
    hash_ = check_dossier(dossier).manifest
    for right in (hash_, hash_.upper(), f"{hash_[:8]} {hash_[8:16]}"):
        assert check_dossier(dossier, right).findings == ()
    assert [one.file for one in check_dossier(dossier, "0" * 64).findings] == ["MANIFEST.sha256"]


@pytest.mark.parametrize("content", [b"", b"PK", b"{}\n"])
def test_what_is_no_dossier_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "no.zip"
    path.write_bytes(content)
    with pytest.raises(DossierError, match="is no zip"):
        check_dossier(path)
    with pytest.raises(DossierError, match="cannot be read"):
        check_dossier(tmp_path / "missing.zip")
    with pytest.raises(DossierError, match="without MANIFEST"):
        check_dossier(zipped(tmp_path, {"a.txt": b"a"}))


def test_a_list_is_read_to_the_byte() -> None:
    made = write_list("SEAL.sha256", {"a.txt": b"a", "b.txt": b"b"})
    assert list(read_list("SEAL.sha256", made)) == ["a.txt", "b.txt"]
    one = made.split(b"\n")[1]
    for other in (
        b"",
        made[:-1],
        made + b"\n",
        made.replace(b"  a", b" a"),
        made + one + b"\n",
        made.upper(),
        "é".encode(),
    ):
        with pytest.raises(ListError):
            read_list("SEAL.sha256", other)


@pytest.mark.parametrize("name", ["é.png", "a b.png", ".a.png", "/a.png", "./a.png", "a\n.png"])
def test_a_screenshot_whose_name_no_list_can_hold_is_left_out(
    make_stream: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    content = read_stream(make_stream(requirements=1))
    picture = b"\x89PNG\r\n\x1a\n and the rest"
    (tmp_path / "screenshots").mkdir()
    (tmp_path / "screenshots" / Path(name).name).write_bytes(picture)
    shot = Attachment(
        file=f"screenshots/{name}",
        name="écran.png",
        media_type="image/png",
        sha256=hashlib.sha256(picture).hexdigest(),
        size=len(picture),
        width=4,
        height=3,
    )
    first = msgspec.structs.replace(content.cases[0], testimony=Testimony(by="A. B.", attachments=(shot,)))
    events = tmp_path / "events.jsonl"
    assert content.footer is not None
    events.write_bytes(b"".join(map(encode_event, (content.header, first, content.cases[1], content.footer))))
    path = tmp_path / "dossier.zip"
    path.write_bytes(make_dossier(events, str.encode)[0])
    assert check_dossier(path).findings == ()
    with zipfile.ZipFile(path) as source:
        assert [one for one in source.namelist() if one.startswith("screenshots")] == []
        assert "capture au nom impossible, non lue" in source.read("report.html").decode()


def test_the_screenshots_of_a_person_are_part_of_the_evidence(make_stream: Callable[..., Path], tmp_path: Path) -> None:
    content = read_stream(make_stream(requirements=1))
    picture = b"\x89PNG\r\n\x1a\n and the rest"
    shot = Attachment(
        file="screenshots/VIT-IDE-001-1-1.png",
        name="écran.png",
        media_type="image/png",
        sha256=hashlib.sha256(picture).hexdigest(),
        size=len(picture),
        width=4,
        height=3,
    )
    header = msgspec.structs.replace(content.header, generated=GeneratedInfo(cards=7, seed=42, hypothesis="6.1"))
    first = msgspec.structs.replace(content.cases[0], testimony=Testimony(by="A. B.", attachments=(shot,)))
    events = tmp_path / "events.jsonl"
    assert content.footer is not None
    events.write_bytes(b"".join(map(encode_event, (header, first, content.cases[1], content.footer))))
    (tmp_path / "screenshots").mkdir()
    (tmp_path / shot.file).write_bytes(picture)
    path = tmp_path / "dossier.zip"
    path.write_bytes(make_dossier(events, str.encode)[0])
    assert check_dossier(path).findings == ()
    with zipfile.ZipFile(path) as source:
        files = {name: source.read(name) for name in source.namelist()}
    assert files[shot.file] == picture
    assert "7, graine 42, Hypothesis 6.1" in files["dossier.pdf"].decode()
    found = check_dossier(zipped(tmp_path, {**files, shot.file: picture + b"!"})).findings
    assert [finding.file for finding in found] == [shot.file]
