"""The card object as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, cast

import msgspec

from reader_core.formats import card
from reader_core.formats.build import build_card
from reader_core.formats.errors import FormatError
from reader_core.session import VitaleReading


def card_object(reading: VitaleReading) -> dict[str, Any]:
    """Give a reading in the vocabulary of the adapter protocol: plain dictionaries, lists, texts, numbers and null.

    Its schema is `reader_core.formats.card.card_schema`.
    """
    # Through JSON: `to_builtins` would leave tuples, which compare unequal to the lists of another product.
    return msgspec.json.decode(msgspec.json.encode(build_card(reading)))


def dumps(reading: VitaleReading, *, indent: int = 2) -> str:
    """Give a reading as JSON text, in UTF-8 characters, ending with a new line.

    Args:
        reading: the reading.
        indent: spaces a level; 0 for one line.
    """
    raw = msgspec.json.encode(build_card(reading))
    return (msgspec.json.format(raw, indent=indent) if indent else raw).decode() + "\n"


def loads(raw: str | bytes) -> card.Card:
    """Read a card object back. Keys that it does not know are those of a later release, and left out.

    Args:
        raw: the text, or its bytes in UTF-8.

    Raises:
        FormatError: `json_invalid`, with the place: no JSON, a key that is missing, a value of another type, a day that
            the calendar does not have.
    """
    try:
        found = msgspec.json.decode(raw, type=card.Card)
    except msgspec.ValidationError as error:
        raise _invalid(_told(raw, error)) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise _invalid(str(error)) from error
    for path, day in _days(found, "$"):
        try:
            date.fromisoformat(day)
        except ValueError as error:
            raise _invalid(f"{path}: {day} is no day of the calendar") from error
    return found


def _told(raw: str | bytes, error: msgspec.ValidationError) -> str:
    """What is wrong, in words of this program where a whole object is another one."""
    try:
        whole: object = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):  # what is behind the first mistake is no JSON either
        return str(error)
    if isinstance(whole, dict):
        keys = cast("dict[str, object]", whole)
        schema = keys.get("schema")
        if schema is None and "error" in keys:
            return "this is the answer of a reading that was refused; its card, if there is one, is under `card`"
        if schema != card.SCHEMA:
            return f"$.schema: {schema!r}, and this program reads {card.SCHEMA!r}"
    return str(error)


@cache
def _day_fields(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The fields of an object that are `card.Day`, by its annotations, which are texts."""
    return frozenset(name for name, written in kind.__annotations__.items() if "Day" in str(written))


def _days(node: object, path: str) -> Iterator[tuple[str, str]]:
    """Every calendar day below an object, with its path."""
    if isinstance(node, msgspec.Struct):
        for name in node.__struct_fields__:
            value: object = getattr(node, name)
            if isinstance(value, str) and name in _day_fields(type(node)):
                yield f"{path}.{name}", value
            else:
                yield from _days(value, f"{path}.{name}")
    elif isinstance(node, tuple):
        for index, each in enumerate(cast("tuple[object, ...]", node)):
            yield from _days(each, f"{path}[{index}]")


def _invalid(reason: str) -> FormatError:
    return FormatError(
        "json_invalid",
        f"not a card object: {reason}",
        "Give what `vitale read --format json` wrote; `vitale schema card` has its types.",
    )
