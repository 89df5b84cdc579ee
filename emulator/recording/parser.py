"""From the text of a file to a recording; what is wrong is told with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from emulator.recording.errors import RecordingError
from emulator.recording.model import Event, EventKind, RecordedCard, Recording, check_text
from emulator.recording.writer import FORMAT

_TIME = re.compile(r"([0-9]{1,7})\.([0-9]{6})", re.ASCII)
_FORMAT = re.compile(r"format: *(vitale-recording/\S{1,20})")
_CORRECT = "Correct this line; docs/recording.md has the format."
_CUT = "The file was cut in this line: record again, or end it after the last whole answer with a line 'end'."
_ENDLESS = "It was cut: record again, or write 'end' after the last whole answer."
_OF_FILE = frozenset({"software", "recorded", "masked", "note"})
_OF_CARD = frozenset({"reader", "protocol", "atr"})


def load_recording(path: Path | str) -> Recording:
    """Read a recording from a file.

    Raises:
        RecordingError: there is no such file, it cannot be read, or it is not a recording.
    """
    source = str(path)
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise RecordingError(source, 0, "there is no such file", "Give the path of a recording.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise RecordingError(source, line, "the text is not UTF-8", "Save it again in UTF-8.") from error
    except (OSError, ValueError) as error:
        raise RecordingError(source, 0, f"it cannot be read ({error})", "Give the path of a recording.") from error
    return parse_recording(text, source)


def parse_recording(text: str, source: str = "recording") -> Recording:
    """Read a recording from its text.

    Args:
        text: the whole file.
        source: what to call it in errors.

    Raises:
        RecordingError: with the line and what is wrong there.
    """
    lines = _meaningful(text)
    _check_format(next(lines, None), source)
    reading = _Reading(source)
    for line in lines:
        try:
            reading.take(line)
        except ValueError as error:
            raise RecordingError(source, line.number, str(error).rstrip("."), _CUT if line.cut else _CORRECT) from error
    return reading.finish(text.count("\n") + 1)


def _check_format(first: _Line | None, source: str) -> None:
    if first is None:
        raise RecordingError(source, 1, "the file is empty", "Record again.")
    if first.text == f"format: {FORMAT}":
        return
    other = _FORMAT.fullmatch(first.text)
    if other is None:
        reason = f"a recording begins with 'format: {FORMAT}'"
        raise RecordingError(source, first.number, reason, "Is this the right file?")
    reason = f"the format is {other[1]}, and this program reads {FORMAT}"
    raise RecordingError(source, first.number, reason, "Use the software that wrote it, or record again.")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that says something; `cut` when the file ends in it, which no line that was written whole does."""

    number: int
    text: str
    cut: bool


def _meaningful(text: str) -> Iterator[_Line]:
    number, start = 1, 0
    while start < len(text):
        end = text.find("\n", start)
        line = text[start : len(text) if end < 0 else end]
        if line.strip() and not line.startswith("#"):
            yield _Line(number, line.rstrip(), cut=end < 0)
        number, start = number + 1, len(text) if end < 0 else end + 1


@dataclass(slots=True)
class _Pending:
    """An event whose lines are being read: bytes go on until the next line that is not indented."""

    slot: str
    kind: EventKind
    at: int
    line: int
    until: int | None = None
    error: str = ""
    detail: str = ""
    command: bytearray = field(default_factory=bytearray)
    answer: bytearray = field(default_factory=bytearray)

    @property
    def complete(self) -> bool:
        return self.until is not None or self.kind is EventKind.POWER_OFF

    def event(self) -> Event:
        until = self.at if self.until is None else self.until
        return Event(
            self.slot, self.kind, self.at, until, bytes(self.command), bytes(self.answer), self.error, self.detail
        )


