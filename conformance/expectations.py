"""The language of expectations: paths into a card object, and what may stand at their end.

A path is ``beneficiaires[0].exoneration.nature``; ``[*]`` is every element of a list. At its end stands a JSON value, which must be
equal, or a table with one key, a matcher:

| matcher | holds when the value |
|---|---|
| ``{ is = "null" }`` | is null, or not there |
| ``{ is = "present" }`` | is there and neither null nor empty |
| ``{ not = X }`` | is not X |
| ``{ one_of = [X, Y] }`` | is one of these |
| ``{ count = N }`` | is a list of N elements |
| ``{ contains = ["a", "b"] }`` | is a text with each of these in it, letter for letter, whatever the spaces |
| ``{ mentions = ["a", "b"] }`` | is a text, or a list with a text, with one of these word beginnings, whatever the case and accents |
| ``{ silent_on = ["a", "b"] }`` | has no text with one of them; nothing at all is right too |
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from conformance import words
from conformance.events import JsonValue
from conformance.words import Words

MATCHERS: Final = frozenset({"is", "not", "one_of", "count", "contains", "mentions", "silent_on"})
"""The keys of a matcher."""

_TOKEN = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)|\[(?P<index>\d+|\*)\]")


class _Missing:
    """What stands where a path leads nowhere."""

    def __repr__(self) -> str:
        return words.NOTHING.en


MISSING: Final = _Missing()


class ExpectationError(Exception):
    """A path or a matcher that is not written as this module says."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place in an answer: its own path, without stars, and the value there or `MISSING`."""

    path: str
    value: Any

    @property
    def json(self) -> JsonValue:
        """The value for an event: None where there is none."""
        return None if self.value is MISSING else self.value


def parse_path(path: str) -> tuple[str | int, ...]:
    """Split a path; ``-1`` stands for ``[*]``.

    Raises:
        ExpectationError: It is not a path.
    """
    tokens: list[str | int] = []
    position = 0
    while position < len(path):
        if tokens and path[position] == ".":
            position += 1
        elif tokens and path[position] != "[":
            break
        match = _TOKEN.match(path, position)
        if match is None or (match["index"] and path[position - 1 : position] == "."):
            break
        index = match["index"]
        tokens.append(match["name"] if index is None else -1 if index == "*" else int(index))
        position = match.end()
    if position != len(path) or not tokens or path.endswith("."):
        raise ExpectationError(f"{path!r} is not a path such as beneficiaires[0].nom_usuel")
    return tuple(tokens)


def find(value: Any, path: str) -> list[Found]:  # noqa: ANN401 - any JSON value
    """Return every place a path leads to; one `MISSING` where it leads nowhere, nothing for ``[*]`` of an empty list."""
    return list(_walk(value, parse_path(path), ""))


def _walk(value: Any, tokens: tuple[str | int, ...], at: str) -> Iterator[Found]:  # noqa: ANN401 - any JSON value
    if not tokens:
        yield Found(at, value)
        return
    first, *rest = tokens
    if isinstance(first, str):
        inner = cast("dict[str, Any]", value).get(first, MISSING) if isinstance(value, dict) else MISSING
        yield from _walk(inner, tuple(rest), f"{at}.{first}" if at else first)
        return
    elements = cast("list[Any]", value) if isinstance(value, list) else None
    if first >= 0:
        inner = elements[first] if elements is not None and first < len(elements) else MISSING
        yield from _walk(inner, tuple(rest), f"{at}[{first}]")
    elif elements is None:
        yield from _walk(MISSING, tuple(rest), f"{at}[*]")
    else:
        for number, element in enumerate(elements):
            yield from _walk(element, tuple(rest), f"{at}[{number}]")


