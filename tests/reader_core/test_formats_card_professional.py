"""The card object: what it says of the professional card and its holder's work."""

import pytest
from family import ON, read_family

from reader_core import VitaleReading, card_object
from reader_core.records import VitaleRecords
from reader_core.records.cps import PorteurCps
from reader_core.session import Anomaly, Professional, Protection, ProtectionStatus


def reading(professional: Professional) -> VitaleReading:
    read = Protection(ProtectionStatus.READ)
    return VitaleReading("4.10", ON, "vitale2", bytes.fromhex("3B75"), "", VitaleRecords(), read, professional)


@pytest.mark.parametrize(
    ("category", "kind", "shown"),
    [("80", "00", ("CPS", "test")), ("00", "03", ("CPA", "reelle")), ("80", "99", (None, "test"))],
)
def test_the_professional_card(category: str, kind: str, shown: tuple[str | None, str]) -> None:
    porteur = PorteurCps(
        category, kind, "00", "8", "9979990001", "6", "DR", "VALBREUSE", "Hélène", "20200101", "nonsense"
    )
    card = card_object(reading(Professional(porteur, "99900001")))
    found = card["professionnel"]
    assert (found["type"], found["categorie"]) == shown
    assert (found["debut_validite"], found["fin_validite"]) == ("2020-01-01", None)


def test_what_a_professional_card_says_of_its_holders_work() -> None:
    found = card_object(read_family())["professionnel"]
    situations = found.pop("situations")
    assert found == {
        "type": "CPS",
        "type_libelle": "Carte de professionnel de santé (CPS)",
        "categorie": "test",
        "responsabilite": "00",
        "responsabilite_libelle": "Sans objet",
        "type_identifiant": "8",
        "type_identifiant_libelle": "RPPS",
        "identifiant": "9979990001",
        "cle": "6",
        "identifiant_national": "899799900016",
        "identifiant_valide": True,
        "civilite": "DR",
        "nom": "VALBREUSE",
        "prenom": "Hélène",
        "numero_carte": "99900001",
        "debut_validite": "2020-01-01",
        "fin_validite": "2099-12-31",
        "profession": "10",
        "profession_libelle": "Médecin",
        "future_profession": "",
        "future_profession_libelle": None,
        "langue": "fr",
    }
    assert [each["numero_logique"] for each in situations] == ["1", "2", "4"]
    assert situations[2] == {
        "numero_logique": "4",
        "mode_exercice": "04",
        "mode_exercice_libelle": "Remplaçant",
        "statut": "1",
        "secteur": "32",
        "secteur_libelle": "Cabinet libéral de groupe ou association",
        "type_structure": "4",
        "type_structure_libelle": "RPPS-rang",
        "numero_structure": "99799900990017",
        "cle_structure": "",
        "raison_sociale": "GROUPE MEDICAL DES ESSAIS",
        "numero_facturation": "99900009",
        "cle_facturation": "4",
        "numero_remplacant": "99900001",
        "cle_remplacant": "1",
        "code_conventionnel": "2",
        "code_conventionnel_libelle": "Conventionné avec dépassement",
        "specialite": "01",
        "specialite_libelle": "Médecine générale",
        "zone_tarifaire": "30",
        "zone_tarifaire_libelle": "Zone B ou zone C",
        "zone_ik": "2",
        "zone_ik_libelle": "Montagne",
        "agrements": ["01", "00", "00"],
        "agrements_libelles": ["Agrément D ou agrément DDASS", "Aucun agrément", "Aucun agrément"],
        "habilitation_signature": "1",
        "habilitation_lot": "0",
    }


def test_without_the_code_nothing_is_known_of_the_professionals_work() -> None:
    found = card_object(read_family(cps="cpa"))["professionnel"]  # refused before its code is used
    assert (found["profession"], found["profession_libelle"], found["langue"], found["situations"]) == (None,) * 4
    assert (found["identifiant_valide"], found["type_identifiant_libelle"]) == (None, "FINESS et numéro de registre")


def test_an_anomaly_of_the_professional_card_is_told() -> None:
    porteur = PorteurCps("80", "00", "00", "8", "9979990001", "6", "DR", "V", "H", "20200101", "20991231")
    odd = Professional(porteur, "1", anomalies=(Anomaly("CPS2SITF", 4, "tag 81 announces 5 bytes, 0 came"),))
    card = card_object(reading(odd))
    assert card["anomalies"] == [{"fichier": "CPS2SITF", "offset": 4, "raison": "tag 81 announces 5 bytes, 0 came"}]
