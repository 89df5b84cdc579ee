"""What the cards gave in a reading, file by file, put together from the exchanges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from conformance.events import Exchange
from conformance.narration import Narrator
from emulator.readers import TraceEntry
from reader_core.iso7816 import ApduFormatError, CommandApdu

_READ_BINARY, _GET_RESPONSE = 0xB0, 0xC0


@dataclass(slots=True)
class FileContent:
    """What a card gave of one file.

    Attributes:
        content: Its bytes from the first on, as far as they were read.
        refusal: Status word of the last command about it that was refused, ``6982``; empty when none was.
    """

    content: bytearray = field(default_factory=bytearray)
    refusal: str = ""


def contents(exchanges: Iterable[Exchange]) -> Mapping[tuple[str, str], FileContent]:
    """Return what was given of each file that a command was about, by slot and name of the file."""
    narrators: defaultdict[str, Narrator] = defaultdict(Narrator)
    found: defaultdict[tuple[str, str], FileContent] = defaultdict(FileContent)
    reading_at: dict[str, int] = {}
    for exchange in exchanges:
        entry = _entry(exchange)
        narrator = narrators[exchange.slot]
        narrator.tell(entry)
        if exchange.kind != "apdu" or not narrator.file:
            continue
        file = found[exchange.slot, narrator.file]
        data, status = entry.response[:-2], exchange.response[-4:].upper()
        if status[:2] not in {"90", "61", "62", "63", "6C", "9F"} and status not in {"6B00", "6700"}:
            file.refusal = status
        at = _offset(entry.command)
        if at is not None:
            reading_at[exchange.slot] = at
        elif not _continues(entry.command):
            reading_at.pop(exchange.slot, None)
        if data and reading_at.get(exchange.slot, len(file.content) + 1) <= len(
            file.content
        ):  # what is behind a gap has no place
            at = reading_at[exchange.slot]
            file.content[at : at + len(data)] = data
            reading_at[exchange.slot] = at + len(data)
    return found


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
