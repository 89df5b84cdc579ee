"""The page for people: everything the card object says of the family, in either language."""

from collections.abc import Callable
from datetime import date

import pytest

from emulator.readers import InProcessReader
from reader_core import Anomaly, ErrorCode, Reader, TrustStore, VitaleReading, render_text
from reader_core.iso7816 import Card
from reader_core.records import Assure, Beneficiaire, BeneficiaireRecords, CardDate, Couverture, VitaleRecords
from reader_core.session import Protection, ProtectionStatus

ON = date(2026, 1, 15)


@pytest.fixture
def family(card: Callable[..., Card], trust: TrustStore) -> VitaleReading:
    slots = [InProcessReader("slot", card(name)).connect() for name in ("famille", "cps")]
    with Reader.open(slots[0], slots[1], trust) as reader:
        reader.verify_pin("1234")
        return reader.read_vitale(ON)


def test_the_family_in_english(family: VitaleReading) -> None:
    text = render_text(family)
    for line in (
        "Reading: 2026-01-15, rules 4.10",
        "Card: vitale2, serial number 00000102, test card, valid from 2019-09-01 to 2031-08-31",
        "Insured person: 2 84 03 75 999 001 key 17",
        "Scheme: 01 Régime général, body 349 9881, management code 10",
        "Service of the compulsory insurance: 01 (from 2025-11-01 to 2026-10-31)",
        "Accident at work: 013499881 10 240115006",
        "1. SPÉCIMEN (L'ÉPREUVE-NOËL) HÉLOÏSE, Assuré",
        "   Rights: open (from 2019-09-01 to 2021-08-31, from 2021-09-01, no end)",
        "   Complementary cover: 99999997, run by the caisse (from 2024-11-01 to 2025-10-31, from 2025-11-01 to 2026-10-31)",
        "   Maternity: expected 2026-03-15, delivered - (from 2025-11-15 to 2026-03-27)",
        "2. SPÉCIMEN FRANÇOIS, Conjoint",
        "   Complementary insurer: 0099999901, member ESSAI-000002 (from 2020-01-01 to 2025-10-31)",
        "   born 19481901 (no calendar date), rank 1, nationality E",
        "Protected data: read",
    ):
        assert line in text.splitlines(), line
    assert "Professional card: CPS 99900001, DR Hélène VALBREUSE" in text
    assert text.endswith("\n")


def test_the_family_in_french(family: VitaleReading) -> None:
    text = render_text(family, "fr")
    for line in (
        "Lecture : 2026-01-15, règles 4.10",
        "   Droits : ouverts (du 2019-09-01 au 2021-08-31, du 2021-09-01, sans fin)",
        "Données protégées : lues",
    ):
        assert line in text.splitlines(), line
    assert not any(word in text for word in ("Reading", "Rights", "open (", "with:"))


def test_both_languages_have_the_same_lines(family: VitaleReading) -> None:
    assert render_text(family).count("\n") == render_text(family, "fr").count("\n")


def plain(protection: Protection, holder: BeneficiaireRecords, anomalies: tuple[Anomaly, ...] = ()) -> str:
    records = VitaleRecords(assure=Assure(nir="1850575999001", cle_nir="51"), beneficiaires=(holder,))
    return render_text(VitaleReading("4.10", ON, "vitale2", b"\x3b", "", records, protection, None, anomalies))


def test_a_refusal_says_why_and_what_to_do() -> None:
    refused = Protection(ProtectionStatus.REFUSED, code=None)
    assert "Protected data: refused\n" in plain(refused, BeneficiaireRecords())
    text = plain(
        Protection(ProtectionStatus.REFUSED, ErrorCode.PIN_WRONG, "the card answered 63C2", 2),
        BeneficiaireRecords(),
    )
    assert "pin_wrong: The confidential code of the professional card is wrong. Tries left: 2." in text
    assert "Enter the right code" in text
    assert "(the card answered 63C2)" in text


def test_the_little_known_card() -> None:
    holder = BeneficiaireRecords(
        beneficiaire=Beneficiaire(nom_usuel="ESSAI", prenom="A", qualite="Z", adresse2="1 RUE"),
        couvertures=(
            Couverture(CardDate("202001010000"), CardDate(""), "1", "0700"),
            Couverture(CardDate(""), CardDate(""), "0", "0402"),
        ),
    )
    text = plain(
        Protection(ProtectionStatus.READ),
        holder,
        anomalies=(Anomaly("DROITS", 12, "tag 80 a second time"), Anomaly("AMC", None, "refused")),
    )
    assert "key 51 (key wrong)" in text
    assert "Scheme:" not in text
    assert "1. ESSAI A, Z" in text
    assert "Address: 1 RUE" in text
    assert "Rights: closed (none on the card)" in text
    assert "with: Régime minier : exonération du ticket modérateur" in text
    assert "with: Code couverture 00402 inconnu" in text
    assert "Not understood: DROITS, offset 12: tag 80 a second time" in text
    assert "Not understood: AMC: refused" in text
