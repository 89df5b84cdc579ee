"""Dates as the cards write them.

A card may carry a date that no calendar has (month 13, day 32: "lunar" birth dates), a date without its century, or no
date at all. The raw text is therefore the value, and the calendar date is only one view of it.
"""

from __future__ import annotations

import calendar
from datetime import date

FULL_LENGTH = 12
"""AAAAMMJJhhmm, the form of the record groups."""


class CardDate(str):
    """The raw text of a date on a card; compares and sorts as that text.

    Three shapes are understood: ``AAAAMMJJhhmm`` (record groups), ``AAAAMMJJ`` (tags 65 and 66) and ``AAMMJJ`` (a birth
    date whose century the card does not know). Anything else is kept and has no calendar date.

    Source: domain notes 4.3 and 4.4 on the SSV groups and the API de lecture (basis: observed).
    """

    __slots__ = ()

    @classmethod
    def of(cls, day: date) -> CardDate:
        """Write a calendar date as ``AAAAMMJJ0000``."""
        return cls(f"{day.year:04}{day.month:02}{day.day:02}0000")

    @property
    def is_absent(self) -> bool:
        """Whether the card says that there is no date: empty, blanks, or zeros only."""
        return not self.strip().strip("0")

    @property
    def has_century(self) -> bool:
        """Whether the year has four digits."""
        return len(self) in {8, FULL_LENGTH}

    @property
    def is_lunar(self) -> bool:
        """Whether a date is written which the calendar does not have, such as month 13 or day 32."""
        if self.is_absent or not self._is_digits or len(self) not in {6, 8, FULL_LENGTH}:
            return False
        year, month, day = self._numbers
        # Without the century, 29 February is given the benefit of the doubt: some century has it.
        return not _exists(year if self.has_century else 2000 + year % 4, month, day)

    def as_date(self, reference: date | None = None) -> date | None:
        """Give the calendar date, or None when the card has none or the calendar does not.

        Args:
            reference: for ``AAMMJJ`` only: the day of the reading; the latest century that is not after it is taken.
                Without it, a date without century has no calendar date.

        """
        if self.is_absent or not self._is_digits or len(self) not in {6, 8, FULL_LENGTH}:
            return None
        year, month, day = self._numbers
        if not self.has_century:
            if reference is None:
                return None
            year += reference.year // 100 * 100
            if (year, month, day) > (reference.year, reference.month, reference.day):
                year -= 100
        return date(year, month, day) if _exists(year, month, day) else None

    def usable(self, reference: date | None = None) -> date | None:
        """Give a day to compute an age with, also for a date that the calendar does not have.

        A lunar date becomes 1 January of its year, as a specification of hospital billing has it (basis: observed). The
        text on the card stays what is shown and sent.

        Args:
            reference: for a date without its century, as for `as_date`.

        Returns:
            The calendar date where there is one; the first day of the year for a lunar date; None for no date, for a year
            0, for text that is no date, and for a missing century without a reference.
        """
        found = self.as_date(reference)
        if found is not None or not self.is_lunar:
            return found
        first = f"{self[:4]}0101" if self.has_century else f"{self[:2]}0101"
        return CardDate(first).as_date(reference)

    @property
    def _is_digits(self) -> bool:
        return self.isascii() and self.isdigit()

    @property
    def _numbers(self) -> tuple[int, int, int]:
        width = 4 if self.has_century else 2
        return int(self[:width]), int(self[width : width + 2]), int(self[width + 2 : width + 4])


NO_DATE = CardDate("0" * FULL_LENGTH)
"""How the record groups say "none"."""

EMPTY_DATE = CardDate()
"""A date field that holds nothing at all."""


def age(born: date, on: date) -> int:
    """Count the whole years from a birth to a day; negative when the day comes first."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _exists(year: int, month: int, day: int) -> bool:
    return year >= 1 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
