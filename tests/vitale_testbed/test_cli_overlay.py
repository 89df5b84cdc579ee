"""An editor's overlay: the page's own example is built and run, and what is wrong in one is said with its place."""

import json
import re
import shlex
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.catalogue import check_catalogue
from conformance.events import read_stream
from reports.vitale import render_html
from vitale_testbed.cli.overlay_option import laid
from vitale_testbed.problems import Problem

PAGE = (Path(__file__).parents[2] / "docs" / "overlay.md").read_text(encoding="utf-8")


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """The overlay that the page shows, and the card that its first command makes."""
    for name, content in re.findall(r"^`(\S+)`:\n\n```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return tmp_path / "acme"


def commands() -> list[list[str]]:
    example = PAGE.partition("The card is made from one of ours")[2].partition("## The layouts")[0]
    return [shlex.split(line)[1:] for line in re.findall(r"^\$ (vitale .*)$", example, re.MULTILINE)]


def test_a_file_in_a_folder_below_is_no_part_of_it(vitale: Any, acme: Path) -> None:
    assert vitale(*commands()[0]).code == 0
    (family,) = (acme / "catalogue").glob("*.toml")
    (acme / "catalogue" / "old").mkdir()
    shutil.copy(family, acme / "catalogue" / "old" / family.name)
    run = vitale("certify", "--overlay", "acme", "--only", "ACME-ETQ-001/1", "-o", "run")
    assert run.code == 0, run.out + run.err
    assert [case.id for case in read_stream(acme.parent / "run" / "events.jsonl").cases] == ["ACME-ETQ-001/1"]


def test_the_example_of_the_page_works_as_it_stands(vitale: Any, acme: Path) -> None:
    new, check, look, certify = commands()
    assert vitale(*new).code == 0
    checked = vitale(*check)
    assert (checked.code, checked.err) == (0, "")
    assert re.search(r"\d+ requirements, \d+ cases: consistent", checked.out)

    shown = vitale(*look).out
    assert "ACME-ETQ  Label printer" in shown
    assert "ACME-ETQ-001  MUST    observed    The label printer gets the used name and the caisse  [TP 9.4]" in shown

    run = vitale(*certify, "-o", "run", "-n", "1")
    assert run.code == 0, run.out + run.err
    assert "+ ACME 2026" in run.out
    stream = read_stream(acme.parent / "run" / "events.jsonl")
    assert {case.id for case in stream.cases} >= {"ACME-ETQ-001/1", "ACME-ETQ-001/2", "VIT-IDE-001/1"}
    assert all(f"--overlay acme --only {case.id}" in case.replay for case in stream.cases)

    numbers = {
        case.get("name"): [one.get("value") for one in case.iter("property") if one.get("name") == "test-plan"]
        for case in ET.parse(acme.parent / "run" / "junit.xml").getroot().iter("testcase")
    }
    assert numbers["ACME-ETQ-001/1"] == ["TP 9.4"]
    assert numbers["VIT-IDE-001/1"] == ["TP 1.1"], "that of the requirement"
    assert numbers["VIT-IDE-001/2"] == ["TP 1.1 b"], "its own"
    page = render_html(acme.parent / "run" / "events.jsonl")
    assert page.count("TP 9.4") >= 3
    assert "TP 1.1, TP 1.1 b" in page
    assert [one.name for one in stream.header.layouts] == ["ASSURE", "DROITS"]
    assert "<code>ASSURE</code> (ACME, card layout 2026, page 12, observed)" in page

    again = vitale("certify", "--resume", "-o", "run")
    assert (again.code, again.err) == (0, ""), "it finds the overlay by itself"


def test_another_label_is_what_is_expected(vitale: Any, acme: Path) -> None:
    vitale(*commands()[0])
    run = vitale("certify", "--overlay", "acme", "--only", "VIT-REG-001", "-o", "run")
    assert run.code == 1, "the built-in reader shows the catalogue's own label"
    (failed,) = [case for case in read_stream(acme.parent / "run" / "events.jsonl").cases if not case.conformant]
    (wrong,) = [check for check in failed.checks if not check.ok]
    assert (wrong.expected, wrong.actual) == ("M.S.A.", "Régime agricole (MSA)")


def test_cards_are_made_and_read_by_its_layouts(vitale: Any, acme: Path) -> None:
    del acme
    read = ("read", "--vitale", "famille", "--on", "2026-01-15", "--format", "json", "--overlay", "acme", "--trace")
    told = vitale(*read, "--show-secrets")
    assert told.code == 0, told.err
    card = json.loads(told.out)
    assert card["anomalies"] == []
    nir = card["assure"]["nir"]
    assert f"9F 21 08 {bytes.fromhex(nir + 'FFF').hex(' ').upper()}" in told.err, "packed in eight bytes"
    assert "00 A4 02 0C 02 21 10" in told.err, "where the layout has it"
    masked = vitale(*read)
    assert (masked.code, masked.out) == (2, "")
    assert "--trace: by the layouts of the overlay nothing in ASSURE can be masked" in masked.err
    for recording in (
        ("serve", "famille", "--record", "seen.apdu"),
        ("insert", "famille", "--record", "seen.apdu"),
        ("record", "--vitale", "famille", "-o", "seen.apdu"),
    ):
        kept = vitale(*recording, "--overlay", "acme")
        assert (kept.code, kept.out) == (2, "")
        assert "nothing in ASSURE, DROITS can be masked" in kept.err
        assert "add --show-secrets, for test cards only" in kept.err
    assert "famille" in vitale("card", "show", "famille", "--overlay", "acme").out.lower()
    assert vitale("card", "export", "famille", "-o", "famille.in", "--overlay", "acme").code == 0


def test_no_recording_promises_to_mask_a_file_whose_template_is_the_cards_own(vitale: Any, tmp_path: Path) -> None:
    (tmp_path / "own" / "layouts").mkdir(parents=True)
    (tmp_path / "own" / "overlay.toml").write_text('name = "own"\n', encoding="utf-8")
    laid_over = '[[file]]\nname = "BENEFIC"\ntag = 0x70\nsource = "invented"\nbasis = "assumption"\n'
    (tmp_path / "own" / "layouts" / "one.toml").write_text(laid_over, encoding="utf-8")
    kept = vitale("record", "--vitale", "famille", "-o", "seen.apdu", "--overlay", "own")
    assert (kept.code, kept.out) == (2, "")
    assert "a recording: by the layouts of the overlay nothing in BENEFIC can be masked" in kept.err
    assert not (tmp_path / "seen.apdu").exists()
    traced = vitale(
        "read", "--vitale", "famille", "--on", "2026-01-15", "--format", "json", "--overlay", "own", "--trace"
    )
    assert traced.code == 0, "a trace masks a NIR by its digits, wherever it stands"
    nir = json.loads(traced.out)["beneficiaires"][0]["nir_certifie"]
    assert len(nir) == 13
    assert nir.encode().hex(" ").upper() not in traced.err


def test_the_catalogue_as_json_has_the_numbers(vitale: Any, acme: Path) -> None:
    listed = json.loads(vitale("catalogue", "VIT-IDE", "--overlay", "acme", "--format", "json").out)
    assert listed[0]["plan"] == {"VIT-IDE-001": "TP 1.1", "VIT-IDE-001/2": "TP 1.1 b"}
    assert "plan" not in listed[1]
    assert vitale("certify", "--list", "--only", "ACME", "--overlay", "acme").out.split() == [
        "ACME-ETQ-001/1", "ACME-ETQ-001/2"
    ]  # fmt: skip


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")

    return change


def moved(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / old).rename(folder / new)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (moved("overlay.toml", "overlays.txt"), "acme/overlay.toml: is missing"),
        (replaced("overlay.toml", 'name = "ACME 2026"', "name = "), "acme/overlay.toml: not a TOML file (Invalid value (at line 1"),
        (replaced("overlay.toml", 'name = "ACME 2026"', ""), "missing required field `name`"),
        (replaced("overlay.toml", "[plan]", "[plans]"), "acme/overlay.toml: Object contains unknown field `plans`"),
        (replaced("overlay.toml", "VIT-IDE-001/2", "VIT-IDE-001/99"), "plan: there is no requirement and no case 'VIT-IDE-001/99'"),
        (replaced("overlay.toml", "regime-02", "regime-2"), "labels.regime-2: there is no scenario 'regime-2'"),
        (replaced("overlay.toml", "regime_libelle", "regime"), "labels.regime-02: assure.regime is no label"),
        (replaced("overlay.toml", "regime_libelle", "caisse_libelle"), "labels.regime-02: the scenario expects nothing at assure.caisse_libelle"),
        (replaced("overlay.toml", '"M.S.A."', "{ mention = [] }"), "scenario regime-02, reading 1: assure.regime_libelle: {'mention': []} is no matcher"),
        (replaced("catalogue/labels.toml", "ACME-ETQ", "VIT-ETQ"), "acme/catalogue/labels.toml: family VIT-ETQ: ids that begin with VIT-"),
        (replaced("catalogue/labels.toml", 'id = "ACME-ETQ"', 'id = "ACME-ETK"'), "ACME-ETQ-001: stands in the family ACME-ETK"),
        (replaced("catalogue/labels.toml", "basis", "bases"), "acme/catalogue/labels.toml: Object contains unknown field `bases` - at `$.requirement[0]`"),
        (replaced("catalogue/labels.toml", "acme-used-name", "acme-user-name"), "ACME-ETQ-001/1: no scenario 'acme-user-name'"),
        (replaced("catalogue/labels.toml", '["beneficiaires[0]"]', '["beneficiaires[9]"]'), "expects nothing at 'beneficiaires[9]'"),
        (replaced("scenarios/labels.toml", "expect =", "expects ="), "acme/scenarios/labels.toml: scenario acme-used-name: Object contains unknown field `expects`"),
        (replaced("scenarios/labels.toml", "acme-used-name", "family-of-five"), "scenario family-of-five: is one of this project's already"),
        (replaced("scenarios/labels.toml", '"card.toml"', '"../card.toml"'), "acme/scenarios/labels.toml: scenario acme-used-name: the card '../card.toml' lies outside of the overlay"),
        (replaced("scenarios/labels.toml", '"card.toml"', '"/etc/hostname"'), "scenario acme-used-name: the card '/etc/hostname' lies outside of the overlay"),
        (moved("scenarios", "scenario"), "acme/scenario: nobody looks there"),
        (moved("scenarios", "layout"), "acme/layout: nobody looks there"),
        (replaced("layouts/cards.toml", "0x2110", "0x2011"), "acme/layouts/cards.toml: file ASSURE: fid 2011 is that of the file SERVAMO"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(
    monkeypatch: pytest.MonkeyPatch, acme: Path, change: Callable[[Path], None], words: str
) -> None:
    change(acme)
    monkeypatch.chdir(acme.parent)
    assert words in _problems()


def _problems() -> str:
    """What `vitale catalogue --check --overlay acme` says."""
    try:
        return "\n".join(check_catalogue(*laid(Path("acme"))))
    except Problem as problem:
        return problem.message


def test_a_run_with_a_wrong_overlay_does_not_begin(vitale: Any, acme: Path) -> None:
    replaced("catalogue/labels.toml", "acme-used-name", "acme-user-name")(acme)
    run = vitale("certify", "--overlay", "acme", "-o", "run")
    assert run.code == 2
    assert "no scenario 'acme-user-name'" in run.err
    assert "vitale catalogue --check --overlay acme" in run.err
    nowhere = vitale("certify", "--overlay", "nowhere", "-o", "run")
    assert nowhere.code == 2
    assert "nowhere: there is no such folder" in nowhere.err
    assert not (acme.parent / "run" / "events.jsonl").exists()
