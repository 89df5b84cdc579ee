"""What happened on the cards' side of a case, made ready for a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from conformance.events import Exchange
from conformance.narration import Narrator, Told
from emulator.readers import TraceEntry
from reader_core.iso7816 import ApduFormatError, CommandApdu


def exchanges(entries: Iterable[tuple[int, TraceEntry]], began: float) -> tuple[Exchange, ...]:
    """Turn trace entries into the exchanges of an event.

    Args:
        entries: Number of the reading, and the entry.
        began: When the case began, on the monotonic clock.
    """
    narrators: defaultdict[str, Narrator] = defaultdict(Narrator)
    return tuple(_exchange(reading, entry, narrators[entry.slot].tell(entry), began) for reading, entry in entries)


def _exchange(reading: int, entry: TraceEntry, told: Told, began: float) -> Exchange:
    return Exchange(
        slot=entry.slot,
        at_ms=round((entry.at - began) * 1000, 1),
        kind=entry.kind,
        command=entry.command.hex().upper(),
        response=entry.response.hex().upper(),
        command_text=told.command.en,
        response_text=told.response.en,
        command_text_fr=told.command.fr,
        response_text_fr=told.response.fr,
        reading=reading,
    )


def observe(path: str, entries: Iterable[TraceEntry]) -> int:
    """Return an observation on the cards' side, by its path (`conformance.selection.TRACE_PATHS`)."""
    _, slot, what = path.split(".")
    commands = [entry.command for entry in entries if entry.slot == slot and entry.kind == "apdu"]
    return len(commands) if what == "commands" else sum(_presents_pin(command) for command in commands)


def _presents_pin(command: bytes) -> bool:
    try:
        parsed = CommandApdu.parse(command)
    except ApduFormatError:
        return False
    return parsed.ins == 0x20 and bool(parsed.data)
