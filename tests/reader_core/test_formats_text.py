"""The page for people: everything the card object says of the family, in either language."""

from collections.abc import Callable
from datetime import date

import pytest

from emulator.readers import InProcessReader
from reader_core import Anomaly, ErrorCode, Reader, TrustStore, VitaleReading, render_text
from reader_core.iso7816 import Card
from reader_core.records import (
    Accidents,
    Amc,
    Assure,
    Beneficiaire,
    BeneficiaireRecords,
    CardDate,
    Couverture,
    Mutuelle,
    VitaleRecords,
    compute_key,
)
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
        "Scheme: 01 Régime général, body 349 9881 Caisse de test, management code 10",
        (
            "Service of the compulsory insurance: 01 Couverture complémentaire gérée par la caisse "
            "(from 2025-11-01 to 2026-10-31)"
        ),
        "Accident at work: 013499881 Caisse de test 10 240115006",
        "1. SPÉCIMEN (L'ÉPREUVE-NOËL) HÉLOÏSE, Assuré",
        "   Rights: open (from 2019-09-01 to 2021-08-31, from 2021-09-01, no end)",
        (
            "   CMU-C or C2S: COMPLEMENTAIRE SANTE SOLIDAIRE gérée par votre caisse d'Assurance Maladie "
            "(from 2025-11-01 to 2026-10-31)"
        ),
        "   Complementary cover: 99999997, run by the caisse (from 2024-11-01 to 2025-10-31, from 2025-11-01 to 2026-10-31)",
        "   Maternity: expected 2026-03-15, delivered - (from 2025-11-15 to 2026-03-27)",
        "2. SPÉCIMEN FRANÇOIS, Conjoint",
        "   Complementary insurer: 0099999901, member ESSAI-000002 (from 2020-01-01 to 2025-10-31)",
        "   born 19481901 (no calendar date), age 78, rank 1, nationality E",
        "   Profession: Médecin",
        (
            "   Situation 4: GROUPE MEDICAL DES ESSAIS, Remplaçant, Cabinet libéral de groupe ou association, Médecine générale, "
            "Conventionné avec dépassement, Zone B ou zone C, structure 99799900990017, billing 99900009 4, locum 99900001 1"
        ),
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
    assert "Rights: not read" in text
    assert "with: Régime minier : exonération du ticket modérateur" in text
    assert "with: Code couverture 00402 inconnu" in text
    assert "Not understood: DROITS, offset 12: tag 80 a second time" in text
    assert "Not understood: AMC: refused" in text


def test_what_is_wrong_or_unusual_is_said() -> None:
    holder = BeneficiaireRecords(
        beneficiaire=Beneficiaire(
            nom_usuel="ESSAI",
            nir_certifie="1850575999001",
            cle_nir_certifie="51",
            code_service_amo="03",
            fin_service_amo=CardDate("202512310000"),
        ),
        mutuelle=Mutuelle("55555551"),
        amc=Amc(numero_b2="1"),
        autres_amc=(Amc(numero_b2="2"),),
    )
    records = VitaleRecords(
        assure=Assure(nir="1555555349042", cle_nir="09", regime="01", caisse="751", centre="0000", code_gestion="65"),
        accidents=Accidents(organisme1="017510000", identifiant2="240115007"),
        beneficiaires=(holder,),
    )
    text = render_text(
        VitaleReading("4.10", ON, "vitale2", b"\x3b", "", records, Protection(ProtectionStatus.READ), None)
    )
    for line in (
        "Insured person: 1 55 55 55 349 042 key 09 (nobody's number)",
        "Scheme: 01 Régime général, body 751 0000 CPAM Paris, management code 65 Détenu",
        "Status: Détenu",
        "Accident at work: 017510000 CPAM Paris",
        "Accident at work: 240115007 (key wrong)",
        "   Certified NIR: 1 85 05 75 999 001 key 51 (key wrong)",
        (
            "   CMU-C or C2S: COMPLEMENTAIRE SANTE SOLIDAIRE gérée par un organisme complémentaire "
            "(no start to 2025-12-31, not in force)"
        ),
        "   Complementary cover: 55555551 Organisme de test (-)",
        "   Complementary insurer: 1, member  (no start, no end)",
        "   Complementary insurer: 2, member  (no start, no end)",
        "      with: Détenu : tiers payant intégral sans dépassement d'honoraires, prise en charge à 100 % par le régime général",
    ):
        assert line in text.splitlines(), line


def test_a_service_that_nobody_explains_is_not_called_cmu() -> None:
    holder = BeneficiaireRecords(beneficiaire=Beneficiaire(nom_usuel="ESSAI", code_service_amo="11"))
    text = plain(Protection(ProtectionStatus.READ), holder)
    assert "   Service of the compulsory insurance: 11 (no start, no end)" in text.splitlines()
    assert "CMU-C" not in text


@pytest.mark.parametrize(
    ("nir", "remark"),
    [("3531375999001", "being registered"), ("5850575999001", "provisional"), ("5555555999001", "provisional")],
)
def test_a_number_that_is_no_everyday_one_is_said(nir: str, remark: str) -> None:
    records = VitaleRecords(assure=Assure(nir=nir, cle_nir=compute_key(nir)))
    text = render_text(
        VitaleReading("4.10", ON, "vitale2", b"\x3b", "", records, Protection(ProtectionStatus.WITHHELD), None)
    )
    assert f"({remark})" in text
