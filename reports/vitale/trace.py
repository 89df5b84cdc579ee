"""The exchanges of a case as a time line: one row each, with the bytes in readable groups."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from conformance.events import Exchange

from .bilingual import Text

_SHOWN_BYTES = 512
"""Bytes of one message that are shown; the stream has the rest."""

_WORD = re.compile(r"[A-Z0-9.]+")

_LANES = {"vitale": Text.same("Vitale"), "cps": Text.same("CPx")}

_EVENTS = {
    "power_on": Text("Mise sous tension", "Power on"),
    "power_off": Text("Mise hors tension", "Power off"),
    "reset": Text("Réinitialisation", "Reset"),
    "removed": Text("Carte retirée", "Card removed"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """An exchange of the time line.

    Attributes:
        lane: ``vitale`` or ``cps``.
        lane_name: The same for people.
        at: Milliseconds since the case began, ``4.2``, from 100 on without a fraction.
        kind: ``apdu``, or what happened to the card.
        title: The command in words, or the event.
        status: The status word in hexadecimal, ``6982``; empty when there is none.
        tone: ``good``, ``note``, ``bad`` or ``event``.
        answer: The response in words, without its status word.
        command: Bytes in hexadecimal, grouped.
        response: The same.
        concerns: Whether it is about a file that a wrong value comes from.
    """

    lane: str
    lane_name: Text
    at: str
    kind: str
    title: Text
    status: str
    tone: str
    answer: Text
    command: str
    response: str
    concerns: bool = False


def row(exchange: Exchange, wanted: Collection[tuple[str, str, int]] = ()) -> Row:
    """Return an exchange as a row of the time line.

    Args:
        exchange: As the stream has it.
        wanted: Files that wrong values come from: slot, name, and which reading.
    """
    status = exchange.response[-4:].upper() if exchange.kind == "apdu" and len(exchange.response) >= 4 else ""
    return Row(
        lane=exchange.slot if exchange.slot in _LANES else "other",
        lane_name=_LANES.get(exchange.slot, Text.same(exchange.slot)),
        at=f"{exchange.at_ms:.1f}" if exchange.at_ms < 100 else f"{exchange.at_ms:.0f}",
        kind=exchange.kind,
        title=_title(exchange),
        status=status,
        tone=_tone(exchange.kind, status),
        answer=Text(
            _without_status(exchange.response_text_fr or exchange.response_text, status),
            _without_status(exchange.response_text, status),
        ),
        command=spaced(exchange.command),
        response=spaced(exchange.response),
        concerns=_concerns(exchange, wanted),
    )


def _concerns(exchange: Exchange, wanted: Collection[tuple[str, str, int]]) -> bool:
    words = frozenset(_WORD.findall(exchange.command_text))
    return any(
        slot == exchange.slot and reading == exchange.reading and name in words for slot, name, reading in wanted
    )


def _title(exchange: Exchange) -> Text:
    if exchange.kind == "apdu":
        english = exchange.command_text or spaced(exchange.command)
        return Text(exchange.command_text_fr or english, english)
    return _EVENTS.get(exchange.kind, Text.same(exchange.kind))


def _tone(kind: str, status: str) -> str:
    """Return how a status word looks: an answer that asks for one more command is a note, a refusal stands out."""
    if kind != "apdu":
        return "bad" if kind == "removed" else "event"
    if not status:
        return "bad"
    if status == "9000":
        return "good"
    return "note" if status[:2] in {"61", "6C", "62", "63", "9F"} else "bad"


def _without_status(words: str, status: str) -> str:
    """Return the response in words without the status word in front, which has a column of its own."""
    head = f"{status[:2]} {status[2:]}"
    return words.removeprefix(head).removeprefix(status).lstrip(" :") if status else words


def spaced(text: str) -> str:
    """Return hexadecimal in bytes, upper case; what lies beyond the limit is counted."""
    digits = text.upper()
    pairs = [digits[at : at + 2] for at in range(0, min(len(digits), 2 * _SHOWN_BYTES), 2)]
    left = (len(digits) + 1) // 2 - len(pairs)
    return " ".join(pairs) + (f" … (+{left})" if left > 0 else "")
