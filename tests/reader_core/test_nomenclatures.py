"""The tables of codes: which codes each has, written by hand from the public tables, and the page that shows them."""

from pathlib import Path

import pytest

from reader_core.nomenclatures import NOMENCLATURES, organisme, organismes

# Codes as the sources list them. Labels are this project's words, checked by the page.
BY_HAND = {
    "regime": "01 02 03 04 05 06 07 08 09 10 12 14 15 16 17 80 82 90 91 92 93 94 95 96 99",
    "code_gestion": "13",
    "code_gestion_01": "65 70 89",
    "qualite": "0 1 2 3 4 5 6 7 8 9",
    "qualite_hprim": "0 1 2 6",
    "service_amo": "00 01 02 03 10",
    "justificatif": "0 1 2 3 4 5 6 7 8 9 C",
    "nature_assurance": "10 13 30 41 90",
    "nature_assurance_fse": "0 1 2 3 4",
    "nature_assurance_sniiram": "0 10 11 12 22 30 40 50 70 80 90 99",
    "piece_justificative": "0 1 2 3 4 5",
    "nature_nir": "00 01 03 04 05 06 08 09 11 12 13 14 15 99 NN",
    "motif_nir_fictif": "042 333",
    "organisme_complementaire": "55555551 75500017 88888888 99999997",
    "indicateur_mutuelle": "62 71",
    "aiguillage_sts": "4 8 M R",
    "type_contrat": "87 88 89 91 92 93 99",
    "categorie_organisme": "0 1 2 3 4 5 6 8 9",
    "G01": "00 01 02 80 81 82",
    "G02": "00 01 02 03 04",
    "G04": "00 01 02",
    "G07": "0 1 2 3 4",
    "G08": "0 1 2 3 4 5 6 8 9",
    "G15": "10 21 26 28 31 32 35 36 37 38 39 40 50 60 69 70 80 81 82 83 84 85 86 91 92 93 94 95 96 98",
    "G16": "10 21 40 50",
    "G17": "00 01 04 07",
    "G19": """10 11 16 17 25 26 31 32 33 35 37 41 42 43 45 51 53 54 55 56 57 58 61 62 63 65 66 71 75 81 85 86 91 92""",
    "G100": """01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 21 24 26 27 28 29 30 31 32 33 35 36 37 38 39 40 41
               42 43 44 45 46 47 48 49 50 70 71 72 73 74 75 76 77 78 99""",
    "G101": "0 1 2 3 9",
    "G102": "24 25 30 31 32 33 34 35 40 50 60 70 80 81 82 83 84 85 99",
    "G103": "0 1 2 3 9",
    "G104": "00 01 02 03 04 05 06 99",
    "habilitation": "0 1",
}


def test_every_table_has_the_codes_of_its_source_and_no_other() -> None:
    assert {name: " ".join(table.codes) for name, table in NOMENCLATURES.items()} == {
        name: " ".join(codes.split()) for name, codes in BY_HAND.items()
    }


@pytest.mark.parametrize(
    ("table", "code", "label"),
    [
        ("G15", "10", "Médecin"),
        ("G15", "60", "Infirmier"),
        ("G17", "04", "Remplaçant"),
        ("G19", "86", "Pharmacie d'officine"),
        ("G100", "01", "Médecine générale"),
        ("G101", "1", "Conventionné"),
        ("G102", "70", "Zone D"),
        ("G103", "2", "Montagne"),
        ("qualite_hprim", "6", "11"),
        ("qualite_hprim", "1", "31"),
        ("justificatif", "4", "Affection de longue durée (ALD)"),
        ("nature_assurance", "13", "Maladie, régime local d'Alsace-Moselle"),
    ],
)
def test_labels(table: str, code: str, label: str) -> None:
    assert NOMENCLATURES[table].libelle(code) == label


