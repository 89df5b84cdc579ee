"""One mutant in one forked process: the cases are played until a verdict is not what it was."""

from __future__ import annotations

import ast
import contextlib
import gc
import os
import resource
import select
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import msgspec

from conformance.events import Verdict
from scripts.mutants.make import Mutant
from scripts.mutants.scope import path_of
from scripts.mutants.seen import Seen
from scripts.mutants.stage import PRODUCT, Stage, reader_modules, reload_reader, swap_function

CASE_SECONDS = 4.0
"""Processor time of one case; the longest takes a tenth of a second."""
MUTANT_SECONDS = 240.0
"""Time of one mutant by the clock, whatever else the machine does."""
MEMORY = 2 << 30
_REMEMBERED = 4


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a mutant.

    Attributes:
        id: The mutant's.
        module: Its module.
        qualname: Function or class.
        line: First line that changes.
        before: What stood there.
        after: What stood there instead.
        status: ``killed``; ``timeout``, which is killed as well; ``start``: the reader could not be imported, so that it
            fails every case; ``survived``; ``unreached``: no case executes the place; ``same``: the same bytecode, no mutant.
        by: The case that killed it.
        verdict: What that said.
        cases: How many were played.
        seconds: How long it took.
    """

    id: str
    module: str
    qualname: str
    line: int
    before: str
    after: str
    status: str
    by: str = ""
    verdict: str = ""
    cases: int = 0
    seconds: float = 0.0


class Said(msgspec.Struct, frozen=True):
    """What the forked process says at its end."""

    status: str
    by: str = ""
    verdict: str = ""
    cases: int = 0


class Trials:
    """Tries mutants one after the other.

    Args:
        stage: Cases and the reader's copy.
        seen: What each case executes.
        first: How many cases are tried, those that killed the most, those that show the most, and those that killed a
            neighbour; 0: all that get there.
        kills: How many mutants each case killed in earlier runs.
    """

    def __init__(self, stage: Stage, seen: Seen, first: int = 0, kills: Counter[str] | None = None) -> None:
        self._first = first
        self._kills: Counter[str] = Counter(kills or {})
        self._stage = stage
        self._seen = seen
        self._killers: defaultdict[str, list[str]] = defaultdict(list)
        self._dependents = Dependents()
        gc.collect()
        gc.freeze()

    def run(self, mutant: Mutant, source: str) -> Result:
        """Try a mutant of a module with this text."""
        began = time.monotonic()
        cases = self.cases(mutant)
        said = self._forked(mutant, mutant.apply(source), cases) if cases else Said("unreached")
        if said.by:
            self._remember(mutant, said.by)
        return Result(
            id=mutant.id, module=mutant.module, qualname=mutant.qualname, line=mutant.line,
            before=mutant.before, after=mutant.after,
            status=said.status, by=said.by, verdict=said.verdict, cases=said.cases,
            seconds=round(time.monotonic() - began, 2),
        )  # fmt: skip

    def in_function(self, mutant: Mutant) -> bool:
        """Whether a mutant only changes what a function does once the reader is there."""
        key = (mutant.module, mutant.function_line)
        return bool(mutant.function_line) and key not in self._seen.imported and key in self._stage.functions

    def cases(self, mutant: Mutant) -> list[str]:
        """The cases that can kill a mutant: those first that killed its neighbours, then those that killed the most others."""
        every = (
            self._seen.reaching(mutant.module, *mutant.statement)
            if self.in_function(mutant)
            else list(self._seen.order)
        )
        if self._first:
            shown = every[: self._first]
            every = sorted(every, key=lambda each: -self._kills[each])[: self._first]
            every = list(dict.fromkeys(each for pair in zip(every, shown, strict=True) for each in pair))[: self._first]
        else:
            every.sort(key=lambda each: -self._kills[each])
        near = [*self._killers[f"{mutant.module}.{mutant.qualname}"], *self._killers[mutant.module]]
        return list(dict.fromkeys([*(each for each in near if each in self._seen.lines), *every]))

    def _remember(self, mutant: Mutant, case_id: str) -> None:
        self._kills[case_id] += 1
        for key in (f"{mutant.module}.{mutant.qualname}", mutant.module):
            self._killers[key] = [case_id, *(each for each in self._killers[key] if each != case_id)][:_REMEMBERED]

    def _forked(self, mutant: Mutant, source: str, cases: list[str]) -> Said:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._child(writing, mutant, source, cases)
        os.close(writing)
        ready, _, _ = select.select([reading], [], [], MUTANT_SECONDS)
        if not ready:
            os.kill(child, signal.SIGKILL)
        with os.fdopen(reading, "rb") as pipe:
            raw = pipe.read()
        _, status = os.waitpid(child, 0)
        if raw:
            return msgspec.json.decode(raw, type=Said)
        return Said("timeout", verdict=signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "ended")

    def _child(self, writing: int, mutant: Mutant, source: str, cases: list[str]) -> None:
        """Try the mutant in this process, say what came of it, and end."""
        try:
            gc.disable()
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            signal.signal(signal.SIGPROF, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            said = self._tried(mutant, source, cases)
        except BaseException as error:  # noqa: BLE001 - nothing may come back into the loop of the parent
            said = Said("killed", verdict=type(error).__name__)
        with contextlib.suppress(OSError):
            os.write(writing, msgspec.json.encode(said))
        os._exit(0)

    def _tried(self, mutant: Mutant, source: str, cases: list[str]) -> Said:
        signal.setitimer(signal.ITIMER_PROF, 4 * CASE_SECONDS)
        try:
            if not self._mutate(mutant, source):
                return Said("same")
        except Exception as error:  # noqa: BLE001 - whatever an import may raise
            return Said("start", verdict=type(error).__name__)
        for number, case_id in enumerate(cases, 1):
            signal.setitimer(signal.ITIMER_PROF, CASE_SECONDS)
            try:
                verdict = self._stage.play(case_id)
            except Exception as error:  # noqa: BLE001 - the verdict ERROR of a run
                return Said("killed", case_id, f"ERROR {type(error).__name__}", number)
            if verdict is not Verdict.PASS:
                return Said("killed", case_id, verdict, number)
        return Said("survived", cases=len(cases))

    def _mutate(self, mutant: Mutant, source: str) -> bool:
        if self.in_function(mutant):
            with contextlib.suppress(LookupError):
                return swap_function(self._stage, mutant.module, mutant.function_line, source)
        reload_reader(mutant.module, source, self._dependents.untouched(mutant.module))
        return True


class Dependents:
    """Which modules of the reader have to be imported anew when one changes."""

    def __init__(self) -> None:
        names = set(reader_modules())
        self._users: defaultdict[str, set[str]] = defaultdict(set)
        for name in names - {PRODUCT}:
            for used in _imported(name, path_of(name), names):
                self._users[used].add(name)
        self._names = names

    def untouched(self, module: str) -> frozenset[str]:
        """The modules that do not use a module, directly or by others."""
        touched, new = {PRODUCT, module}, {module}
        while new:
            new = {user for each in new for user in self._users[each]} - touched
            touched |= new
        return frozenset(self._names - touched)


def _imported(name: str, path: Path, names: set[str]) -> Iterable[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str() as module):
                yield from (
                    each for each in (module, *(f"{module}.{alias.name}" for alias in node.names)) if each in names
                )
            case ast.Import():
                yield from (alias.name for alias in node.names if alias.name in names)
            case ast.Constant(value=str() as text) if name == "reader_core" and text in names:
                yield text
            case _:
                pass


sys.setswitchinterval(1.0)
