"""Periods on a card: which day lies in them, and calendar arithmetic in months."""

from __future__ import annotations

import calendar
from datetime import date

from reader_core.records import CardDate

MONTHS_BEFORE_DELIVERY = 4
"""CSS D.331-1 (basis: law)."""
DAYS_AFTER_DELIVERY = 12
"""CSS D.331-1 (basis: law)."""


def covers(debut: CardDate, fin: CardDate, on: date) -> bool:
    """Tell whether a period covers a day, both ends included.

    An absent bound is open (observed on the public test data: an empty end is an open-ended period). A bound that is
    written but is no date of the calendar covers nothing: a right is never assumed from it.
    """
    first, last = debut.as_date(), fin.as_date()
    starts = debut.is_absent or (first is not None and first <= on)
    ends = fin.is_absent or (last is not None and on <= last)
    return starts and ends


def months_before(day: date, months: int) -> date:
    """Go back whole calendar months; a day the month does not have becomes its last day (assumption)."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
