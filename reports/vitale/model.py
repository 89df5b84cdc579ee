"""What the page shows, made from a stream: families, their requirements, their cases, in the order of the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conformance.events import CaseFinished, Check, FamilyInfo, RequirementInfo, Stream, Verdict

from . import paths
from .bilingual import Text, told
from .origins import place
from .values import Comparison, Segment, brief, compare, pieces, written
from .vocabulary import NOT_RUN, VERDICTS, Term, term, worst

ATTENTION = frozenset({Verdict.ERROR, Verdict.FAIL, Verdict.INCONCLUSIVE, NOT_RUN})
"""What keeps a run from being green."""

_LONG = 80
"""Characters from which a value no longer fits a column."""


@dataclass(frozen=True, slots=True)
class CheckView:
    """One value compared.

    Attributes:
        check: As the stream has it.
        label: The path in words, None when it has none.
        values: Both values with the difference marked.
    """

    check: Check
    label: Text | None
    values: Comparison

    @property
    def words(self) -> Text | None:
        """What was expected, where words say it because several values are right."""
        return Text(self.check.expected_fr, str(self.check.expected)) if self.check.expected_fr else None

    @property
    def place(self) -> str:
        """The files and fields that the value comes from, in short; empty for one that is right."""
        return place(self.check.origin)

    @property
    def long(self) -> bool:
        """Whether one of the two values wants the whole width."""
        expected = 0 if self.words else len(written(self.check.expected))
        return max(expected, len(written(self.check.actual))) > _LONG

    @property
    def brief(self) -> Comparison:
        """Both values on one line each, cut when they are long."""
        if not self.long:
            return self.values
        return Comparison(pieces(brief(self.check.expected)), pieces(brief(self.check.actual)))

    @property
    def value(self) -> tuple[Segment, ...]:
        """The value of a check that agrees, once."""
        return pieces(written(self.check.expected))


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case, run or not.

    Attributes:
        id: ``VIT-MIN-003/2``.
        anchor: The same, made unique should a stream hold a case twice.
        verdict: What it ended with, or that it did not run.
        case: The event, None for a case that did not run.
        wrong: Checks that disagree.
        right: Checks that agree.
        plan: Its number in the editor's own test plan, or that of its requirement; empty where it has none.
    """

    id: str
    anchor: str
    verdict: Term
    case: CaseFinished | None = None
    wrong: tuple[CheckView, ...] = ()
    right: tuple[CheckView, ...] = ()
    plan: str = ""

    @property
    def number(self) -> str:
        """The case's number in its requirement: ``/2``."""
        return "/" + self.id.rpartition("/")[2]

    @property
    def stacked(self) -> bool:
        """Whether its values need the page's whole width."""
        return any(check.long for check in self.wrong or self.right)

    @property
    def attention(self) -> bool:
        """Whether somebody must look at it."""
        return self.verdict.code in ATTENTION or self.verdict.code == Verdict.WARN


@dataclass(frozen=True, slots=True)
class RequirementView:
    """A requirement with its cases and the worst of their verdicts."""

    info: RequirementInfo
    title: Text
    verdict: Term
    cases: tuple[CaseView, ...]

    @property
    def short(self) -> str:
        """The id without its family and its first zero, ``03``, for the matrix."""
        number = self.info.id.removeprefix(f"{self.info.family}-")
        return number[1:] if number.startswith("0") and len(number) == 3 else number

    @property
    def attention(self) -> bool:
        """Whether one of its cases needs a look."""
        return any(case.attention for case in self.cases)

    @property
    def worst_case(self) -> CaseView | None:
        """The first case with the requirement's own verdict."""
        return next((case for case in self.cases if case.verdict == self.verdict), None)

    def missing_capabilities(self, declared: Sequence[str]) -> list[str]:
        """Return the capabilities it needs and the product does not declare."""
        return [need for need in self.info.needs if need not in declared]


@dataclass(frozen=True, slots=True)
class FamilyView:
    """A family with its requirements and how many have each verdict, worst first."""

    id: str
    title: Text
    verdict: Term
    requirements: tuple[RequirementView, ...]

    @property
    def counts(self) -> tuple[tuple[Term, int], ...]:
        """How many requirements have each verdict that occurs."""
        return tally([requirement.verdict.code for requirement in self.requirements])


