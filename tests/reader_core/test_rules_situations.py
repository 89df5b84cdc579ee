"""The table of situations against a list written by hand from the public reference table."""

from pathlib import Path

import pytest

from reader_core.rules import SITUATIONS, Nature

# code -> justificatif, rate for a practitioner's act; None: the ordinary rate, 70 before and the UNCAM's since.
BY_HAND = {
    "0": """0100 0200 0300 0301 0403 0500 1600 9000
            0105 0108 0205 0225 0408 0400 0414 1000 9020 9021 9022 9023 9024""",
    "5": """0101 0102 0103 0106 0107 0109 0110 0201 0202 0203 0206 0207 0226 0227 0302 0303 0404 0405 0406 0407 0415
            0501 0502 0503 1001 1002 1003 1601 1602 1603 9001 9002 9003""",
    "6": "0401 0700",
    "9": "0104 0204 0304 0409 0504 1004 9004",
}


def test_the_table_has_every_situation_a_card_can_carry_and_no_other() -> None:
    listed = {code for codes in BY_HAND.values() for code in codes.split()}
    assert set(SITUATIONS) == listed


@pytest.mark.parametrize(("justificatif", "codes"), BY_HAND.items())
def test_each_situation_has_the_published_justificatif(justificatif: str, codes: str) -> None:
    assert {SITUATIONS[code].justificatif for code in codes.split()} == {justificatif}


@pytest.mark.parametrize(
    ("code", "nature", "taux"),
    [
        ("0100", Nature.AUCUNE, 70),
        ("0104", Nature.FSV, 80),
        ("0105", Nature.REGIME_LOCAL, 90),
        ("0106", Nature.EXONERE, 100),
        ("0400", Nature.AUCUNE, 75),
        ("0401", Nature.REGIME_SPECIAL, 100),
        ("0700", Nature.REGIME_SPECIAL, 100),
        ("1000", Nature.AUCUNE, 85),
        ("1004", Nature.FSV, 85),
        ("9022", Nature.NON_REMBOURSE, 0),
    ],
)
def test_natures_and_rates(code: str, nature: Nature, taux: int) -> None:
    assert (SITUATIONS[code].nature, SITUATIONS[code].taux) == (nature, taux)


@pytest.mark.parametrize(
    "code", ["0402", "0410", "0411", "0412", "0413", "0900", "0904", "01AT", "999A", "1234", "82MO"]
)
def test_what_nobody_explains_and_what_is_a_vendors_own_is_not_there(code: str) -> None:
    assert code not in SITUATIONS


def test_every_row_names_its_source() -> None:
    assert all(row.source.source and row.source.basis == "observed" for row in SITUATIONS.values())


def test_the_documentation_has_the_same_table(docs: Path) -> None:
    page = (docs / "4.10.md").read_text(encoding="utf-8")
    shown = [line for line in page.splitlines() if line.startswith("| ") and line[2:6] in SITUATIONS]
    expected = [
        f"| {row.code} | {row.nature} | {row.justificatif} | "
        f"{f'{row.taux} (`before`), null (`4.10`)' if row.ordinaire else row.taux} | {row.libelle} |"
        for row in SITUATIONS.values()
    ]
    assert shown == expected
