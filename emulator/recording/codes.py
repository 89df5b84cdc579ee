"""Where secret codes stand in a command: what no trace, no recording and no message may show."""

from __future__ import annotations

from reader_core.iso7816 import ApduFormatError, CommandApdu

SECRET_INSTRUCTIONS = frozenset({0x20, 0x21, 0x24, 0x26, 0x28, 0x2C})
"""VERIFY (both), CHANGE REFERENCE DATA, DISABLE and ENABLE VERIFICATION, RESET RETRY COUNTER (ISO/IEC 7816-4, 11.5)."""


def data_span(command: bytes) -> tuple[int, int]:
    """First byte of a command's data and the byte after the last; everything behind the header when it is malformed."""
    try:
        parsed = CommandApdu.parse(command)
    except ApduFormatError:
        return min(4, len(command)), len(command)
    start = 7 if parsed.extended else 5
    return (start, start + len(parsed.data)) if parsed.data else (len(command), len(command))


def code_span(command: bytes) -> tuple[int, int]:
    """The same for the secret codes of a command; an empty span for one that carries none.

    A malformed command of such an instruction counts whole: it holds a code all the same.
    """
    if len(command) > 1 and command[1] in SECRET_INSTRUCTIONS:
        return data_span(command)
    return len(command), len(command)


def hidden(command: bytes) -> str:
    """A command in hexadecimal, each byte of a secret code as `**`."""
    start, end = code_span(command)
    return " ".join("**" if start <= index < end else f"{byte:02X}" for index, byte in enumerate(command))


def same_command(recorded: bytes, asked: bytes, *, codes: bool = True, le: bool = True) -> bool:
    """Whether two commands are the same.

    Args:
        recorded: one of them.
        asked: the other.
        codes: False to take two secret codes of one length for the same.
        le: False to take a command with data for the same without its Le. A T=0 reader leaves it out on the way to the
            card, so that a program and the card know two commands of one (ISO/IEC 7816-3, 12.2.4).
    """
    if not le and abs(len(recorded) - len(asked)) == 1:
        recorded, asked = _without_le(recorded), _without_le(asked)
    if recorded == asked:
        return True
    if codes or len(recorded) != len(asked) or code_span(recorded) != code_span(asked):
        return False
    start, end = code_span(recorded)
    return recorded[:start] == asked[:start] and recorded[end:] == asked[end:]


def _without_le(command: bytes) -> bytes:
    try:
        parsed = CommandApdu.parse(command)
    except ApduFormatError:
        return command
    return command[:-1] if parsed.data and parsed.ne is not None and not parsed.extended else command
