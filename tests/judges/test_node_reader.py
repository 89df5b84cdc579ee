"""A reader in JavaScript, written from `docs/` alone, is certified: what the documentation says is enough, and true.

The values expected of `famille` are written by hand from `vitale card show famille`.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reader_core.rules.affiliation import QUALITES, REGIMES

pytestmark = pytest.mark.judge

ROOT = Path(__file__).parents[2]
READER = ROOT / "examples" / "node" / "reader.js"
ADDRESS = ["APPARTEMENT 3", "BÂTIMENT Ç", "12 ALLÉE DES ÎLES", "LIEU-DIT L'ESSAI", "75999 PARIS"]

Events = list[dict[str, Any]]


def certify(folder: Path, reader: Path, *options: str) -> tuple[int, Events]:
    """Certify a reader in an empty folder, as its author would; the exit code, and the cases of the event stream."""
    command = [
        sys.executable,
        "-m",
        "vitale_testbed",
        "certify",
        "--product",
        f"exec:node '{reader}'",
        "-o",
        str(folder / "run"),
    ]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, check=False, timeout=280)
    assert "Traceback" not in done.stderr, done.stderr
    events: Events = [json.loads(line) for line in (folder / "run" / "events.jsonl").read_text("utf-8").splitlines()]
    assert events[0]["reader"] == "socket"
    return done.returncode, [event for event in events if event["event"] == "case_finished"]


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Events]:
    return certify(tmp_path_factory.mktemp("node"), READER)


@pytest.fixture
def famille(certified: tuple[int, Events]) -> dict[str, Any]:
    """What the reader read of the card `famille`."""
    (case,) = (case for case in certified[1] if case["id"] == "VIT-IDE-001/4")
    assert case["scenario"]["vitale"] == "famille"
    (answer,) = case["answers"]
    card: dict[str, Any] = answer["card"]
    return card


def test_every_case_that_applies_passes(certified: tuple[int, Events]) -> None:
    code, cases = certified
    wrong = {case["id"]: case["reason"] for case in cases if case["verdict"] not in ("PASS", "NOT_APPLICABLE")}
    assert wrong == {}
    assert code == 0
    assert sum(case["verdict"] == "PASS" for case in cases) >= 40


def test_a_pass_compared_something(certified: tuple[int, Events]) -> None:
    assert [case["id"] for case in certified[1] if case["verdict"] == "PASS" and not case["checks"]] == []


def test_what_does_not_apply_needs_a_capability_that_it_does_not_declare(certified: tuple[int, Events]) -> None:
    for case in certified[1]:
        if case["verdict"] == "NOT_APPLICABLE":
            assert re.search("does not declare the capabilit(y|ies) ", case["reason"]), case["id"]
            assert case["answers"] == []


def test_the_family_is_read_as_it_is(famille: dict[str, Any]) -> None:
    assert famille["vitale"] == {
        "profile": "vitale2",
        "atr": "3B751300004309EA9000",
        "numero_serie": "00000102",
        "type_carte": "T",
        "debut_validite": "2019-09-01",
        "fin_validite": "2031-08-31",
    }
    assert famille["assure"] == {
        "nir": "2840375999001",
        "cle": "17",
        "nir_valide": True,
        "regime": "01",
        "caisse": "349",
        "centre": "9881",
        "code_gestion": "10",
        "regime_libelle": "Régime général",
        "regime_particulier": None,
    }
    assert famille["service_amo"] == {"code": "01", "debut": "2025-11-01", "fin": "2026-10-31"}
    assert famille["accidents"] == [
        {"organisme": "013499881", "code_gestion": "", "identifiant": ""},
        {"organisme": "013499881", "code_gestion": "10", "identifiant": "240115006"},
        {"organisme": "013499881", "code_gestion": "10", "identifiant": "250630019"},
    ]
    assert famille["zone_commune"] == "ZONE COMMUNE : CARTE D'ESSAI N° 102"
    assert famille["protected"]["status"] == "withheld"
    assert famille["protected"]["code"] == "cps_absent"
    assert famille["anomalies"] == []


def test_each_beneficiary_is_read_with_what_is_theirs(famille: dict[str, Any]) -> None:
    assert [
        (one["index"], one["nom_usuel"], one["prenom"], one["qualite_libelle"]) for one in famille["beneficiaires"]
    ] == [
        (1, "SPÉCIMEN", "HÉLOÏSE", "Assuré"),
        (2, "SPÉCIMEN", "FRANÇOIS", "Conjoint"),
        (3, "SPÉCIMEN", "ZOÉ", "Enfant"),
        (4, "SPÉCIMEN", "NOÉ", "Enfant"),
        (5, "L'ÉPREUVE-NOËL", "MARÍA-BEGOÑA", "Ascendant, descendant ou collatéral"),
    ]
    first, second, third, fourth, fifth = famille["beneficiaires"]
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
        "periodes": [{"debut": "2024-11-01", "fin": "2025-10-31"}, {"debut": "2025-11-01", "fin": "2026-10-31"}],
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
    assert fifth["naissance"] == {"en_carte": "19481901", "date": None, "lunaire": True}
    assert fifth["droits"] == [
        {"debut": "2019-09-01", "fin": "2020-08-31"},
        {"debut": "2020-10-01", "fin": "2022-09-30"},
        {"debut": "2022-10-01", "fin": None},
    ]
    assert [one["droits_ouverts"] for one in famille["beneficiaires"]] == [True] * 5
    for one in famille["beneficiaires"]:
        assert (one["couvertures"], one["exoneration"], one["maternite"]) == (None, None, None)


def test_the_harness_sees_the_same_reader_take_latin_1_for_utf_8(tmp_path: Path) -> None:
    text = READER.read_text("utf-8")
    changed = text.replace("value.toString('latin1');", "value.toString('utf8');")
    assert changed != text
    reader = tmp_path / "a reader.js"
    reader.write_text(changed, "utf-8")
    shutil.copy(READER.with_name("vitale-adapter.js"), tmp_path)
    code, cases = certify(tmp_path, reader, "--only", "VIT-IDE-001/2")
    assert code == 1
    assert [case["verdict"] for case in cases] == ["FAIL"]


@pytest.mark.parametrize("line", ["not JSON", "{}", "null", '{"cmd": "sing"}'])
def test_it_answers_what_it_does_not_know(line: str) -> None:
    done = subprocess.run(
        ["node", str(READER)],
        input=f'{line}\n{{"cmd": "stop"}}\n',
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["error"]["code"] == "unknown_command"


def test_the_page_of_the_card_object_has_the_labels_of_the_built_in_reader() -> None:
    rows = re.findall(r"^\| (\d\d?) \| (.+) \|$", (ROOT / "docs" / "card-object.md").read_text("utf-8"), re.MULTILINE)
    assert dict(rows) == {**REGIMES, **QUALITES}
