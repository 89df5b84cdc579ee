"""Characters that a document in ISO-8859-1 cannot carry as they are, and back.

A card may hold any byte. XML has no way at all to write the control characters below U+0020 but tab, line feed and
carriage return: each becomes its picture of Unicode's block "Control Pictures" (U+0001 is written `&#9217;`), which no
Latin-1 text of a card can hold itself, so that nothing is lost (basis: assumption).
"""

from __future__ import annotations

_PICTURES = 0x2400
_LEGAL_CONTROLS = frozenset("\t\n\r")
_TO_PICTURES = {n: _PICTURES + n for n in range(0x20) if chr(n) not in _LEGAL_CONTROLS}
_FROM_PICTURES = {picture: n for n, picture in _TO_PICTURES.items()}
_ILLEGAL = {*range(0xD800, 0xE000), 0xFFFE, 0xFFFF}
_REFERENCES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    # A parser turns a line end of the file into a line feed: only a reference keeps the card's own.
    "\r": "&#13;",
    # Legal, but software takes these bytes of ISO-8859-1 for those of Windows.
    **{chr(n): f"&#{n};" for n in range(0x7F, 0xA0)},
}
_ESCAPES = str.maketrans({**{chr(n): f"&#{picture};" for n, picture in _TO_PICTURES.items()}, **_REFERENCES})


def escape(text: str) -> bytes:
    """Write a text as the content of an element, in ISO-8859-1.

    A character that ISO-8859-1 lacks becomes a reference; one that Unicode does not have (half a surrogate pair) becomes
    U+FFFD.
    """
    legal = "".join("\N{REPLACEMENT CHARACTER}" if ord(char) in _ILLEGAL else char for char in text)
    return legal.translate(_ESCAPES).encode("iso-8859-1", "xmlcharrefreplace")


def unescape(text: str) -> str:
    """Give back the control characters of a text that a parser has read."""
    return text.translate(_FROM_PICTURES)
