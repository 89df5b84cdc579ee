"""A reader in JavaScript, written from `docs/` alone, is certified: what the documentation says is enough, and true."""

import shutil
from pathlib import Path
from typing import Any

import famille
import pytest
from page_commands import DAMAGED_AT, ROOT, Cases, certify, commands, damaged, passed, strangers

pytestmark = [pytest.mark.judge, pytest.mark.xdist_group("node-reader")]

PAGE = "examples/node/README.md"
READER = ROOT / "examples" / "node" / "reader.js"
ADDRESS = ["APPARTEMENT 3", "BÂTIMENT Ç", "12 ALLÉE DES ÎLES", "LIEU-DIT L'ESSAI", "75999 PARIS"]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Cases:
    """All cases of the catalogue, each with a card behind a socket."""
    (command,) = commands(PAGE, "vitale certify")
    reader, found = certify(command, tmp_path_factory.mktemp("node"))
    assert reader == "socket"
    return found


@pytest.fixture
def card(cases: Cases) -> dict[str, Any]:
    """What the reader read of the card `famille`."""
    case = cases["VIT-IDE-001/4"]
    assert case["scenario"]["vitale"] == "famille"
    (answer,) = case["answers"]
    card: dict[str, Any] = answer["card"]
    return card


def test_every_case_that_applies_passes(cases: Cases) -> None:
    assert len(passed(cases, "does not declare the capabilit")) >= 40
    assert not any(case["answers"] for case in cases.values() if case["verdict"] == "NOT_APPLICABLE")


def test_the_family_is_read_as_it_is(card: dict[str, Any]) -> None:
    assert card["vitale"] == {
        "profile": "vitale2",
        "atr": famille.ATR,
        "numero_serie": "00000102",
        "type_carte": "T",
        "debut_validite": "2019-09-01",
        "fin_validite": "2031-08-31",
    }
    assert card["assure"] == famille.ASSURE
    assert card["service_amo"] == {"code": "01", "debut": "2025-11-01", "fin": "2026-10-31"}
    assert card["accidents"] == [
        {"organisme": "013499881", "code_gestion": "", "identifiant": ""},
        {"organisme": "013499881", "code_gestion": "10", "identifiant": "240115006"},
        {"organisme": "013499881", "code_gestion": "10", "identifiant": "250630019"},
    ]
    assert card["zone_commune"] == "ZONE COMMUNE : CARTE D'ESSAI N° 102"
    assert card["protected"]["status"] == "withheld"
    assert card["protected"]["code"] == "cps_absent"
    assert card["anomalies"] == []


def test_each_beneficiary_is_read_with_what_is_theirs(card: dict[str, Any]) -> None:
    assert [
        (one["index"], one["nom_usuel"], one["prenom"], one["qualite_libelle"]) for one in card["beneficiaires"]
    ] == [
        (1, "SPÉCIMEN", "HÉLOÏSE", "Assuré"),
        (2, "SPÉCIMEN", "FRANÇOIS", "Conjoint"),
        (3, "SPÉCIMEN", "ZOÉ", "Enfant"),
        (4, "SPÉCIMEN", "NOÉ", "Enfant"),
        (5, *famille.FIFTH),
    ]
    first, second, third, fourth, fifth = card["beneficiaires"]
    assert first["nom_patronymique"] == "L'ÉPREUVE-NOËL"
    assert first["adresse"] == second["adresse"] == ADDRESS
    assert third["adresse"] == [""] * 5
    assert first["mutuelle"] == {
        "identification": "99999997",
        "garanties": "OOOOOONN",
        "indicateur_traitement": "62",
        "type_services": "S",
        "services_associes": "01",
        "aiguillage_sts": "U",
        "periodes": famille.PERIODS_OF_THE_MUTUELLE,
        "geree_par_amo": True,
    }
    assert second["amc"] == {
        "numero_b2": "0099999901",
        "numero_edi": "9999990001",
        "numero_adherent": "ESSAI-000002",
        "indicateur_traitement": "12",
        "debut": "2020-01-01",
        "fin": "2025-10-31",
        "code_routage": "MA",
        "identifiant_hote": "ESSAI",
        "nom_domaine": "AMC.EXAMPLE",
        "aiguillage_sts": "M",
        "type_services": "S",
        "services_associes": "02",
    }
    assert (first["amc"], second["mutuelle"]) == (None, None)
    assert first["service_amo"] == {"code": "01", "debut": "2025-11-01", "fin": "2026-10-31"}
    assert second["service_amo"] == {"code": "00", "debut": None, "fin": None}
    assert (third["rang_naissance"], fourth["rang_naissance"]) == ("1", "2")
    assert (third["nir_certifie"], third["date_certification"]) == ("", None)
    assert (fifth["nationalite"], fifth["nir_certifie"], fifth["cle_nir_certifie"]) == ("E", "2481999999003", "29")
    assert fifth["naissance"] == famille.BIRTH_OF_THE_FIFTH
    assert fifth["droits"] == famille.RIGHTS_OF_THE_FIFTH
    assert [one["droits_ouverts"] for one in card["beneficiaires"]] == [True] * 5
    for one in card["beneficiaires"]:
        assert (one["couvertures"], one["exoneration"], one["maternite"]) == (None, None, None)


def test_what_a_damaged_card_lacks_is_said(tmp_path: Path) -> None:
    (command,) = commands(PAGE, "vitale certify")
    card = damaged(command, tmp_path)["card"]
    assert [(one["fichier"], one["offset"]) for one in card["anomalies"]] == [("DROITS", at) for at in DAMAGED_AT]


def test_the_harness_sees_the_same_reader_take_latin_1_for_utf_8(tmp_path: Path) -> None:
    text = READER.read_text("utf-8")
    changed = text.replace("value.toString('latin1');", "value.toString('utf8');")
    assert changed != text
    (tmp_path / "a reader.js").write_text(changed, "utf-8")
    shutil.copy(READER.with_name("vitale-adapter.js"), tmp_path)
    _, cases = certify("vitale certify --product \"exec:node 'a reader.js'\"", tmp_path, "VIT-IDE-001/2", code=1)
    assert [case["verdict"] for case in cases.values()] == ["FAIL"]


def test_it_answers_what_it_does_not_know(tmp_path: Path) -> None:
    strangers(["node", str(READER)], tmp_path, {"vitale": "pcsc:none"})
