"""The card object: its published schema, and what readings become in it."""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any, cast

import jsonschema
import pytest

from emulator.readers import InProcessReader
from reader_core import Reader, TrustStore, VitaleReading, card_object, card_schema, dumps
from reader_core.formats.json import loads
from reader_core.iso7816 import Card
from reader_core.records import (
    NO_DATE,
    Accidents,
    Amc,
    Assure,
    Beneficiaire,
    BeneficiaireRecords,
    CardDate,
    Couverture,
    Droits,
    Maternite,
    Mutuelle,
    VitaleRecords,
)
from reader_core.rules import Api
from reader_core.session import Protection, ProtectionStatus

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


FIRST_RELEASE = {
    "Card": "schema api on vitale assure service_amo accidents zone_commune beneficiaires professionnel protected anomalies",
    "Carte": "profile atr numero_serie type_carte debut_validite fin_validite",
    "Assure": "nir cle nir_valide regime caisse centre code_gestion regime_libelle regime_particulier",
    "ServiceAmo": "code debut fin",
    "Accident": "organisme code_gestion identifiant",
    "Naissance": "en_carte date lunaire",
    "Periode": "debut fin",
    "Mutuelle": """identification garanties indicateur_traitement type_services services_associes aiguillage_sts periodes
                   geree_par_amo""",
    "Amc": """numero_b2 numero_edi numero_adherent indicateur_traitement debut fin code_routage identifiant_hote nom_domaine
              aiguillage_sts type_services services_associes""",
    "Couverture": "debut fin ald situation",
    "Exoneration": "code_couverture connu nature justificatif libelle taux_standard debut fin avec",
    "Maternite": "date_presumee date_accouchement debut fin",
    "Beneficiaire": """index nom_usuel nom_patronymique prenom nationalite adresse nir_certifie cle_nir_certifie date_certification
                       naissance rang_naissance qualite qualite_libelle service_amo droits droits_ouverts mutuelle amc couvertures
                       exoneration maternite""",
    "Professionnel": "type categorie identifiant cle civilite nom prenom numero_carte debut_validite fin_validite",
    "Protected": "status code message next_step",
    "Anomalie": "fichier offset raison",
}
"""The keys of the first release of vitale-card/1: what a document must have, then as now."""


def test_the_schema_asks_for_the_keys_of_its_first_release_and_no_other() -> None:
    schema = card_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    asked = {name: set(definition["required"]) for name, definition in schema["$defs"].items()}
    for younger in ("Cmu", "Refus", "Situation"):  # whole where they are there
        assert asked.pop(younger) == set(schema["$defs"][younger]["properties"])
    assert asked == {name: set(keys.split()) for name, keys in FIRST_RELEASE.items()}


def first_release(shown: Any, schema: dict[str, Any], definition: str = "Card") -> Any:
    """The same card object as an earlier release wrote it: only the keys that there were."""
    kept: dict[str, Any] = {}
    for key in FIRST_RELEASE[definition].split():
        value = shown[key]
        below = re.search(r"/(\w+)\"", json.dumps(schema["$defs"][definition]["properties"][key]))
        if below is not None and isinstance(value, dict):
            value = first_release(value, schema, below[1])
        elif below is not None and isinstance(value, list):
            value = [first_release(each, schema, below[1]) for each in cast("list[Any]", value)]
        kept[key] = value
    return kept


def test_a_document_of_the_first_release_is_still_a_valid_one(family: Callable[..., VitaleReading]) -> None:
    schema = card_schema()
    old = first_release(card_object(family()), schema)
    assert "caisse_libelle" not in json.dumps(old)
    jsonschema.validate(old, schema, cls=jsonschema.Draft202012Validator)
    assert loads(json.dumps(old)).assure.caisse_libelle is None


