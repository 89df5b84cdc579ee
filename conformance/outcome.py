"""What a run comes to: counts, known failures and stale ones, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum

from conformance.events import CaseFinished, RunFinished, Verdict


class ExitCode(IntEnum):
    """What `vitale certify` ends with."""

    CONFORMANT = 0
    NOT_CONFORMANT = 1
    CONFIGURATION = 2
    HARNESS_FAILED = 3
    INTERRUPTED = 130


class Outcome:
    """Counts finished cases against a baseline.

    Args:
        baseline: Id of a case that is known not to be conformant -> why.
    """

    def __init__(self, baseline: Mapping[str, str] | None = None) -> None:
        self._baseline = baseline or {}
        self._verdicts: dict[str, Verdict] = {}
        self._known: list[str] = []
        self._stale: list[str] = []
        self._new = 0

    def add(self, case: CaseFinished) -> None:
        """Count a case.

        A failure of the harness is never a known one. A case that does not apply tells nothing of what the baseline says.
        """
        self._verdicts[case.id] = case.verdict
        expected = case.known or case.id in self._baseline
        if case.conformant:
            if expected and case.verdict is not Verdict.NOT_APPLICABLE:
                self._stale.append(case.id)
        elif expected and case.verdict is not Verdict.ERROR:
            self._known.append(case.id)
        else:
            self._new += 1

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many cases ended with each verdict that occurred, in the order of `Verdict`."""
        ended = list(self._verdicts.values())
        return {verdict: ended.count(verdict) for verdict in Verdict if verdict in ended}

    @property
    def total(self) -> int:
        """How many cases were counted."""
        return len(self._verdicts)

    @property
    def unexpected(self) -> int:
        """How many cases are not conformant without being known."""
        return self._new

    def exit_code(self, *, interrupted: bool = False, failed: bool = False) -> ExitCode:
        """Return the exit code: a failure of the harness dominates, then an interruption, then the product's failures.

        Args:
            interrupted: The run did not go to its end.
            failed: The harness failed outside of any case.
        """
        counts = self.counts
        if failed or counts.get(Verdict.ERROR):
            return ExitCode.HARNESS_FAILED
        if interrupted:
            return ExitCode.INTERRUPTED
        if self._new or self._stale:
            return ExitCode.NOT_CONFORMANT
        if self.total == counts.get(Verdict.NOT_APPLICABLE, 0):
            return ExitCode.CONFIGURATION
        return ExitCode.CONFORMANT

    def footer(self, finished: str, *, interrupted: bool = False, failed: bool = False) -> RunFinished:
        """Make the footer of the stream; ``finished`` is ISO 8601 in UTC."""
        return RunFinished(
            finished=finished,
            counts={verdict.value: count for verdict, count in self.counts.items()},
            exit_code=self.exit_code(interrupted=interrupted, failed=failed),
            interrupted=interrupted,
            known=tuple(self._known),
            stale=tuple(self._stale),
        )


def outcome_of(cases: Iterable[CaseFinished], baseline: Mapping[str, str] | None = None) -> Outcome:
    """Count finished cases by verdict, and hold them to a baseline where one is given."""
    outcome = Outcome(baseline)
    for case in cases:
        outcome.add(case)
    return outcome
