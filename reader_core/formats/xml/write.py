"""The document as bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from reader_core.formats.xml.model import ITEMS, ROOT, DonneesVitale
from reader_core.formats.xml.text import escape

_DECLARATION = b'<?xml version="1.0" encoding="ISO-8859-1"?>'


def write_document(document: DonneesVitale) -> bytes:
    """Write a document: one element a line, two spaces a level, in ISO-8859-1."""
    return b"\n".join((_DECLARATION, *_lines(ROOT, msgspec.to_builtins(document), ""))) + b"\n"


def _lines(name: str, content: Any, margin: str) -> Iterator[bytes]:  # noqa: ANN401 - a tree of dictionaries, lists and texts
    start, end = f"{margin}<{name}>".encode(), f"</{name}>".encode()
    if content is None:
        return
    if isinstance(content, str):
        yield start + escape(content) + end
        return
    yield start
    for child, inside in _children(name, content):
        yield from _lines(child, inside, margin + "  ")
    yield margin.encode() + end


def _children(name: str, content: Mapping[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(content, Mapping):
        yield from content.items()
    else:
        yield from ((ITEMS[name], each) for each in content)
