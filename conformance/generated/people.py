"""Strategies for persons: names, days of birth, NIR. All are invented, and the communes are not in use."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st

SURNAMES: Final = (
    "SPECIMEN", "ESSAI", "ÉPREUVE", "MODÈLE-TYPE", "D'EXEMPLE", "GABARIT", "L'ÉCHANTILLON", "ÇÀ-ET-LÀ", "ÑANDÚ-ÖST", "DE LA FEINTE",
    "O", "VRAISEMBLANCE-INVENTÉE-XII", "ÜBERPRÜFT", "SAINT ESSAI", "MC FICTIF", "ÆTHER",
)  # fmt: skip
"""Invented surnames in Latin-1: short, long, with accents, apostrophe, hyphen and blank."""

GIVEN_NAMES: Final = (
    "CAMILLE", "ZOÉ", "Noël", "MARIE-ANGE", "Jean François", "Ô", "HÉLOÏSE MAËLYS", "GAËTAN", "Iñigo", "D'ARTAGNAN", "SØREN", "ALIX",
)  # fmt: skip
# A list of letters and no `st.text`, which writes a table of all characters into the folder of whoever draws.
_CAPITALS: Final = st.lists(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZÀÂÇÉÈÊËÎÏÔÛÜ-' "), min_size=1, max_size=27).map(
    lambda letters: " ".join("".join(letters).split()) or "X"
)
_SURNAMES: Final = st.one_of(st.sampled_from(SURNAMES), st.sampled_from(SURNAMES), _CAPITALS)
_GIVEN: Final = st.sampled_from(GIVEN_NAMES)

_DEPARTMENTS: Final = (
    *("75", "13", "01", "59", "67", "2A", "2B", "20", "96", "99"),
    *("971", "972", "973", "974", "976", "987"),
)
_SEXES: Final = st.sampled_from("1212121212123478")
_PLACES: Final = st.sampled_from(_DEPARTMENTS)
_ORDERS: Final = st.integers(1, 999)
_ODD_MONTHS: Final = ("20", "31", "42", "50", "99")
_AGES: Final = st.integers(0, 36500)
_HOW: Final = st.sampled_from(("day",) * 10 + ("lunar", "lunar", "no century"))
_LUNAR: Final = st.sampled_from(("1332", "1901", "0230", "0000", "2000", "0431", "9999"))


@st.composite
def births(draw: st.DrawFn, on: date) -> str:
    """A day of birth as a card has it: a day before the reading, one that no calendar has, or one without its century."""
    born = on - timedelta(days=draw(_AGES))
    match draw(_HOW):
        case "lunar":
            return f"{born.year:04}{draw(_LUNAR)}"
        case "no century":
            return f"{born:%y%m%d}"
        case _:
            return f"{born:%Y%m%d}"


@st.composite
def nirs(draw: st.DrawFn, born: str = "19850512") -> str:
    """A NIR of 13 characters, of a commune or country that is not in use.

    Args:
        draw: Given by Hypothesis.
        born: Day of birth, ``AAAAMMJJ`` or ``AAMMJJ``; a month that no calendar has becomes one of those registers use.
    """
    year, month = born[-6:-4], born[-4:-2]
    if not 1 <= int(month) <= 12:
        month = _ODD_MONTHS[int(month) % len(_ODD_MONTHS)]
    place = draw(_PLACES)
    return f"{draw(_SEXES)}{year}{month}{place}{'999' if len(place) == 2 else '99'}{draw(_ORDERS):03}"


def surnames() -> st.SearchStrategy[str]:
    """A surname in capitals, invented."""
    return _SURNAMES


def given_names() -> st.SearchStrategy[str]:
    """Given names, one drawn for each person."""
    return _GIVEN
