"""Participations, franchises and caps: what was due on which day, written by hand from the texts."""

import doctest
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from reader_core.rules import participation
from reader_core.rules.participation import (
    DISPENSES,
    MONTANTS,
    PLAGES,
    TAUX,
    Categorie,
    Objet,
    Unite,
    montant,
    plage,
    taux,
)
from reader_core.rules.participation.markdown import CATEGORIES, OBJETS, participation_page

A_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("categorie", "on", "limits"),
    [
        # Décret 2004-1490: 15-25 hospital, 25-35 practitioners, 35-45 auxiliaries and laboratories, 60-70 medicines, 30-40 others.
        (Categorie.HOSPITALISATION, date(2005, 1, 1), (15, 25)),
        (Categorie.PRATICIEN, date(2005, 1, 1), (25, 35)),
        (Categorie.AUXILIAIRE, date(2005, 1, 1), (35, 45)),
        (Categorie.BIOLOGIE, date(2005, 1, 1), (35, 45)),
        (Categorie.MEDICAMENT_MODERE, date(2005, 1, 1), (60, 70)),
        (Categorie.MEDICAMENT_IMPORTANT, date(2005, 1, 1), (30, 40)),
        (Categorie.DISPOSITIF, date(2005, 1, 1), (30, 40)),
        (Categorie.TRANSPORT, date(2005, 1, 1), (30, 40)),
        # CSS R.160-5 as it read on 1 January 2026.
        (Categorie.HOSPITALISATION, date(2026, 1, 1), (15, 25)),
        (Categorie.PRATICIEN, date(2026, 1, 1), (25, 35)),
        (Categorie.DENTAIRE, date(2026, 1, 1), (35, 45)),
        (Categorie.AUXILIAIRE, date(2026, 1, 1), (35, 45)),
        (Categorie.BIOLOGIE, date(2026, 1, 1), (35, 45)),
        (Categorie.MEDICAMENT_MODERE, date(2026, 1, 1), (70, 75)),
        (Categorie.MEDICAMENT_FAIBLE, date(2026, 1, 1), (80, 90)),
        (Categorie.DISPOSITIF, date(2026, 1, 1), (40, 50)),
        (Categorie.TRANSPORT, date(2026, 1, 1), (45, 55)),
        (Categorie.CURE, date(2026, 1, 1), (30, 40)),
        (Categorie.AUTRE, date(2026, 1, 1), (30, 40)),
        # The days on which the article changed.
        (Categorie.DENTAIRE, date(2023, 8, 1), (25, 35)),
        (Categorie.DENTAIRE, date(2023, 8, 2), (35, 45)),
        (Categorie.TRANSPORT, date(2023, 5, 20), (30, 40)),
        (Categorie.TRANSPORT, date(2023, 5, 21), (45, 55)),
    ],
)
def test_ranges(categorie: Categorie, on: date, limits: tuple[int, int]) -> None:
    found = plage(categorie, on)
    assert found is not None
    assert (found.minimum, found.maximum) == limits


@pytest.mark.parametrize(
    ("categorie", "on", "participation"),
    [
        (Categorie.DENTAIRE, date(2023, 10, 14), 30),
        (Categorie.DENTAIRE, date(2023, 10, 15), 40),
        (Categorie.TRANSPORT, date(2023, 7, 31), 35),
        (Categorie.TRANSPORT, date(2023, 8, 1), 45),
        (Categorie.MEDICAMENT_MODERE, date(2011, 5, 1), 65),
        (Categorie.MEDICAMENT_MODERE, date(2011, 5, 2), 70),
        (Categorie.DISPOSITIF, date(2011, 5, 1), 35),
        (Categorie.DISPOSITIF, date(2011, 5, 2), 40),
        (Categorie.PRATICIEN, date(2024, 9, 24), 30),
        # The pharmacy reference table of November 2024: 65, 30, 15, 60, 60 % reimbursed.
        (Categorie.MEDICAMENT_IMPORTANT, date(2024, 11, 1), 35),
        (Categorie.MEDICAMENT_MODERE, date(2024, 11, 1), 70),
        (Categorie.MEDICAMENT_FAIBLE, date(2024, 11, 1), 85),
        (Categorie.DISPOSITIF, date(2024, 11, 1), 40),
        (Categorie.BIOLOGIE, date(2024, 11, 1), 40),
    ],
)
def test_rates(categorie: Categorie, on: date, participation: int) -> None:
    found = taux(categorie, on)
    assert found is not None
    assert found.participation == participation


