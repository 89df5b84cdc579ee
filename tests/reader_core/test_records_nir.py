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


@pytest.mark.parametrize(
    ("number", "nature", "sexe", "lieu"),
    [
        ("1850575999001", "normal", "homme", "metropole"),
        ("2850575999001", "normal", "femme", "metropole"),
        ("285052A999001", "normal", "femme", "corse"),
        ("185052B999002", "normal", "homme", "corse"),
        ("1700520999001", "normal", "homme", "corse"),  # 20 was both halves of Corsica before 1976
        ("2120597699001", "normal", "femme", "outre_mer"),  # Mayotte
        ("2700598599001", "normal", "femme", "outre_mer"),  # Mayotte before it became a department
        ("1850599999001", "normal", "homme", "etranger"),
        ("1400596999001", "normal", "homme", "ancien_territoire"),
        ("1850500999001", "normal", "homme", "inconnu"),
        ("1850597099001", "normal", "homme", "inconnu"),
        ("3531375999001", "immatriculation", "homme", "metropole"),
        ("4850599999001", "immatriculation", "femme", "etranger"),
        ("5850599999001", "passage", "homme", "etranger"),
        ("6850599999001", "passage", "femme", "etranger"),
        ("7850599999001", "provisoire", "homme", "etranger"),
        ("8850599999001", "provisoire", "femme", "etranger"),
        ("5555555999001", "agricole", None, "inconnu"),
        ("1555555349042", "fictif", "homme", "inconnu"),
        ("2555555976042", "fictif", "femme", "inconnu"),
        ("0850575999001", "inconnue", None, "metropole"),
        ("9850575999001", "inconnue", None, "metropole"),
    ],
)
def test_what_kind_of_number_and_whose(number: str, nature: str, sexe: str | None, lieu: str) -> None:
    nir = Nir(number)
    assert (nir.nature.value, nir.sexe, nir.lieu.value) == (nature, sexe, lieu)
    assert is_valid(number, nir.key)


def test_a_number_that_is_nobodys_says_its_caisse_and_its_reason() -> None:
    # A 55 55 55 CCC zzz: 042 contraception of minors, 333 sexually transmitted infection.
    assert Nir("1555555349042").fictif == ("349", "042")
    assert Nir("2555555976333").fictif == ("976", "333")
    assert Nir("1555555349042").remarks() == ("nobody's number: 555555 where month and place of birth stand",)
    assert Nir("5555555349042").fictif is None
    assert Nir("1850575999001").fictif is None


@pytest.mark.parametrize(
    ("month", "remark"),
    [
        ("01", None),
        ("12", None),
        ("00", "month 00: not a month"),
        ("13", "month 13: not a month"),
        ("19", "month 19: not a month"),
        ("20", "month 20: not known at registration"),
        ("21", "month 21: not a month"),
        ("29", "month 29: not a month"),
        ("30", "month 30: not known at registration"),
        ("42", "month 42: not known at registration"),
        ("43", "month 43: not a month"),
        ("49", "month 49: not a month"),
        ("50", "month 50: not known at registration"),
        ("99", "month 99: not known at registration"),
    ],
)
def test_months(month: str, remark: str | None) -> None:
    assert Nir(f"185{month}75999001").remarks() == (() if remark is None else (remark,))


@given(st.from_regex(r"[0-9]{5}([0-9]{2}|2[AB])[0-9]{6}", fullmatch=True).filter(str.isascii))
def test_every_number_of_the_shape_has_a_nature_and_a_key(number: str) -> None:
    nir = Nir(number)
    assert 1 <= int(nir.key) <= 97
    assert nir.nature.value
    assert nir.lieu.value
    assert nir.department + nir.commune + nir.order == number[5:]
    assert isinstance(nir.remarks(), tuple)
