"""Where finished cases go: the stream, the terminal, and the outcome of the run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from conformance.events import CaseFinished, RunStarted, StreamWriter
from conformance.generated import saving
from conformance.outcome import Outcome
from conformance.runner.progress import Progress


class Recorder:
    """Writes each case to the stream and to the terminal, and counts.

    Args:
        writer: The stream.
        progress: The terminal.
        baseline: Id of a case that is known not to be conformant -> why.
    """

    def __init__(self, writer: StreamWriter, progress: Progress, baseline: Mapping[str, str]) -> None:
        self._writer = writer
        self._progress = progress
        self._baseline = baseline
        self.outcome = Outcome(baseline)

    def start(self, header: RunStarted) -> None:
        """Write the header of a new stream, and tell the terminal."""
        self._writer.write(header)
        self._progress.started(header)

    def resume(self, header: RunStarted, cases: tuple[CaseFinished, ...]) -> None:
        """Begin behind the cases that the stream has already."""
        for case in cases:
            self.outcome.add(case)
        self._progress.started(header, done=len(cases))

    def case(self, event: CaseFinished) -> CaseFinished:
        """Record a case, with what the baseline says of it, and return it so.

        Raises:
            OSError: The stream cannot be written.
        """
        event = msgspec.structs.replace(event, known=self._baseline.get(event.id, ""))
        if event.shrunk is not None:
            saving.write(self._writer.path.parent / saving.FOLDER, event.shrunk)
        self._writer.write(event)
        self._progress.case(event)
        self.outcome.add(event)
        return event

    def finish(self, *, interrupted: bool, failed: bool) -> int:
        """End the stream and return the exit code."""
        footer = self.outcome.footer(now(), interrupted=interrupted, failed=failed)
        self._writer.write(footer)
        self._progress.finished(footer)
        return footer.exit_code


def now() -> str:
    """Return the time, ISO 8601 in UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