@pytest.mark.parametrize(
    ("objet", "last_day", "before", "after"),
    [
        (Objet.PARTICIPATION_FORFAITAIRE, date(2004, 12, 31), None, "1.00"),
        (Objet.PARTICIPATION_FORFAITAIRE, date(2024, 5, 14), "1.00", "2.00"),
        (Objet.PARTICIPATIONS_PAR_AN, date(2024, 5, 15), "50", "25"),
        (Objet.FRANCHISE_MEDICAMENT, date(2007, 12, 31), None, "0.50"),
        (Objet.FRANCHISE_MEDICAMENT, date(2024, 3, 30), "0.50", "1.00"),
        (Objet.FRANCHISE_AUXILIAIRE, date(2024, 3, 30), "0.50", "1.00"),
        (Objet.FRANCHISE_TRANSPORT, date(2024, 3, 30), "2.00", "4.00"),
        (Objet.FRANCHISE_AUXILIAIRE_PAR_JOUR, date(2024, 3, 30), "2.00", "4.00"),
        (Objet.FRANCHISE_TRANSPORT_PAR_JOUR, date(2024, 3, 30), "4.00", "8.00"),
        (Objet.FRANCHISES_PAR_AN, date(2007, 12, 31), None, "50.00"),
        (Objet.ACTE_LOURD, date(2018, 12, 31), "18.00", "24.00"),
        (Objet.SEUIL_TARIF, date(2011, 2, 23), "91.00", "120.00"),
        (Objet.SEUIL_COEFFICIENT, date(2011, 2, 23), "50", "60"),
        (Objet.HORS_PARCOURS, date(2005, 12, 31), None, "10"),
    ],
)
def test_amounts_the_day_before_and_the_day_itself(
    objet: Objet, last_day: date, before: str | None, after: str
) -> None:
    earlier, later = montant(objet, last_day), montant(objet, last_day + A_DAY)
    assert (None if earlier is None else earlier.valeur) == (None if before is None else Decimal(before))
    assert later is not None
    assert later.valeur == Decimal(after)


def test_four_participations_a_day_and_fifty_euros_a_year_whatever_one_costs() -> None:
    for on, year in ((date(2023, 1, 1), 50), (date(2024, 6, 1), 25)):
        one, daily, yearly = (
            montant(objet, on)
            for objet in (
                Objet.PARTICIPATION_FORFAITAIRE,
                Objet.PARTICIPATIONS_PAR_JOUR,
                Objet.PARTICIPATIONS_PAR_AN,
            )
        )
        assert one is not None
        assert daily is not None
        assert yearly is not None
        assert (daily.valeur, yearly.valeur, one.valeur * yearly.valeur) == (4, year, 50)


def test_nothing_before_the_ranges_began() -> None:
    before = date(2004, 12, 31)
    assert all(plage(categorie, before) is None for categorie in Categorie)
    assert all(taux(categorie, before) is None for categorie in Categorie)
    assert all(montant(objet, before) is None for objet in Objet)


def test_every_category_and_every_object_has_a_row_today() -> None:
    today = date(2026, 1, 15)
    assert all(plage(categorie, today) and taux(categorie, today) for categorie in Categorie)
    assert all(montant(objet, today) for objet in Objet)
    assert set(CATEGORIES) == set(Categorie)
    assert set(OBJETS) == set(Objet)


def test_a_rate_lies_in_the_range_of_its_day() -> None:
    days = {each.depuis for each in (*PLAGES, *TAUX)} | {each.depuis - A_DAY for each in (*PLAGES, *TAUX)}
    # The decree comes first, the decision follows: between them the rate of before stays outside the new range.
    waiting = {
        Categorie.DENTAIRE: (date(2023, 8, 2), date(2023, 10, 14)),
        Categorie.TRANSPORT: (date(2023, 5, 21), date(2023, 7, 31)),
    }
    for categorie in Categorie:
        for on in days:
            limits, rate = plage(categorie, on), taux(categorie, on)
            first, last = waiting.get(categorie, (date.max, date.min))
            if limits and rate and not first <= on <= last:
                assert limits.minimum <= rate.participation <= limits.maximum, (categorie, on)


def test_rows_of_one_thing_are_in_order_and_each_says_its_source() -> None:
    for rows in (
        *([each for each in PLAGES if each.categorie is categorie] for categorie in Categorie),
        *([each for each in TAUX if each.categorie is categorie] for categorie in Categorie),
        *([each for each in MONTANTS if each.objet is objet] for objet in Objet),
    ):
        starts = [each.depuis for each in rows]
        assert starts == sorted(set(starts))
        assert len({type(each) for each in rows}) == 1
    for each in (*PLAGES, *TAUX, *MONTANTS, *DISPENSES):
        assert each.sourced.source
    assert {each.unite for each in MONTANTS} == set(Unite)


def test_the_examples_and_the_page(docs: Path) -> None:
    assert doctest.testmod(participation) == (0, 3)
    page = (docs / "participation.md").read_text(encoding="utf-8")
    assert page == participation_page(), "run: python scripts/generate_docs.py"
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    found = [line.split("#") for line in code.splitlines() if "#" in line]
    names: dict[str, object] = {}
    exec("\n".join(line for line in code.splitlines() if line.startswith("from")), names)  # the page's own imports
    assert [str(eval(what, names)) for what, _ in found] == ["45", "45", "0.50"]
