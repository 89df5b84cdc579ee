"""Two runs side by side: what got worse, what got better, what is new and what is gone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conformance.events import CaseFinished, Stream, Verdict

from .bilingual import Text


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
    remarks: tuple[Text, ...]

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


def _remarks(before: Stream, after: Stream) -> list[Text]:
    first, second = before.header, after.header
    one, two = first.product, second.product
    remarks: list[Text] = []
    if one.name != two.name:
        remarks.append(_then("autre produit", "another product", one.name, two.name))
    elif one.version != two.version:
        remarks.append(_then("", "", f"{one.name} {one.version}", two.version))
    if (first.catalogue.version, first.catalogue.sha256) != (second.catalogue.version, second.catalogue.sha256):
        remarks.append(_then("autre catalogue", "another catalogue", first.catalogue.version, second.catalogue.version))
    if first.scenarios_sha256 != second.scenarios_sha256:
        remarks.append(Text("les scénarios ne sont pas les mêmes", "the scenarios are not the same"))
    if first.generated != second.generated:
        remarks.append(Text("les cartes engendrées ne sont pas les mêmes", "the generated cards are not the same"))
    if lost := ", ".join(sorted(set(one.capabilities) - set(two.capabilities))):
        remarks.append(Text(f"n'est plus déclaré : {lost}", f"no longer declared: {lost}"))
    if gained := ", ".join(sorted(set(two.capabilities) - set(one.capabilities))):
        remarks.append(Text(f"nouvellement déclaré : {gained}", f"newly declared: {gained}"))
    if not before.finished:
        remarks.append(Text("le premier essai est inachevé", "the first run is unfinished"))
    if not after.finished:
        remarks.append(Text("le second essai est inachevé", "the second run is unfinished"))
    return remarks


def _then(what_fr: str, what_en: str, before: str, after: str) -> Text:
    fr, en = f"{before} avant, {after} maintenant", f"{before} before, {after} now"
    return Text(f"{what_fr} : {fr}" if what_fr else fr, f"{what_en}: {en}" if what_en else en)
