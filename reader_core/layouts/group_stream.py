"""The group stream of the SSV interface: its framing, byte for byte.

A group is its number (2 bytes, big-endian), the length of what follows (BER) and its fields; a field is the length of its
value (BER, one byte in every stream seen) and the value in Latin-1. Nothing stands between groups.

Source: domain notes 4.4, from public headers of the SSV interface (basis: observed).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

GROUPS = (101, 102, 103, 104, 105, 106, 107, 108, 109, 111)
"""The numbers a stream may have."""

_NUMBER_BYTES = 2
_MAX_LENGTH_BYTES = 4


class StreamError(Exception):
    """The bytes are no group stream.

    Attributes:
        offset: the first byte that is wrong, from 0.
        group: number of the group it stands in; None when the number itself is not there.
        reason: what is wrong, an English sentence without the full stop.

    """

    def __init__(self, offset: int, group: int | None, reason: str) -> None:
        within = "" if group is None else f", group {group}"
        super().__init__(f"offset {offset}{within}: {reason}")
        self.offset = offset
        self.group = group
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a stream.

    Attributes:
        number: 101 to 109, or 111.
        fields: the values of its fields, as bytes.
        octets: the whole group as it stood in the stream.
        offset: where it began.

    """

    number: int
    fields: tuple[bytes, ...]
    octets: bytes
    offset: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether number and fields say it all: every length is written in as few bytes as it needs."""
        return encode_group(self.number, self.fields) == self.octets


def encode_group(number: int, fields: Iterable[bytes]) -> bytes:
    """Write one group, every length in as few bytes as it needs."""
    inside = b"".join(_length(len(value)) + value for value in fields)
    return number.to_bytes(_NUMBER_BYTES) + _length(len(inside)) + inside


def parse_stream(raw: bytes) -> tuple[Group, ...]:
    """Read a stream of whole groups. Lengths may be written in more bytes than they need.

    Raises:
        StreamError: with the offset of the first byte that is wrong and the group it stands in.

    """
    groups: list[Group] = []
    position = 0
    while position < len(raw):
        group = _read_group(raw, position)
        groups.append(group)
        position += len(group.octets)
    return tuple(groups)


def _read_group(raw: bytes, start: int) -> Group:
    if start + _NUMBER_BYTES > len(raw):
        raise StreamError(start, None, "one byte is left, and a group's number has two")
    number = int.from_bytes(raw[start : start + _NUMBER_BYTES])
    if number not in GROUPS:
        raise StreamError(start, None, f"{number} is no group: they are 101 to 109, and 111")
    length, position = _read_length(raw, start + _NUMBER_BYTES, len(raw), number)
    end = position + length
    if end > len(raw):
        raise StreamError(
            len(raw), number, f"it announces {length} bytes, and the file ends after {len(raw) - position}"
        )
    fields: list[bytes] = []
    while position < end:
        where = position
        length, position = _read_length(raw, position, end, number)
        if position + length > end:
            left = end - position
            raise StreamError(
                where, number, f"field {len(fields) + 1} announces {length} bytes, and {left} of the group are left"
            )
        fields.append(raw[position : position + length])
        position += length
    return Group(number, tuple(fields), raw[start:end], start)


def _read_length(raw: bytes, position: int, end: int, group: int) -> tuple[int, int]:
    """Read a BER length; give it and the offset of the byte after it."""
    if position >= end:
        raise StreamError(position, group, "a length is missing")
    first = raw[position]
    if first < 0x80:
        return first, position + 1
    count = first & 0x7F
    if not 1 <= count <= _MAX_LENGTH_BYTES:
        raise StreamError(position, group, f"{first:02X} begins no length of 1 to {_MAX_LENGTH_BYTES} bytes")
    if position + 1 + count > end:
        raise StreamError(position, group, f"a length of {count} bytes is cut short")
    return int.from_bytes(raw[position + 1 : position + 1 + count]), position + 1 + count


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes((length,))
    raw = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((0x80 | len(raw),)) + raw
