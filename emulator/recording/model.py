"""A recording: what happened between programs and cards, in the order in which it ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from reader_core.iso7816 import Atr, AtrError

_SLOT = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)
_ERROR = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_PROTOCOL = re.compile(r"T=[0-9]{1,2}|unknown", re.ASCII)
MAX_AT = 10**12
"""Microseconds, eleven days: the latest time that a recording may hold."""


class EventKind(StrEnum):
    """What happened; the value is its word in the file."""

    POWER_ON = "on"
    RESET = "reset"
    POWER_OFF = "off"
    APDU = ">"


def check_text(text: str, what: str) -> None:
    """Refuse a text that would not come back from one line of a file.

    Raises:
        ValueError: it has a control character or a line break, or blanks at an end.
    """
    if text != text.strip() or not all(letter.isprintable() for letter in text):
        raise ValueError(f"{what} is one printable line without blanks at its ends, not {text!r}")


def one_line(text: str) -> str:
    """Make any text fit a line of a file: what cannot be printed becomes a blank."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


@dataclass(frozen=True, slots=True)
class RecordedCard:
    """A card that takes part.

    Attributes:
        slot: its name in the recording: `vitale`, `cps`; a small letter, then small letters, digits, `_` and `-`.
        reader: the reader it was in, for people.
        protocol: `T=0`, `T=1`, or `unknown`; from the ATR, since a connection does not tell what was agreed.
        atr: the first answer to reset that it gave; empty when it never gave one.

    Raises:
        ValueError: a name or the protocol is not of that form.
    """

    slot: str
    reader: str = ""
    protocol: str = "unknown"
    atr: bytes = b""

    def __post_init__(self) -> None:
        if not _SLOT.fullmatch(self.slot):
            raise ValueError(f"a slot is named in small letters and digits, not {self.slot!r}")
        if not _PROTOCOL.fullmatch(self.protocol):
            raise ValueError(f"a protocol is T=0, T=1 or unknown, not {self.protocol!r}")
        check_text(self.reader, "a reader's name")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a card.

    Attributes:
        slot: which card.
        kind: a command, or a change of power.
        at: microseconds from the start of the recording until it was asked for.
        until: the same until it was answered.
        command: the command APDU; empty but for `APDU`.
        answer: the response APDU, or the ATR; empty when none came.
        error: why none came: the code of a `reader_core.iso7816.TransportError`; empty when all went well.
        detail: what was seen then, one line.

    Raises:
        ValueError: a time before the start or after eleven days, a command of no byte, a text that is not one line, an
            answer where an error stands, or anything but a moment for the end of power.
    """

    slot: str
    kind: EventKind
    at: int
    until: int
    command: bytes = b""
    answer: bytes = b""
    error: str = ""
    detail: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.at <= self.until <= MAX_AT:
            raise ValueError("times count up from the start of the recording")
        if bool(self.command) != (self.kind is EventKind.APDU):
            raise ValueError("a command, and only a command, has bytes to send")
        if self.error and self.answer:
            raise ValueError("an error comes without an answer")
        if self.kind is EventKind.POWER_OFF and (self.error or self.answer or self.at != self.until):
            raise ValueError("the end of power has no answer, no error, and takes no time")
        if self.error and not _ERROR.fullmatch(self.error):
            raise ValueError(f"an error is a word in small letters, not {self.error!r}")
        if self.detail and not self.error:
            raise ValueError("details belong to an error")
        check_text(self.detail, "a detail")


@dataclass(frozen=True, slots=True)
class Recording:
    """What a file holds.

    Attributes:
        cards: the cards that take part, by slot.
        events: what happened to them, in the order in which it ended.
        recorded: when, as ISO 8601; may be empty.
        software: what recorded it; may be empty.
        masked: whether secrets were replaced by pseudonyms.
        notes: for people: what was masked, and what masking broke. One line each.

    Raises:
        ValueError: two cards of one name, an event of a card that is not there, or a text that is not one line.
    """

    cards: tuple[RecordedCard, ...]
    events: tuple[Event, ...]
    recorded: str = ""
    software: str = ""
    masked: bool = False
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        slots = [card.slot for card in self.cards]
        if len(set(slots)) != len(slots):
            raise ValueError(f"each card has a name of its own: {', '.join(slots)}")
        for event in self.events:
            if event.slot not in slots:
                raise ValueError(f"an event of {event.slot!r}, which is no card here")
        for text in (self.recorded, self.software, *self.notes):
            check_text(text, "a line of the header")
        if not all(self.notes):
            raise ValueError("a note says something")

    def card(self, slot: str) -> RecordedCard | None:
        """The card of a slot, or None."""
        return next((card for card in self.cards if card.slot == slot), None)

    def of(self, slot: str) -> tuple[Event, ...]:
        """What happened to one card."""
        return tuple(event for event in self.events if event.slot == slot)


def protocol_of(atr: bytes) -> str:
    """The protocol that an ATR offers first: `T=0`, `T=1`; `unknown` when it cannot be read."""
    try:
        return f"T={Atr.parse(atr).default_protocol}"
    except AtrError:
        return "unknown"
