"""How much of a file matters, told by its first bytes: what a reader need not ask a card for.

A file may be longer than what stands in it (cards fill files with 00), and a T=0 card tells a file's length only to who
asks for too much (6Cxx). BER-TLV says where its objects end as soon as their lengths have been read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reader_core.iso7816 import announced_end
from reader_core.layouts import FileLayout

Extent = Callable[[bytes], int | None]
"""From the beginning of a file, how many of its bytes matter; None as long as that cannot be told."""

_PADDING = (0x00, 0xFF)


def whole_file(_: bytes) -> int | None:
    """Take a file about which nothing can be told before its end."""
    return None


def one_object(content: bytes) -> int | None:
    """Take a file that holds one data object, at its beginning: it ends where the object says."""
    return announced_end(content) if content and content[0] not in _PADDING else None


def objects_before_padding(content: bytes) -> int | None:
    """Take data objects up to the first byte that begins none.

    Whether any come after it this cannot know: cards leave padding where an object was erased, too (ISO/IEC 7816-4, 5.2.2).
    """
    last = 0
    for last in _ends(content):
        if last > len(content):
            return None
    return last if last < len(content) and content[last] in _PADDING else None


def extent_of(layout: FileLayout[object]) -> Extent:
    """How the end of a file shows in its first bytes, by its layout."""
    if layout.tag is None and (layout.record_size is not None or len(layout.fields) > 1):
        return whole_file
    return objects_before_padding if layout.multiple else one_object


def count_objects(content: bytes) -> int:
    """Count the whole data objects before the first padding."""
    return sum(end <= len(content) for end in _ends(content))


def _ends(content: bytes) -> Iterator[int]:
    """Where each data object before the first padding ends; that of the last one may lie beyond what has been read."""
    position: int | None = 0
    while position is not None and position < len(content) and content[position] not in _PADDING:
        position = announced_end(content, position)
        if position is not None:
            yield position
