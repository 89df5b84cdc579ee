"""Dates and periods in words, in both languages."""

from __future__ import annotations

from datetime import date

from reader_core.records import CardDate
from reports.vitale.bilingual import Text

__all__ = ["Text", "period", "written_day"]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def written_day(day: date) -> Text:
    """Write a day: 15/01/2026, and 15 Jan 2026."""
    return Text(f"{day:%d/%m/%Y}", f"{day.day}\u00a0{_MONTHS[day.month - 1]}\u00a0{day.year}")


def period(debut: CardDate, fin: CardDate) -> Text:
    """Write a period; a bound that the calendar does not have stands as it is on the card."""
    if debut.is_absent and fin.is_absent:
        return Text("sans limite", "without limit")
    if fin.is_absent:
        return Text("depuis le ", "since ") + _bound(debut)
    if debut.is_absent:
        return Text("jusqu'au ", "until ") + _bound(fin)
    return Text("du ", "from ") + _bound(debut) + Text(" au ", " to ") + _bound(fin)


def _bound(written: CardDate) -> Text:
    day = written.as_date()
    return Text.same(f"«\u202f{written[:8]}\u202f»") if day is None else written_day(day)
