"""`vitale certify` and `vitale report` as a user meets them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

Vitale = Callable[..., Any]
ONLY = tuple(word for number in (1, 2, 3, 4) for word in ("--only", f"VIT-MAY-00{number}"))


def test_a_run_makes_a_folder_and_latest_points_at_it(vitale: Vitale, tmp_path: Path) -> None:
    first, second = vitale("certify", *ONLY), vitale("certify", *ONLY)
    assert (first.code, second.code) == (0, 0)
    runs = sorted(each for each in (tmp_path / "vitale-report").iterdir() if not each.is_symlink())
    assert len(runs) == 2
    latest = tmp_path / "vitale-report" / "latest"
    assert latest.resolve() == runs[1]
    assert {each.name for each in latest.iterdir()} == {"events.jsonl", "report.html", "junit.xml"}
    assert str(Path("vitale-report") / runs[1].name / "report.html") in second.out.splitlines()[-1]


def test_only_list_and_an_empty_selection(vitale: Vitale, tmp_path: Path) -> None:
    listed = vitale("certify", "--list", *ONLY)
    assert listed.code == 0
    assert all(line.startswith("VIT-MAY-") for line in listed.out.split())
    assert vitale("certify", "--list", "--only", "NOTHING").code == 2
    empty = vitale("certify", "--only", "NOTHING")
    assert empty.code == 2
    assert "NOTHING" in empty.err
    assert not list(tmp_path.glob("vitale-report/*")), "an empty folder is not left behind"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--product", "exec:"], "exec:COMMAND"),
        (["--product", "bluetooth:x"], "bluetooth:x"),
        (["--product", "exec:true", "--reader", "inprocess"], "in process"),
        (["--product", "exec:/nonexistent/program"], "/nonexistent/program"),
        (["--product", "exec:true"], "describe"),
        (["--product", "http:"], "http:URL"),
        (["--product", "http:http://127.0.0.1:1/"], "cannot be reached"),
        (["--product", "http:http://127.0.0.1:1/", "--reader", "pcsc"], "behind sockets"),
        (["--product", "manual:x"], "manual:x"),
        (["--product", "manual", "-n", "2"], "one case at a time"),
        (["--product", "builtin", "--reader", "pcsc-shared"], "for `manual` only"),
        (["--product", "manual", "--reader", "inprocess"], "in process"),
        (["--timeout", "soon"], "soon"),
    ],
)
def test_a_product_that_cannot_be_tested_is_configuration(vitale: Vitale, arguments: list[str], words: str) -> None:
    ended = vitale("certify", *arguments, *ONLY)
    assert ended.code == 2, ended
    assert words in ended.err


def test_no_page_waits_for_a_person_where_no_case_is_selected(vitale: Vitale) -> None:
    arguments = ("--product", "manual", "--reader", "socket", "--no-open", "--port", "1", "--only", "NONE-AT-ALL")
    ended = vitale("certify", *arguments)
    assert ended.code == 2, ended
    assert "no family, requirement or case is called" in ended.err


def test_a_given_folder_is_not_overwritten_by_accident(vitale: Vitale, tmp_path: Path) -> None:
    assert vitale("certify", *ONLY, "-o", "mine").code == 0
    again = vitale("certify", *ONLY, "-o", "mine")
    assert again.code == 2
    assert "--force" in again.err
    # The earlier run is read before it is overwritten.
    assert vitale("certify", *ONLY, "-o", "mine", "--force", "--previous", "mine/events.jsonl").code == 0
    assert 'class="changed-since"' in (tmp_path / "mine" / "report.html").read_text(encoding="utf-8")
    failed = vitale("certify", "--product", "exec:/nonexistent", "-o", "mine", "--force")
    assert failed.code == 2
    assert not list((tmp_path / "mine").iterdir()), "the results of another run do not pass for this one's"


def test_a_folder_that_cannot_be_made(vitale: Vitale, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = vitale("certify", *ONLY, "-o", "file/below")
    assert ended.code == 2
    assert "file/below" in ended.err


def test_a_wrong_reader_ends_with_1_and_a_report_all_the_same(vitale: Vitale, tmp_path: Path) -> None:
    product = tmp_path / "silent.py"
    product.write_text(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    asked = json.loads(line)\n"
        "    if asked['cmd'] == 'stop': break\n"
        "    said = {'name': 'silent', 'version': '0'} if asked['cmd'] == 'describe' else {'id': asked['id'], 'card': {}}\n"
        "    print(json.dumps(said), flush=True)\n"
    )
    ended = vitale("certify", "--product", f"exec:{sys.executable} {product}", *ONLY, "-o", "run")
    assert ended.code == 1
    assert "Not conformant" in ended.out
    suites = ET.parse(tmp_path / "run" / "junit.xml").getroot()
    assert int(suites.attrib["failures"]) > 0
    assert "VIT-MAY-001" in (tmp_path / "run" / "report.html").read_text()


def test_who_reads_along_may_leave(vitale: Vitale, tmp_path: Path) -> None:
    ended = vitale("certify", *ONLY, "-o", "run", wrapped=["sh", "-c", '"$@" | head -1', "sh"])
    assert ended.err == ""
    assert (tmp_path / "run/report.html").exists()


def test_a_report_is_made_again_from_the_stream(vitale: Vitale, tmp_path: Path) -> None:
    vitale("certify", *ONLY, "-o", "run")
    assert vitale("report", "run/events.jsonl", "-o", "again.html").code == 0
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "run/report.html").read_bytes()
    assert vitale("report", "run/events.jsonl", "-o", "again.html").code == 2
    assert vitale("report", "run/events.jsonl", "--format", "junit", "-o", "again.xml").code == 0
    lines = (tmp_path / "run/events.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "cut.jsonl").write_bytes(b"".join(lines[:3]) + lines[3][:40])
    assert vitale("report", "cut.jsonl", "-o", "cut.html").code == 0, "an unfinished stream is reported as unfinished"
    (tmp_path / "bad.jsonl").write_text("nothing\n")
    bad = vitale("report", "bad.jsonl", "-o", "bad.html")
    assert bad.code == 2
    assert "line 1" in bad.err
    assert vitale("report", "missing.jsonl").code == 2


def test_the_catalogue_is_listed_filtered_and_checked(vitale: Vitale) -> None:
    rows = json.loads(vitale("catalogue", "--format", "json").out)
    assert all(row["source"] and row["basis"] for row in rows)
    mines = vitale("catalogue", "VIT-MIN", "--format", "text").out
    assert "VIT-MIN-001" in mines
    assert "VIT-MAY" not in mines
    one = vitale("catalogue", "VIT-MIN-003", "--format", "text").out
    assert "(scenario mines-with-ald)" in one
    assert "Source: " in one
    assumptions = json.loads(vitale("catalogue", "--basis", "assumption", "--format", "json").out)
    assert 0 < len(assumptions) < len(rows)
    assert vitale("catalogue", "--check").code == 0
    assert vitale("catalogue", "VIT-NOPE").code == 2


def test_what_a_case_wants_is_shown_without_a_run(vitale: Vitale) -> None:
    said = vitale("catalogue", "VIT-IDE-002", "--format", "text").out
    assert "VIT-IDE-002/5: A family of five" in said
    assert "Vitale famille, on 2026-01-15, API 4.10" in said
    assert 'beneficiaires[1].nir_certifie: "1821175999002"' in said
    broken = vitale("catalogue", "VIT-ROB-004", "--format", "text").out
    assert "Vitale, fault: truncated:bytes=5" in broken
    assert "also right: vitale_unknown or card_data_invalid or anomalies" in broken
    cases = json.loads(vitale("catalogue", "VIT-IDE-002", "--format", "json").out)[0]["case"]
    assert cases[4]["readings"][0]["expect"] == {
        "assure.nir": "2840375999001",
        "beneficiaires[1].nir_certifie": "1821175999002",
    }, "of this scenario the case looks at two values alone"


def test_each_part_of_a_selection_must_name_something(vitale: Vitale) -> None:
    for arguments in (("certify",), ("certify", "--list")):
        ended = vitale(*arguments, *ONLY, "--only", "VIT-IDE-00")
        assert (ended.code, "no family, requirement or case is called VIT-IDE-00" in ended.err) == (2, True), ended


@pytest.mark.pcsc
@pytest.mark.timeout(300)
def test_the_built_in_reader_is_conformant_over_real_pcsc_too(vitale: Vitale) -> None:
    ended = vitale("certify", "--reader", "pcsc", "--only", "VIT-MIN-003", "--only", "VIT-ERR")
    assert ended.code == 0, ended.out


@pytest.mark.pcsc
def test_over_pcsc_without_a_driver_the_package_is_named(vitale: Vitale, tmp_path: Path) -> None:
    driver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
    hide = f'mount --bind {tmp_path} {Path(driver).parent} && exec "$@"'
    ended = vitale("certify", "--reader", "pcsc", *ONLY, wrapped=["unshare", "-Urm", "sh", "-c", hide, "sh"])
    assert ended.code == 2, ended
    assert "vsmartcard-vpcd" in ended.err
    assert Path(driver).exists(), "it was only hidden"
