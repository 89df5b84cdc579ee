"""Records and layouts of the professional cards."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader_core.layouts import LayoutError, cps
from reader_core.layouts.codec import Entry, decode, encode
from reader_core.layouts.model import Access
from reader_core.records.cps import ENTITLED, ActiviteCps, CpsRecords, CpxType, PorteurCps, cpx_type, is_test_category

DURAND = PorteurCps("80", "00", "00", "8", "9979990001", "6", "DR", "DURAND", "Zoé", "20200101", "20991231")
# Written by hand from docs/cards/cps3.md.
DUMP = bytes.fromhex(
    "E043 80023830 81023030 82023030 830138 840A39393739393930303031 850136 86024452"
    "8706 445552414E44 8803 5A6FE9 89083230323030313031 8A083230393931323331"
)
ACTIVITY_DUMP = bytes.fromhex("EE11 8405 484F54454C 8502 3132 8604 53413031")


def test_holder_is_written_as_the_documentation_says() -> None:
    assert encode(cps.PORTEUR, [Entry(DURAND)]) == DUMP
    (entry,) = decode(cps.PORTEUR, DUMP)
    assert entry.record == DURAND


def test_activity_is_written_as_the_documentation_says() -> None:
    activity = ActiviteCps("HOTEL", "12", "SA01")
    assert encode(cps.ACTIVITES[0], [Entry(activity)]) == ACTIVITY_DUMP
    assert decode(cps.ACTIVITES[0], ACTIVITY_DUMP)[0].record == activity


def test_a_cut_holder_is_an_error_with_its_offset() -> None:
    with pytest.raises(LayoutError) as caught:
        decode(cps.PORTEUR, DUMP[:20])
    assert caught.value.file == "PORTEUR"


def test_activities_have_sixteen_files_behind_the_pin() -> None:
    assert [layout.fid for layout in cps.ACTIVITES] == list(range(0xD120, 0xD130))
    assert {layout.access for layout in cps.ACTIVITES} == {Access.PIN}
    assert {cps.PORTEUR.access, cps.NUMERO.access} == {Access.FREE}
    assert all(layout.source for layout in cps.CPS_FILES)


def test_a_card_has_room_for_sixteen_activities() -> None:
    activity = ActiviteCps("HOTEL", "12", "SA01")
    assert len(CpsRecords(DURAND, (activity,) * 16).activites) == 16
    with pytest.raises(ValueError, match="16 activities"):
        CpsRecords(DURAND, (activity,) * 17)


@pytest.mark.parametrize(
    ("card_type", "responsibility", "expected"),
    [
        ("00", "00", CpxType.CPS),
        ("00", "01", CpxType.CPS),
        ("01", "00", CpxType.CPF),
        ("02", "00", CpxType.CPE),
        ("02", "02", CpxType.CPE),
        ("02", "01", CpxType.CDE),
        ("03", "00", CpxType.CPA),
        ("04", "00", CpxType.CSA),
        ("05", "00", None),
        ("", "", None),
    ],
)
def test_type_and_responsibility_name_the_card(card_type: str, responsibility: str, expected: CpxType | None) -> None:
    assert cpx_type(card_type, responsibility) is expected
    assert replace(DURAND, type=card_type, responsabilite=responsibility).card_type is expected


def test_who_may_open_protected_data_is_what_the_leaflet_lists() -> None:
    assert {kind.value for kind in ENTITLED} == {"CPS", "CPF", "CPE", "CDE"}


@pytest.mark.parametrize(
    ("category", "expected"), [("80", True), ("81", True), ("82", True), ("00", False), ("", False)]
)
def test_categories_of_test_cards(category: str, expected: bool) -> None:
    assert is_test_category(category) is expected
    assert replace(DURAND, categorie=category).is_test is expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2099, 12, 31), True),
        (date(2100, 1, 1), False),
    ],
)
def test_validity_includes_both_days(day: date, expected: bool) -> None:
    assert DURAND.is_valid_on(day) is expected


@pytest.mark.parametrize("field", ["debut_validite", "fin_validite"])
@pytest.mark.parametrize("text", ["", "00000000", "20201301", "today"])
def test_unreadable_dates_cover_no_day(field: str, text: str) -> None:
    assert not replace(DURAND, **{field: text}).is_valid_on(date(2026, 1, 15))


def test_national_identifier_is_kind_number_and_key() -> None:
    assert DURAND.identifiant_national == "899799900016"


latin1 = st.text(st.characters(codec="latin-1"), max_size=40)


@given(st.builds(PorteurCps, *[latin1] * 11))
def test_any_latin1_holder_comes_back(holder: PorteurCps) -> None:
    assert decode(cps.PORTEUR, encode(cps.PORTEUR, [Entry(holder)]))[0].record == holder
