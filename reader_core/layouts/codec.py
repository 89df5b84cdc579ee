"""From records to the bytes of a file and back, as a layout says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from reader_core.iso7816 import Tlv, TlvError
from reader_core.layouts.model import NAME_WIDTH, Encoding, FieldLayout, FileLayout, LayoutError
from reader_core.layouts.places import blocks, check_whole, value_in, write_block
from reader_core.layouts.values import ValueRefusedError, read_value, write_value
from reader_core.records import CardDate

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

BENEFICIARY_TAG = 0x9E
"""In a template of ours: which beneficiary it belongs to, one byte, counted from 1 (assumption)."""

MAX_FILE = 0x8000
"""Bytes that a file may have: READ BINARY counts offsets in 15 bits (ISO/IEC 7816-4, 7.2.3)."""

EMPTY_FILE = bytes(8)
"""A file without any record: zeros, as public readers expect an erased file to begin."""

_PADDING = (0x00, 0xFF)
_ERASED = b"\x04\x00"


@dataclass(frozen=True, slots=True)
class Entry(Generic[R_co]):
    """One record of a file.

    Attributes:
        record: what it says.
        beneficiary: index of the beneficiary it belongs to, from 1; None in files that are not per beneficiary.
        offset: where its first byte stands in the file; 0 for a record that does not come from a card.

    """

    record: R_co
    beneficiary: int | None = None
    offset: int = 0


def encode(layout: FileLayout[R], entries: Sequence[Entry[R]]) -> bytes:
    """Write the content of a file.

    Returns:
        The whole file: its templates in the order given, then zeros up to the layout's fixed size; `EMPTY_FILE` for no
        record in a file without fixed size.

    Raises:
        LayoutError: the records do not fit this file: too many, too long, no beneficiary, or not Latin-1. The offset is
            that of the record or of the byte that does not fit.

    """
    if len(entries) > 1 and not (layout.multiple or layout.per_beneficiary):
        raise LayoutError(layout.name, 0, f"{len(entries)} records, and the file holds one")
    written = b""
    for entry in entries:
        written += _encode_entry(layout, entry, len(written))
    if len(written) > MAX_FILE:
        raise LayoutError(layout.name, MAX_FILE, f"the records take {len(written)} bytes, and a file holds {MAX_FILE}")
    if layout.size is None:
        return written or EMPTY_FILE
    if len(written) > layout.size:
        raise LayoutError(layout.name, layout.size, f"the records take {len(written)} bytes of {layout.size}")
    return written.ljust(layout.size, b"\x00")


def decode(layout: FileLayout[R], raw: bytes) -> tuple[Entry[R], ...]:
    """Read the content of a file: bytes as a card gives them, padding included.

    Erased content (zeros, ones, or ``04 00`` at the start) is no record at all. Unknown tags inside a template are
    skipped, so that a later layout can add fields; what they hold has to be whole all the same.

    Raises:
        LayoutError: with the offset of the first byte that is wrong.

    """
    if layout.tag is None and layout.record_size is not None:
        entries = tuple(_decode_block(layout, block, offset) for offset, block in blocks(layout, raw))
        return _checked(layout, entries)
    if raw.startswith(_ERASED):
        return ()
    if layout.tag is None:
        objects = dict(_objects(layout.name, raw, 0))
        return (Entry(_decode_fields(layout, objects, 0)),) if objects else ()
    return _checked(
        layout, tuple(_decode_template(layout, offset, tlv) for offset, tlv in _objects(layout.name, raw, 0))
    )


def _checked(layout: FileLayout[R], entries: tuple[Entry[R], ...]) -> tuple[Entry[R], ...]:
    if len(entries) > 1 and not (layout.multiple or layout.per_beneficiary):
        raise LayoutError(layout.name, entries[1].offset, "a second record, and the file holds one")
    return entries


def _encode_entry(layout: FileLayout[R], entry: Entry[R], offset: int) -> bytes:
    index = _index(layout, entry, offset)
    values = [
        _encode_value(layout, field, getattr(entry.record, field.name), offset)
        if field.constant is None
        else field.constant
        for field in layout.fields
    ]
    if layout.record_size is not None:
        block = write_block(layout, values, index, offset)
        return block if layout.tag is None else bytes(Tlv(layout.tag, block))
    fields = [Tlv(field.tag, value) for field, value in zip(layout.fields, values, strict=True)]
    if layout.tag is None:
        return b"".join(fields)
    if index is not None:
        fields.insert(0, Tlv(BENEFICIARY_TAG, bytes([index])))
    return bytes(Tlv(layout.tag, *fields))


def _index(layout: FileLayout[R], entry: Entry[R], offset: int) -> int | None:
    if not layout.per_beneficiary:
        return None
    if entry.beneficiary is None or not 1 <= entry.beneficiary <= 255:
        raise LayoutError(layout.name, offset, f"a beneficiary's index is 1 to 255, not {entry.beneficiary}")
    return entry.beneficiary


def _encode_value(layout: FileLayout[R], field: FieldLayout, value: str | bytes, offset: int) -> bytes:
    if field.kept is not None:
        return _laid_value(layout, field, value, offset)
    if isinstance(value, bytes):
        return value
    try:
        if field.encoding is Encoding.HEX:
            return bytes.fromhex(value)
        text = value.ljust(NAME_WIDTH) if field.encoding is Encoding.NAME else value
        return text.encode("latin-1")
    except UnicodeEncodeError as error:
        wrong = value[error.start]
        raise LayoutError(layout.name, offset, f"{field.name} has {wrong!r}, which Latin-1 cannot write") from error
    except ValueError as error:
        raise LayoutError(layout.name, offset, f"{field.name} {value!r} is not pairs of hexadecimal digits") from error


def _laid_value(layout: FileLayout[R], field: FieldLayout, value: str | bytes, offset: int) -> bytes:
    try:
        return write_value(field, value)
    except ValueRefusedError as error:
        raise LayoutError(layout.name, offset, str(error)) from error


def _decode_template(layout: FileLayout[R], offset: int, tlv: Tlv) -> Entry[R]:
    if tlv.tag != layout.tag:
        raise LayoutError(layout.name, offset, f"tag {tlv.tag:X} where a record {layout.tag:X} begins")
    if layout.record_size is not None:
        check_whole(layout, tlv.value, offset)
        return _decode_block(layout, tlv.value, offset)
    inside = dict(_objects(layout.name, tlv.value, offset + len(tlv) - tlv.length))
    index: int | None = None
    if layout.per_beneficiary:
        where, first = next(iter(inside.items()), (offset, None))
        if first is None or first.tag != BENEFICIARY_TAG or first.length != 1 or first.value == b"\x00":
            raise LayoutError(layout.name, where, "the record does not begin with 9E 01 and a beneficiary's index")
        index = first.value[0]
    return Entry(_decode_fields(layout, inside, offset), index, offset)


def _decode_block(layout: FileLayout[R], block: bytes, offset: int) -> Entry[R]:
    index = None if layout.index_offset is None else block[layout.index_offset]
    if index == 0:
        raise LayoutError(layout.name, offset + (layout.index_offset or 0), "00 is no index of a beneficiary")
    values = {
        field.name: _decode_value(field, value_in(field, block)) for field in layout.fields if field.constant is None
    }
    return Entry(cast("Callable[..., R]", layout.record)(**values), index, offset)


def _decode_fields(layout: FileLayout[R], objects: Mapping[int, Tlv], offset: int) -> R:
    known = {field.tag: field for field in layout.fields if field.constant is None}
    values: dict[str, str | bytes] = {}
    for where, tlv in objects.items():
        field = known.get(tlv.tag)
        if field is None:
            _check_inside(layout.name, where, tlv)
            continue
        if field.name in values:
            raise LayoutError(layout.name, where, f"tag {tlv.tag:X} ({field.name}) a second time in one record")
        values[field.name] = _decode_value(field, tlv.value)
    for field in known.values():
        if field.name not in values and not layout.partial:
            raise LayoutError(layout.name, offset, f"the record lacks tag {field.tag:X} ({field.name})")
    return cast("Callable[..., R]", layout.record)(**values)


def _check_inside(file: str, where: int, tlv: Tlv) -> None:
    """Refuse an unknown object that says it holds others and does not: more likely a known one whose tag was damaged."""
    if tlv.constructed:
        for inner, each in _objects(file, tlv.value, where + len(tlv) - tlv.length):
            _check_inside(file, inner, each)


def _decode_value(field: FieldLayout, value: bytes) -> str | bytes:
    if field.kept is not None:
        return read_value(field, value)
    match field.encoding:
        case Encoding.BINARY:
            return value
        case Encoding.HEX:
            return value.hex().upper()
        case Encoding.DATE12 | Encoding.DATE8:
            return CardDate(value.decode("latin-1"))
        case Encoding.NAME:
            return value.decode("latin-1").rstrip(" ")
        case _:
            return value.decode("latin-1")


def _objects(file: str, raw: bytes, base: int) -> Iterator[tuple[int, Tlv]]:
    """Walk data objects with their offsets in the file; bytes 00 and FF between them are padding."""
    position = 0
    while position < len(raw):
        if raw[position] in _PADDING:
            position += 1
            continue
        try:
            tlv, _ = Tlv.parse_from(raw[position:], strict=False)
        except TlvError as error:
            raise LayoutError(file, base + position + error.offset, error.reason) from error
        yield base + position, tlv
        position += len(tlv)
