"""Data objects of a stream, also of one that was cut or is damaged: what can be told apart, and where it stands."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

_PADDING = (0x00, 0xFF)
_DEPTH = 32
"""Objects within objects that are looked into; no card has as many, and a damaged one can seem to have thousands."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A primitive data object, or bytes that are none.

    Attributes:
        outer: position of the outermost object that it belongs to, which tells templates of one tag apart.
        path: tags from the outermost object to this one; empty for bytes that no object holds.
        start: first byte of the value.
        end: the byte after the last one that is there.
        cut: whether the value went on where the stream ends.
    """

    outer: int
    path: tuple[int, ...]
    start: int
    end: int
    cut: bool


def leaves(data: bytes, known: Container[int] = ()) -> Iterator[Leaf]:
    """Walk the objects of a stream that begins with one. Never raises: what is no object is a leaf without a path.

    Args:
        data: the stream.
        known: outermost tags that are looked into also when the stream ends before their object does. Another such
            object may be none: plain text has letters where a tag and a length would stand.
    """
    position = 0
    while position < len(data):
        if data[position] in _PADDING:
            position += 1
            continue
        found = header(data, position, len(data))
        if found is None or (found[0] not in known and found[1] + found[2] > len(data)):
            yield Leaf(position, (), position, len(data), cut=True)
            return
        end = min(found[1] + found[2], len(data))
        yield from _walk(data, position, end, (), position)
        position = max(end, position + 1)


def _walk(data: bytes, start: int, end: int, path: tuple[int, ...], outer: int) -> Iterator[Leaf]:
    position = start
    while position < end:
        if data[position] in _PADDING:
            position += 1
            continue
        found = header(data, position, end)
        if found is None:
            yield Leaf(outer, path, position, end, cut=True)
            return
        tag, value, length = found
        stop = min(value + length, end)
        if data[position] & 0x20 and len(path) < _DEPTH:
            yield from _walk(data, value, stop, (*path, tag), outer)
        else:
            yield Leaf(outer, (*path, tag), value, stop, cut=value + length > end)
        position = stop


def header(data: bytes, position: int, end: int) -> tuple[int, int, int] | None:
    """Tag, first byte of the value, and length; None when the bytes end before."""
    start = position
    multiple = data[position] & 0x1F == 0x1F
    position += 1
    while multiple and position < end and position - start < 3:
        multiple = bool(data[position] & 0x80)
        position += 1
    if multiple or position >= end:
        return None
    tag, length = int.from_bytes(data[start:position]), data[position]
    position += 1
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 3 or position + count > end:
            return None
        length = int.from_bytes(data[position : position + count])
        position += count
    return tag, position, length