def test_what_this_release_writes_has_every_key(family: Callable[..., VitaleReading]) -> None:
    schema = card_schema()

    def complete(shown: Any, definition: str) -> None:
        properties = schema["$defs"][definition]["properties"]
        assert set(shown) == set(properties), definition
        for key, value in shown.items():
            below = re.search(r"/(\w+)\"", json.dumps(properties[key]))
            for each in cast("list[Any]", value) if isinstance(value, list) else [value]:
                if below is not None and isinstance(each, dict):
                    complete(each, below[1])

    complete(card_object(family()), "Card")


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
    assert card["assure"] == {
        "nir": "2840375999001",
        "cle": "17",
        "nir_valide": True,
        "nir_nature": "normal",
        "regime": "01",
        "regime_libelle": "Régime général",
        "regime_particulier": None,
        "caisse": "349",
        "centre": "9881",
        "caisse_libelle": "Caisse de test",
        "code_gestion": "10",
        "code_gestion_libelle": None,
        "statut_particulier": None,
        "statut_particulier_libelle": None,
    }
    service = {
        "code": "01",
        "libelle": "Couverture complémentaire gérée par la caisse",
        "debut": "2025-11-01",
        "fin": "2026-10-31",
        "en_cours": True,
    }
    assert card["service_amo"] == service
    accident = {
        "organisme": "013499881",
        "organisme_libelle": "Caisse de test",
        "code_gestion": "10",
        "code_gestion_libelle": None,
        "identifiant_valide": True,
    }
    assert card["accidents"] == [
        accident | {"rang": 1, "code_gestion": "", "identifiant": "", "identifiant_valide": None},
        accident | {"rang": 2, "identifiant": "240115006"},
        accident | {"rang": 3, "identifiant": "250630019"},
    ]
    assert card["zone_commune"] == "ZONE COMMUNE : CARTE D'ESSAI N° 102"
    mother, father, zoe, noe, grandmother = card["beneficiaires"]
    assert mother["nom_patronymique"] == "L'ÉPREUVE-NOËL"
    assert mother["adresse"] == ["APPARTEMENT 3", "BÂTIMENT Ç", "12 ALLÉE DES ÎLES", "LIEU-DIT L'ESSAI", "75999 PARIS"]
    assert mother["service_amo"] == service
    assert mother["nir_certifie_valide"] is True
    assert mother["qualite_hprim"] == "00"
    assert mother["mutuelle"] == {
        "identification": "99999997",
        "identification_libelle": "Couverture complémentaire (CMU-C, C2S) gérée par la caisse ou en gestion unique",
        "garanties": "OOOOOONN",
        "indicateur_traitement": "62",
        "indicateur_traitement_libelle": "CMU-C ou C2S",
        "type_services": "S",
        "services_associes": "01",
        "aiguillage_sts": "U",
        "aiguillage_sts_libelle": None,
        "periodes": [
            {
                "debut": "2024-11-01",
                "fin": "2025-10-31",
                "debut_en_carte": "20241101",
                "fin_en_carte": "20251031",
                "en_cours": False,
            },
            {
                "debut": "2025-11-01",
                "fin": "2026-10-31",
                "debut_en_carte": "20251101",
                "fin_en_carte": "20261031",
                "en_cours": True,
            },
        ],
        "geree_par_amo": True,
        "en_cours": True,
    }
    assert mother["cmu"] == {
        "origine": "beneficiaire",
        "code": "01",
        "gestion": "caisse",
        "type_cmu": "COMPLEMENTAIRE SANTE SOLIDAIRE gérée par votre caisse d'Assurance Maladie",
        "debut": "2025-11-01",
        "fin": "2026-10-31",
        "en_cours": True,
    }
    assert mother["maternite"] == {
        "date_presumee": "2026-03-15",
        "date_accouchement": None,
        "debut": "2025-11-15",
        "fin": "2026-03-27",
    }
    assert mother["exoneration"]["nature"] == "maternite"
    assert (mother["exoneration"]["nature_assurance"], mother["exoneration"]["nature_assurance_libelle"]) == (
        "30",
        "Maternité",
    )
    assert father["amc"]["nom_domaine"] == "AMC.EXAMPLE"
    assert father["exoneration"] == {
        "code_couverture": "10100",
        "connu": True,
        "nature": "ald",
        "justificatif": "4",
        "justificatif_libelle": "Affection de longue durée (ALD)",
        "libelle": "Affection de longue durée (ALD) : soins en rapport pris en charge à 100 %",
        "taux_standard": 100,
        "nature_assurance": "10",
        "nature_assurance_libelle": "Maladie",
        "debut": "2021-06-01",
        "fin": "2031-05-31",
        "avec": [],
    }
    assert [each["ald"] for each in father["couvertures"]] == ["0", "1", "0"]
    assert [(each["nature"], each["en_cours"]) for each in father["couvertures"]] == [
        ("aucune", False),
        ("ald", True),
        ("aucune", False),
    ]
    assert father["couvertures"][1]["fin_en_carte"] == "20310531"
    assert (father["amc"]["aiguillage_sts_libelle"], father["amc"]["en_cours"]) == ("FNMF", False)
    assert (father["cmu"], father["autres_amc"]) == (None, [])
    assert (zoe["naissance"], zoe["rang_naissance"]) == (noe["naissance"], "1")
    assert (noe["rang_naissance"], noe["qualite_libelle"]) == ("2", "Enfant")
    assert grandmother["naissance"] == {
        "en_carte": "19481901",
        "date": None,
        "lunaire": True,
        "date_calcul": "1948-01-01",
        "age": 78,
    }
    assert (zoe["naissance"]["age"], zoe["qualite_hprim"], grandmother["qualite_hprim"]) == (10, "11", "31")
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
        ("198505120000", ("19850512", "1985-05-12", False, "1985-05-12", 40)),
        ("195319320000", ("19531932", None, True, "1953-01-01", 73)),
        ("500101", ("500101", None, False, "1950-01-01", 76)),
        ("260115", ("260115", None, False, "2026-01-15", 0)),
        ("202601160000", ("20260116", "2026-01-16", False, "2026-01-16", None)),
        ("000000000000", ("", None, False, None, None)),
    ],
)
def test_births_are_as_on_the_card(written: str, shown: tuple[Any, ...]) -> None:
    holder = BeneficiaireRecords(beneficiaire=Beneficiaire(nom_usuel="X", date_naissance=CardDate(written)))
    keys = ("en_carte", "date", "lunaire", "date_calcul", "age")
    assert one(holder)["naissance"] == dict(zip(keys, shown, strict=True))


