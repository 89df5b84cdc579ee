"""What a product exported, opened so that paths lead into it.

| path | what stands there |
|---|---|
| ``exports.csv[0].nom_usuel`` | a cell, by line from 0 and by the name of its column, as it stands there |
| ``exports.ssv[0].groupe``, ``exports.ssv[0].champs[9]`` | number and fields of a group of the stream, Latin-1 |
| ``exports.xml.listeBenef[0].ident.nomUsuel`` | the text of an element; an element of several ``T_Asn…`` or ``element`` is a list |
| ``exports.sheet`` | the text of the page that is shown in French, without its tags |

What cannot be opened is ``{"unreadable": why}``. Written from the public descriptions of the formats alone: it shares nothing with the
reader core's own.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
from html.parser import HTMLParser
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, fromstring

from conformance.protocol import Answer

EXPORTS: Final = "exports."
"""How a path into an export begins."""

_UNSEEN = frozenset({"style", "script", "title", "head"})
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr", "col", "source"})
_LONG_FORM = 0x80


def opened(answer: Answer | None) -> dict[str, Any]:
    """Return ``{"exports": {...}}`` with every export of an answer opened; one that was asked for and did not come is not there."""
    return {"exports": {name: _open(name, text) for name, text in (answer.exports if answer else {}).items()}}


def _open(name: str, text: str) -> Any:  # noqa: ANN401 - any JSON value
    ways = {"csv": _csv, "ssv": _ssv, "xml": _xml, "sheet": _sheet}
    try:
        content = base64.b64decode(text, validate=True)
        return ways[name](content) if name in ways else text
    except (binascii.Error, ValueError, csv.Error, ParseError) as error:
        return {"unreadable": str(error)}


def _csv(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    if not lines:
        raise ValueError("no line of column names")
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def _ssv(content: bytes) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    at = 0
    while at < len(content):
        number = int.from_bytes(content[at : at + 2])
        body, at = _measured(content, at + 2)
        fields: list[str] = []
        inside = 0
        while inside < len(body):
            value, inside = _measured(body, inside)
            fields.append(value.decode("latin-1"))
        groups.append({"groupe": number, "champs": fields})
    return groups


def _measured(content: bytes, at: int) -> tuple[bytes, int]:
    """The bytes behind a BER length, and where they end."""
    length = content[at] if at < len(content) else None
    at += 1
    if length is not None and length >= _LONG_FORM:
        count = length - _LONG_FORM
        length, at = int.from_bytes(content[at : at + count]), at + count
    if length is None or at + length > len(content):
        raise ValueError(f"offset {at}: it ends before its length is over")
    return content[at : at + length], at + length


def _xml(content: bytes) -> Any:  # noqa: ANN401 - any JSON value
    if b"<!DOCTYPE" in content:
        raise ValueError("a document type declaration")
    return _element(fromstring(content))  # noqa: S314 - without a document type there are no entities to expand


def _element(one: Element) -> Any:  # noqa: ANN401 - any JSON value
    children = list(one)
    if not children:
        return one.text or ""
    names = {child.tag for child in children}
    if len(names) == 1 and next(iter(names)).startswith(("T_Asn", "element")):
        return [_element(child) for child in children]
    return {child.tag: _element(child) for child in children}


def _sheet(content: bytes) -> str:
    page = _Page()
    page.feed(content.decode("utf-8"))
    page.close()
    return " ".join("".join(page.text).split())


class _Page(HTMLParser):
    """The text of a page as its reader sees it: what is marked as another language than French is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._hidden: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        self.text.append(" ")
        if tag not in _VOID:
            lang = dict(attrs).get("lang")
            self._hidden.append(tag in _UNSEEN or (lang is not None and not lang.startswith("fr")))

    def handle_endtag(self, tag: str) -> None:
        """Leave it."""
        self.text.append(" ")
        if tag not in _VOID and self._hidden:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        """Take a text that is not in something unseen."""
        if not any(self._hidden):
            self.text.append(data)
