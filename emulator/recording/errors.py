"""What can be wrong with a recording."""

from __future__ import annotations


class RecordingError(Exception):
    """A file that is not a recording, or a recording that does not hold what is asked of it.

    Attributes:
        source: the file, for messages.
        line: line of the file, from 1; 0 when the whole is meant.
        reason: what is wrong there, an English sentence without the full stop.
        next_step: what the user can do about it.
        code: stable name of the error.
    """

    code = "recording_invalid"

    def __init__(self, source: str, line: int, reason: str, next_step: str) -> None:
        where = f", line {line}" if line else ""
        super().__init__(f"{source}{where}: {reason}. {next_step}")
        self.args = (source, line, reason, next_step)
        self.source = source
        self.line = line
        self.reason = reason
        self.next_step = next_step

    def __str__(self) -> str:
        where = f", line {self.line}" if self.line else ""
        return f"{self.source}{where}: {self.reason}. {self.next_step}"