class _Reading:
    """The state of one parse: the header, the cards, then the events."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._header: dict[str, str] = {}
        self._notes: list[str] = []
        self._cards: list[dict[str, str]] = []
        self._made: tuple[RecordedCard, ...] = ()
        self._events: list[Event] = []
        self._pending: _Pending | None = None
        self._bytes: bytearray | None = None
        self._part = "header"

    def take(self, line: _Line) -> None:
        if self._part == "end":
            raise ValueError("something follows 'end'")
        if self._part == "events":
            self._take_event(line)
        elif line.text == "begin":
            self._made = tuple(_card(fields) for fields in self._cards)
            self._part = "events"
        else:
            self._take_header(line.text)

    def finish(self, last: int) -> Recording:
        if self._part != "end":
            raise RecordingError(self._source, last, "the file ends before 'end'", _ENDLESS)
        header = self._header
        try:
            return Recording(
                self._made,
                tuple(self._events),
                header.get("recorded", ""),
                header.get("software", ""),
                header.get("masked") == "yes",
                tuple(self._notes),
            )
        except ValueError as error:
            raise RecordingError(
                self._source, 0, str(error), "Correct it; docs/recording.md has the format."
            ) from error

    def _take_header(self, text: str) -> None:
        key, colon, value = text.partition(":")
        value = value.strip()
        fields = self._cards[-1] if self._cards else self._header
        if not colon or not value:
            raise ValueError(f"'key: value' or 'begin' is expected, not {text[:40]!r}")
        check_text(value, "a line of the header")
        if key == "card":
            if any(card["card"] == value for card in self._cards):
                raise ValueError(f"a second card {value!r}")
            self._cards.append({"card": value})
            _card(self._cards[-1])
        elif key == "note" and not self._cards:
            self._notes.append(value)
        elif key not in (_OF_CARD if self._cards else _OF_FILE):
            raise ValueError(f"{key[:40]!r} is not a key of this part of the header")
        elif key in fields:
            raise ValueError(f"{key!r} a second time")
        elif key == "masked" and value not in {"yes", "no"}:
            raise ValueError(f"masked is yes or no, not {value!r}")
        else:
            fields[key] = value
            if self._cards:
                _card(fields)

    def _take_event(self, line: _Line) -> None:
        if line.text[0] in " \t":
            if self._bytes is None:
                raise ValueError("an indented line goes on with bytes, and none come before it")
            self._bytes += _unhex(_uncommented(line.text))
            return
        self._bytes = None
        pending = self._pending
        if line.text == "end" or pending is None or pending.complete:
            self._close()
            if line.text == "end":
                self._part = "end"
            else:
                self._open(line)
        else:
            self._answer(pending, line.text)

    def _open(self, line: _Line) -> None:
        slot, at, sign, rest = _split(line.text)
        if slot not in {card.slot for card in self._made}:
            raise ValueError(f"there is no card {slot!r} in the header")
        if sign not in set(EventKind):
            raise ValueError(f"'on', 'reset', 'off' or '>' is expected, not {sign!r}")
        self._pending = _Pending(slot, EventKind(sign), at, line.number)
        if self._pending.kind is EventKind.APDU:
            self._pending.command += _unhex(_uncommented(rest))
            self._bytes = self._pending.command
        elif _uncommented(rest).strip():
            raise ValueError(f"nothing follows {sign!r}")

    def _answer(self, pending: _Pending, text: str) -> None:
        slot, at, sign, rest = _split(text)
        if slot != pending.slot or sign not in {"<", "!"}:
            raise ValueError(
                f"the answer of {pending.slot!r} is expected, '<' or '!'; line {pending.line} asked for it"
            )
        pending.until = at
        if sign == "<":
            pending.answer += _unhex(_uncommented(rest))
            self._bytes = pending.answer
        else:
            pending.error, _, detail = rest.partition(" ")
            pending.detail = detail.strip()
            if not pending.error:
                raise ValueError("'!' is followed by the error's code")
        if pending.until < pending.at:
            raise ValueError("the answer comes before the question")

    def _close(self) -> None:
        """Keep the event that is complete. Its own lines are named when it is not."""
        pending, self._pending = self._pending, None
        if pending is None:
            return
        if not pending.complete:
            raise ValueError(f"line {pending.line} has no answer")
        try:
            self._events.append(pending.event())
        except ValueError as error:
            raise RecordingError(self._source, pending.line, str(error), _CORRECT) from error


def _card(fields: dict[str, str]) -> RecordedCard:
    return RecordedCard(
        fields["card"], fields.get("reader", ""), fields.get("protocol", "unknown"), _unhex(fields.get("atr", ""))
    )


def _split(text: str) -> tuple[str, int, str, str]:
    """SLOT TIME SIGN and the rest of a line."""
    words = text.split(maxsplit=3)
    if len(words) < 3:
        raise ValueError(f"'SLOT TIME SIGN ...' or 'end' is expected, not {text[:40]!r}")
    time = _TIME.fullmatch(words[1])
    if time is None:
        raise ValueError(f"a time is seconds with six decimals, such as 0.001250, not {words[1][:40]!r}")
    return words[0], int(time[1]) * 1_000_000 + int(time[2]), words[2], words[3] if len(words) > 3 else ""


def _uncommented(text: str) -> str:
    return text.partition("#")[0]


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ValueError(f"bytes are pairs of hexadecimal digits, not {text.strip()[:40]!r}") from None
