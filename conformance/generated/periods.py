"""Strategies for periods around the day of a reading: the first and the last day are drawn far more often than chance would."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st

ORIGIN: Final = date(2026, 1, 15)
"""The day that examples shrink to."""

READING_DAYS: Final = st.integers(-2200, 3200).map(lambda days: ORIGIN + timedelta(days=days))
"""Days of a reading, 2020 to 2034: the professional cards of the test PKI are valid then."""

Bounds = tuple[str, str]
"""First and last day as an image writes them, empty for an open end."""

_LENGTHS: Final = st.sampled_from((1, 30, 365, 1200, 4000))

_IN_FORCE: Final = ("open", "open", "around", "first day", "last day", "this day", "no first day")
_NOT_IN_FORCE: Final = ("ended yesterday", "begins tomorrow", "ended", "begins later")
_CURRENT: Final = st.sampled_from(_IN_FORCE)
_ANY: Final = st.sampled_from((*_IN_FORCE, *_NOT_IN_FORCE))
_OTHER: Final = st.sampled_from(_NOT_IN_FORCE)


@st.composite
def bounds(draw: st.DrawFn, on: date, *, in_force: bool | None = None) -> Bounds:
    """A period.

    Args:
        draw: Given by Hypothesis.
        on: Day of the reading.
        in_force: Whether it covers that day; None: either.
    """
    kind = draw(_ANY if in_force is None else _CURRENT if in_force else _OTHER)
    if kind == "this day":
        return on.isoformat(), on.isoformat()
    length = draw(_LENGTHS)
    earlier, later = _iso(on, -length), _iso(on, length)
    return {
        "open": (earlier, ""),
        "around": (earlier, later),
        "first day": (on.isoformat(), later),
        "last day": (earlier, on.isoformat()),
        "no first day": ("", later),
        "ended yesterday": (_iso(on, -1 - length), _iso(on, -1)),
        "begins tomorrow": (_iso(on, 1), _iso(on, 1 + length)),
        "ended": (_iso(on, -400 - length), _iso(on, -200)),
        "begins later": (_iso(on, 200), ""),
    }[kind]


def _iso(on: date, days: int) -> str:
    return (on + timedelta(days=days)).isoformat()
