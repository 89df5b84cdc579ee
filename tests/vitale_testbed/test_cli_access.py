"""`vitale access`, and `vitale read --access`."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

Vitale = Callable[..., Any]


def test_the_default_table_as_a_file_to_begin_with(vitale: Vitale, tmp_path: Path) -> None:
    shown = vitale("access", "show", "--format", "toml")
    assert shown.code == 0
    (tmp_path / "mine.toml").write_text(shown.out, encoding="utf-8")
    checked = vitale("access", "check", "mine.toml")
    assert checked.code == 0
    assert "0 of 2304 cases are decided otherwise" in checked.out
    schema = json.loads(vitale("schema", "access").out)
    jsonschema.validate(tomllib.loads(shown.out), schema, cls=jsonschema.Draft202012Validator)
    again = vitale("access", "show", "mine.toml")
    assert "card CPA, CSA, unknown\n       -> cps_not_entitled" in again.out
    rows = json.loads(vitale("access", "show", "--format", "json").out)
    assert {"protected-checks", "protected-checks-before"} <= {each["id"] for each in rows}


def test_a_changed_table_is_counted_and_used(vitale: Vitale, tmp_path: Path) -> None:
    text = vitale("access", "show", "--format", "toml").out
    (tmp_path / "no-cpe.toml").write_text(text.replace('card = ["CPA", "CSA"', 'card = ["CPE", "CPA", "CSA"'))
    # 2 functions, 4 states of the code, 3 categories, 2 sets of rules
    assert "48 of 2304 cases" in vitale("access", "check", "no-cpe.toml").out
    cards = ("--vitale", "specimen", "--cps", "cpe", "--pin", "1234", "--on", "2026-01-15")
    assert vitale("read", *cards).code == 0
    refused = vitale("read", *cards, "--access", "no-cpe.toml", "--format", "json")
    assert refused.code == 1
    card = json.loads(refused.out)
    assert card["protected"]["code"] == "cps_not_entitled"
    assert {each["fonction"] for each in card["refus"]} == {"read_exemptions", "read_maternity"}


def test_a_refused_export_writes_nothing(vitale: Vitale, tmp_path: Path) -> None:
    text = vitale("access", "show", "--format", "toml").out
    (tmp_path / "no-xml.toml").write_text(text.replace('"export_xml", ', ""))
    ended = vitale("read", "--vitale", "specimen", "--access", "no-xml.toml", "-o", "card.xml")
    assert ended.code == 1
    assert "The access table in use does not allow this." in ended.err
    assert "export_xml" in ended.err
    assert not (tmp_path / "card.xml").exists()
    assert vitale("read", "--vitale", "specimen", "--access", "no-xml.toml", "-o", "card.json").code == 0


def test_a_wrong_table_is_said_before_a_card_is_touched(vitale: Vitale, tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text('schema = "vitale-access/1"\n[[row]]\nid = "a"\npin = ["ok"]\n')
    for command in (("access", "check", "wrong.toml"), ("read", "--vitale", "none", "--access", "wrong.toml")):
        ended = vitale(*command)
        assert ended.code == 2
        assert "wrong.toml, row 1 (a), pin: Invalid enum value 'ok'; it may be: not_presented" in ended.err
        assert "vitale schema access" in ended.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("read_exemptions", "--card", "CPS", "--code", "verified"),
            0,
            "allowed, after the checks chain, validity, revoc",
        ),
        (
            ("read_exemptions", "--card", "CPS", "--code", "verified", "--api", "before"),
            0,
            "allowed, after the checks chain, validity (row protected-entitled)",
        ),
        (("read_exemptions", "--card", "CPA", "--code", "verified"), 1, "cps_not_entitled (row protected-other-card)"),
        (("read_identity",), 0, "allowed (row free-data)"),
        (("write_identity",), 2, ""),
    ],
)
def test_the_table_can_be_asked(vitale: Vitale, arguments: tuple[str, ...], code: int, said: str) -> None:
    ended = vitale("access", "ask", *arguments)
    assert ended.code == code
    assert said in ended.out
