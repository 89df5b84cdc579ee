"""What the insured person has to pay: the UNCAM's rates by category of care, the flat amounts and their caps, over time.

None of it is on a card and none of it is in a reading (docs/4.10.md): the counters are kept by the caisse. This is a table to
look things up in, `on` a day; docs/participation.md shows it whole. Every row says from which day on it holds, and what says
so. Where no text at hand gives the day, or the rate, the row is an assumption and its source says what was not checked.

    >>> from datetime import date
    >>> plage(Categorie.TRANSPORT, date(2026, 1, 15)).minimum
    45
    >>> montant(Objet.FRANCHISE_MEDICAMENT, date(2024, 3, 30)).valeur
    Decimal('0.50')
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from reader_core.rules.participation.amounts import DISPENSES, MONTANTS, Dispense
from reader_core.rules.participation.model import Categorie, Montant, Objet, Plage, Taux, Unite
from reader_core.rules.participation.rates import PLAGES, TAUX

__all__ = [
    "DISPENSES",
    "MONTANTS",
    "PLAGES",
    "TAUX",
    "Categorie",
    "Dispense",
    "Montant",
    "Objet",
    "Plage",
    "Taux",
    "Unite",
    "montant",
    "plage",
    "taux",
]


class _Dated(Protocol):
    @property
    def depuis(self) -> date: ...


Row = TypeVar("Row", bound=_Dated)


def plage(categorie: Categorie, on: date) -> Plage | None:
    """Give the range of a category on a day, or None before the ranges began (1 January 2005)."""
    return _last((each for each in PLAGES if each.categorie is categorie), on)


def taux(categorie: Categorie, on: date) -> Taux | None:
    """Give the participation of a category on a day, or None for a day that no row covers."""
    return _last((each for each in TAUX if each.categorie is categorie), on)


def montant(objet: Objet, on: date) -> Montant | None:
    """Give an amount on a day, or None before there was one."""
    return _last((each for each in MONTANTS if each.objet is objet), on)


def _last(rows: Iterable[Row], on: date) -> Row | None:
    return max((each for each in rows if each.depuis <= on), key=lambda each: each.depuis, default=None)
