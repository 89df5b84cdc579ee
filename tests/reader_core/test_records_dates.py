"""Dates keep the card's text; the calendar is only a view of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader_core.records import EMPTY_DATE, NO_DATE, CardDate, age


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("198505120000", date(1985, 5, 12)),
        ("198505122359", date(1985, 5, 12)),
        ("19850512", date(1985, 5, 12)),
        ("20240229", date(2024, 2, 29)),
        ("19000229", None),
        ("195019010000", None),
        ("19531332", None),
        ("850512", None),
        ("000000000000", None),
        ("", None),
        ("            ", None),
        ("2020010", None),
        ("2020AB01", None),
        ("\N{FULLWIDTH DIGIT TWO}0200101", None),
        ("00000101", None),
    ],
)
def test_calendar_view(text: str, expected: date | None) -> None:
    assert CardDate(text).as_date() == expected


@pytest.mark.parametrize(
    ("text", "lunar"),
    [
        ("19501901", True),
        ("195313320000", True),
        ("19850012", True),
        ("851332", True),
        ("000229", False),
        ("850230", True),
        ("850512", False),
        ("19850512", False),
        ("000000000000", False),
        ("", False),
        ("n'importe quoi", False),
    ],
)
def test_lunar(text: str, lunar: bool) -> None:
    assert CardDate(text).is_lunar is lunar


def test_text_is_kept() -> None:
    day = CardDate("195313320000")
    assert day == "195313320000"
    assert f"{day}" == "195313320000"
    assert day.has_century
    assert not CardDate("850512").has_century


def test_absent() -> None:
    assert NO_DATE.is_absent
    assert EMPTY_DATE.is_absent
    assert CardDate("        ").is_absent
    assert not CardDate("00010101").is_absent


@pytest.mark.parametrize(
    ("text", "reference", "expected"),
    [
        ("850512", date(2026, 1, 15), date(1985, 5, 12)),
        ("260115", date(2026, 1, 15), date(2026, 1, 15)),
        ("260116", date(2026, 1, 15), date(1926, 1, 16)),
        ("000229", date(2026, 1, 15), date(2000, 2, 29)),
        ("851332", date(2026, 1, 15), None),
    ],
)
def test_missing_century_takes_the_last_one_that_is_past(text: str, reference: date, expected: date | None) -> None:
    assert CardDate(text).as_date(reference) == expected


@given(st.dates())
def test_calendar_dates_survive(day: date) -> None:
    written = CardDate.of(day)
    assert len(written) == 12
    assert written.as_date() == day
    assert CardDate(written[:8]).as_date() == day
    assert not written.is_lunar


@given(st.text(max_size=14))
def test_no_text_raises(text: str) -> None:
    day = CardDate(text)
    assert not (day.is_lunar and day.as_date(date(2026, 1, 15)) is not None)
    assert not (day.is_absent and day.as_date() is not None)


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("198505120000", date(1985, 5, 12)),
        ("19501901", date(1950, 1, 1)),  # month 19, as on a public test card
        ("195313320000", date(1953, 1, 1)),  # month 13 and day 32
        ("20230229", date(2023, 1, 1)),
        ("850512", date(1985, 5, 12)),
        ("531332", date(1953, 1, 1)),
        ("301301", date(1930, 1, 1)),
        ("00001301", None),
        ("000000000000", None),
        ("", None),
        ("n'importe", None),
    ],
)
def test_a_day_to_compute_an_age_with(text: str, usable: date | None) -> None:
    assert CardDate(text).usable(date(2026, 1, 15)) == usable


def test_without_a_reference_no_century_is_made_up() -> None:
    assert CardDate("850512").usable() is None
    assert CardDate("531332").usable() is None


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(1985, 5, 12), date(2026, 5, 11), 40),
        (date(1985, 5, 12), date(2026, 5, 12), 41),
        (date(2024, 2, 29), date(2025, 2, 28), 0),
        (date(2024, 2, 29), date(2025, 3, 1), 1),
        (date(2026, 1, 16), date(2026, 1, 15), -1),
    ],
)
def test_age(born: date, on: date, years: int) -> None:
    assert age(born, on) == years
