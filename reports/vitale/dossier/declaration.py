"""What was tested, what was not, and why: the part of a dossier that its editor declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from conformance.events import CaseFinished, Stream, Verdict
from reports.vitale.bilingual import Text, told
from reports.vitale.lines import explained
from reports.vitale.model import CaseView, FamilyView, RequirementView

_UNPROVEN = (Verdict.INCONCLUSIVE, Verdict.ERROR)


@dataclass(frozen=True, slots=True)
class Untested:
    """What was not verified for one reason.

    Attributes:
        reason: The reason, a sentence.
        names: Requirements, and single cases of requirements that were verified otherwise.
        cases: How many cases.
    """

    reason: Text
    names: tuple[str, ...]
    cases: int


@dataclass(frozen=True, slots=True)
class Deviation:
    """A requirement that is not met, with the cases that show it."""

    requirement: RequirementView
    cases: tuple[CaseView, ...]


@dataclass(frozen=True, slots=True)
class Declaration:
    """What an editor declares of a run.

    Attributes:
        verified: Requirements of which at least one case was judged.
        judged: How many cases were judged.
        untested: What was not verified, by reason.
        unexplained: Deviations of a MUST that nobody justifies.
        justified: Deviations that the baseline of the run justifies, each case with its reason.
        recommendations: Deviations of a SHOULD.
        stale: Ids of cases that the baseline says are not conformant, and that are.
    """

    verified: tuple[RequirementView, ...]
    judged: int
    untested: tuple[Untested, ...]
    unexplained: tuple[Deviation, ...]
    justified: tuple[Deviation, ...]
    recommendations: tuple[Deviation, ...]
    stale: tuple[str, ...]


def declare(stream: Stream, groups: Sequence[FamilyView]) -> Declaration:
    """Return what a stream lets its editor declare."""
    requirements = [one for group in groups for one in group.requirements]
    judged = [case for one in requirements for case in one.cases if _judged(case)]
    return Declaration(
        verified=tuple(one for one in requirements if any(_judged(case) for case in one.cases)),
        judged=len(judged),
        untested=(*_untested(requirements), *_left_out(stream)),
        unexplained=_deviations(requirements, lambda case: case.verdict is Verdict.FAIL and not explained(case)),
        justified=_deviations(requirements, lambda case: bool(explained(case))),
        recommendations=_deviations(requirements, lambda case: case.verdict is Verdict.WARN),
        stale=stream.footer.stale if stream.footer else (),
    )


def _judged(view: CaseView) -> bool:
    return view.case is not None and view.case.verdict not in {*_UNPROVEN, Verdict.NOT_APPLICABLE}


def _deviations(
    requirements: Iterable[RequirementView], wanted: Callable[[CaseFinished], bool]
) -> tuple[Deviation, ...]:
    found = [(one, tuple(view for view in one.cases if view.case and wanted(view.case))) for one in requirements]
    return tuple(Deviation(one, cases) for one, cases in found if cases)


def _untested(requirements: Sequence[RequirementView]) -> list[Untested]:
    """Return what was selected and not judged; what stopped a case says the case itself."""
    by_reason: dict[Text, list[str]] = {}
    for view in (case for one in requirements for case in one.cases if not _judged(case)):
        by_reason.setdefault(_reason(view), []).append(view.id)
    whole = {one.info.id: [case.id for case in one.cases] for one in requirements}
    return [Untested(reason, _named(ids, whole), len(ids)) for reason, ids in by_reason.items()]


def _reason(view: CaseView) -> Text:
    if view.case is None:
        return Text("L'essai s'est arrêté avant.", "The run stopped before.")
    if view.case.verdict is Verdict.ERROR:
        return Text("Le banc d'essai a échoué : ", "The test bench failed: ") + told(view.case, "reason")
    return told(view.case, "reason")


def _left_out(stream: Stream) -> list[Untested]:
    """Return what the catalogue has and the run did not select."""
    header = stream.header
    if header.shard:
        reason = Text(
            f"Seule la partie {header.shard} du catalogue a été jouée.",
            f"Only the part {header.shard} of the catalogue was run.",
        )
    elif header.selection:
        chosen = ", ".join(header.selection)
        reason = Text(f"Sélection limitée à {chosen}.", f"Selection limited to {chosen}.")
    else:
        return []
    whole: dict[str, list[str]] = {}
    for case in (*header.left_out, *(case for one in header.requirements for case in one.cases)):
        whole.setdefault(case.rpartition("/")[0], []).append(case)
    return [Untested(reason, _ranges(_named(header.left_out, whole)), len(header.left_out))]


def _named(ids: Sequence[str], whole: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the names of cases: that of a requirement where all of its cases are meant."""
    meant = set(ids)
    names: dict[str, None] = {}
    for case in ids:
        requirement = case.rpartition("/")[0]
        names[requirement if meant.issuperset(whole.get(requirement, ("",))) else case] = None
    return tuple(names)


def _ranges(names: Sequence[str]) -> tuple[str, ...]:
    """Return names with those that follow each other put together: ``VIT-MIN-001 … 007``."""
    runs: list[list[str]] = []
    for name in names:
        head, _, number = name.rpartition("-")
        before_head, _, before = runs[-1][-1].rpartition("-") if runs else ("", "", "")
        follows = head == before_head and number.isdecimal() and before.isdecimal() and int(number) == int(before) + 1
        if follows:
            runs[-1].append(name)
        else:
            runs.append([name])
    short = [[f"{run[0]} … {run[-1].rpartition('-')[2]}"] if len(run) > 2 else run for run in runs]
    return tuple(name for run in short for name in run)