def test_blank_groups_are_nothing() -> None:
    assert one(BeneficiaireRecords(mutuelle=Mutuelle()))["mutuelle"] is None
    assert one(BeneficiaireRecords(maternite=Maternite()))["maternite"] is None
    person = one(BeneficiaireRecords(Beneficiaire(nom_usuel="X")))
    assert (person["droits"], person["droits_ouverts"]) == ([], False)
    card = card_object(reading(VitaleRecords(accidents=Accidents())))
    assert (card["accidents"], card["zone_commune"], card["beneficiaires"]) == ([], None, [])


@pytest.mark.parametrize(
    ("identification", "run_by_caisse"), [("99999997", True), ("88888888", False), ("55555551", False)]
)
def test_who_runs_the_complementary_cover(identification: str, run_by_caisse: bool) -> None:
    shown = one(BeneficiaireRecords(mutuelle=Mutuelle(identification=identification)))["mutuelle"]
    assert shown["geree_par_amo"] is run_by_caisse


@pytest.mark.parametrize(
    ("regime", "caisse", "centre", "gestion", "shown"),
    [
        ("01", "751", "0000", "65", ("CPAM Paris", "Détenu", "detenu", "Détenu")),
        (
            "01",
            "349",
            "0349",
            "89",
            ("Caisse de test", "Aide médicale de l'État (AME)", "ame", "Aide médicale de l'État (AME)"),
        ),
        ("05", "051", "0349", "12", ("RATP, assurance maladie des actifs", None, None, None)),
        ("08", "756", "0100", "13", ("CNMSS, affiliés", "Invalides de guerre", None, None)),
        ("11", "000", "0000", "ZZ", (None, None, None, None)),
    ],
)
def test_the_names_of_an_affiliation(
    regime: str, caisse: str, centre: str, gestion: str, shown: tuple[str | None, ...]
) -> None:
    assure = Assure(regime=regime, caisse=caisse, centre=centre, code_gestion=gestion)
    found = card_object(reading(VitaleRecords(assure=assure)))["assure"]
    keys = ("caisse_libelle", "code_gestion_libelle", "statut_particulier", "statut_particulier_libelle")
    assert tuple(found[key] for key in keys) == shown


@pytest.mark.parametrize(
    ("nir", "nature"),
    [
        ("1850575999001", "normal"),
        ("3531375999001", "immatriculation"),
        ("5555555999001", "agricole"),
        ("2555555349042", "fictif"),
        ("7850599999001", "provisoire"),
        ("ABC", None),
        ("", None),
    ],
)
def test_the_nature_of_a_nir(nir: str, nature: str | None) -> None:
    assert card_object(reading(VitaleRecords(assure=Assure(nir=nir))))["assure"]["nir_nature"] == nature


@pytest.mark.parametrize(
    ("identifiant", "valid"), [("240115006", True), ("240115007", False), ("2401", False), ("", None)]
)
def test_an_accidents_key_is_checked(identifiant: str, valid: bool | None) -> None:
    records = VitaleRecords(accidents=Accidents(organisme2="0134", identifiant2=identifiant))
    (found,) = card_object(reading(records))["accidents"]
    assert (found["rang"], found["identifiant_valide"], found["organisme_libelle"]) == (2, valid, None)


def test_a_null_end_is_open_or_no_date_and_the_text_tells_which() -> None:
    periods = (
        Droits(CardDate("202001010000"), CardDate("000000000000")),
        Droits(CardDate("202001010000"), CardDate("209913320000")),
        Droits(CardDate("202001010000"), CardDate("")),
    )
    shown = one(BeneficiaireRecords(droits=periods))["droits"]
    assert [(each["fin"], each["fin_en_carte"], each["en_cours"]) for each in shown] == [
        (None, "", True),
        (None, "20991332", False),
        (None, "", True),
    ]


def test_every_insurer_of_a_beneficiary_is_shown() -> None:
    holder = BeneficiaireRecords(amc=Amc(numero_b2="1"), autres_amc=(Amc(numero_b2="2"), Amc(numero_b2="3")))
    shown = one(holder)
    assert (shown["amc"]["numero_b2"], [each["numero_b2"] for each in shown["autres_amc"]]) == ("1", ["2", "3"])


def test_json_text_is_readable_and_may_be_one_line() -> None:
    read = reading(VitaleRecords(beneficiaires=(BeneficiaireRecords(beneficiaire=Beneficiaire(prenom="ZOÉ")),)))
    assert '"prenom": "ZOÉ"' in dumps(read)
    assert dumps(read).endswith("}\n")
    assert dumps(read, indent=0).count("\n") == 1
    assert json.loads(dumps(read, indent=0)) == json.loads(dumps(read))
