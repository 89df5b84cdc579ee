"""The ranges of the decree, and the rates that the UNCAM set inside them."""

from __future__ import annotations

from datetime import date
from typing import Final

from reader_core.rules.participation.model import Categorie, Plage, Taux
from reader_core.sourced import Sourced

RANGES_BEGAN: Final = date(2005, 1, 1)
"""Décret 2004-1490, published on 31 December 2004."""


def _law(item: str) -> Sourced:
    return Sourced("law", f"CSS R.322-1 (décret 2004-1490); since 2016 CSS R.160-5, {item}")


_NOT_DATED: Final = "; the day on which it began was not found"

PLAGES: Final = (
    Plage(Categorie.HOSPITALISATION, 15, 25, RANGES_BEGAN, _law("1° and 2°")),
    Plage(Categorie.PRATICIEN, 25, 35, RANGES_BEGAN, _law("3°")),
    Plage(Categorie.DENTAIRE, 25, 35, RANGES_BEGAN, _law("3°, as any practitioner")),
    Plage(
        Categorie.DENTAIRE,
        35,
        45,
        date(2023, 8, 2),
        Sourced("law", "CSS R.160-5, 3° bis (décret 2023-701 of 31 July 2023)"),
    ),
    Plage(Categorie.AUXILIAIRE, 35, 45, RANGES_BEGAN, _law("4°")),
    Plage(Categorie.BIOLOGIE, 35, 45, RANGES_BEGAN, _law("5°")),
    Plage(Categorie.MEDICAMENT_IMPORTANT, 30, 40, RANGES_BEGAN, _law("11°, as any other expense")),
    Plage(Categorie.MEDICAMENT_MODERE, 60, 70, RANGES_BEGAN, Sourced("law", "CSS R.322-1 (décret 2004-1490)")),
    Plage(
        Categorie.MEDICAMENT_MODERE,
        70,
        75,
        date(2011, 5, 2),
        Sourced(
            "assumption", "CSS R.160-5, 6° (law), in R.322-1 by 2012; dated by the rate that it allows" + _NOT_DATED
        ),
    ),
    Plage(
        Categorie.MEDICAMENT_FAIBLE,
        80,
        90,
        date(2016, 1, 1),
        Sourced("assumption", "CSS R.160-5, 14° (law), as it reads in 2026; dated by the article" + _NOT_DATED),
    ),
    Plage(Categorie.DISPOSITIF, 30, 40, RANGES_BEGAN, Sourced("law", "CSS R.322-1 (décret 2004-1490)")),
    Plage(
        Categorie.DISPOSITIF,
        40,
        50,
        date(2011, 5, 2),
        Sourced(
            "assumption", "CSS R.160-5, 8° (law), as it reads in 2026; dated by the rate that it allows" + _NOT_DATED
        ),
    ),
    Plage(Categorie.TRANSPORT, 30, 40, RANGES_BEGAN, Sourced("law", "CSS R.322-1 (décret 2004-1490)")),
    Plage(Categorie.TRANSPORT, 45, 55, date(2023, 5, 21), Sourced("law", "CSS R.160-5, 9° (décret of 19 May 2023)")),
    Plage(Categorie.CURE, 30, 40, RANGES_BEGAN, _law("10°")),
    Plage(Categorie.AUTRE, 30, 40, RANGES_BEGAN, _law("11°")),
)

_SEEN: Final = date(2024, 11, 1)
"""The edition of the pharmacy reference table: a rate that it has was so by then."""
_TABLE: Final = Sourced("observed", "pharmacy reference table of November 2024: so by then")
_PRESS_2011: Final = Sourced("observed", "professional press on the arrêté of 2011, in force on 2 May 2011")


def _not_checked(what: str) -> Sourced:
    return Sourced("assumption", f"{what}; neither the decision nor its day was found, the range is law")


_IN_USE: Final = _not_checked("the rate in use")

TAUX: Final = (
    Taux(Categorie.HOSPITALISATION, 20, RANGES_BEGAN, _IN_USE),
    Taux(Categorie.PRATICIEN, 30, RANGES_BEGAN, _IN_USE),
    Taux(
        Categorie.PRATICIEN,
        30,
        date(2024, 9, 24),
        Sourced("observed", "ameli.fr, table of rates of that day: so by then"),
    ),
    Taux(Categorie.DENTAIRE, 30, RANGES_BEGAN, _not_checked("the rate of a practitioner, until 14 October 2023")),
    Taux(
        Categorie.DENTAIRE,
        40,
        date(2023, 10, 15),
        Sourced(
            "observed", "professional press on the arrêté taken under décret 2023-701, put off from 1 to 15 October"
        ),
    ),
    Taux(Categorie.AUXILIAIRE, 40, RANGES_BEGAN, _IN_USE),
    Taux(Categorie.BIOLOGIE, 40, RANGES_BEGAN, _IN_USE),
    Taux(Categorie.BIOLOGIE, 40, _SEEN, _TABLE),
    Taux(Categorie.MEDICAMENT_IMPORTANT, 35, RANGES_BEGAN, _IN_USE),
    Taux(Categorie.MEDICAMENT_IMPORTANT, 35, _SEEN, _TABLE),
    Taux(
        Categorie.MEDICAMENT_MODERE, 65, RANGES_BEGAN, _not_checked("the rate that the press of 2011 gives for before")
    ),
    Taux(Categorie.MEDICAMENT_MODERE, 70, date(2011, 5, 2), _PRESS_2011),
    Taux(Categorie.MEDICAMENT_FAIBLE, 85, date(2016, 1, 1), _not_checked("the rate in use, which began before")),
    Taux(Categorie.MEDICAMENT_FAIBLE, 85, _SEEN, _TABLE),
    Taux(Categorie.DISPOSITIF, 35, RANGES_BEGAN, _not_checked("the rate that the press of 2011 gives for before")),
    Taux(Categorie.DISPOSITIF, 40, date(2011, 5, 2), _PRESS_2011),
    Taux(Categorie.TRANSPORT, 35, RANGES_BEGAN, _not_checked("the rate that the press of 2023 gives for before")),
    Taux(
        Categorie.TRANSPORT,
        45,
        date(2023, 8, 1),
        Sourced("observed", "professional press on the UNCAM's decision published on that day"),
    ),
    Taux(Categorie.CURE, 35, RANGES_BEGAN, _IN_USE),
    Taux(Categorie.AUTRE, 35, RANGES_BEGAN, _IN_USE),
)
"""A scheme's own scale (SNCF, notaries), a local scheme and an exemption go before these: see the situations."""
