"""What a program did that a recording does not have, told so that a person sees the difference."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.recording.codes import code_span, hidden
from emulator.recording.model import Event, EventKind
from reader_core.iso7816 import describe_command

_WORDS = {EventKind.POWER_ON: "power on", EventKind.RESET: "reset", EventKind.POWER_OFF: "power off"}


@dataclass(frozen=True, slots=True)
class Divergence:
    """One difference between a program and a recording.

    Attributes:
        number: how many commands the program had sent to this card when it happened, this one included.
        asked: the command, or nothing for a reset.
        expected: what the recording has there; None when it ends there.
        answer: what the card answered all the same.
        note: what the card did about it, in English.
    """

    number: int
    asked: bytes
    expected: Event | None
    answer: bytes
    note: str

    def __str__(self) -> str:
        """Both commands under each other, the bytes that differ marked; secret codes are not shown."""
        wanted = self.expected
        lines = [f"command {self.number}: {self.note}"]
        if wanted is None:
            lines.append("  recorded: nothing more")
        elif wanted.kind is not EventKind.APDU:
            lines.append(f"  recorded: {_WORDS[wanted.kind]}")
        else:
            lines += [f"  recorded: {hidden(wanted.command)}", f"            {describe_command(wanted.command)}"]
        if self.asked:
            lines.append(f"  asked:    {hidden(self.asked)}")
            if wanted is not None and wanted.command:
                lines.append(f"            {_marks(wanted.command, self.asked)}")
            lines.append(f"            {describe_command(self.asked)}")
        else:
            lines.append("  asked:    reset")
        lines.append(f"  answered: {self.answer.hex(' ').upper()}")
        return "\n".join(line for line in lines if line.strip())


def _marks(recorded: bytes, asked: bytes) -> str:
    """`^^` under each byte that differs or that only one of the two has. A code differs as a whole or not at all."""
    start, end = code_span(asked)
    code_differs = recorded[start:end] != asked[start:end]
    marks: list[str] = []
    for index in range(max(len(recorded), len(asked))):
        one, other = recorded[index : index + 1], asked[index : index + 1]
        differs = code_differs if start <= index < end else one != other
        marks.append("^^" if differs else "  ")
    return " ".join(marks).rstrip()
