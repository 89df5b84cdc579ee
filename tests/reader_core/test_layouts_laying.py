"""Layouts laid over the tables: values in other encodings, records whose fields have places, and who goes by them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader_core.layouts import Encoding, Entry, FieldLayout, FileLayout, LayoutError, decode, encode
from reader_core.layouts.laying import NOTHING_LAID, PUBLIC, Constant, Laid, additional_files, derived, in_force, laid
from reader_core.layouts.values import ValueRefusedError, read_value, write_value
from reader_core.layouts.vitale_groups import ASSURE, DROITS
from reader_core.layouts.vitale_public import PAN, VITALE
from reader_core.records import CardDate, Droits
from reader_core.session.extent import extent_of, objects_before_padding, one_object, whole_file

TEXT, D8, D12 = Encoding.TEXT, Encoding.DATE8, Encoding.DATE12
DIGITS, BCD, HEX, NAME = Encoding.DIGITS, Encoding.DATE_BCD, Encoding.HEX, Encoding.NAME

PLACES = replace(
    PUBLIC["DROITS"],
    tag=None,
    record_size=10,
    index_offset=0,
    fields=(
        FieldLayout(0, "debut", BCD, "", offset=2, length=4, kept=D12),
        FieldLayout(0, "fin", BCD, "", offset=6, length=4, kept=D12),
    ),
)
TWO = "01 00 20200101 20231231  02 00 20240229 00000000"


def laid_field(encoding: Encoding, kept: Encoding, length: int | None) -> FieldLayout:
    return FieldLayout(0x80, "it", encoding, "", length=length, kept=kept)


@pytest.mark.parametrize(
    ("encoding", "kept", "length", "value", "written"),
    [
        (DIGITS, TEXT, None, "2850575999001", "28 50 57 59 99 00 1F"),
        (DIGITS, TEXT, None, "295012A999001", "29 50 12 A9 99 00 1F"),
        (DIGITS, TEXT, 8, "2850575999001", "28 50 57 59 99 00 1F FF"),
        (DIGITS, TEXT, 2, "", "FF FF"),
        (HEX, TEXT, None, "00FA", "00 FA"),
        (TEXT, TEXT, 4, "ÉT", "C9 54 20 20"),
        (NAME, NAME, 3, "A", "41 20 20"),
        (TEXT, NAME, None, "A", "41"),
        (BCD, D12, None, "202001010000", "20 20 01 01"),
        (BCD, D12, 4, "000000000000", "00 00 00 00"),
        (BCD, D12, 4, "", "FF FF FF FF"),
        (BCD, D12, 4, "850512", "85 05 12 FF"),
        (BCD, D8, None, "19850512", "19 85 05 12"),
        (D8, D12, None, "202001010000", "32 30 32 30 30 31 30 31"),
        (D8, D12, 8, "", "20 20 20 20 20 20 20 20"),
        (D12, D8, None, "19850512", "31 39 38 35 30 35 31 32 30 30 30 30"),
        (D12, D12, 14, "202001010000", "32 30 32 30 30 31 30 31 30 30 30 30 20 20"),
        (TEXT, HEX, None, "8025F", "38 30 32 35 46"),
    ],
)
def test_a_value_is_written_so_and_comes_back(
    encoding: Encoding, kept: Encoding, length: int | None, value: str, written: str
) -> None:
    field = laid_field(encoding, kept, length)
    assert write_value(field, value) == bytes.fromhex(written)
    assert read_value(field, bytes.fromhex(written)) == value


@pytest.mark.parametrize(
    ("encoding", "kept", "length", "value", "words"),
    [
        (DIGITS, TEXT, None, "12F", "is not digits, 0 to 9 and A to E"),
        (DIGITS, TEXT, 2, "12345", "takes 3 bytes, and its field has 2"),
        (HEX, TEXT, None, "fa", "pairs of hexadecimal digits in capitals"),
        (HEX, TEXT, None, "F", "pairs of hexadecimal digits"),
        (HEX, HEX, 4, "00FA", "takes 2 bytes, and its field always has 4"),
        (TEXT, TEXT, 4, "Ω", "has 'Ω', which Latin-1 cannot write"),
        (BCD, D12, None, "202001011230", "does not fit date_bcd: it is no day alone"),
        (D8, D12, None, "20200101", "does not fit date8: it is no day alone"),
        (D12, D8, None, "202001010000", "does not fit date12"),
    ],
)
def test_a_value_that_would_not_come_back_is_refused(
    encoding: Encoding, kept: Encoding, length: int | None, value: str, words: str
) -> None:
    with pytest.raises(ValueRefusedError, match=words):
        write_value(laid_field(encoding, kept, length), value)


@given(st.text("0123456789ABCDE", max_size=30), st.integers(0, 3))
def test_packed_digits_come_back(digits: str, more: int) -> None:
    length = (len(digits) + 1) // 2 + more or None
    field = laid_field(DIGITS, TEXT, length)
    assert read_value(field, write_value(field, digits)) == digits


@given(st.sampled_from([D8, BCD]), st.dates(), st.booleans())
def test_days_come_back(encoding: Encoding, day: object, fixed: bool) -> None:
    field = laid_field(encoding, D12, {D8: 8, BCD: 4}[encoding] if fixed else None)
    kept = f"{day:%Y%m%d}0000".rjust(12, "0")
    assert read_value(field, write_value(field, kept)) == kept


def periods() -> list[Entry[Droits]]:
    return [
        Entry(Droits(CardDate("202001010000"), CardDate("202312310000")), 1),
        Entry(Droits(CardDate("202402290000"), CardDate("000000000000")), 2, 10),
    ]


def test_records_stand_one_after_the_other_by_their_places() -> None:
    assert encode(PLACES, periods()) == bytes.fromhex(TWO)
    assert list(decode(PLACES, bytes.fromhex(TWO))) == periods()
    padded = bytes(10) + bytes.fromhex(TWO) + b"\xff" * 10 + bytes(3)
    assert [each.offset for each in decode(PLACES, padded)] == [10, 20]


def test_a_template_may_stand_around_each_record() -> None:
    wrapped = replace(PLACES, tag=0xC5)
    whole = bytes.fromhex("C50A 0100 20200101 20231231  C50A 0200 20240229 00000000")
    assert encode(wrapped, periods()) == whole
    assert [each.record for each in decode(wrapped, whole)] == [each.record for each in periods()]
    assert extent_of(wrapped) is objects_before_padding


@pytest.mark.parametrize(
    ("raw", "offset", "words"),
    [
        (TWO + "0300", 20, "the record has 2 bytes, not 10"),
        ("00 01 20200101 20231231", 0, "00 is no index of a beneficiary"),
    ],
)
def test_what_is_wrong_in_them_has_its_offset(raw: str, offset: int, words: str) -> None:
    with pytest.raises(LayoutError, match=words) as caught:
        decode(PLACES, bytes.fromhex(raw))
    assert caught.value.offset == offset


def test_a_record_of_zeros_would_be_padding() -> None:
    bare = replace(PLACES, index_offset=None, per_beneficiary=False, multiple=True)
    with pytest.raises(LayoutError, match="zeros alone, which reads as padding"):
        encode(bare, [Entry(Droits(CardDate("0" * 12), CardDate("0" * 12)))])
    with pytest.raises(LayoutError, match="index is 1 to 255"):
        encode(PLACES, [Entry(periods()[0].record)])


def test_a_constant_is_written_and_skipped() -> None:
    mark = FieldLayout(0x9F22, "mark", Encoding.BINARY, "", constant=b"\x02\x03")
    marked = replace(PUBLIC["DROITS"], fields=(*PUBLIC["DROITS"].fields, mark))
    raw = encode(marked, periods()[:1])
    assert raw == bytes.fromhex("E524 9E0101 800C 323032303031303130303030 810C 323032333132333130303030 9F22020203")
    assert decode(marked, raw) == (periods()[0],)
    without = bytes.fromhex("E51F 9E0101 800C 323032303031303130303030 810C 323032333132333130303030")
    assert decode(marked, without) == (periods()[0],), "a card that lacks it is read all the same"


def test_where_a_file_ends_shows_by_its_layout() -> None:
    assert extent_of(PAN) is one_object
    assert extent_of(PUBLIC["IDENTITE"]) is objects_before_padding
    assert extent_of(PLACES) is whole_file
    assert extent_of(replace(PAN, fields=(*PAN.fields, FieldLayout(0x80, "more", HEX, "")))) is whole_file


def notice() -> FileLayout[Constant]:
    field = FieldLayout(0x50, "text", Encoding.BINARY, "", constant=b"INVENTED")
    return replace(PUBLIC["CARTE"], name="NOTICE", fid=0x2120, tag=None, record=Constant, fields=(field,))


def test_whoever_holds_an_entry_goes_by_what_is_laid_over_it_until_it_is_taken_off() -> None:
    @derived
    def names() -> list[str]:
        return [f"{ASSURE.name} {ASSURE.fid:04X}", *(each.name for each in additional_files(VITALE))]

    before, held = (DROITS.fields, ASSURE.fid), DROITS
    assert names() == ["ASSURE 2010"]
    laid_here = Laid({"ASSURE": replace(PUBLIC["ASSURE"], fid=0x2110), "DROITS": PLACES}, (notice(),))
    with laid(laid_here):
        assert (in_force(), names()) == (laid_here, ["ASSURE 2110", "NOTICE"])
        assert encode(held, periods()) == bytes.fromhex(TWO)
        assert PUBLIC["ASSURE"].fid == 0x2010
        with laid(NOTHING_LAID):
            assert ((DROITS.fields, ASSURE.fid), names()) == (before, ["ASSURE 2010"])
        assert names() == ["ASSURE 2110", "NOTICE"]
    assert (in_force(), (DROITS.fields, ASSURE.fid), names()) == (NOTHING_LAID, before, ["ASSURE 2010"])
    assert encode(notice(), [Entry(Constant())]) == bytes.fromhex("5008 494E56454E544544")


def test_a_file_that_is_only_elsewhere_holds_the_same_bytes() -> None:
    moved = replace(PUBLIC["ASSURE"], fid=0x2110, title="another title", source="another source")
    assert Laid({"ASSURE": moved, "DROITS": PLACES}).contents == {"DROITS"}
    assert not NOTHING_LAID
