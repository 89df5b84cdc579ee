"""Control characters for formats that cannot write them, and back.

A card may hold any byte. XML has no way at all to write the control characters below U+0020 but tab, line feed and
carriage return, and a spreadsheet cuts a text at the first zero byte. Each becomes its picture of Unicode's block "Control
Pictures", U+2400 and its number: no Latin-1 text of a card holds one itself, so nothing is lost (basis: assumption).
"""

from __future__ import annotations

_PICTURES = 0x2400
_TO_PICTURES = {n: _PICTURES + n for n in range(0x20) if chr(n) not in "\t\n\r"}
_FROM_PICTURES = {picture: n for n, picture in _TO_PICTURES.items()}


def to_pictures(text: str) -> str:
    """Put a picture in the place of every control character but tab, line feed and carriage return."""
    return text.translate(_TO_PICTURES)


def from_pictures(text: str) -> str:
    """Give back the control characters that `to_pictures` took."""
    return text.translate(_FROM_PICTURES)
