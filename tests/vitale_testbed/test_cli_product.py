"""The product sheet as an editor meets it: written, filled in, checked, and used by a run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.events import Verdict, read_stream

Vitale = Callable[..., Any]


@pytest.fixture
def sheet(vitale: Vitale, tmp_path: Path) -> Path:
    """The sheet of the built-in reader, as `init` writes it."""
    assert vitale("product", "init", "--product", "builtin", "--contact", "qualite@example.com").code == 0
    return tmp_path / "product.toml"


def test_a_new_sheet_is_a_valid_one(vitale: Vitale, sheet: Path) -> None:
    checked = vitale("product", "check", str(sheet), "--format", "text")
    assert checked.code == 0, checked
    assert "vitale-testbed reader core" in checked.out
    assert "requirements apply" in checked.out
    again = vitale("product", "init")
    assert (again.code, "--force" in again.err) == (2, True)


def test_a_sheet_without_a_product_can_be_filled_in(vitale: Vitale, tmp_path: Path) -> None:
    assert vitale("product", "init", "-o", "mine.toml").code == 0
    assert vitale("product", "check", "mine.toml", "--offline").code == 0
    ended = vitale("product", "check", "mine.toml")
    assert ended.code == 2, "the program that it names is not there"
    assert "my-reader" in ended.err


def test_the_sheet_of_a_product_that_a_person_reads_asks_nobody(vitale: Vitale) -> None:
    assert vitale("product", "init", "--product", "manual", "-o", "by-hand.toml").code == 0
    assert vitale("product", "check", "by-hand.toml").code == 0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"identity"', '"identiti"', "'identiti'"),
        ("formats = []", 'formats = ["pdf"]', "'pdf'"),
        ('siret = ""', 'siret = "12345678901234"', "SIRET"),
        ("[claims]", "[claim]", "claim"),
        ("revocation = false", "revocation = true\nhologram = true", "hologram"),
        ('name = "vitale-testbed reader core"', 'name = "another"', "the product says 'vitale-testbed reader core'"),
        ('api = ["4.10"]', 'api = ["4.11"]', "4.11"),
    ],
)
def test_what_is_wrong_is_said(vitale: Vitale, sheet: Path, old: str, new: str, words: str) -> None:
    sheet.write_text(sheet.read_text().replace(old, new))
    for command in (("product", "check", str(sheet)), ("certify", "--sheet", str(sheet), "--only", "VIT-MAY")):
        ended = vitale(*command)
        assert ended.code == 2, ended
        assert words in ended.err
        assert "next: " in ended.err


def test_what_is_not_claimed_is_not_applicable(vitale: Vitale, sheet: Path, tmp_path: Path) -> None:
    text = sheet.read_text()
    i, j = text.index("functions = ["), text.index("api = [")
    sheet.write_text(text[:i] + 'functions = ["identity"]\n' + text[j:])
    assert (
        vitale("certify", "--sheet", "product.toml", "--only", "VIT-MIN-001", "--only", "VIT-IDE-001", "-o", "run").code
        == 0
    )
    stream = read_stream(tmp_path / "run" / "events.jsonl")
    assert stream.header.product.spec == "builtin", "the sheet names the product"
    assert stream.header.product.sheet is not None
    assert stream.header.product.sheet["editor"]["contact"] == "qualite@example.com"
    by_verdict = {case.id: case.verdict for case in stream.cases}
    assert by_verdict["VIT-IDE-001/1"] is Verdict.PASS
    mines = [case for case in stream.cases if case.requirement == "VIT-MIN-001"]
    assert [case.verdict for case in mines] == [Verdict.NOT_APPLICABLE]
    assert "does not claim the function “protected”" in mines[0].reason
    assert "--sheet" in mines[0].replay


def test_a_claim_that_the_product_does_not_declare_is_a_finding(vitale: Vitale, sheet: Path) -> None:
    sheet.write_text(sheet.read_text().replace('product = "builtin"', 'product = "exec:cat"'))
    assert vitale("product", "check", str(sheet)).code == 2


def test_json_is_for_programs(vitale: Vitale, sheet: Path) -> None:
    shown = json.loads(vitale("product", "check", str(sheet), "--format", "json").out)
    assert shown["sheet"]["product"]["name"] == "vitale-testbed reader core"
    assert 0 < shown["applicable"] <= shown["requirements"]


def test_a_limit_that_the_product_declares_holds_with_a_sheet_too(vitale: Vitale, tmp_path: Path) -> None:
    program = tmp_path / "product.sh"
    program.write_text(
        "#!/bin/sh\nread question\n"
        'echo \'{"name": "P", "version": "1", "capabilities": ["protected", "exemption-labels-only"]}\'\n'
        "read question\n"
    )
    program.chmod(0o755)
    assert vitale("product", "init", "--product", f"exec:{program}", "-o", "mine.toml").code == 0
    ended = vitale("certify", "--sheet", "mine.toml", "--only", "VIT-UNC-003", "-o", "run")
    assert ended.code == 2, "nothing is left that applies"
    (case,) = read_stream(tmp_path / "run" / "events.jsonl").cases
    assert case.verdict is Verdict.NOT_APPLICABLE
    assert "“exemption-labels-only”" in case.reason
