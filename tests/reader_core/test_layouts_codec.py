"""Files that are not what their layout says, and records that do not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader_core.layouts import (
    EMPTY_FILE,
    VITALE2_BY_NAME,
    VITALE2_FILES,
    Entry,
    FileLayout,
    LayoutError,
    decode,
    encode,
)
from reader_core.records import CardDate, Droits, Identite, Pan, ServiceAmo

DROITS = VITALE2_BY_NAME["DROITS"]
IDENTITE = VITALE2_BY_NAME["IDENTITE"]
SERVAMO = VITALE2_BY_NAME["SERVAMO"]
PAN = VITALE2_BY_NAME["PAN"]

OPEN = "80 02 3031 81 00"
"""The fields of a period: first day "01", no last day."""


def refusal(layout: FileLayout[object], text: str) -> LayoutError:
    with pytest.raises(LayoutError) as caught:
        decode(layout, bytes.fromhex(text))
    return caught.value


def problem(layout: FileLayout[object], raw: bytes) -> LayoutError | None:
    try:
        decode(layout, raw)
    except LayoutError as error:
        return error
    return None


@pytest.mark.parametrize("content", ["", "00", "00" * 40, "FF" * 40, "0400", "0400 1234"])
@pytest.mark.parametrize("layout", VITALE2_FILES, ids=lambda layout: layout.name)
def test_an_erased_file_has_no_record(layout: FileLayout[object], content: str) -> None:
    assert decode(layout, bytes.fromhex(content)) == ()


@pytest.mark.parametrize(
    ("content", "offset", "reason"),
    [
        (f"E5 09 9E0101 {OPEN} 12", 11, "length"),
        (f"00 00 E4 09 9E0101 {OPEN}", 2, "tag E4 where a record E5 begins"),
        (f"E5 06 {OPEN}", 2, "does not begin with 9E 01"),
        (f"E5 09 9E0100 {OPEN}", 2, "does not begin with 9E 01"),
        (f"E5 0A 9E020001 {OPEN}", 2, "does not begin with 9E 01"),
        ("E5 00", 0, "does not begin with 9E 01"),
        ("E5 05 9E0101 8000", 0, "lacks tag 81 (fin)"),
        (f"E5 0B 9E0101 {OPEN} 8100", 11, "tag 81 (fin) a second time"),
        ("E5 09 9E0101 80 09 3031 8100", 5, ""),
        (f"E5 09 9E0101 {OPEN} E5 20 9E0102", 11, ""),
    ],
)
def test_errors_carry_the_offset(content: str, offset: int, reason: str) -> None:
    error = refusal(DROITS, content)
    assert error.file == "DROITS"
    assert reason in error.reason
    assert error.offset >= offset
    assert error.offset <= len(bytes.fromhex(content))
    if reason and reason != "length":
        assert error.offset == offset


def test_unknown_tags_and_padding_inside_are_skipped() -> None:
    raw = bytes.fromhex(f"E5 10 9E0101 00 {OPEN} 8F 01 41 C1 01 42 00 00")
    assert decode(DROITS, raw) == (Entry(Droits(CardDate("01"), CardDate("")), 1, 0),)


def test_offsets_of_later_records() -> None:
    raw = bytes.fromhex(f"E5 09 9E0101 {OPEN} 00 00 E5 09 9E0102 {OPEN}")
    assert [(entry.beneficiary, entry.offset) for entry in decode(DROITS, raw)] == [(1, 0), (2, 13)]


def test_a_second_record_where_one_belongs() -> None:
    one = "E2 06 8000 8100 8200"
    assert len(decode(SERVAMO, bytes.fromhex(one))) == 1
    assert refusal(SERVAMO, f"{one} {one}").offset == 8


def test_a_real_card_may_leave_fields_out_of_the_identity() -> None:
    raw = bytes.fromhex("65 05 80 03 455445")
    assert decode(IDENTITE, raw) == (Entry(Identite(nom="ETE")),)


def test_pan_without_the_number() -> None:
    assert "lacks tag 5A" in refusal(PAN, "4F 01 00").reason


def test_lengths_that_are_not_minimal_are_read() -> None:
    assert decode(IDENTITE, bytes.fromhex("65 82 0005 80 03 455445")) == (Entry(Identite(nom="ETE")),)


@pytest.mark.parametrize(
    ("layout", "entries", "reason"),
    [
        (SERVAMO, [Entry(ServiceAmo()), Entry(ServiceAmo())], "2 records, and the file holds one"),
        (DROITS, [Entry(Droits())], "index is 1 to 255, not None"),
        (DROITS, [Entry(Droits(), 256)], "index is 1 to 255, not 256"),
        (DROITS, [Entry(Droits(), 0)], "index is 1 to 255, not 0"),
        (SERVAMO, [Entry(ServiceAmo(code="Œ"))], "code has 'Œ', which Latin-1 cannot write"),
        (PAN, [Entry(Pan("8G"))], "not pairs of hexadecimal digits"),
        (IDENTITE, [Entry(Identite("", "", CardDate("19850512"), "F"))] * 20, "the records take 1460 bytes of 1408"),
    ],
)
def test_records_that_do_not_fit(layout: FileLayout[object], entries: list[Entry[object]], reason: str) -> None:
    with pytest.raises(LayoutError) as caught:
        encode(layout, entries)
    assert reason in caught.value.reason


def test_the_offset_of_a_record_that_cannot_be_written() -> None:
    with pytest.raises(LayoutError) as caught:
        encode(DROITS, [Entry(Droits(), 1), Entry(Droits(debut=CardDate("Œ")), 1)])
    assert caught.value.offset == 33


def test_sizes() -> None:
    assert encode(SERVAMO, []) == EMPTY_FILE
    assert encode(IDENTITE, []) == bytes(1408)
    assert len(encode(IDENTITE, [Entry(Identite())] * 19)) == 1408


def test_a_long_name_is_not_cut() -> None:
    long = "A" * 60
    assert decode(IDENTITE, encode(IDENTITE, [Entry(Identite(nom=long))]))[0].record == Identite(nom=long)


latin1 = st.text(st.characters(max_codepoint=0xFF), max_size=200)


@given(st.lists(st.tuples(latin1, latin1, st.integers(1, 255)), max_size=4))
def test_any_latin1_text_survives(rows: list[tuple[str, str, int]]) -> None:
    wanted = [(Droits(CardDate(debut), CardDate(fin)), index) for debut, fin, index in rows]
    raw = encode(DROITS, [Entry(record, index) for record, index in wanted])
    assert [(entry.record, entry.beneficiary) for entry in decode(DROITS, raw + b"\x00\x00")] == wanted


@given(st.sampled_from(VITALE2_FILES), st.binary(max_size=80))
def test_no_content_raises_anything_else(layout: FileLayout[object], raw: bytes) -> None:
    error = problem(layout, raw)
    assert error is None or (0 <= error.offset <= len(raw) and error.reason)
