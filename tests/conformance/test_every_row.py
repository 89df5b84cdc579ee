"""Every row of the public tables that a reader shows is expected by a scenario: a new row without one fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fixtures.vitale import Scenario
from reader_core.nomenclatures import NOMENCLATURES

BENEFICIARY = "beneficiaires[*]."
SITUATION = "professionnel.situations[*]."

SHOWN = {
    "regime": ("assure.regime",),
    "code_gestion": ("assure.code_gestion",),
    "code_gestion_01": ("assure.code_gestion",),
    "qualite": (f"{BENEFICIARY}qualite",),
    "service_amo": ("service_amo.code", f"{BENEFICIARY}service_amo.code"),
    "justificatif": (f"{BENEFICIARY}exoneration.justificatif",),
    "nature_assurance": (f"{BENEFICIARY}exoneration.nature_assurance",),
    "organisme_complementaire": (f"{BENEFICIARY}mutuelle.identification",),
    "indicateur_mutuelle": (f"{BENEFICIARY}mutuelle.indicateur_traitement",),
    "aiguillage_sts": (f"{BENEFICIARY}mutuelle.aiguillage_sts",),
    "G04": ("professionnel.responsabilite",),
    "G07": (f"{SITUATION}type_structure",),
    "G08": ("professionnel.type_identifiant",),
    "G15": ("professionnel.profession",),
    "G16": ("professionnel.future_profession",),
    "G17": (f"{SITUATION}mode_exercice",),
    "G19": (f"{SITUATION}secteur",),
    "G100": (f"{SITUATION}specialite",),
    "G101": (f"{SITUATION}code_conventionnel",),
    "G102": (f"{SITUATION}zone_tarifaire",),
    "G103": (f"{SITUATION}zone_ik",),
    "G104": (f"{SITUATION}agrements[*]",),
    "habilitation": (f"{SITUATION}habilitation_signature", f"{SITUATION}habilitation_lot"),
}
"""Table -> the places of the card object where its codes stand."""

NOT_ON_A_CARD = {
    "justificatif": {"1", "2", "3", "7", "8", "C"},  # of an act or a stay, and of a bill
    "nature_assurance": {"41", "90"},  # of an act: an accident at work, prevention
}
"""Codes that only a bill has, since they speak of the care and not of the person."""

NOT_SHOWN = {
    "qualite_hprim": "another name of the qualité, checked in the reader core's own tests",
    "nature_assurance_fse": "of a bill",
    "nature_assurance_sniiram": "of the caisse's own records",
    "piece_justificative": "of a bill",
    "nature_nir": "kinds of the SNIIRAM; the numbers themselves are those of VIT-IDE-015",
    "motif_nir_fictif": "of the caisse; the numbers themselves are those of VIT-IDE-015",
    "type_contrat": "of a bill",
    "categorie_organisme": "of the caisse's own records",
    "G01": "shown as test or real, VIT-ACC-012",
    "G02": "shown as CPS, CPF, CPE, CDE or CPA, VIT-ACC-004 and VIT-ACC-005; a server's card reads no Vitale",
}
"""Tables none of whose codes is a text of the card object, and why."""


@pytest.fixture(scope="module")
def expected(scenarios: dict[str, Scenario]) -> dict[str, set[str]]:
    """Every text that a scenario expects, by its place."""
    found: dict[str, set[str]] = {}
    for scenario in scenarios.values():
        for reading in scenario.readings:
            for path, value in reading.expect.items():
                if isinstance(value, str):
                    found.setdefault(re.sub(r"\[\d+\]", "[*]", path), set()).add(value)
    return found


def test_each_table_is_shown_or_says_why_not() -> None:
    assert set(NOMENCLATURES) == SHOWN.keys() | NOT_SHOWN.keys()
    assert not SHOWN.keys() & NOT_SHOWN.keys()


@pytest.mark.parametrize("table", SHOWN)
def test_every_code_of_a_table_is_expected_somewhere(table: str, expected: dict[str, set[str]]) -> None:
    seen = set[str]().union(*(expected.get(place, set()) for place in SHOWN[table]))
    codes = set(NOMENCLATURES[table].codes)
    left_out = NOT_ON_A_CARD.get(table, set())
    assert codes - seen == left_out
    assert left_out <= codes


def test_every_situation_of_a_code_couverture_is_expected_somewhere(expected: dict[str, set[str]]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "4.10.md").read_text(encoding="utf-8")
    situations = set(re.findall(r"^\| (\d{4}) \| [a-z_]+ \|", page, flags=re.MULTILINE))
    assert len(situations) > 60
    seen = {code[1:] for code in expected[f"{BENEFICIARY}exoneration.code_couverture"]}
    assert situations <= seen


def test_every_body_of_the_small_schemes_is_expected_somewhere(scenarios: dict[str, Scenario]) -> None:
    table = Path(__file__).parents[2] / "reader_core" / "nomenclatures" / "data" / "organismes.csv"
    rows = [line.split(",") for line in table.read_text(encoding="utf-8").splitlines()[1:]]
    bodies = {(row[0], row[1]) for row in rows}
    seen = {
        (reading.expect.get("assure.regime"), reading.expect.get("assure.caisse"))
        for scenario in scenarios.values()
        for reading in scenario.readings
    }
    assert bodies - seen == set()
