"""What happened on the cards' side of a case, made ready for a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from conformance.events import Exchange
from emulator.readers import TraceEntry
from reader_core.iso7816 import ApduFormatError, CommandApdu, describe_command, describe_response

NAMES: Final[Mapping[bytes, str]] = {
    bytes.fromhex("D250000002564954414C45"): "VITALE",
    bytes.fromhex("D2500000024D465F564954414C45"): "MF_VITALE",
    bytes.fromhex("D2500000044164E86C650101"): "Adèle",
    bytes.fromhex("8025000001FF0100"): "CPS IAS",
    bytes.fromhex("E828BD080F8025000001FF0010"): "CPS PKCS#15",
    bytes.fromhex("3F00"): "MF",
    bytes.fromhex("2001"): "POINTERS",
    bytes.fromhex("2F00"): "DIR",
    bytes.fromhex("2F01"): "ATR",
    bytes.fromhex("2F02"): "PAN",
    bytes.fromhex("D001"): "identity",
    bytes.fromhex("D003"): "SN.ICC",
}
"""Identifiers that a report names: AIDs and files of the public documents."""


def exchanges(entries: Iterable[tuple[int, TraceEntry]], began: float) -> tuple[Exchange, ...]:
    """Turn trace entries into the exchanges of an event.

    Args:
        entries: Number of the reading, and the entry.
        began: When the case began, on the monotonic clock.
    """
    return tuple(
        Exchange(
            slot=entry.slot,
            at_ms=round((entry.at - began) * 1000, 1),
            kind=entry.kind,
            command=entry.command.hex().upper(),
            response=entry.response.hex().upper(),
            command_text=describe_command(entry.command, NAMES) if entry.command else "",
            response_text=describe_response(entry.response) if entry.kind == "apdu" else "",
            reading=reading,
        )
        for reading, entry in entries
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
