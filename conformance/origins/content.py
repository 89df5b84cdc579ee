"""What the cards gave in a reading, file by file, put together from the exchanges."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from conformance.events import Exchange
from conformance.narration import Narrator
from emulator.readers import TraceEntry
from reader_core.iso7816 import ApduFormatError, CommandApdu

_SELECT, _READ_BINARY, _GET_RESPONSE = 0xA4, 0xB0, 0xC0

_DONE = frozenset({"90", "61", "62", "63", "9F"})
"""First bytes of the status words of what a card has done (ISO/IEC 7816-4; 9F on a CPS2ter)."""

_NOTHING_THERE = "6B00"
"""Status word of a READ BINARY behind the end: at offset 0, of a file that is empty (ISO/IEC 7816-4)."""


@dataclass(slots=True)
class FileContent:
    """What a card gave of one file.

    Attributes:
        asked: Whether a READ BINARY of it was answered, be it with nothing because the file is empty. To select it is not to ask for it.
        refusal: Status word of the last SELECT or READ BINARY of it that was refused, ``6982``; empty when none was.
        given: Offset -> byte, of everything that was read.
    """

    asked: bool = False
    refusal: str = ""
    given: dict[int, int] = field(default_factory=dict[int, int])

    @property
    def content(self) -> bytes:
        """Its bytes from the first on, as far as they were read without a gap: what stands behind one has no place in a record."""
        end = next(at for at in itertools.count() if at not in self.given)
        return bytes(self.given[at] for at in range(end))


def contents(exchanges: Iterable[Exchange]) -> Mapping[tuple[str, str], FileContent]:
    """Return what was given of each file that a command was about, by slot and name of the file."""
    narrators: defaultdict[str, Narrator] = defaultdict(Narrator)
    found: defaultdict[tuple[str, str], FileContent] = defaultdict(FileContent)
    doing: dict[str, _Doing] = {}
    for exchange in exchanges:
        entry = _entry(exchange)
        narrator = narrators[exchange.slot]
        narrator.tell(entry)
        if exchange.kind != "apdu":
            doing.pop(exchange.slot, None)
            continue
        if not _continues(entry.command):
            doing[exchange.slot] = _Doing(entry.command[1:2], _offset(entry.command))
        if narrator.file and exchange.slot in doing:
            doing[exchange.slot].answered(found[exchange.slot, narrator.file], entry.response)
    return found


@dataclass(slots=True)
class _Doing:
    """A command, which GET RESPONSE may go on with.

    Attributes:
        ins: Its instruction byte.
        at: Of a READ BINARY, the offset that the next byte has.
    """

    ins: bytes
    at: int | None

    def answered(self, file: FileContent, response: bytes) -> None:
        """Note what an answer to it says of the file."""
        data, status = response[:-2], response[-2:].hex().upper()
        if not status:  # the card was taken away
            return
        if self.at is None:
            if self.ins == bytes([_SELECT]) and status[:2] not in {*_DONE, "6C"}:
                file.refusal = status
            return
        empty = status == _NOTHING_THERE and not self.at
        to_be_fetched = status[:2] in {"61", "9F"} and not data
        if empty or (status[:2] in _DONE and not to_be_fetched):
            file.asked = True
        elif status[:2] not in _DONE:
            file.refusal = status
        file.given.update(enumerate(data, self.at))
        self.at += len(data)


def _entry(exchange: Exchange) -> TraceEntry:
    return TraceEntry(
        exchange.slot,
        exchange.at_ms / 1000,
        exchange.kind,  # pyright: ignore[reportArgumentType] - a kind that nobody knows counts as a change of power
        bytes.fromhex(exchange.command),
        bytes.fromhex(exchange.response),
    )


def _offset(command: bytes) -> int | None:
    """Return the offset that a READ BINARY asks for (ISO/IEC 7816-4), None of any other command."""
    try:
        parsed = CommandApdu.parse(command)
    except ApduFormatError:
        return None
    if parsed.ins != _READ_BINARY:
        return None
    return parsed.p2 if parsed.p1 & 0x80 else parsed.p1 << 8 | parsed.p2


def _continues(command: bytes) -> bool:
    return command[1:2] == bytes([_GET_RESPONSE])
