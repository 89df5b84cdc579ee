"""Which lines of the reader's copy a case executes, and what is executed when it is imported."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

from conformance.events import Verdict
from scripts.mutants.scope import ROOT
from scripts.mutants.stage import READER, Stage, reader_modules, reload_reader

Line = tuple[str, int]
"""Module and number of a line."""


class _Notes(msgspec.Struct, frozen=True):
    """What is kept of a look at all cases, and what it was a look at."""

    of: str
    imported: list[Line]
    lines: dict[str, list[Line]]


class Seen:
    """What was executed.

    Args:
        stage: The cases; those that do not apply to the reader are taken out of it.
        notes: A file that keeps what was seen for the next run on the same code.

    Attributes:
        lines: Of each case, the lines of the reader's copy that it executes.
        imported: First lines of the functions that run while the reader is imported.
        order: The cases, those first that together show the most lines.
    """

    def __init__(self, stage: Stage, notes: Path | None = None) -> None:
        self.imported: set[Line] = set()
        self.lines: dict[str, set[Line]] = {}
        of = _digest(stage)
        if notes is None or not self._noted(notes, of):
            self._look(stage)
            if notes is not None:
                lines = {case_id: sorted(each) for case_id, each in self.lines.items()}
                notes.write_bytes(msgspec.json.encode(_Notes(of, sorted(self.imported), lines)))
        for case_id in set(stage.cases) - set(self.lines):
            del stage.cases[case_id]
        self.order = list(self._greedy())
        reload_reader()
        stage.index()
        stage.deal()

    def _noted(self, file: Path, of: str) -> bool:
        try:
            notes = msgspec.json.decode(file.read_bytes(), type=_Notes)
        except (OSError, msgspec.MsgspecError):
            return False
        if notes.of != of:
            return False
        self.imported = set(notes.imported)
        self.lines = {case_id: set(lines) for case_id, lines in notes.lines.items()}
        return True

    def _look(self, stage: Stage) -> None:
        """Play every case once and watch."""
        with _calls(self.imported):
            reload_reader()
        stage.deal()
        names = {id(module.__dict__): name for name, module in reader_modules().items()}
        for case_id in stage.cases:
            lines: set[Line] = set()
            with _tracing(names, lines):
                verdict = stage.play(case_id)
            if verdict is Verdict.NOT_APPLICABLE:
                continue
            if verdict is not Verdict.PASS:
                raise ValueError(f"{case_id} is {verdict} before anything was mutated: correct that first")
            self.lines[case_id] = lines

    def _greedy(self) -> Iterator[str]:
        """The next is always the case with the most lines that were not shown; when all were, it begins anew."""
        left = dict(self.lines)
        shown: set[Line] = set()
        while left:
            best = max(left, key=lambda each: len(left[each] - shown))
            if not left[best] - shown:
                shown = set()
                best = max(left, key=lambda each: len(left[each]))
            shown |= left.pop(best)
            yield best

    def reaching(self, module: str, first: int, last: int) -> list[str]:
        """The cases that execute one of these lines, in order."""
        wanted = {(module, line) for line in range(first, last + 1)}
        return [case_id for case_id in self.order if not wanted.isdisjoint(self.lines[case_id])]


def _digest(stage: Stage) -> str:
    """Of everything that decides which line a case executes: the cases, and every file of the packages they run."""
    digest = hashlib.sha256(msgspec.json.encode([(case_id, stage.cases[case_id]) for case_id in sorted(stage.cases)]))
    for package in ("reader_core", "emulator", "conformance", "vitale_testbed"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in {".py", ".toml", ".pem", ".csv"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def _tracing(names: dict[int, str], lines: set[Line]) -> Generator[None]:
    def trace(frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ANN401 - sys.settrace's own
        name = names.get(id(frame.f_globals))
        if name is None:
            return None

        def line(frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ANN401, ARG001 - same
            lines.add((name, frame.f_lineno))
            return line

        return line(frame, event, argument)

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


@contextmanager
def _calls(functions: set[Line]) -> Generator[None]:
    def trace(frame: FrameType, event: str, argument: Any) -> None:  # noqa: ANN401, ARG001 - sys.settrace's own
        name = frame.f_globals.get("__name__", "")
        if name.startswith(READER) and frame.f_code.co_name != "<module>":
            functions.add((name, frame.f_code.co_firstlineno))

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
