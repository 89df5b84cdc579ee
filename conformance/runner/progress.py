"""What a person sees while a run goes on: one line a case, the same on every run, and a summary."""

from __future__ import annotations

import textwrap
from typing import IO, Final, Self

from conformance.events import CaseFinished, RunFinished, RunStarted, Verdict
from conformance.runner.bar import Bar

_COLORS: Final = {
    Verdict.PASS: "32",
    Verdict.FAIL: "31;1",
    Verdict.WARN: "33",
    Verdict.INFO: "36",
    Verdict.NOT_APPLICABLE: "2",
    Verdict.INCONCLUSIVE: "35",
    Verdict.ERROR: "31;7",
}
SHORT: Final = {Verdict.NOT_APPLICABLE: "N/A", Verdict.INCONCLUSIVE: "INCONCL."}
"""Verdicts whose name is too long for a column."""

_HOW: Final = {
    "inprocess": "in process",
    "socket": "over the socket reader",
    "pcsc": "over PC/SC",
    "pcsc-shared": "over the PC/SC of the machine",
}

_COLUMN = 8
_WIDTH = 118


class Progress:
    """Writes progress to a terminal or a file. A context manager: afterwards a terminal is as it was.

    Args:
        out: Where to; None: nothing is written.
        color: Whether to colour verdicts.
        bar: Whether a bar stands below the lines: for a terminal.
    """

    def __init__(self, out: IO[str] | None, *, color: bool, bar: bool = False) -> None:
        self._out = out
        self._color = color
        self._bar = Bar(out, color=color) if bar and out else None
        self._titles: dict[str, str] = {}
        self._families: dict[str, tuple[str, str]] = {}
        self._family = ""

    def started(self, event: RunStarted, *, done: int = 0) -> None:
        """Say what is tested, how many cases there are, and how many of them are done already."""
        product = event.product
        self._titles = {requirement.id: requirement.title for requirement in event.requirements}
        names = {family.id: family.title_en for family in event.families}
        self._families = {one.id: (one.family, names.get(one.family, "")) for one in event.requirements}
        cases = sum(len(requirement.cases) for requirement in event.requirements)
        how = _HOW[event.reader]
        self._print(f"{product.name} {product.version}, cards presented {how}")
        part = f", shard {event.shard}" if event.shard else ""
        self._print(
            f"{_count(cases, 'case')} of {_count(len(event.requirements), 'requirement')}, "
            f"catalogue {event.catalogue.version}{part}"
        )
        if done:
            self._print(f"{_count(done, 'case')} of them done before, {cases - done} to do")
        if self._bar:
            self._bar.start(cases, done)

    def case(self, event: CaseFinished) -> None:
        """Show a case; its family's title before the first one."""
        family, title = self._families.get(event.requirement, ("", ""))
        if family != self._family:
            self._family = family
            self._print(f"\n{family}  {title}")
        word = SHORT.get(event.verdict, event.verdict.value)
        self._print(f"  {self._paint(word.ljust(_COLUMN), event.verdict)}  {event.id}  {event.scenario.title}")
        if event.reason and event.verdict is not Verdict.NOT_APPLICABLE:
            indent = " " * (_COLUMN + 4)
            if event.verdict is not Verdict.PASS:
                self._print(f"{indent}{self._titles.get(event.requirement, '')}")
            for line in textwrap.wrap(event.reason, _WIDTH - len(indent)):
                self._print(f"{indent}{line}")
            if event.shrunk is not None:
                self._print(f"{indent}a smaller card fails too; replay:  {event.replay}")
            if event.known and not event.conformant:
                self._print(f"{indent}known: {event.known}")
        if event.known and event.conformant and event.verdict is not Verdict.NOT_APPLICABLE:
            self._print(f"{' ' * (_COLUMN + 4)}stale: the baseline says that this fails ({event.known})")
        if self._bar:
            self._bar.case(conformant=event.conformant)

    def finished(self, event: RunFinished) -> None:
        """Print the counts, the cases that a baseline knows or should forget, and how the run ended."""
        self.close()
        total = sum(event.counts.values())
        counts = ", ".join(f"{count} {verdict}" for verdict, count in event.counts.items())
        self._print(f"\n{_count(total, 'case')}: {counts or 'none was run'}")
        for ids, what in ((event.known, "known not to be conformant"), (event.stale, "stale in the baseline: remove")):
            if ids:
                self._print(f"{_count(len(ids), 'case')} {what}: {', '.join(ids)}")
        self._print(conclusion(event))

    def close(self) -> None:
        """Take the bar away; it may be gone already."""
        if self._bar:
            self._bar.stop()
            self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _paint(self, text: str, verdict: Verdict) -> str:
        return f"\x1b[{_COLORS[verdict]}m{text}\x1b[0m" if self._color else text

    def _print(self, line: str) -> None:
        if self._bar:
            self._bar.print(line.rstrip())
        elif self._out:
            self._out.write(line.rstrip() + "\n")
            self._out.flush()


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def conclusion(event: RunFinished) -> str:
    """Return the verdict on the whole run, one sentence."""
    if event.interrupted:
        return "Interrupted: the run is unfinished and says nothing of the cases that are missing."
    match event.exit_code:
        case 0 if event.known:
            return "Not conformant, as the baseline says: no other case fails."
        case 0:
            return "Conformant on every case that applies to it. This is evidence, not a référencement."
        case 1:
            if event.stale and not (event.counts.keys() & {Verdict.FAIL, Verdict.INCONCLUSIVE}):
                return "Conformant, but the baseline is stale."
            return "Not conformant."
        case 2:
            return "Nothing was judged: no selected case applies to what the product declares."
        case _:
            return "The harness itself failed: see the cases marked ERROR. The product is not to blame for them."