@dataclass(frozen=True, slots=True)
class Assumption:
    """A place where the run relies on a choice of this project.

    Attributes:
        anchor: Where to read more, without ``#``.
        id: The requirement or the scenario.
        title: Its title.
        source: The reason, as the catalogue or the scenario gives it.
    """

    anchor: str
    id: str
    title: Text
    source: Text


def tally(codes: Sequence[str]) -> tuple[tuple[Term, int], ...]:
    """Return how many there are of each verdict that occurs, worst first."""
    return tuple((verdict, codes.count(verdict.code)) for verdict in VERDICTS if verdict.code in codes)


def families(stream: Stream) -> tuple[FamilyView, ...]:
    """Return the families of a stream with everything below them.

    A case of a requirement the header does not name is kept under a requirement and a family of that name: nothing
    that happened is left out.
    """
    header = stream.header
    by_requirement: dict[str, list[CaseFinished]] = {}
    for case in stream.cases:
        by_requirement.setdefault(case.requirement, []).append(case)
    known = {requirement.id for requirement in header.requirements}
    infos = list(header.requirements) + [_unannounced(name) for name in by_requirement if name not in known]
    groups = list(header.families)
    groups += [
        FamilyInfo(id=name, title_fr=name, title_en=name)
        for name in dict.fromkeys(info.family for info in infos)
        if name not in {group.id for group in groups}
    ]
    views = [_requirement(info, by_requirement.get(info.id, [])) for info in infos]
    found = [(group, tuple(view for view in views if view.info.family == group.id)) for group in groups]
    return tuple(
        FamilyView(
            group.id, Text(group.title_fr, group.title_en), term(worst([m.verdict.code for m in members])), members
        )
        for group, members in found
        if members
    )


def _unannounced(name: str) -> RequirementInfo:
    family = name.rpartition("-")[0] or name
    return RequirementInfo(id=name, family=family, title=name, wording="", level="", source="", basis="")


def _requirement(info: RequirementInfo, ran: list[CaseFinished]) -> RequirementView:
    done = {case.id for case in ran}
    views: list[CaseView] = []
    anchors: dict[str, int] = {}
    for case in ran:
        anchors[case.id] = anchors.get(case.id, 0) + 1
        suffix = f"~{anchors[case.id]}" if anchors[case.id] > 1 else ""
        views.append(_case(case, case.id + suffix))
    views += [CaseView(name, name, term(NOT_RUN)) for name in info.cases if name not in done]
    whole = info.plan.get(info.id, "")
    views = [replace(view, plan=info.plan.get(view.id, whole)) for view in views]
    order = {name: position for position, name in enumerate(info.cases)}
    views.sort(key=lambda view: order.get(view.id, len(order)))
    return RequirementView(info, told(info, "title"), term(worst([view.verdict.code for view in views])), tuple(views))


def _case(case: CaseFinished, anchor: str) -> CaseView:
    checks = [
        CheckView(check, paths.in_words(check.path), compare(check.expected, check.actual)) for check in case.checks
    ]
    wrong = tuple(view for view in checks if not view.check.ok)
    right = tuple(view for view in checks if view.check.ok)
    return CaseView(case.id, anchor, term(case.verdict), case, wrong, right)


def assumptions(groups: Sequence[FamilyView]) -> tuple[Assumption, ...]:
    """Return every assumption the run relies on: of requirements first, then of scenarios, each once."""
    found: dict[tuple[str, str], Assumption] = {}
    requirements = [requirement for group in groups for requirement in group.requirements]
    for requirement in requirements:
        if requirement.info.basis == "assumption":
            entry = Assumption(
                requirement.info.id, requirement.info.id, requirement.title, told(requirement.info, "source")
            )
            found.setdefault(("requirement", entry.id), entry)
    for view in (case for requirement in requirements for case in requirement.cases):
        if view.case is not None and view.case.scenario.basis == "assumption":
            scenario = view.case.scenario
            entry = Assumption(
                view.anchor,
                scenario.id,
                told(scenario, "title"),
                told(scenario, "source"),
            )
            found.setdefault(("scenario", scenario.id), entry)
    return tuple(found.values())
