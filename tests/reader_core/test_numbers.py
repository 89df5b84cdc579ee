"""The numbers of professionals, establishments and accidents, against numbers found in print."""

import doctest
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.exceptions import (
    InvalidChecksum,
    InvalidComponent,
    InvalidFormat,
    InvalidLength,
    ValidationError,
)

from reader_core.numbers import accident, adeli, finess, idnat_ps, rpps

MODULES = (rpps, adeli, finess, accident, idnat_ps)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_examples_in_the_documentation(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted >= 2
    assert found.failed == 0


@pytest.mark.parametrize(
    ("module", "number"),
    [
        # The public test card of a billing module: RPPS 9990006527 key 9, billing number 99112976 key 8.
        (rpps, "99900065279"),
        (adeli, "991129768"),
        # Establishments of the mainland, and the hospitals that the two Corsican prefectures name in their acts.
        (finess, "750712184"),
        (finess, "690781810"),
        (finess, "130786049"),
        (finess, "2A0000170"),
        (finess, "2A0000386"),
        (finess, "2A0002606"),
        (finess, "2B0000020"),
        (finess, "2B0004246"),
        (finess, "2B0005342"),
        # Computed by hand as the specification says: 1x2 0 0 3 6x2 0 5x2 2 is 11 once digits are added, key 9.
        (accident, "250630019"),
    ],
)
def test_numbers_in_print(module: ModuleType, number: str) -> None:
    assert module.validate(number) == number
    assert module.is_valid(f" {number[:3]} {number[3:]} ")
    assert module.calc_check_digit(number[:-1]) == number[-1]
    assert module.compact(module.format(number)) == number


@pytest.mark.parametrize(
    ("module", "number", "error"),
    [
        (rpps, "10101201234", InvalidChecksum),  # the example of several specifications
        (rpps, "9990006527A", InvalidFormat),
        (rpps, "", InvalidLength),
        (finess, "2C0000170", InvalidFormat),
        (finess, "A20000170", InvalidFormat),
        (finess, "2A000017", InvalidLength),
        (finess, "2A0000020", InvalidChecksum),
        (finess, "2B0000170", InvalidChecksum),
        (adeli, "99112976", InvalidLength),
        (accident, "24011500A", InvalidFormat),
        (accident, "240115007", InvalidChecksum),
        (idnat_ps, "", InvalidLength),
        (idnat_ps, "299900065279", InvalidComponent),
        (idnat_ps, "3750712184", InvalidFormat),
        (idnat_ps, "3750712184/", InvalidFormat),
        (idnat_ps, "3750712185/1", InvalidChecksum),
        (idnat_ps, "899900065278", InvalidChecksum),
    ],
)
def test_what_is_not_a_number_says_why(module: ModuleType, number: str, error: type[ValidationError]) -> None:
    with pytest.raises(error):
        module.validate(number)
    assert not module.is_valid(number)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("0991129768", "ADELI"),
        ("1991129768/12", "cabinet ADELI"),
        ("32A0000170/AB-1", "FINESS"),
        ("4732829320/7", "SIREN"),
        ("573282932000074/7", "SIRET"),
        ("699900065279001/7", "cabinet RPPS"),
        ("899900065279", "RPPS"),
    ],
)
def test_the_kinds_of_national_identifier(number: str, kind: str) -> None:
    assert idnat_ps.validate(number) == number
    assert idnat_ps.kind(number) == kind


def test_a_national_identifier_of_no_known_kind() -> None:
    assert idnat_ps.kind("7") is None
    assert idnat_ps.kind("") is None


@given(st.sampled_from([rpps, finess, accident, adeli]), st.data())
def test_one_wrong_digit_is_noticed(module: ModuleType, data: st.DataObject) -> None:
    length = 10 if module is rpps else 8
    body = data.draw(st.text("0123456789", min_size=length, max_size=length))
    number = body + module.calc_check_digit(body)
    assert module.is_valid(number)
    place = data.draw(st.integers(0, length))
    wrong = f"{number[:place]}{(int(number[place]) + data.draw(st.integers(1, 9))) % 10}{number[place + 1 :]}"
    assert not module.is_valid(wrong)


@given(st.sampled_from(MODULES), st.text(max_size=16))
def test_no_text_raises(module: ModuleType, text: str) -> None:
    assert module.is_valid(text) in {True, False}
