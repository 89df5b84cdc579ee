"""Every code couverture that a card can carry, for each régime that uses it, read through a whole virtual card.

The expected column is the document's (`coverage_document`), never the reader's own table. A code with an ALD (1, 2, 3) has
justificatif 4 whatever its base; with reduced cover (9020 to 9024) nothing is paid even so. What has no row is unknown.
"""

from functools import cache
from typing import Any

import coverage_document as document
import pytest

from emulator.image import build_card, load_image, parse_image
from emulator.pki import revocation_list_paths, trusted_root_paths
from emulator.readers import InProcessReader
from reader_core import Reader, TrustStore, card_object

IMAGE = """
profile = "vitale2"
title = "every code of one régime"
[carte]
numero_serie = "00000199"
debut_validite = 2020-01-01
[assure]
nir = "1850575999001"
regime = "{regime}"
caisse = "349"
centre = "9881"
code_gestion = "10"
"""
BENEFICIARY = """
[[beneficiaires]]
nom_usuel = "{code}"
prenom = "ESSAI"
date_naissance = 1985-05-12
couvertures = [{{ debut = 2020-01-01, ald = "{ald}", situation = "{situation}" }}]
"""
ROOM = 19
"""Beneficiaries that a card has room for."""


@cache
def trust() -> TrustStore:
    return TrustStore.from_files(trusted_root_paths(), revocation_list_paths())


@cache
def card_of(regime: str, codes: tuple[str, ...]) -> dict[str, Any]:
    """The exemptions of one card by their codes: a beneficiary each, read with a professional card."""
    from datetime import date

    assert len(codes) <= ROOM
    text = IMAGE.format(regime=regime) + "".join(
        BENEFICIARY.format(code=code, ald=code[0], situation=code[1:]) for code in codes
    )
    slots = [InProcessReader("slot", build_card(image)).connect() for image in (parse_image(text), load_image("cps"))]
    with Reader.open(slots[0], slots[1], trust()) as reader:
        reader.verify_pin("1234")
        card = card_object(reader.read_vitale(date(2026, 1, 15), "4.10"))
    assert card["protected"]["status"] == "read"
    assert card["assure"]["regime"] == regime
    return {each["nom_usuel"]: each["exoneration"] for each in card["beneficiaires"]}


def read(regime: str, ald: str, situation: str) -> dict[str, Any]:
    """Read one code; those of the same régime and ALD are on the same card."""
    used = [row.situation for row in document.rows() if regime in document.users(row.situation)]
    every = used if situation in used else [situation]
    return card_of(regime, tuple(ald + each for each in every))[ald + situation]


CASES = [
    pytest.param(regime, ald, row, id=f"{ald}{row.situation}-régime{regime}")
    for row in document.rows()
    for regime in document.users(row.situation)
    for ald in "0123"
]


def test_the_cases_are_those_of_the_document() -> None:
    assert len(document.rows()) == 63
    assert len(CASES) == 4 * (11 * 17 + 11 + 11 + 5 + 1 + 5 + 4 + 10)


@pytest.mark.parametrize(("regime", "ald", "row"), CASES)
def test_a_code_reads_to_the_exemption_of_the_document(regime: str, ald: str, row: document.Row) -> None:
    found = read(regime, ald, row.situation)
    assert found["code_couverture"] == ald + row.situation
    assert found["connu"] is True
    if ald == "0":
        assert (found["nature"], found["justificatif"]) == (row.nature, row.justificatif)
    else:
        assert (found["nature"], found["justificatif"]) == ("ald", "4")
        assert found["taux_standard"] == (0 if row.nature == "non_rembourse" else 100)


@pytest.mark.parametrize("row", [row for row in document.rows() if row.situation.startswith("03")])
def test_the_table_that_no_regime_uses_reads_as_published(row: document.Row) -> None:
    found = read("03", "0", row.situation)
    assert (found["nature"], found["justificatif"], found["connu"]) == (row.nature, row.justificatif, True)


@pytest.mark.parametrize("ald", "0123")
@pytest.mark.parametrize("situation", document.UNEXPLAINED.split())
def test_a_code_without_a_row_is_unknown_with_an_ald_or_without(situation: str, ald: str) -> None:
    regime = situation[:2]
    unknown(read(regime, ald, situation), ald + situation)


@pytest.mark.parametrize("code", document.SOFTWARE_ONLY.split())
def test_a_row_that_is_softwares_own_is_unknown_on_a_card(code: str) -> None:
    unknown(read("01", code[0], code[1:]), code)


@pytest.mark.parametrize("ald", ["4", "5", "9", "A"])
@pytest.mark.parametrize(("regime", "situation"), [("01", "0100"), ("04", "0401"), ("07", "0700")])
def test_an_ald_that_nobody_explains_is_unknown(regime: str, situation: str, ald: str) -> None:
    unknown(read(regime, ald, situation), ald + situation)


def test_an_ald_goes_before_the_mines() -> None:
    for ald in "123":
        found = read("07", ald, "0700")
        assert (found["nature"], found["justificatif"]) == ("ald", "4")
        assert found["avec"] == [read("07", "0", "0700")["libelle"]]


def unknown(found: dict[str, Any], code: str) -> None:
    assert found["code_couverture"] == code
    assert (found["connu"], found["nature"], found["justificatif"], found["taux_standard"]) == (
        False,
        "inconnue",
        None,
        None,
    )
    assert found["nature_assurance"] is None
    assert code in found["libelle"]
