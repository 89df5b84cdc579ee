"""What a certificate says of its holder, also of a certificate of which only a part was read."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME_ATTRIBUTE = re.compile(rb"\x06\x03\x55\x04[\x04\x2A][\x0C\x13\x14\x16](?P<length>[\x01-\x7F])", re.DOTALL)
"""Surname and given name (ITU-T X.520): of a person only."""
_IDENTIFIER = re.compile(rb"\x06\x03\x55\x04[\x03\x05][\x0C\x13\x14\x16](?P<length>[\x08-\x20])", re.DOTALL)
"""Common name and serial number: of a person when they are digits."""
EMAIL = re.compile(rb"[A-Za-z0-9._+\-]{1,64}@[A-Za-z0-9.\-]{2,64}")


def certified_names(data: bytes) -> Iterator[str]:
    """Surnames and given names in a certificate."""
    for value in _values(_NAME_ATTRIBUTE, data):
        yield value.decode("utf-8", errors="ignore") if _is_utf8(value) else value.decode("latin-1")


def certified_identifiers(data: bytes) -> Iterator[str]:
    """Identifiers of professionals in a certificate: digits alone."""
    for value in _values(_IDENTIFIER, data):
        if value.isdigit():
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
