"""The table for a spreadsheet: what Python's own csv module finds in it, what a spreadsheet must not run, and bad files."""

import csv as python_csv
import io
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from family import ON, read_family
from hypothesis import given
from hypothesis import strategies as st
from record_strategies import HOSTILE, readings

from reader_core import ErrorCode, VitaleReading
from reader_core.access import Function, Refusal
from reader_core.formats import csv
from reader_core.formats.csv_columns import COLUMNS
from reader_core.formats.errors import FormatError
from reader_core.records import (
    Accidents,
    Beneficiaire,
    BeneficiaireRecords,
    CardDate,
    Couverture,
    Droits,
    VitaleRecords,
)
from reader_core.session import Protection, ProtectionStatus


@pytest.fixture(scope="module")
def family() -> VitaleReading:
    return read_family()


def table(raw: bytes) -> list[dict[str, str]]:
    """What a program finds that knows no more than "UTF-8, semicolons"."""
    text = raw.decode("utf-8-sig")
    return list(python_csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def named(name: str) -> VitaleReading:
    holder = BeneficiaireRecords(beneficiaire=Beneficiaire(nom_usuel=name))
    return VitaleReading(
        "4.10", ON, "vitale2", b"\x3b", "", VitaleRecords(beneficiaires=(holder,)), Protection(ProtectionStatus.READ)
    )


def test_the_family_one_a_line(family: VitaleReading) -> None:
    raw = csv.dumps(family)
    assert raw.startswith(b"\xef\xbb\xbfdate_lecture;api;")
    assert raw.count(b"\r\n") == 6
    rows = table(raw)
    assert [row["prenom"] for row in rows] == ["HÉLOÏSE", "FRANÇOIS", "ZOÉ", "NOÉ", "MARÍA-BEGOÑA"]
    # Read off the image `famille` by hand; the apostrophes keep what a spreadsheet would change.
    first = {
        "date_lecture": "2026-01-15",
        "api": "'4.10",
        "numero_serie": "'00000102",
        "nir": "'2840375999001",
        "cle": "17",
        "nir_valide": "oui",
        "regime": "'01",
        "regime_libelle": "Régime général",
        "caisse": "349",
        "centre": "9881",
        "famille_service_amo": "'01",
        "caisse_libelle": "Caisse de test",
        "accident1_organisme": "'013499881",
        "accident1_identifiant": "",
        "accident2_identifiant": "240115006",
        "zone_commune": "ZONE COMMUNE : CARTE D'ESSAI N° 102",
        "index": "1",
        "nom_patronymique": "L'ÉPREUVE-NOËL",
        "adresse3": "12 ALLÉE DES ÎLES",
        "naissance_en_carte": "19840308",
        "naissance_date": "1984-03-08",
        "naissance_lunaire": "non",
        "naissance_age": "41",
        "qualite_libelle": "Assuré",
        "droits_ouverts": "oui",
        "droits": "2019-09-01/2021-08-31 | 2021-09-01/..",
        "cmu_type_cmu": "COMPLEMENTAIRE SANTE SOLIDAIRE gérée par votre caisse d'Assurance Maladie",
        "cmu_en_cours": "oui",
        "mutuelle_garanties": "OOOOOONN",
        "mutuelle_periodes": "2024-11-01/2025-10-31 | 2025-11-01/2026-10-31",
        "mutuelle_geree_par_amo": "oui",
        "amc_numero_b2": "",
        "donnees_protegees": "read",
        "couvertures": "2019-09-01/.. 00100",
        "exoneration_nature": "maternite",
        "exoneration_taux_standard": "100",
        "exoneration_nature_assurance": "30",
        "maternite_date_presumee": "2026-03-15",
        "maternite_date_accouchement": "",
    }
    assert {name: rows[0][name] for name in first} == first
    assert rows[1]["amc_numero_adherent"] == "ESSAI-000002"
    assert rows[1]["couvertures"] == "2019-09-01/2021-05-31 00100 | 2021-06-01/2031-05-31 10100 | 2031-06-01/.. 00100"
    assert rows[4]["naissance_lunaire"] == "oui"
    assert rows[4]["naissance_date"] == ""


def test_without_a_professional_card_the_protected_cells_are_empty_and_say_so() -> None:
    row = table(csv.dumps(read_family(cps=None)))[0]
    assert row["donnees_protegees"] == "withheld"
    assert row["donnees_protegees_code"] == "cps_absent"
    protected = [value for name, value in row.items() if name.startswith(("couvertures", "exoneration", "maternite"))]
    assert len(protected) == 17
    assert not any(protected)


def test_what_was_refused_is_named(family: VitaleReading) -> None:
    refused = (Function.READ_RIGHTS, Function.READ_COMPLEMENTARY)
    read = replace(family, refusals=tuple(Refusal(each, ErrorCode.ACCESS_DENIED) for each in refused))
    assert table(csv.dumps(read))[0]["refus"] == "read_rights | read_complementary"


@pytest.mark.parametrize("name", [*HOSTILE, '=HYPERLINK("http://x")', "=1;2", "\n=1"])
def test_a_hostile_name_stays_in_its_cell_and_is_no_formula(name: str) -> None:
    raw = csv.dumps(named(name))
    (row,) = table(raw)
    assert not row["nom_usuel"].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert None not in row  # no cell too many
    (back,) = csv.loads(raw)
    assert back["nom_usuel"] == name
    assert b"\x00" not in raw


@given(readings())
def test_no_cell_begins_like_a_formula(reading: VitaleReading) -> None:
    for row in table(csv.dumps(reading)):
        for value in row.values():
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


CHANGED = (
    *("01", "00", "051", "0000", "123456789012", "1,5", "1.5", "4.10", "1 234", "1E5", "50%", "5€", "(12)", "1 1/2"),
    *(
        "12/3",
        "1-2",
        "10:30",
        "01/02/2020 10:30",
        "2020-01-01T10:00",
        "8 MAI 1945",
        "3 mai",
        "août 2020",
        "VRAI",
        "false",
    ),
)


@pytest.mark.parametrize("text", CHANGED)
def test_what_a_spreadsheet_would_rewrite_is_marked(text: str) -> None:
    assert csv.protect(text) == "'" + text


@pytest.mark.parametrize(
    "text",
    ["", "0", "1", "349", "98765432101", "2019-09-01", "12 ALLÉE DES ÎLES", "75999 PARIS", "MARTIN", "MARS", "A1", "."],
)
def test_what_it_leaves_alone_is_not(text: str) -> None:
    assert csv.protect(text) == text


@given(st.text(st.characters(max_codepoint=0xFF)))
def test_one_rule_takes_the_mark_away(text: str) -> None:
    written = csv.protect(text)
    assert written.removeprefix("'").translate({0x2400 + n: n for n in range(0x20)}) == text


def test_a_long_text_is_looked_at_once() -> None:
    started = time.perf_counter()
    for text in ("1" + " " * 200_000 + "x", "1" * 200_000 + "x", "jan" * 100_000):
        csv.protect(text)
    assert time.perf_counter() - started < 30, "looked at again and again it would take hours"


def test_several_values_of_a_cell_can_be_told_apart() -> None:
    odd = BeneficiaireRecords(
        droits=(Droits(CardDate("202013010000"), CardDate("")), Droits(CardDate("20200101"), CardDate("20201231"))),
        couvertures=(Couverture(CardDate(""), CardDate(""), "|", " \\|"), Couverture(situation="0100")),
    )
    read = replace(named(""), records=VitaleRecords(beneficiaires=(odd,)))
    (row,) = csv.loads(csv.dumps(read))
    assert row["droits"] == "20201301/.. | 2020-01-01/2020-12-31"
    assert row["couvertures"] == r"../.. \| \\\| | ../.. 00100"


def test_accidents_stand_at_their_rank() -> None:
    records = VitaleRecords(accidents=Accidents(identifiant3="250630019"), beneficiaires=(BeneficiaireRecords(),))
    (row,) = csv.loads(csv.dumps(replace(named(""), records=records)))
    assert [row[f"accident{rang}_identifiant"] for rang in (1, 2, 3)] == ["", "", "250630019"]


# --- reading back -------------------------------------------------------------------------------


def refusal(raw: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        csv.loads(raw)
    assert caught.value.code == "csv_invalid"
    assert caught.value.next_step
    return caught.value.message


def test_a_file_without_its_mark_is_read_too() -> None:
    raw = csv.dumps(named("É"))
    assert csv.loads(raw.removeprefix(b"\xef\xbb\xbf")) == csv.loads(raw)


def test_a_card_without_beneficiaries_is_a_line_of_names() -> None:
    raw = csv.dumps(replace(named(""), records=VitaleRecords()))
    assert table(raw) == []
    assert csv.loads(raw) == ()


def test_what_is_no_table_of_a_reading_is_refused_with_its_place() -> None:
    names, line = csv.dumps(named("X")).removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    assert "byte 5 is not UTF-8" in refusal(b"date_\xe9;api")
    assert "line 1: no column date_lecture" in refusal(b"")
    assert "(are its cells apart by semicolons?)" in refusal(names.replace(b";", b","))
    assert "line 1: 'couleur' is no column" in refusal(names.replace(b"api", b"couleur"))
    assert "line 1: no column maternite_fin" in refusal(names.replace(b";maternite_fin", b""))
    assert "another order" in refusal(names.replace(b"date_lecture;api", b"api;date_lecture"))
    assert f"line 3: 2 cells, and there are {len(COLUMNS)} columns" in refusal(names + line + b"a;b\r\n")
    assert "line 2" in refusal(names + b'"never closed')


def test_the_page_lists_the_columns(docs: Path) -> None:
    page = (docs / "formats.md").read_text("utf-8")
    part = re.search(r"\| column \| in the card object \|\n\|---\|---\|\n(.*?)\n\n", page, re.DOTALL)
    assert part is not None
    assert re.findall(r"`([a-z0-9_]+)`", "".join(line.split("|")[1] for line in part[1].splitlines())) == [*COLUMNS]
