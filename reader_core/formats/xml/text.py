"""Characters that a document in ISO-8859-1 cannot carry as they are."""

from __future__ import annotations

from reader_core.formats.pictures import to_pictures

_ILLEGAL = {*range(0xD800, 0xE000), 0xFFFE, 0xFFFF}
_REFERENCES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        # A parser turns a line end of the file into a line feed: only a reference keeps the card's own.
        "\r": "&#13;",
        # Legal, but software takes these bytes of ISO-8859-1 for those of Windows.
        **{chr(n): f"&#{n};" for n in range(0x7F, 0xA0)},
    }
)


def escape(text: str) -> bytes:
    """Write a text as the content of an element, in ISO-8859-1.

    A character that ISO-8859-1 lacks becomes a reference, one that XML lacks its picture (`reader_core.formats.pictures`),
    and one that Unicode lacks (half a surrogate pair) U+FFFD.
    """
    legal = "".join("\N{REPLACEMENT CHARACTER}" if ord(char) in _ILLEGAL else char for char in text)
    return to_pictures(legal).translate(_REFERENCES).encode("iso-8859-1", "xmlcharrefreplace")
