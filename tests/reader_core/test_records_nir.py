"""The NIR, its key and its components."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader_core.records import Nir, compute_key, is_valid


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("1850575999001", "50"),
        ("285052A999001", "57"),
        ("185052B999002", "36"),
        ("2120597699001", "52"),
        ("1850599999001", "81"),
        ("1555555349042", "09"),
        ("2555555349042", "56"),
        ("2555555976042", "64"),
        ("2850575999001", "97"),
    ],
)
def test_key(number: str, key: str) -> None:
    assert compute_key(number) == key
    assert is_valid(number, key)
    assert not is_valid(number, f"{int(key) % 97 + 1:02}")


@pytest.mark.parametrize(
    "number",
    ["", "185057599900", "18505759990011", "285052C999001", "1850575 99001", "\N{FULLWIDTH DIGIT ONE}850575999001"],
)
def test_what_is_not_a_nir(number: str) -> None:
    with pytest.raises(ValueError, match="is not a NIR"):
        compute_key(number)
    assert not is_valid(number, "50")


def test_components_of_the_mainland() -> None:
    nir = Nir("1850575999001")
    assert (nir.sex, nir.year, nir.month, nir.department, nir.commune, nir.order) == (
        "1",
        "85",
        "05",
        "75",
        "999",
        "001",
    )
    assert nir.remarks() == ()
    assert not nir.is_provisional


def test_components_of_corsica_and_overseas() -> None:
    assert Nir("285052A999001").department == "2A"
    mayotte = Nir("2120597699001")
    assert (mayotte.department, mayotte.commune) == ("976", "99")
    assert mayotte.remarks() == ()


def test_unusual_components_are_reported_not_refused() -> None:
    assert Nir("3851375999001").remarks() == ("first digit 3: neither 1 nor 2", "month 13: not a month")
    assert Nir("1855075999001").remarks() == ("month 50: not known at registration",)
    assert Nir("1850500000000").remarks() == (
        "department 00: not attributed",
        "commune 000: not attributed",
        "order 000: not attributed",
    )


@pytest.mark.parametrize("number", ["3850575999001", "7850575999001", "5555555349042"])
def test_provisional(number: str) -> None:
    assert Nir(number).is_provisional


@given(st.from_regex(r"[0-9]{5}([0-9]{2}|2[AB])[0-9]{6}", fullmatch=True).filter(str.isascii), st.integers(0, 12))
def test_one_wrong_digit_is_noticed(number: str, position: int) -> None:
    key = compute_key(number)
    if number[position].isdigit():
        wrong = f"{number[:position]}{(int(number[position]) + 1) % 10}{number[position + 1 :]}"
        assert not is_valid(wrong, key)
