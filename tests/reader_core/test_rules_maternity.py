"""The period of the maternity insurance, to the day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader_core.records import NO_DATE, CardDate, Maternite
from reader_core.rules import Api, maternity_period, months_before

DPA = date(2026, 6, 15)


def record(expected: date | None, delivered: date | None = None) -> Maternite:
    return Maternite(*(NO_DATE if each is None else CardDate.of(each) for each in (expected, delivered)))


def span(expected: date | None, delivered: date | None, api: Api) -> tuple[date, date]:
    period = maternity_period(record(expected, delivered), api)
    assert period is not None
    return period.debut, period.fin


def test_delivery_not_known() -> None:
    assert span(DPA, None, "4.10") == (date(2026, 2, 15), date(2026, 6, 27))
    assert span(DPA, None, "before") == (date(2026, 2, 15), date(2026, 6, 15))


def test_delivery_known() -> None:
    assert span(DPA, date(2026, 6, 3), "4.10") == (date(2026, 2, 15), date(2026, 6, 15))
    assert span(DPA, date(2026, 6, 3), "before") == (date(2026, 2, 15), date(2026, 6, 3))


def test_a_delivery_before_the_period_moves_its_start() -> None:
    assert span(DPA, date(2026, 2, 1), "4.10") == (date(2026, 2, 1), date(2026, 2, 13))
    assert span(DPA, date(2026, 2, 1), "before") == (date(2026, 2, 1), date(2026, 2, 1))


def test_only_the_delivery_is_on_the_card() -> None:
    assert span(None, date(2026, 6, 3), "4.10") == (date(2026, 6, 3), date(2026, 6, 15))


@pytest.mark.parametrize("api", ["before", "4.10"])
def test_no_day_no_period(api: Api) -> None:
    assert maternity_period(None, api) is None
    assert maternity_period(record(None), api) is None
    assert maternity_period(Maternite(CardDate("202613010000"), NO_DATE), api) is None


def test_the_four_days_at_the_edges() -> None:
    since = maternity_period(record(DPA, DPA), "4.10")
    assert since is not None
    edges = [date(2026, 2, 14), date(2026, 2, 15), date(2026, 6, 27), date(2026, 6, 28)]
    assert [since.covers(day) for day in edges] == [False, True, True, False]


@pytest.mark.parametrize(
    ("day", "back"),
    [
        (date(2026, 6, 30), date(2026, 2, 28)),
        (date(2028, 6, 30), date(2028, 2, 29)),
        (date(2026, 4, 30), date(2025, 12, 30)),
        (date(2026, 3, 31), date(2025, 11, 30)),
        (date(2026, 12, 31), date(2026, 8, 31)),
    ],
)
def test_months_back(day: date, back: date) -> None:
    assert months_before(day, 4) == back


@given(expected=st.none() | st.dates(), delivered=st.none() | st.dates(), api=st.sampled_from(["before", "4.10"]))
def test_a_period_never_ends_before_it_begins(expected: date | None, delivered: date | None, api: Api) -> None:
    period = maternity_period(record(expected, delivered), api)
    if period is None:
        assert expected is None
        assert delivered is None
        return
    assert period.debut <= period.fin
    assert period.covers(delivered or expected or date.min)
    assert period.fin - (delivered or expected or date.min) <= timedelta(days=12)