def matcher(expected: Any) -> tuple[str, Any] | None:  # noqa: ANN401 - any TOML value
    """Return the name and the argument of a matcher, None for a plain value.

    Raises:
        ExpectationError: A table that is no matcher.
    """
    if not isinstance(expected, dict):
        return None
    table = cast("dict[str, Any]", expected)
    if len(table) != 1 or not table.keys() <= MATCHERS:
        raise ExpectationError(f"{table!r} is no matcher; one of {', '.join(sorted(MATCHERS))} is")
    name: str
    argument: Any
    name, argument = next(iter(table.items()))
    lists = {"one_of", "contains", "mentions", "silent_on"}
    if (name in lists and not isinstance(argument, list)) or (name == "is" and argument not in {"null", "present"}):
        raise ExpectationError(f"{table!r}: {name} does not take {argument!r}")
    return name, argument  # pyright: ignore[reportUnknownVariableType] - any TOML value


def holds(expected: Any, actual: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Say whether a value is what was expected. `MISSING` is equal to nothing; ``{ is = "null" }`` takes it as null."""
    rule = matcher(expected)
    if rule is None:
        return _equal(expected, actual)
    name, argument = rule
    empty = actual is MISSING or actual is None
    match name:
        case "is":
            return empty if argument == "null" else not (empty or actual in ("", [], {}))
        case "not":
            return not _equal(argument, actual)
        case "one_of":
            return any(_equal(one, actual) for one in argument)
        case "count":
            return isinstance(actual, list) and len(cast("list[Any]", actual)) == argument
        case "contains":
            return isinstance(actual, str) and all(_spaced(one) in _spaced(actual) for one in argument)
        case "mentions":
            return any(mentions(text, argument) for text in _texts(actual))
        case _:
            return not any(mentions(text, argument) for text in _texts(actual))


def mentions(text: str, beginnings: list[str]) -> bool:
    """Say whether a text has a word that begins with one of these, whatever the case and the accents."""
    plain = _plain(text)
    return any(re.search(rf"\b{re.escape(_plain(word))}", plain) for word in beginnings)


def in_words(expected: Any) -> Words | None:  # noqa: ANN401 - any TOML value
    """Return a matcher in words; None for a plain value and for null, which stand for themselves."""
    rule = matcher(expected)
    if rule is None:
        return None
    name, argument = rule
    match name:
        case "is":
            return None if argument == "null" else words.some_value()
        case "not":
            return words.anything_but(argument)
        case "one_of":
            return words.one_of(argument)
        case "count":
            return words.list_of(argument)
        case "contains":
            return words.text_with_all(argument)
        case "mentions":
            return words.text_with(argument)
        case _:
            return words.no_text_with(argument)


def expected_json(expected: Any) -> JsonValue:  # noqa: ANN401 - any TOML value
    """Return what an event shows as expected: the value itself, or a matcher in English words."""
    said = in_words(expected)
    if said is not None:
        return said.en
    return None if matcher(expected) else expected


def show_expected(expected: Any) -> Words:  # noqa: ANN401 - any TOML value
    """Return what was expected as part of a sentence."""
    return in_words(expected) or Words.same(words.show(expected_json(expected)))


def show_actual(value: Any) -> Words:  # noqa: ANN401 - any JSON value
    """Return what was read as part of a sentence."""
    return words.NOTHING if value is MISSING else Words.same(words.show(value))


def _texts(value: Any) -> list[str]:  # noqa: ANN401 - any JSON value
    several = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, str)]


def _spaced(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _equal(expected: Any, actual: Any) -> bool:  # noqa: ANN401 - any JSON value
    if isinstance(expected, str) and isinstance(actual, str):
        # Two encodings of one letter are one letter; anything else must be the same text.
        return unicodedata.normalize("NFC", expected) == unicodedata.normalize("NFC", actual)
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, list) and isinstance(actual, list):
        ours, theirs = cast("list[Any]", expected), cast("list[Any]", actual)
        return len(ours) == len(theirs) and all(_equal(a, b) for a, b in zip(ours, theirs, strict=True))
    if isinstance(expected, dict) and isinstance(actual, dict):
        ours, theirs = cast("dict[str, Any]", expected), cast("dict[str, Any]", actual)
        return ours.keys() == theirs.keys() and all(_equal(ours[key], theirs[key]) for key in ours)
    return expected == actual
