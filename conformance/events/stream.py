"""The file of an event stream: written line by line, read back whole or cut."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Self

import msgspec

from conformance.events.model import SCHEMA, CaseFinished, Event, RunFinished, RunStarted, Verdict


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream read back.

    Attributes:
        header: The run.
        cases: Finished cases, in the order they were run.
        footer: None when the run was killed or is not over.
        truncated: Whether the last line was cut and left out.
    """

    header: RunStarted
    cases: tuple[CaseFinished, ...]
    footer: RunFinished | None
    truncated: bool = False

    @property
    def finished(self) -> bool:
        """Whether the run went to its end: it has a footer and was not interrupted."""
        return self.footer is not None and not self.footer.interrupted

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many cases ended with each verdict that occurred, in the order of `Verdict`."""
        verdicts = [case.verdict for case in self.cases]
        return {verdict: verdicts.count(verdict) for verdict in Verdict if verdict in verdicts}

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the cases that were selected and have no result, in the header's order."""
        seen = {case.id for case in self.cases}
        return tuple(case for requirement in self.header.requirements for case in requirement.cases if case not in seen)


class StreamError(Exception):
    """A file that is not an event stream.

    Attributes:
        path: The file.
        line: Line number from 1, 0 when the whole file is meant.
        reason: What is wrong.
        next_step: What to do.
    """

    def __init__(self, path: Path, line: int, reason: str, next_step: str) -> None:
        where = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{where}: {reason}. {next_step}")
        self.path = path
        self.line = line
        self.reason = reason
        self.next_step = next_step


_DECODER = msgspec.json.Decoder(Event)
_ENCODER = msgspec.json.Encoder()


def encode_event(event: Event) -> bytes:
    """Return the line of an event, with its end of line."""
    return _ENCODER.encode(event) + b"\n"


def read_stream(path: Path) -> Stream:
    """Read a stream, finished or not.

    Args:
        path: The ``events.jsonl``.

    Returns:
        What it says. A last line cut in its middle, as a killed run leaves it, is left out and reported in ``truncated``.

    Raises:
        StreamError: The file is missing, is no event stream, or is damaged elsewhere than at its end.
    """
    again = "Give the events.jsonl of a run of `vitale certify`."
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StreamError(path, 0, f"cannot be read ({error.strerror or error})", again) from error
    lines = raw.split(b"\n")
    tail = lines.pop()
    if tail.strip():  # no end of line: perhaps whole, perhaps cut
        lines.append(tail)
    events: list[Event] = []
    truncated = False
    for number, line in enumerate(lines, 1):
        try:
            events.append(_DECODER.decode(line))
        except msgspec.DecodeError as error:
            if number == len(lines) and number > 1 and tail.strip():
                truncated = True
                break
            raise StreamError(path, number, f"not an event of {SCHEMA} ({error})", again) from error
    return _assemble(path, events, again, truncated=truncated)


def _assemble(path: Path, events: list[Event], again: str, *, truncated: bool) -> Stream:
    if not events:
        raise StreamError(path, 0, "the file is empty", again)
    header, *rest = events
    if not isinstance(header, RunStarted):
        raise StreamError(path, 1, "the first event is not run_started", again)
    if header.schema != SCHEMA:
        raise StreamError(path, 1, f"schema {header.schema!r}, this version reads {SCHEMA!r}", "Update vitale-testbed.")
    footer: RunFinished | None = None
    if rest and isinstance(last := rest[-1], RunFinished):
        footer = last
        rest.pop()
    cases: list[CaseFinished] = []
    for number, event in enumerate(rest, 2):
        if not isinstance(event, CaseFinished):
            raise StreamError(path, number, "a header or footer in the middle of the stream", again)
        cases.append(event)
    return Stream(header, tuple(cases), footer, truncated)


class StreamWriter:
    """Writes a stream line by line; each event is on disk before the next one starts.

    Use as a context manager, or call `close`.

    Args:
        path: The file to make, or to replace.
        file: The same file, open, to write on where it stands.
    """

    def __init__(self, path: Path, file: IO[bytes] | None = None) -> None:
        if file is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("wb")
        self.path = path
        self._file = file

    @classmethod
    def continuing(cls, path: Path) -> tuple[Stream, Self]:
        """Open an unfinished stream to write on behind its last whole case; a cut line and a footer are dropped.

        Returns:
            What the stream says so far, its footer left out, and the writer.

        Raises:
            StreamError: The file is no event stream.
            OSError: It cannot be written.
        """
        stream = read_stream(path)
        file = path.open("r+b")
        for _ in range(1 + len(stream.cases)):
            file.readline()
        file.seek(file.tell())  # from reading to writing
        file.truncate()
        return replace(stream, footer=None, truncated=False), cls(path, file)

    def write(self, event: Event) -> None:
        """Append one event and flush it."""
        self._file.write(encode_event(event))
        self._file.flush()

    def close(self) -> None:
        """Close the file. The stream is finished only if a `RunFinished` was written."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
