"""Tag and length fields of BER-TLV, under the limits of ISO/IEC 7816-4, 5.2.2 (tags of 1 to 3 bytes, lengths of 1 to 5)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from reader_core.iso7816.errors import TlvError

INDEFINITE = 0x80
MAX_TAG_BYTES = 3
MAX_LENGTH_BYTES = 5
MAX_INDEFINITE_DEPTH = 32  # a value of 80 80 80 ... must not exhaust the stack


class Header(NamedTuple):
    """A tag and a length.

    Attributes:
        tag: the tag as a number.
        length: bytes in the value; None when the length is indefinite.
        start: offset of the tag.
        end: offset of the value.
    """

    tag: int
    length: int | None
    start: int
    end: int


@lru_cache(maxsize=1024)
def encode_tag(tag: int) -> bytes:
    """Bytes of a tag.

    Raises:
        ValueError: not a tag in minimal form, or a tag of more than three bytes.
    """
    if tag > 0:
        raw = tag.to_bytes((tag.bit_length() + 7) // 8)
        try:
            if _tag_end(raw, 0, strict=True) == len(raw):
                return raw
        except TlvError:
            pass
    raise ValueError(f"{tag:#x} is not a BER-TLV tag")


def encode_length(length: int) -> bytes:
    """Minimal definite length field, 1 to 5 bytes."""
    if length < 0x80:
        return bytes((length,))
    raw = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((0x80 | len(raw),)) + raw


def read_header(raw: bytes, start: int, *, strict: bool) -> Header:
    """Read the tag and the length that begin at `start`.

    Raises:
        TlvError: they are cut short, or not in the form that is asked for.
    """
    tag_end = _tag_end(raw, start, strict=strict)
    tag = int.from_bytes(raw[start:tag_end])
    if tag_end >= len(raw):
        raise TlvError(tag_end, f"the length of tag {tag:X} is missing")
    first = raw[tag_end]
    if first < 0x80:
        return Header(tag, first, start, tag_end + 1)
    if first == INDEFINITE:
        if strict or not raw[start] & 0x20:
            raise TlvError(tag_end, f"tag {tag:X} has an indefinite length")
        return Header(tag, None, start, tag_end + 1)
    count = first & 0x7F
    if count >= MAX_LENGTH_BYTES:
        raise TlvError(tag_end, f"{first:02X} is no length field of a card's data object")
    field = raw[tag_end + 1 : tag_end + 1 + count]
    if len(field) < count:
        raise TlvError(len(raw), f"the length of tag {tag:X} has {count} bytes, {len(field)} came")
    length = int.from_bytes(field)
    if strict and encode_length(length) != raw[tag_end : tag_end + 1 + count]:
        raise TlvError(tag_end, f"the length of tag {tag:X} is written in more bytes than {length} needs")
    return Header(tag, length, start, tag_end + 1 + count)


def value_end(raw: bytes, header: Header, *, strict: bool, depth: int = 0) -> tuple[int, int]:
    """Find where a value, and where its data object, ends: two offsets, different when the length is indefinite.

    Raises:
        TlvError: the value is cut short, or its end mark is missing.
    """
    if header.length is not None:
        end = header.end + header.length
        if end > len(raw):
            came = len(raw) - header.end
            raise TlvError(len(raw), f"tag {header.tag:X} announces {header.length} bytes, {came} came")
        return end, end
    if depth >= MAX_INDEFINITE_DEPTH:
        raise TlvError(header.start, "too many indefinite lengths inside each other")
    position = header.end
    while raw[position : position + 2] != b"\x00\x00":
        if position >= len(raw):
            raise TlvError(len(raw), f"the end mark of tag {header.tag:X} is missing")
        position = value_end(raw, read_header(raw, position, strict=strict), strict=strict, depth=depth + 1)[1]
    return position, position + 2


def _tag_end(raw: bytes, start: int, *, strict: bool) -> int:
    """Offset of the byte after the tag that begins at `start`."""
    if start >= len(raw):
        raise TlvError(start, "a tag is missing")
    if strict and raw[start] == 0x00:
        raise TlvError(start, "00 is padding, not a tag")
    if raw[start] & 0x1F != 0x1F:
        return start + 1
    end = start + 1
    while True:
        if end >= len(raw):
            raise TlvError(end, "the tag is cut short")
        end += 1
        if not raw[end - 1] & 0x80:
            break
        if end - start == MAX_TAG_BYTES:
            raise TlvError(start, "a tag has at most 3 bytes")
    if strict and (raw[start + 1] == 0x80 or (end - start == 2 and raw[start + 1] < 0x1F)):
        raise TlvError(start, f"tag {raw[start:end].hex().upper()} is written in more bytes than its number needs")
    return end
