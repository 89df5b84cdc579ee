"""From what a person types to the value it stands for, as the card object writes it.

What cannot be read as what it should be (a month 19) stays as it was typed: it is what the screen shows, and is compared as such.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast

from conformance.attended.questions import Question
from conformance.expectations import holds
from conformance.words import Words

_DAY: Final = re.compile(r"(?P<day>\d{1,2})\s*[/.\-\s]\s*(?P<month>\d{1,2})\s*[/.\-\s]\s*(?P<year>\d{4})")
_NUMBER: Final = re.compile(r"(-?\d+)\s*%?")
YES: Final = "oui"
NO: Final = "non"
_MOST: Final = 99
"""Entries of a list; no card holds so many."""


class UnreadableError(Exception):
    """Something that has to be typed in another way; nothing is wrong with the product.

    Attributes:
        said: What, in both languages.
    """

    def __init__(self, said: Words) -> None:
        super().__init__(said.en)
        self.said = said


def read_typed(question: Question, typed: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value.

    Args:
        question: How it was asked for.
        typed: What was typed, or the code of a choice.

    Raises:
        UnreadableError: Nothing was typed, or no number where one was asked for.
    """
    text = typed.strip()
    if not text:
        raise UnreadableError(Words("Type what the screen shows.", "Saisissez ce que l'écran affiche."))
    match question.kind:
        case "compact":
            return re.sub(r"\s", "", text)
        case "date":
            return _date(text)
        case "integer":
            return _number(text)
        case "count":
            return _count(text)
        case "yes_no":
            return {YES: True, NO: False}.get(text, text)
        case "lines":
            return _lines(question.expected, typed)
        case "presence":
            return {"texte": text}
        case _:
            return text


def blank(expected: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return what an empty place on a screen stands for: nothing, an empty text and an empty list look the same there.

    Args:
        expected: What the scenario says; where it takes one of the three, it is this one.
    """
    looks_the_same: tuple[Any, ...] = (None, "", [])
    return next((value for value in looks_the_same if holds(expected, value)), None)


def _date(text: str) -> str:
    match = _DAY.fullmatch(text)
    return f"{match['year']}-{int(match['month']):02}-{int(match['day']):02}" if match else text


def _number(text: str) -> int:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise UnreadableError(Words("Type a number.", "Saisissez un nombre."))
    return int(match[1])


def _count(text: str) -> int:
    number = _number(text)
    if not 0 <= number <= _MOST:
        raise UnreadableError(Words(f"Type a number from 0 to {_MOST}.", f"Saisissez un nombre de 0 à {_MOST}."))
    return number


def _lines(expected: Any, typed: str) -> list[str]:  # noqa: ANN401 - any TOML value
    """Lines that are empty do not show on a screen: they count neither way."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if isinstance(expected, list):
        wanted = cast("list[Any]", expected)
        if lines == [line for line in wanted if line]:
            return wanted
    return lines
