"""From what a person saw to the answer a program would have given, so that both are judged by the same judge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from conformance import words
from conformance.attended.questions import STATUS, Question
from conformance.attended.typed import UnreadableError, blank, read_typed
from conformance.expectations import parse_path
from conformance.judge import Reply
from conformance.protocol import Answer, ErrorBody, ReadRequest
from conformance.selection import REFUSAL
from conformance.testimony import Screen
from conformance.words import Words
from emulator.readers import TraceEntry
from fixtures.vitale import Scenario

SCHEMA = "vitale-card/1"
_NOWHERE = "-"
"""Carried by a screen that has a place for nothing of what a case compares."""
_FIRST_KINDS = {"count": 0, "presence": 1}


def check_screen(questions: Sequence[Question], screen: Screen) -> dict[str, Words]:
    """Return what is still to be said or said otherwise: path, ``outcome``, ``reason`` or ``message`` -> why. Empty: complete."""
    wrong: dict[str, Words] = {}
    if screen.outcome in {"data_and_message", "refused"} and not screen.reason:
        wrong["reason"] = Words("Choose what the message comes to.", "Choisissez le sens du message.")
    if screen.outcome == "broken" and not screen.message.strip():
        wrong["message"] = Words("Say what the product did.", "Dites ce que le produit a fait.")
    if screen.outcome == "impossible" and not screen.message.strip():
        wrong["message"] = Words("Say why: it stands in the report.", "Dites pourquoi : le rapport le cite.")
    if shows_data(screen):
        for question in questions:
            if said := _unanswered(question, screen):
                wrong[question.path] = said
    return wrong


def shows_data(screen: Screen) -> bool:
    """Say whether the product shows the card's data, so that values can be asked for."""
    return screen.outcome in {"data", "data_and_message"}


def without_place(screens: Iterable[Screen]) -> tuple[str, ...]:
    """Return the paths for which a person says that the product has no place, each once."""
    found = (
        path
        for screen in screens
        if shows_data(screen)
        for path, field in screen.fields.items()
        if field.state == "no_place"
    )
    return tuple(dict.fromkeys(found))


def carried(scenario: Scenario, screens: Iterable[Screen]) -> tuple[str, ...]:
    """Return the paths of a scenario that a screen has a place for, as `conformance.judge.judge` takes them; nothing when it is all of them."""
    aside = without_place(screens)
    if not aside:
        return ()
    every = dict.fromkeys(path for reading in scenario.readings for path in (*reading.expect, REFUSAL))
    return tuple(path for path in every if path not in aside) or (_NOWHERE,)


def reply_of(request: ReadRequest, questions: Sequence[Question], screen: Screen, trace: Sequence[TraceEntry]) -> Reply:
    """Return what came of a reading.

    Args:
        request: What a program would have been asked.
        questions: What the person was asked.
        screen: What the person said; complete, see `check_screen`.
        trace: What the cards saw.
    """
    if screen.outcome == "broken":
        return Reply(fault=words.broke(screen.message.strip()), trace=trace)
    if screen.outcome == "refused":
        body = ErrorBody(code=screen.reason, message=screen.message.strip())
        return Reply(Answer(id=request.id, error=body), trace=trace)
    return Reply(Answer(id=request.id, card=_card(request, questions, screen)), trace=trace)


def _unanswered(question: Question, screen: Screen) -> Words | None:
    field = screen.fields.get(question.path)
    if field is None:
        return Words("An answer is missing here.", "Il manque une réponse ici.")
    if field.state == "shown":
        try:
            read_typed(question, field.text)
        except UnreadableError as error:
            return error.said
    return None


def _card(request: ReadRequest, questions: Sequence[Question], screen: Screen) -> dict[str, Any]:
    card = _Card({"schema": SCHEMA, "api": request.api, "on": request.on})
    for question in sorted(questions, key=_order):
        field = screen.fields[question.path]
        if field.state == "no_place" or question.path == STATUS:
            continue
        value = read_typed(question, field.text) if field.state == "shown" else blank(question.expected)
        if question.kind == "count" and isinstance(value, int):
            value = card.counted(value) or blank(question.expected)
        card.place(question.path, value)
    return {**card.values, "protected": _protected(screen)}


def _order(question: Question) -> tuple[int, int, int]:
    """Lists before what stands in them, what is known by its number before what holds for each."""
    return "[*]" in question.path, question.path.count("."), _FIRST_KINDS.get(question.kind, len(_FIRST_KINDS))


class _Card:
    """A card object that grows by paths.

    Args:
        values: What it has already.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self._counted: list[list[Any]] = []

    def counted(self, number: int) -> list[Any]:
        """Make a list of so many entries, which gets no more."""
        made: list[Any] = [{} for _ in range(number)]
        self._counted.append(made)
        return made

    def place(self, path: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Put a value where a path leads; what it leads through is made, but for nothing."""
        self._place(self.values, parse_path(path), value)

    def _place(self, inside: dict[str, Any], steps: Sequence[str | int], value: Any) -> None:  # noqa: ANN401 - any JSON value
        name, *rest = steps
        here = cast("str", name)
        if not rest:
            inside[here] = value
        elif isinstance(rest[0], int):
            self._place_in_list(inside, here, rest, value)
        elif isinstance(inner := inside.get(here), dict):
            self._place(cast("dict[str, Any]", inner), rest, value)
        elif value is not None:
            inside[here] = made = dict[str, Any]()
            self._place(made, rest, value)

    def _place_in_list(self, inside: dict[str, Any], name: str, steps: Sequence[str | int], value: Any) -> None:  # noqa: ANN401 - any JSON value
        index, *rest = steps
        number = cast("int", index)
        found = inside.get(name)
        listed = cast("list[Any]", found) if isinstance(found, list) else list[Any]()
        if not any(listed is one for one in self._counted) and value is not None:
            listed += [{} for _ in range(max(number, 0) + 1 - len(listed))]
            inside[name] = listed
        for at in range(len(listed)) if number < 0 else range(number, min(number + 1, len(listed))):
            if not rest:
                listed[at] = value
            else:
                if not isinstance(listed[at], dict):
                    listed[at] = {}
                self._place(listed[at], rest, value)


def _protected(screen: Screen) -> dict[str, Any]:
    """Whether the protected data are there. Which of the two ways of saying no it is follows from the reason (docs/card-object.md)."""
    reason = screen.reason if screen.outcome == "data_and_message" else ""
    said = screen.fields.get(STATUS)
    shown = not reason if said is None or said.state != "shown" else said.text == "read"
    no = "withheld" if reason in {"", "cps_absent"} else "refused"
    return {"status": "read" if shown else no, "code": reason or None, "message": screen.message.strip()}
