"""What a certificate says of its holder, also of a certificate of which only a part was read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from emulator.recording.masking.objects import header

_NAME_ATTRIBUTE = re.compile(rb"\x06\x03\x55\x04[\x04\x2A][\x0C\x13\x14\x16](?P<length>[\x01-\x7F])", re.DOTALL)
"""Surname and given name (ITU-T X.520): of a person only."""
_IDENTIFIER = re.compile(rb"\x06\x03\x55\x04[\x03\x05][\x0C\x13\x14\x16](?P<length>[\x08-\x20])", re.DOTALL)
"""Common name and serial number: of a person when they are digits, perhaps with a `/` (IdNat_PS)."""
_NATIONAL = re.compile(rb"[0-9]+(?:/[0-9A-Za-z]+)?")
_ISSUER, _KEY = 3, 6
"""Places in what is signed: version, number, algorithm, issuer, validity, subject, key, extensions."""
EMAIL = re.compile(rb"[A-Za-z0-9._+\-]{1,64}@[A-Za-z0-9.\-]{2,64}")
_CERTIFICATE = re.compile(rb"\x30[\x81-\x83].{1,3}(?=\x30[\x81-\x83].{1,3}\xA0\x03\x02\x01)", re.DOTALL)
"""The beginning of an X.509 certificate of any later version, up to what is signed (RFC 5280, 4.1)."""
_AUTHORITY = re.compile(rb"\x06\x03\x55\x1D\x13(?:\x01\x01\xFF)?\x04[\x05\x08]\x30[\x03\x06]\x01\x01\xFF")
"""Basic constraints that say: an authority (RFC 5280, 4.2.1.9)."""


def authorities(data: bytes) -> Iterator[tuple[int, int]]:
    """What certificates say of others than their holder, and their keys and signatures: first byte, and the byte after the last.

    Names of an authority are public. A holder who has one of their words for a name would otherwise stand out in them.
    """
    for found in _CERTIFICATE.finditer(data):
        signed = header(data, found.end(), len(data))
        if signed is None:
            continue
        end = min(signed[1] + signed[2], len(data))
        fields = _fields(data, signed[1], end)
        if _AUTHORITY.search(data, signed[1], end):
            yield signed[1], end
        else:
            yield from (fields[index] for index in (_ISSUER, _KEY) if index < len(fields))
        whole = header(data, found.start(), len(data))
        yield end, len(data) if whole is None else min(whole[1] + whole[2], len(data))


def _fields(data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """The objects from one place to another, each with its first byte and the byte after its last."""
    fields: list[tuple[int, int]] = []
    while start < end and (found := header(data, start, end)) is not None:
        stop = min(found[1] + found[2], end)
        fields.append((start, stop))
        start = stop
    return fields


def certified_names(data: bytes) -> Iterator[str]:
    """Surnames and given names in a certificate."""
    for value in _values(_NAME_ATTRIBUTE, data):
        yield value.decode("utf-8", errors="ignore") if _is_utf8(value) else value.decode("latin-1")


def certified_identifiers(data: bytes) -> Iterator[str]:
    """Identifiers of professionals in a certificate: digits, or a structure's number and one in its register."""
    for value in _values(_IDENTIFIER, data):
        if _NATIONAL.fullmatch(value):
            yield value.decode("ascii")


def _values(pattern: re.Pattern[bytes], data: bytes) -> Iterator[bytes]:
    for found in pattern.finditer(data):
        yield data[found.end() : found.end() + found["length"][0]]


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