@pytest.mark.parametrize("code", ["", " ", "ZZ", "1", "001"])
def test_a_code_that_is_not_there_has_no_label(code: str) -> None:
    assert NOMENCLATURES["G15"].libelle(code) is None


def test_every_table_names_its_source_and_cannot_be_changed() -> None:
    for table in NOMENCLATURES.values():
        assert table.titre
        assert table.sourced.source
        assert table.sourced.basis in {"observed", "assumption"}
        assert all(label.strip() for label in table.codes.values())
        with pytest.raises(TypeError):
            table.codes["ZZ"] = "x"  # pyright: ignore[reportIndexIssue]


@pytest.mark.parametrize(
    ("regime", "caisse", "centre", "name"),
    [
        ("01", "751", "0000", "CPAM Paris"),  # schema-snds
        ("02", "681", "", "MSA D'ALSACE"),
        ("02", "972", "", "CGSS MARTINIQUE"),  # a character that the table has lost
        ("03", "050", "", "C.M.R. PROFES. ARTISANALES D'ILE DE France"),
        ("01", "976", "0101", "Caisse de sécurité sociale de Mayotte"),  # ours goes before MAYOTTE
        ("91", "976", "0501", "MGEN, Mayotte"),
        ("02", "976", "0000", "MSA de Mayotte"),
        ("04", "110", "0000", "SNCF, caisse de prévoyance"),
        (
            "04",
            "110",
            "0349",
            "SNCF, caisse de prévoyance",
        ),  # the only row of that caisse: test cards have another centre
        ("05", "051", "0349", "RATP, assurance maladie des actifs"),
        ("06", "200", "0200", "ENIM, centre de Bordeaux"),
        ("06", "200", "200", "ENIM, centre de Bordeaux"),
        ("07", "225", "0000", "Régime minier de sécurité sociale"),
        ("07", "330", "", "Caisse régionale minière (CARMI) du Centre-Est"),
        ("07", "500", "", "Union régionale de sécurité sociale minière du Sud-Est (Alès)"),
        ("08", "835", "0300", "CNMSS, pensionnés invalides de guerre"),
        ("10", "980", "2101", "CRPCEN"),
        ("01", "349", "9881", "Caisse de test"),
        ("80", "349", "0000", "Ministère des anciens combattants"),
        ("01", "999", "", "Contrat « premier euro »"),
    ],
)
def test_the_name_of_a_body(regime: str, caisse: str, centre: str, name: str) -> None:
    found = organisme(regime, caisse, centre)
    assert found is not None
    assert found.libelle == name
    assert found.sourced.basis == "observed"


@pytest.mark.parametrize(
    ("regime", "caisse", "centre"),
    [
        ("01", "100", ""),  # the table itself says that it is unknown
        ("06", "200", "0300"),  # several centres, none of them this one
        ("05", "349", ""),
        ("11", "349", ""),
        ("", "", ""),
    ],
)
def test_a_body_that_nothing_names(regime: str, caisse: str, centre: str) -> None:
    assert organisme(regime, caisse, centre) is None


def test_the_rows_of_bodies_are_whole() -> None:
    rows = organismes()
    assert len([row for row in rows if row.sourced.source.startswith("schema-snds, table")]) == 239
    for row in rows:
        assert (len(row.regime), len(row.caisse), len(row.centre) in {0, 4}) == (2, 3, True), row
        assert row.libelle.strip()
        assert "?" not in row.libelle
    own = [(row.regime, row.caisse, row.centre) for row in rows]
    assert len(set(own[:57])) == 57


def test_the_table_of_caisses_says_its_licence(docs: Path) -> None:
    readme = docs.parent / "reader_core" / "nomenclatures" / "data" / "README.md"
    text = readme.read_text(encoding="utf-8")
    assert "Mozilla Public License 2.0" in text
    assert readme.with_name("MPL-2.0.txt").read_text(encoding="utf-8").startswith("Mozilla Public License Version 2.0")
    assert "schema-snds" in text
