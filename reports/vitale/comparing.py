"""Two runs side by side: what got worse, what got better, what is new and what is gone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conformance.events import CaseFinished, Stream, Verdict


class Change(StrEnum):
    """What became of a case from one run to the next; worst first."""

    REGRESSED = "regressed"
    """Conformant before, not conformant now."""
    NEW_FAILURE = "new failure"
    """Not run before, not conformant now."""
    MISSING = "missing"
    """Run before, selected now, and without a result: the later run is unfinished."""
    GONE = "gone"
    """Run before, not selected now."""
    CHANGED = "changed"
    """Another verdict, neither better nor worse."""
    FIXED = "fixed"
    """Not conformant before, conformant now."""
    NEW = "new"
    """Not run before, conformant now."""
    SAME = "same"
    """The same verdict."""


WORSE = frozenset({Change.REGRESSED, Change.NEW_FAILURE, Change.MISSING})
"""Changes that a build should stop at."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A case in two runs.

    Attributes:
        id: Of the case.
        change: What became of it.
        before: Its verdict in the first run, None where it has none.
        after: Its verdict in the second run, None where it has none.
        title: Its requirement, one line in English.
        reason: Why it is not conformant now; empty where it is.
    """

    id: str
    change: Change
    before: Verdict | None
    after: Verdict | None
    title: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs compared.

    Attributes:
        differences: Every case of either run, in the order of the second one's catalogue, then what is gone.
        remarks: What differs between the runs themselves and limits the comparison: product, catalogue, scenarios.
    """

    differences: tuple[Difference, ...]
    remarks: tuple[str, ...]

    def of(self, change: Change) -> tuple[Difference, ...]:
        """The cases with which this happened."""
        return tuple(one for one in self.differences if one.change is change)

    @property
    def worse(self) -> bool:
        """Whether anything happened that a build should stop at."""
        return any(one.change in WORSE for one in self.differences)


def compare_streams(before: Stream, after: Stream) -> Comparison:
    """Compare two runs, case by case."""
    old = {case.id: case for case in before.cases}
    new = {case.id: case for case in after.cases}
    titles = {one.id: one.title for stream in (before, after) for one in stream.header.requirements}
    selected = [case for one in after.header.requirements for case in one.cases]
    every = [*selected, *(one for one in old if one not in set(selected))]
    differences = tuple(
        _difference(
            one, old.get(one), new.get(one), titles.get(one.rpartition("/")[0], ""), selected=one in set(selected)
        )
        for one in every
        if one in old or one in new
    )
    return Comparison(differences, tuple(_remarks(before, after)))


def _difference(
    case_id: str, old: CaseFinished | None, new: CaseFinished | None, title: str, *, selected: bool
) -> Difference:
    return Difference(
        case_id,
        _change(old, new, selected=selected),
        old.verdict if old else None,
        new.verdict if new else None,
        title,
        new.reason if new and not new.conformant else "",
    )


def _change(old: CaseFinished | None, new: CaseFinished | None, *, selected: bool) -> Change:
    if new is None:
        return Change.MISSING if selected else Change.GONE
    if old is None:
        return Change.NEW if new.conformant else Change.NEW_FAILURE
    if old.verdict is new.verdict:
        return Change.SAME
    if old.conformant is new.conformant:
        return Change.CHANGED
    return Change.FIXED if new.conformant else Change.REGRESSED


def _remarks(before: Stream, after: Stream) -> list[str]:
    first, second = before.header, after.header
    remarks: list[str] = []
    if first.product.name != second.product.name:
        remarks.append(f"another product: {first.product.name} before, {second.product.name} now")
    elif first.product.version != second.product.version:
        remarks.append(f"{first.product.name} {first.product.version} before, {second.product.version} now")
    if first.catalogue != second.catalogue:
        remarks.append(f"another catalogue: {first.catalogue.version} before, {second.catalogue.version} now")
    if first.scenarios_sha256 != second.scenarios_sha256:
        remarks.append("the scenarios are not the same")
    if first.generated != second.generated:
        remarks.append("the generated cards are not the same")
    if lost := sorted(set(first.product.capabilities) - set(second.product.capabilities)):
        remarks.append(f"no longer declared: {', '.join(lost)}")
    if gained := sorted(set(second.product.capabilities) - set(first.product.capabilities)):
        remarks.append(f"newly declared: {', '.join(gained)}")
    if not before.finished:
        remarks.append("the first run is unfinished")
    if not after.finished:
        remarks.append("the second run is unfinished")
    return remarks
