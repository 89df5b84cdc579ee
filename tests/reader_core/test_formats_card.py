"""The card object: its published schema, and what readings become in it."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import jsonschema
import pytest

from emulator.readers import InProcessReader
from reader_core import Reader, TrustStore, VitaleReading, card_object, card_schema, dumps
from reader_core.iso7816 import Card
from reader_core.records import (
    NO_DATE,
    Accidents,
    Assure,
    Beneficiaire,
    BeneficiaireRecords,
    CardDate,
    Couverture,
    Maternite,
    Mutuelle,
    VitaleRecords,
)
from reader_core.records.cps import PorteurCps
from reader_core.rules import Api
from reader_core.session import Professional, Protection, ProtectionStatus

ON = date(2026, 1, 15)
READ = Protection(ProtectionStatus.READ)


def reading(records: VitaleRecords, protection: Protection = READ, api: Api = "4.10", **more: Any) -> VitaleReading:
    return VitaleReading(api, ON, "vitale2", bytes.fromhex("3B75"), "", records, protection, **more)


def one(holder: BeneficiaireRecords, **options: Any) -> dict[str, Any]:
    assure = options.pop("assure", Assure())
    return card_object(reading(VitaleRecords(assure=assure, beneficiaires=(holder,)), **options))["beneficiaires"][0]


@pytest.fixture
def family(card: Callable[..., Card], trust: TrustStore) -> Callable[..., VitaleReading]:
    def make(name: str = "famille", cps: str | None = "cps", api: Api = "4.10") -> VitaleReading:
        slots = [InProcessReader("slot", card(each)).connect() for each in (name, cps) if each]
        with Reader.open(slots[0], slots[1] if cps else None, trust) as reader:
            if cps:
                reader.verify_pin("1234")
            return reader.read_vitale(ON, api)

    return make


def test_the_schema_is_a_schema_and_has_no_optional_key() -> None:
    schema = card_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for name, definition in schema["$defs"].items():
        if "properties" in definition:
            assert set(definition["required"]) == set(definition["properties"]), name


@pytest.mark.parametrize("name", ["specimen", "famille", "mayotte", "mines", "ratp", "maternite", "uncam"])
@pytest.mark.parametrize("cps", ["cps", "cpa", None])
@pytest.mark.parametrize("api", ["4.10", "before"])
def test_every_built_in_card_is_what_the_schema_says(
    family: Callable[..., VitaleReading], name: str, cps: str | None, api: Api
) -> None:
    read = family(name, cps, api)
    shown = card_object(read)
    jsonschema.validate(json.loads(dumps(read)), card_schema(), cls=jsonschema.Draft202012Validator)
    assert json.loads(dumps(read)) == json.loads(json.dumps(shown)), "the two ways to JSON are one"
    assert shown["api"] == api
    assert shown["anomalies"] == []


def test_the_family_in_full(family: Callable[..., VitaleReading]) -> None:
    card = card_object(family())
    assert card["vitale"] == {
        "profile": "vitale2",
        "atr": "3B751300004309EA9000",
        "numero_serie": "00000102",
        "type_carte": "T",
        "debut_validite": "2019-09-01",
        "fin_validite": "2031-08-31",
    }
    assert card["service_amo"] == {"code": "01", "debut": "2025-11-01", "fin": "2026-10-31"}
    assert card["accidents"] == [
        {"organisme": "013499881", "code_gestion": "", "identifiant": ""},
        {"organisme": "013499881", "code_gestion": "10", "identifiant": "240115006"},
        {"organisme": "013499881", "code_gestion": "10", "identifiant": "250630019"},
    ]
    assert card["zone_commune"] == "ZONE COMMUNE : CARTE D'ESSAI N° 102"
    mother, father, zoe, noe, grandmother = card["beneficiaires"]
    assert mother["nom_patronymique"] == "L'ÉPREUVE-NOËL"
    assert mother["adresse"] == ["APPARTEMENT 3", "BÂTIMENT Ç", "12 ALLÉE DES ÎLES", "LIEU-DIT L'ESSAI", "75999 PARIS"]
    assert mother["mutuelle"] == {
        "identification": "99999997",
        "garanties": "OOOOOONN",
        "indicateur_traitement": "62",
        "type_services": "S",
        "services_associes": "01",
        "aiguillage_sts": "U",
        "periodes": [
            {"debut": "2024-11-01", "fin": "2025-10-31"},
            {"debut": "2025-11-01", "fin": "2026-10-31"},
        ],
        "geree_par_amo": True,
    }
    assert mother["maternite"] == {
        "date_presumee": "2026-03-15",
        "date_accouchement": None,
        "debut": "2025-11-15",
        "fin": "2026-03-27",
    }
    assert mother["exoneration"]["nature"] == "maternite"
    assert father["amc"]["nom_domaine"] == "AMC.EXAMPLE"
    assert father["exoneration"] == {
        "code_couverture": "10100",
        "connu": True,
        "nature": "ald",
        "justificatif": "4",
        "libelle": "Affection de longue durée (ALD) : soins en rapport pris en charge à 100 %",
        "taux_standard": 100,
        "debut": "2021-06-01",
        "fin": "2031-05-31",
        "avec": [],
    }
    assert [each["ald"] for each in father["couvertures"]] == ["0", "1", "0"]
    assert (zoe["naissance"], zoe["rang_naissance"]) == (noe["naissance"], "1")
    assert (noe["rang_naissance"], noe["qualite_libelle"]) == ("2", "Enfant")
    assert grandmother["naissance"] == {"en_carte": "19481901", "date": None, "lunaire": True}
    assert grandmother["exoneration"]["nature"] == "fsv"
    assert grandmother["droits_ouverts"] is True
    assert grandmother["nationalite"] == "E"


def test_without_a_professional_card_the_protected_keys_are_null(family: Callable[..., VitaleReading]) -> None:
    card = card_object(family(cps=None))
    assert card["professionnel"] is None
    assert card["protected"] == {
        "status": "withheld",
        "code": "cps_absent",
        "message": "Aucune carte de professionnel de santé (CPS, CPF, CPE, CDE) dans un lecteur.",
        "next_step": "Insérez une carte de professionnel, puis relancez la lecture pour obtenir les données protégées.",
    }
    for each in card["beneficiaires"]:
        assert (each["couvertures"], each["exoneration"], each["maternite"]) == (None, None, None)
        assert each["droits_ouverts"] is True


def test_what_was_read_but_not_granted_is_not_shown() -> None:
    holder = BeneficiaireRecords(couvertures=(Couverture(NO_DATE, NO_DATE, "1", "0100"),), maternite=Maternite())
    shown = one(holder, protection=Protection(ProtectionStatus.REFUSED, code=None))
    assert (shown["couvertures"], shown["exoneration"], shown["maternite"]) == (None, None, None)


def test_mayotte_and_its_label(family: Callable[..., VitaleReading]) -> None:
    since, before = (card_object(family("mayotte", None, api))["assure"] for api in ("4.10", "before"))
    assert (since["regime_libelle"], since["regime_particulier"]) == ("Régime général - Mayotte", "mayotte")
    assert (before["regime_libelle"], before["regime_particulier"]) == ("Régime général", None)


@pytest.mark.parametrize(
    ("nir", "key", "valid"),
    [
        ("1850575999001", "50", True),
        ("285052A999001", "57", True),
        ("185052B999002", "36", True),
        ("1850575999001", "51", False),
        ("18505759990", "50", False),
        ("", "", False),
    ],
)
def test_a_nir_is_checked_never_corrected(nir: str, key: str, valid: bool) -> None:
    card = card_object(reading(VitaleRecords(assure=Assure(nir=nir, cle_nir=key))))
    assert (card["assure"]["nir"], card["assure"]["cle"], card["assure"]["nir_valide"]) == (nir, key, valid)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("198505120000", {"en_carte": "19850512", "date": "1985-05-12", "lunaire": False}),
        ("195319320000", {"en_carte": "19531932", "date": None, "lunaire": True}),
        ("500101", {"en_carte": "500101", "date": None, "lunaire": False}),
        ("000000000000", {"en_carte": "", "date": None, "lunaire": False}),
    ],
)
def test_births_are_as_on_the_card(written: str, shown: dict[str, Any]) -> None:
    holder = BeneficiaireRecords(beneficiaire=Beneficiaire(nom_usuel="X", date_naissance=CardDate(written)))
    assert one(holder)["naissance"] == shown


def test_blank_groups_are_nothing() -> None:
    assert one(BeneficiaireRecords(mutuelle=Mutuelle()))["mutuelle"] is None
    assert one(BeneficiaireRecords(maternite=Maternite()))["maternite"] is None
    assert one(BeneficiaireRecords())["droits_ouverts"] is False
    card = card_object(reading(VitaleRecords(accidents=Accidents())))
    assert (card["accidents"], card["zone_commune"], card["beneficiaires"]) == ([], None, [])


@pytest.mark.parametrize(
    ("identification", "run_by_caisse"), [("99999997", True), ("88888888", False), ("55555551", False)]
)
def test_who_runs_the_complementary_cover(identification: str, run_by_caisse: bool) -> None:
    shown = one(BeneficiaireRecords(mutuelle=Mutuelle(identification=identification)))["mutuelle"]
    assert shown["geree_par_amo"] is run_by_caisse


@pytest.mark.parametrize(
    ("category", "kind", "shown"),
    [("80", "00", ("CPS", "test")), ("00", "03", ("CPA", "reelle")), ("80", "99", (None, "test"))],
)
def test_the_professional_card(category: str, kind: str, shown: tuple[str | None, str]) -> None:
    porteur = PorteurCps(
        category, kind, "00", "8", "9979990001", "6", "DR", "VALBREUSE", "Hélène", "20200101", "nonsense"
    )
    card = card_object(reading(VitaleRecords(), professional=Professional(porteur, "99900001")))
    found = card["professionnel"]
    assert (found["type"], found["categorie"]) == shown
    assert (found["debut_validite"], found["fin_validite"]) == ("2020-01-01", None)


def test_json_text_is_readable_and_may_be_one_line() -> None:
    read = reading(VitaleRecords(beneficiaires=(BeneficiaireRecords(beneficiaire=Beneficiaire(prenom="ZOÉ")),)))
    assert '"prenom": "ZOÉ"' in dumps(read)
    assert dumps(read).endswith("}\n")
    assert dumps(read, indent=0).count("\n") == 1
    assert json.loads(dumps(read, indent=0)) == json.loads(dumps(read))
