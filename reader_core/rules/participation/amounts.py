"""Flat amounts, caps, thresholds, and who is spared which of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from reader_core.rules.participation.model import Montant, Objet, Unite
from reader_core.sourced import Sourced


def _law(source: str) -> Sourced:
    return Sourced("law", source)


def _euros(objet: Objet, value: str, depuis: date, sourced: Sourced) -> Montant:
    return Montant(objet, Decimal(value), Unite.EURO, depuis, sourced)


def _count(objet: Objet, value: int, depuis: date, sourced: Sourced) -> Montant:
    return Montant(objet, Decimal(value), Unite.NOMBRE, depuis, sourced)


_FRANCHISES_BEGAN: Final = date(2008, 1, 1)
_FRANCHISES_DOUBLED: Final = date(2024, 3, 31)
_FIRST_FRANCHISES: Final = _law("CSS D.322-5 (décret 2007-1937 of 26 December 2007)")
_FIRST_CAPS: Final = _law("CSS D.322-7 (décret 2007-1937 of 26 December 2007)")
_FRANCHISES: Final = _law("CSS D.160-9 (décret 2024-114 of 16 February 2024)")
_CAPS: Final = _law("CSS D.160-11 (décret 2024-114 of 16 February 2024)")
_HEAVY: Final = date(2006, 9, 1)
_HEAVY_BEGAN: Final = Sourced(
    "observed",
    "CSS R.322-8, decree of June 2006; that it applied from 1 September is an association's account (20 June for private practice)",
)
_HEAVIER: Final = Sourced("law", "CSS R.322-8 (décret 2011-201 of 21 February 2011, published on the 23rd)")
_FROM_MEMORY: Final = "the amount and its day are from memory, no text was at hand"

MONTANTS: Final = (
    _euros(Objet.PARTICIPATION_FORFAITAIRE, "1.00", date(2005, 1, 1), _law("décret 2004-1453 of 23 December 2004")),
    _euros(
        Objet.PARTICIPATION_FORFAITAIRE,
        "2.00",
        date(2024, 5, 15),
        Sourced(
            "observed",
            "the UNCAM's decision, by the press; inside the 2 to 3 euros of CSS R.160-19 (décret 2024-113, since 18 February 2024)",
        ),
    ),
    _count(
        Objet.PARTICIPATIONS_PAR_JOUR,
        4,
        date(2007, 8, 4),
        Sourced("law", "décret 2007-1166, then CSS D.160-8; the day is that after its publication (assumption)"),
    ),
    _count(
        Objet.PARTICIPATIONS_PAR_AN, 50, date(2005, 1, 1), _law("décret 2004-1453 of 23 December 2004: 50 euros a year")
    ),
    _count(Objet.PARTICIPATIONS_PAR_AN, 25, date(2024, 5, 16), _law("CSS D.160-6: still 50 euros a year")),
    _euros(Objet.FRANCHISE_MEDICAMENT, "0.50", _FRANCHISES_BEGAN, _FIRST_FRANCHISES),
    _euros(Objet.FRANCHISE_MEDICAMENT, "1.00", _FRANCHISES_DOUBLED, _FRANCHISES),
    _euros(Objet.FRANCHISE_AUXILIAIRE, "0.50", _FRANCHISES_BEGAN, _FIRST_FRANCHISES),
    _euros(Objet.FRANCHISE_AUXILIAIRE, "1.00", _FRANCHISES_DOUBLED, _FRANCHISES),
    _euros(Objet.FRANCHISE_TRANSPORT, "2.00", _FRANCHISES_BEGAN, _FIRST_FRANCHISES),
    _euros(Objet.FRANCHISE_TRANSPORT, "4.00", _FRANCHISES_DOUBLED, _FRANCHISES),
    _euros(Objet.FRANCHISE_AUXILIAIRE_PAR_JOUR, "2.00", _FRANCHISES_BEGAN, _FIRST_CAPS),
    _euros(Objet.FRANCHISE_AUXILIAIRE_PAR_JOUR, "4.00", _FRANCHISES_DOUBLED, _CAPS),
    _euros(Objet.FRANCHISE_TRANSPORT_PAR_JOUR, "4.00", _FRANCHISES_BEGAN, _FIRST_CAPS),
    _euros(Objet.FRANCHISE_TRANSPORT_PAR_JOUR, "8.00", _FRANCHISES_DOUBLED, _CAPS),
    _euros(Objet.FRANCHISES_PAR_AN, "50.00", _FRANCHISES_BEGAN, _law("CSS D.322-6 (décret 2007-1937), then D.160-10")),
    _euros(Objet.ACTE_LOURD, "18.00", _HEAVY, _HEAVY_BEGAN),
    _euros(Objet.ACTE_LOURD, "24.00", date(2019, 1, 1), _law("CSS R.160-16, I, in its version of 1 January 2019")),
    _euros(Objet.SEUIL_TARIF, "91.00", _HEAVY, _HEAVY_BEGAN),
    _euros(Objet.SEUIL_TARIF, "120.00", date(2011, 2, 24), _HEAVIER),
    _count(Objet.SEUIL_COEFFICIENT, 50, _HEAVY, _HEAVY_BEGAN),
    _count(Objet.SEUIL_COEFFICIENT, 60, date(2011, 2, 24), _HEAVIER),
    Montant(
        Objet.HORS_PARCOURS,
        Decimal(10),
        Unite.POINT,
        date(2006, 1, 1),
        Sourced(
            "law", "UNCAM decision of 17 November 2005, notice SANS0524796V; dated by its publication, 31 December 2005"
        ),
    ),
    Montant(Objet.HORS_PARCOURS, Decimal(20), Unite.POINT, date(2007, 7, 18), Sourced("assumption", _FROM_MEMORY)),
    Montant(
        Objet.HORS_PARCOURS,
        Decimal(40),
        Unite.POINT,
        date(2009, 1, 31),
        Sourced("assumption", f"30 % reimbursed outside the path is in print (observed); {_FROM_MEMORY}"),
    ),
)


@dataclass(frozen=True, slots=True)
class Dispense:
    """A case in which a flat amount is not due.

    Attributes:
        objets: which amounts.
        cas: who or what is spared, in English.
        sourced: the text.
    """

    objets: tuple[Objet, ...]
    cas: str
    sourced: Sourced


_FRANCHISES_ALL: Final = (Objet.FRANCHISE_MEDICAMENT, Objet.FRANCHISE_AUXILIAIRE, Objet.FRANCHISE_TRANSPORT)
_CIRCULAR: Final = _law("circulaire DSS/2A 2008-179 of 5 June 2008")

DISPENSES: Final = (
    Dispense(
        (Objet.PARTICIPATION_FORFAITAIRE, *_FRANCHISES_ALL),
        "dependants under 18 on 1 January of the year",
        _law("CSS R.160-20 and D.160-12"),
    ),
    Dispense(_FRANCHISES_ALL, "CMU-C, then C2S", _CIRCULAR),
    Dispense(_FRANCHISES_ALL, "what the maternity insurance pays", _CIRCULAR),
    Dispense(_FRANCHISES_ALL, "care for what a military pension (L. 115) is paid for", _CIRCULAR),
    Dispense(
        (Objet.PARTICIPATION_FORFAITAIRE, *_FRANCHISES_ALL),
        "affiliates of the Mines",
        _law("CSS L.322-8 (LFSS 2012, article 42)"),
    ),
)
"""The cases that the texts at hand name; there are others."""
