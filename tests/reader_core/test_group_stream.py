"""The framing of the group stream: read, written, and refused with the place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader_core.layouts.group_stream import GROUPS, Group, StreamError, encode_group, parse_stream


def stream(text: str) -> bytes:
    return bytes.fromhex(text)


def refusal(text: str) -> StreamError:
    with pytest.raises(StreamError) as caught:
        parse_stream(stream(text))
    return caught.value


def test_a_stream_written_by_hand() -> None:
    first, second = parse_stream(stream("0066 08 02 3031 00 03 4F C9 20  006F 02 01 E9"))
    assert (first.number, first.fields, first.offset) == (102, (b"01", b"", b"O\xc9 "), 0)
    assert (second.number, second.fields, second.offset) == (111, (b"\xe9",), 11)
    assert first.is_plain
    assert encode_group(102, [b"01", b"", b"O\xc9 "]) == first.octets


def test_nothing_is_a_stream_of_no_group() -> None:
    assert parse_stream(b"") == ()


@pytest.mark.parametrize("text", ["0069 81 02 00 00", "0069 03 81 00 00", "0069 82 0002 0000", "0069 00"])
def test_lengths_may_be_written_at_length(text: str) -> None:
    (group,) = parse_stream(stream(text))
    assert group.octets == stream(text)
    assert group.is_plain == (text == "0069 00")


def test_long_fields() -> None:
    for length in (127, 128, 255, 256, 65535, 65536):
        raw = encode_group(111, [b"x" * length])
        (group,) = parse_stream(raw)
        assert (group.is_plain, len(group.fields[0])) == (True, length)


@pytest.mark.parametrize(
    ("text", "offset", "group", "reason"),
    [
        ("006F 00 00", 3, None, "one byte is left"),
        ("006E 00", 0, None, "110 is no group"),
        ("0069 02 00 00 3030 00", 5, None, "12336 is no group"),
        ("0069", 2, 105, "a length is missing"),
        ("0069 02 00", 4, 105, "announces 2 bytes, and the file ends after 1"),
        ("006F 00 0069 03 00 05 41", 7, 105, "field 2 announces 5 bytes, and 1 of the group are left"),
        ("0069 80 00 00", 2, 105, "80 begins no length"),
        ("0069 85 0000000000", 2, 105, "85 begins no length"),
        ("0069 82 00", 2, 105, "a length of 2 bytes is cut short"),
        ("0069 02 00 81 006F 00", 4, 105, "a length of 1 bytes is cut short"),
    ],
)
def test_errors_carry_the_offset_and_the_group(text: str, offset: int, group: int | None, reason: str) -> None:
    error = refusal(text)
    assert (error.offset, error.group) == (offset, group)
    assert reason in error.reason
    assert f"offset {offset}" in str(error)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_stream_or_refused_in_place(raw: bytes) -> None:
    refused: StreamError | None = None
    groups: tuple[Group, ...] = ()
    try:
        groups = parse_stream(raw)
    except StreamError as error:
        refused = error
    if refused is None:
        assert b"".join(group.octets for group in groups) == raw
    else:
        assert 0 <= refused.offset <= len(raw)
        assert refused.group is None or refused.group in GROUPS


@given(st.lists(st.tuples(st.sampled_from(GROUPS), st.lists(st.binary(max_size=200), max_size=5)), max_size=6))
def test_what_is_written_is_read(wanted: list[tuple[int, list[bytes]]]) -> None:
    groups = parse_stream(b"".join(encode_group(number, fields) for number, fields in wanted))
    assert [(group.number, list(group.fields)) for group in groups] == wanted
    assert all(group.is_plain for group in groups)
