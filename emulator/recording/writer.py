"""A recording as text: docs/recording.md has the format."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.recording.model import Event, EventKind, Recording
from reader_core.iso7816 import describe_command, describe_response

FORMAT = "vitale-recording/1"
_WIDTH = 32
"""Bytes on a line."""


def dump_recording(recording: Recording) -> str:
    """Write a recording. `parse_recording` gives it back, equal in everything."""
    return "\n".join(_lines(recording)) + "\n"


def _lines(recording: Recording) -> Iterator[str]:
    yield f"format: {FORMAT}"
    if recording.software:
        yield f"software: {recording.software}"
    if recording.recorded:
        yield f"recorded: {recording.recorded}"
    yield f"masked: {'yes' if recording.masked else 'no'}"
    for note in recording.notes:
        yield f"note: {note}"
    for card in recording.cards:
        yield ""
        yield f"card: {card.slot}"
        if card.reader:
            yield f"reader: {card.reader}"
        yield f"protocol: {card.protocol}"
        if card.atr:
            yield f"atr: {_hex(card.atr)}"
    yield ""
    yield "begin"
    for event in recording.events:
        yield from _event(event)
    yield "end"


def _event(event: Event) -> Iterator[str]:
    asked = f"{event.slot} {_seconds(event.at)} {event.kind}"
    if event.kind is EventKind.APDU:
        yield from _bytes(asked, event.command, describe_command(event.command))
    else:
        yield asked
    if event.kind is EventKind.POWER_OFF:
        return
    answered = f"{event.slot} {_seconds(event.until)}"
    if event.error:
        yield f"{answered} ! {event.error} {event.detail}".rstrip()
    elif event.kind is EventKind.APDU:
        yield from _bytes(f"{answered} <", event.answer, describe_response(event.answer))
    else:
        yield from _bytes(f"{answered} <", event.answer, "")


def _bytes(start: str, value: bytes, comment: str) -> Iterator[str]:
    """Lines of at most 32 bytes, those after the first one indented, with what they mean on the last."""
    parts = [value[index : index + _WIDTH] for index in range(0, len(value), _WIDTH)] or [b""]
    for index, part in enumerate(parts):
        line = f"{start} {_hex(part)}".rstrip() if index == 0 else f"    {_hex(part)}"
        yield f"{line}  # {comment}" if comment and index == len(parts) - 1 else line


def _hex(value: bytes) -> str:
    return value.hex(" ").upper()


def _seconds(microseconds: int) -> str:
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06}"
