"""What must not stand in a trace: the digits of a PIN, and the digits of a NIR."""

import re

from emulator.recording.codes import code_span, hidden

_NIR = re.compile(rb"[1-8][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6,8}|\A[0-9AB]{2,14}|[0-9AB]{2,14}\Z")
"""Thirteen digits, or fifteen with the key, as ASCII, the department perhaps 2A or 2B; and digits at either end, which
may be the rest of a NIR that two readings share."""


def masked_command(command: bytes) -> str:
    """A command in hexadecimal, its secret codes and NIR as `**`."""
    return _masked(command) if code_span(command) == (len(command), len(command)) else hidden(command)


def masked_response(response: bytes) -> str:
    """A response in hexadecimal, the digits of every NIR in it as `**`."""
    return f"{_masked(response[:-2])} {response[-2:].hex(' ').upper()}".lstrip()


def _masked(raw: bytes) -> str:
    shown = [f"{byte:02X}" for byte in raw]
    for found in _NIR.finditer(raw):
        shown[found.start() : found.end()] = ["**"] * (found.end() - found.start())
    return " ".join(shown)
