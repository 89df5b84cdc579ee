"""Régimes, qualités, Mayotte, and the page that says it all."""

from pathlib import Path

import pytest

from reader_core.rules import (
    EVOLUTIONS,
    QUALITES,
    REGIMES,
    Api,
    code_gestion_libelle,
    regime_libelle,
    regime_particulier,
    statut_particulier,
)


def test_mayotte_has_a_name_since_410_only() -> None:
    assert regime_libelle("01", "976", "4.10") == "Régime général - Mayotte"
    assert regime_particulier("01", "976", "4.10") == "mayotte"
    assert regime_libelle("01", "976", "before") == "Régime général"
    assert regime_particulier("01", "976", "before") is None


@pytest.mark.parametrize(("regime", "caisse"), [("91", "976"), ("01", "349"), ("02", "976")])
def test_nothing_else_is_mayotte(regime: str, caisse: str) -> None:
    assert regime_particulier(regime, caisse, "4.10") is None
    assert regime_libelle(regime, caisse, "4.10") == REGIMES[regime]


@pytest.mark.parametrize("api", ["before", "4.10"])
@pytest.mark.parametrize("regime", ["11", "13", "", "ZZ"])
def test_a_regime_nobody_published_has_no_label(regime: str, api: Api) -> None:
    assert regime_libelle(regime, "349", api) is None


def test_the_tables_are_complete() -> None:
    assert set("0123456789") == set(QUALITES)
    assert " ".join(REGIMES) == "01 02 03 04 05 06 07 08 09 10 12 14 15 16 17 80 82 90 91 92 93 94 95 96 99"


def test_the_six_evolutions_each_have_their_place_in_the_documentation(docs: Path) -> None:
    page = (docs / "4.10.md").read_text(encoding="utf-8")
    assert [each.id for each in EVOLUTIONS] == ["uncam", "maternite", "mayotte", "mines", "ratp", "acces"]
    headings = [line for line in page.splitlines() if line.startswith("### ")]
    assert len(headings) == len(EVOLUTIONS)
    for each in EVOLUTIONS:
        assert each.decision.basis == "assumption"
        assert each.before != each.since
        if each.law is not None:
            assert each.law.basis == "law"
            for text in each.law.source.replace("(", ";").replace(")", "").split(";"):
                numbers = [word for word in text.split() if any(char.isdigit() for char in word)]
                assert all(number in page for number in numbers), text


@pytest.mark.parametrize(
    ("regime", "code", "status"),
    [
        ("01", "65", "detenu"),
        ("01", "70", "coordonne_rss"),
        ("01", "89", "ame"),
        ("01", "10", None),
        ("90", "70", None),  # seen on test cards of the CAVIMAC, where nothing says what it means
        ("02", "65", None),
        ("", "", None),
    ],
)
def test_what_the_code_gestion_tells_of_an_affiliation(regime: str, code: str, status: str | None) -> None:
    found = statut_particulier(regime, code)
    assert (None if found is None else found.id) == status
    if found is not None:
        assert found.sourced.basis == "observed"


@pytest.mark.parametrize(
    ("regime", "code", "label"),
    [
        ("01", "65", "Détenu"),
        ("01", "89", "Aide médicale de l'État (AME)"),
        ("08", "13", "Invalides de guerre"),
        ("01", "13", "Invalides de guerre"),
        ("90", "70", None),
        ("07", "M1", None),
        ("01", "10", None),
    ],
)
def test_the_name_of_a_code_gestion(regime: str, code: str, label: str | None) -> None:
    assert code_gestion_libelle(regime, code) == label
