"""When the maternity insurance covers a beneficiary, before and since 4.10."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from reader_core.records import Maternite
from reader_core.rules.basis import PROJECT, Api, Sourced
from reader_core.rules.periods import DAYS_AFTER_DELIVERY, MONTHS_BEFORE_DELIVERY, months_before

LAW = Sourced("law", "CSS L.331-2 and D.331-1; since 2016 L.160-9 and D.160-3")
RECORD = PROJECT
"""That a card carries these dates is ours: no public record does."""

LIBELLE_BEFORE = "Maternité : soins en rapport avec la grossesse pris en charge à 100 %"
LIBELLE_410 = "Maternité : tous les soins pris en charge à 100 %, en rapport ou non avec la grossesse"


@dataclass(frozen=True, slots=True)
class PeriodeMaternite:
    """The period of the maternity insurance, both ends included.

    Attributes:
        date_presumee: expected day of delivery, as the card has it.
        date_accouchement: day of delivery, once known.
        debut: first day covered.
        fin: last day covered.
        libelle: what to show, in French.
    """

    date_presumee: date | None
    date_accouchement: date | None
    debut: date
    fin: date
    libelle: str

    def covers(self, on: date) -> bool:
        """Tell whether a day lies in the period."""
        return self.debut <= on <= self.fin


def maternity_period(record: Maternite | None, api: Api) -> PeriodeMaternite | None:
    """Work out the period from the card's two dates.

    It begins four months before the expected day, or on the day of delivery when the child came earlier than that (law), or
    when the expected day is not on the card (assumption). Before 4.10 it ended on the day of delivery; since 4.10 it
    ends twelve days after. While no delivery is recorded the expected day stands for it (assumption).

    Args:
        record: the card's maternity record, or None.
        api: which rules apply.

    Returns:
        The period, or None when the card names no day.
    """
    if record is None:
        return None
    expected, delivered = record.date_presumee.as_date(), record.date_accouchement.as_date()
    end = delivered or expected
    if end is None:
        return None
    # A date so early that four months before it are before year 1 starts on the day itself: never on a real card.
    start = months_before(expected, MONTHS_BEFORE_DELIVERY) if expected and expected.year > 1 else end
    extra = DAYS_AFTER_DELIVERY if api == "4.10" else 0
    last = min(end.toordinal() + extra, date.max.toordinal())
    return PeriodeMaternite(
        expected,
        delivered,
        min(start, end),
        date.min + timedelta(days=last - 1),
        LIBELLE_410 if api == "4.10" else LIBELLE_BEFORE,
    )
