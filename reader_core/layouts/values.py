"""From the value of a field to its bytes and back, for fields that are laid otherwise than the table has them.

Such a field has a fixed length, another encoding than the one by whose rules its record keeps the value (`kept`), or both.
"""

from __future__ import annotations

import re

from reader_core.layouts.model import NAME_WIDTH, Encoding, FieldLayout
from reader_core.records import CardDate

_NIBBLES = re.compile(r"[0-9A-E]*")
_MIDNIGHT = "0000"
_PACKED = (Encoding.DIGITS, Encoding.DATE_BCD)
_LATIN = (Encoding.TEXT, Encoding.NAME, Encoding.DATE12, Encoding.DATE8)


class ValueRefusedError(Exception):
    """A value that its field cannot hold; says why, an English sentence without the full stop."""


def write_value(field: FieldLayout, value: str | bytes) -> bytes:
    """Write a value, filled up to the field's length where it has one.

    Raises:
        ValueRefusedError: it is not what the encoding writes, or too long for the field.

    """
    raw = _encoded(field, value)
    if field.length is None or len(raw) == field.length:
        return raw
    if len(raw) > field.length:
        raise ValueRefusedError(f"{field.name} {value!r} takes {len(raw)} bytes, and its field has {field.length}")
    if field.encoding in _LATIN:
        return raw.ljust(field.length, b" ")
    if field.encoding in _PACKED:
        return raw.ljust(field.length, b"\xff")
    raise ValueRefusedError(f"{field.name} takes {len(raw)} bytes, and its field always has {field.length}")


def read_value(field: FieldLayout, raw: bytes) -> str | bytes:
    """Read a value from its bytes, without what fills it up: so spaces at the end of a text of fixed length are gone.

    Nothing is refused, whatever the bytes are.
    """
    match field.encoding:
        case Encoding.BINARY:
            return raw
        case Encoding.HEX:
            return raw.hex().upper()
        case Encoding.DIGITS:
            return raw.hex().upper().rstrip("F")
        case Encoding.DATE_BCD:
            return CardDate(_kept_date(field, raw.hex().upper().rstrip("F")))
        case Encoding.DATE12 | Encoding.DATE8:
            text = raw.decode("latin-1")
            return CardDate(_kept_date(field, text if field.length is None else text.rstrip(" ")))
        case Encoding.NAME:
            return raw.decode("latin-1").rstrip(" ")
        case Encoding.TEXT:
            text = raw.decode("latin-1")
            return text if field.length is None else text.rstrip(" ")


def _encoded(field: FieldLayout, value: str | bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    if field.kept in {Encoding.DATE12, Encoding.DATE8}:
        value = _written_date(field, value)
    try:
        match field.encoding:
            case Encoding.HEX:
                return _hexadecimal(field, value)
            case Encoding.DIGITS | Encoding.DATE_BCD:
                return _packed(field, value)
            case Encoding.NAME if field.length is None:
                return value.ljust(NAME_WIDTH).encode("latin-1")
            case _:
                return value.encode("latin-1")
    except UnicodeEncodeError as error:
        raise ValueRefusedError(f"{field.name} has {value[error.start]!r}, which Latin-1 cannot write") from error


def _hexadecimal(field: FieldLayout, value: str) -> bytes:
    try:
        raw = bytes.fromhex(value)
    except ValueError as error:
        raise ValueRefusedError(f"{field.name} {value!r} is not pairs of hexadecimal digits") from error
    if field.kept is not None and raw.hex().upper() != value:
        raise ValueRefusedError(f"{field.name} {value!r} is not pairs of hexadecimal digits in capitals")
    return raw


def _packed(field: FieldLayout, value: str) -> bytes:
    if not _NIBBLES.fullmatch(value):
        raise ValueRefusedError(f"{field.name} {value!r} is not digits, 0 to 9 and A to E")
    return bytes.fromhex(value + "F" * (len(value) % 2))


def _written_date(field: FieldLayout, value: str) -> str:
    """A date that the record keeps with its hours or without, as the field has it."""
    if not value:
        return value
    with_hours = field.encoding is Encoding.DATE12
    if field.kept is Encoding.DATE12 and not with_hours:
        written = value[:8] if len(value) == 12 and value.endswith(_MIDNIGHT) else value
    elif field.kept is Encoding.DATE8 and with_hours:
        written = value + _MIDNIGHT if len(value) == 8 else value
    else:
        return value
    too_long = len(written) > 8 and not with_hours
    if too_long or _kept_date(field, written) != value:
        raise ValueRefusedError(f"{field.name} {value!r} does not fit {field.encoding.value}: it is no day alone")
    return written


def _kept_date(field: FieldLayout, text: str) -> str:
    """A date as the record keeps it."""
    if field.kept is Encoding.DATE12 and field.encoding is not Encoding.DATE12 and len(text) == 8:
        return text + _MIDNIGHT
    if field.kept is Encoding.DATE8 and field.encoding is Encoding.DATE12 and len(text) == 12:
        return text[:8] if text.endswith(_MIDNIGHT) else text
    return text
