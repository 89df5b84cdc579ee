"""A document of the API de lecture read back, from a file that nobody need trust.

A document type declaration is refused before anything in it is looked at: there are no entities to expand, no files to
fetch. An element that has no place where it stands is refused too, so nothing is nested deeper than the document itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.parsers import expat

import msgspec
from msgspec import inspect

from reader_core.formats.errors import FormatError
from reader_core.formats.pictures import from_pictures
from reader_core.formats.xml.model import ITEMS, ROOT, DonneesVitale

_NEXT_STEP = "Give a document of the API de lecture; docs/formats.md lists its elements."


def read_document(raw: bytes) -> DonneesVitale:
    """Read a document; an element that is not there counts as empty.

    Args:
        raw: the document, in the encoding it declares (ISO-8859-1, US-ASCII, UTF-8 or UTF-16).

    Raises:
        FormatError: `xml_invalid`, with the line and column: not well-formed, a document type declaration, an element or
            attribute that the document does not have, one twice, or text between elements.
    """
    builder = _Builder()
    try:
        builder.parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise _invalid(error.lineno, error.offset, f"not well-formed: {expat.ErrorString(error.code)}") from error
    except LookupError as error:  # an encoding that Python does not know
        raise _invalid(1, 0, f"not readable: {error}") from error
    return msgspec.convert(builder.root, DonneesVitale)


@dataclass(slots=True)
class _Open:
    """An element that has begun: what it may hold, and what it holds so far."""

    name: str
    allowed: dict[str, inspect.Type] | None  # None: text
    held: dict[str, Any] = field(default_factory=dict[str, Any])
    items: list[Any] = field(default_factory=list[Any])
    text: list[str] = field(default_factory=list[str])

    @property
    def content(self) -> Any:  # noqa: ANN401 - a tree of dictionaries, lists and texts
        if self.allowed is None:
            return from_pictures("".join(self.text))
        return self.items if self.name in ITEMS else self.held


class _Builder:
    """Takes the parser's events and makes a tree of dictionaries, lists and texts."""

    def __init__(self) -> None:
        self.root: Any = None
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        self._open: list[_Open] = [_Open("", {ROOT: inspect.type_info(DonneesVitale)})]

    def _refuse_doctype(self, *_: object) -> NoReturn:
        self._refuse("it has a document type declaration, which is not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        parent = self._open[-1]
        if parent.allowed is None:
            self._refuse(f"<{name}> stands in <{parent.name}>, which holds text")
        if name not in parent.allowed:
            where = f"has no place in <{parent.name}>" if parent.name else "is not the document"
            self._refuse(f"<{name}> {where}, which holds {', '.join(parent.allowed)}")
        if name in parent.held:
            self._refuse(f"a second <{name}> in <{parent.name}>")
        if attributes:
            self._refuse(f"<{name}> has an attribute {next(iter(attributes))!r}, and the document has none")
        self._open.append(_Open(name, _allowed(name, parent.allowed[name])))

    def _end(self, name: str) -> None:
        content = self._open.pop().content
        parent = self._open[-1]
        if not parent.name:
            self.root = content
        elif parent.name in ITEMS:
            parent.items.append(content)
        else:
            parent.held[name] = content

    def _data(self, text: str) -> None:
        inside = self._open[-1]
        if inside.allowed is None:
            inside.text.append(text)
        elif text.strip():
            self._refuse(f"text in <{inside.name}>, which holds elements")

    def _refuse(self, reason: str) -> NoReturn:
        raise _invalid(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber, reason)


def _allowed(name: str, kind: inspect.Type) -> dict[str, inspect.Type] | None:
    """What an element of this type may hold, by name; None for text."""
    if isinstance(kind, inspect.UnionType):
        kind = next(each for each in kind.types if not isinstance(each, inspect.NoneType))
    if isinstance(kind, inspect.VarTupleType):
        return {ITEMS[name]: kind.item_type}
    if isinstance(kind, inspect.StructType):
        return {each.encode_name: each.type for each in kind.fields}
    return None


def _invalid(line: int, column: int, reason: str) -> FormatError:
    return FormatError("xml_invalid", f"line {line}, column {column + 1}: {reason}", _NEXT_STEP)
