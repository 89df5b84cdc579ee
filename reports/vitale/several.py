"""Several runs on one page: products or versions side by side, or the last runs of one product in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markupsafe import Markup

from conformance.events import Stream, read_stream

from .assets import asset, policy, with_fonts
from .bilingual import Text, count, told
from .comparing import WORSE, Change, Comparison, compare_streams
from .markup import environment
from .model import FamilyView, RequirementView, families, tally
from .summary import Summary, summarise
from .vocabulary import NOT_RUN, Term, term

_CHANGES: dict[Change, tuple[Text, Text]] = {
    Change.REGRESSED: (
        Text("Régressions", "Regressed"),
        Text("Conforme avant, et non ici", "Conformant before, not here"),
    ),
    Change.NEW_FAILURE: (
        Text("Nouveaux, et non conformes", "New, and not conformant"),
        Text("Non conforme, et non joué avant", "Not conformant, and not run before"),
    ),
    Change.MISSING: (Text("Sans résultat", "Without a result"), Text("Sans résultat ici", "Without a result here")),
    Change.CHANGED: (Text("Autre verdict", "Another verdict"), Text("Autre verdict", "Another verdict")),
    Change.FIXED: (
        Text("Corrigés", "Fixed"),
        Text("Non conforme avant, conforme ici", "Not conformant before, conformant here"),
    ),
    Change.NEW: (Text("Nouveaux", "New"), Text("Joué ici seulement", "Run here only")),
    Change.GONE: (Text("Retirés", "Gone"), Text("Joué avant seulement", "Run before only")),
}
"""What became of cases, in the order it is told: for two runs of one product, and for two products."""


_KINDS: dict[Change, tuple[Text, Text]] = {
    Change.REGRESSED: (Text("régression", "regression"), Text("régressions", "regressions")),
    Change.NEW_FAILURE: (
        Text("nouveau cas non conforme", "new case not conformant"),
        Text("nouveaux cas non conformes", "new cases not conformant"),
    ),
    Change.MISSING: (
        Text("cas sans résultat", "case without a result"),
        Text("cas sans résultat", "cases without a result"),
    ),
    Change.CHANGED: (Text("autre verdict", "other verdict"), Text("autres verdicts", "other verdicts")),
    Change.FIXED: (Text("corrigé", "fixed"), Text("corrigés", "fixed")),
    Change.NEW: (Text("nouveau cas", "new case"), Text("nouveaux cas", "new cases")),
    Change.GONE: (Text("cas retiré", "case gone"), Text("cas retirés", "cases gone")),
}
"""What happened to a case, and to several, from one run of a product to the next; the number stands before it."""

_KINDS_OF_ANOTHER: dict[Change, tuple[Text, Text]] = {
    **_KINDS,
    Change.REGRESSED: (
        Text("cas non conforme ici seulement", "case not conformant here only"),
        Text("cas non conformes ici seulement", "cases not conformant here only"),
    ),
    Change.NEW_FAILURE: (
        Text("cas joué ici seulement, non conforme", "case run here only, not conformant"),
        Text("cas joués ici seulement, non conformes", "cases run here only, not conformant"),
    ),
    Change.FIXED: (
        Text("cas conforme ici seulement", "case conformant here only"),
        Text("cas conformes ici seulement", "cases conformant here only"),
    ),
    Change.NEW: (
        Text("cas joué ici seulement", "case run here only"),
        Text("cas joués ici seulement", "cases run here only"),
    ),
    Change.GONE: (
        Text("cas joué avant seulement", "case run before only"),
        Text("cas joués avant seulement", "cases run before only"),
    ),
}
"""The same from a run of one product to a run of another."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as a column, or as a row of time.

    Attributes:
        anchor: Its id on the page.
        stream: What it says.
        summary: Its verdict.
        groups: Its families.
        tally: How many of its cases have each verdict.
    """

    anchor: str
    stream: Stream
    summary: Summary
    groups: tuple[FamilyView, ...]
    tally: tuple[tuple[Term, int], ...]

    @property
    def requirements(self) -> dict[str, RequirementView]:
        """Its requirements by id."""
        return {one.info.id: one for group in self.groups for one in group.requirements}


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement in all runs; a run without it has None."""

    id: str
    title: Text
    cells: tuple[RequirementView | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the runs do not agree on it."""
        return len({cell.verdict.code if cell else "" for cell in self.cells}) > 1


@dataclass(frozen=True, slots=True)
class Family:
    """A family with its requirements in all runs."""

    id: str
    title: Text
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A case that is not what it was."""

    id: str
    title: Text
    before: Term | None
    after: Term | None
    reason: Text


@dataclass(frozen=True, slots=True)
class Step:
    """What changed from one run to the next.

    Attributes:
        before: The one.
        after: The other.
        worse: Whether a build should stop at it.
        remarks: What limits the comparison.
        changes: What happened, and to which cases.
    """

    before: Run
    after: Run
    worse: bool
    remarks: tuple[Text, ...]
    changes: tuple[tuple[Change, Text, tuple[Changed, ...]], ...]

    @property
    def kinds(self) -> tuple[tuple[Change, int, Text], ...]:
        """What happened, to how many cases, and its words to stand behind that number."""
        names = [run.stream.header.product.name for run in (self.before, self.after)]
        kinds = _KINDS if names[0] == names[1] else _KINDS_OF_ANOTHER
        return tuple((change, len(cases), _counted(len(cases), *kinds[change])) for change, _, cases in self.changes)

    @property
    def words(self) -> Text:
        """What changed, in a line."""
        if not self.changes:
            return Text("rien n'a changé", "nothing changed")
        return Text(
            ", ".join(f"{number} {kind.fr}" for _, number, kind in self.kinds),
            ", ".join(f"{number} {kind.en}" for _, number, kind in self.kinds),
        )


def _counted(number: int, one: Text, many: Text) -> Text:
    """Return the noun for a number that stands before it; French counts zero as singular, English as plural."""
    return Text(many.fr if number > 1 else one.fr, one.en if number == 1 else many.en)


def step_between(before: Stream, after: Stream) -> Step:
    """Return what changed from one run to another."""
    first, second = _runs((before, after))
    return _step(first, second)


def render_comparison(streams: Sequence[Path]) -> str:
    """Return a page with a column for each stream, in the order given: products, or versions of one.

    Args:
        streams: Two files or more, each an ``events.jsonl``, finished or not.

    Raises:
        StreamError: A file is not an event stream.
    """
    runs = _runs([read_stream(path) for path in streams])
    rows = [row for family in _table(runs) for row in family.rows]
    differing = [row for row in rows if row.differs]
    head = count(
        len(differing),
        Text(f"{{n}} exigence sur {len(rows)} ne donne pas le même verdict partout", f"{{n}} of {len(rows)} requirements does not have the same verdict everywhere"),
        Text(f"{{n}} exigences sur {len(rows)} ne donnent pas le même verdict partout", f"{{n}} of {len(rows)} requirements do not have the same verdict everywhere"),
    )  # fmt: skip
    if not differing:
        head = Text(
            "Toutes les exigences ont le même verdict partout", "Every requirement has the same verdict everywhere"
        )
    return _page("comparison.html.j2", runs, Text("Comparaison", "Comparison"), head)


def render_trend(streams: Sequence[Path]) -> str:
    """Return a page with the runs in the order of time, newest first, and the requirements whose verdict changed.

    Args:
        streams: Two files or more, each an ``events.jsonl``, finished or not, in any order.

    Raises:
        StreamError: A file is not an event stream.
    """
    runs = _runs(sorted((read_stream(path) for path in streams), key=lambda stream: stream.header.started))
    return _page("trend.html.j2", runs, Text("Évolution", "Trend"), runs[-1].summary.sentence)


def _runs(streams: Iterable[Stream]) -> list[Run]:
    runs: list[Run] = []
    for number, stream in enumerate(streams, 1):
        groups = families(stream)
        codes = [case.verdict.code for group in groups for one in group.requirements for case in one.cases]
        runs.append(Run(f"essai-{number}", stream, summarise(stream, groups), groups, tally(codes)))
    return runs


def _page(template: str, runs: list[Run], kind: Text, head: Text) -> str:
    style = with_fonts(
        "".join(asset(f"{name}.css") for name in ("common", "compared", "evidence", "report", "several"))
    )
    early, script = asset("early.js"), asset("common.js") + "vitalePage.begin();\n"
    return (
        environment()
        .get_template(template)
        .render(
            kind=kind,
            head=head,
            runs=runs,
            table=_table(runs),
            steps=[_step(before, after) for before, after in pairwise(runs)],
            style=Markup(style),  # noqa: S704 - our own file
            early=Markup(early),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            policy=policy(style, early, script),
        )
    )


def _table(runs: Sequence[Run]) -> tuple[Family, ...]:
    """Return the requirements of all runs, in the order of the last catalogue; what only others have comes behind its family."""
    titles: dict[str, Text] = {}
    members: dict[str, dict[str, Text]] = {}
    for run in reversed(runs):
        for group in run.groups:
            titles.setdefault(group.id, group.title)
            rows = members.setdefault(group.id, {})
            for one in group.requirements:
                rows.setdefault(one.info.id, one.title)
    by_run = [run.requirements for run in runs]
    return tuple(
        Family(
            name,
            titles[name],
            tuple(Row(one, title, tuple(run.get(one) for run in by_run)) for one, title in rows.items()),
        )
        for name, rows in members.items()
    )


def _step(before: Run, after: Run) -> Step:
    comparison = compare_streams(before.stream, after.stream)
    same = before.stream.header.product.name == after.stream.header.product.name
    reasons = {case.id: told(case, "reason") for case in after.stream.cases if not case.conformant}
    titles = {name: one.title for run in (before, after) for name, one in run.requirements.items()}
    found = [
        (change, words[not same], _changed(comparison, change, titles, reasons)) for change, words in _CHANGES.items()
    ]
    return Step(
        before,
        after,
        any(comparison.of(change) for change in WORSE),
        comparison.remarks,
        tuple((change, words, cases) for change, words, cases in found if cases),
    )


def _changed(
    comparison: Comparison, change: Change, titles: dict[str, Text], reasons: dict[str, Text]
) -> tuple[Changed, ...]:
    nothing = Text.same("")
    return tuple(
        Changed(
            one.id,
            titles.get(one.id.rpartition("/")[0], Text.same(one.title)),
            term(one.before) if one.before else None,
            term(one.after) if one.after else term(NOT_RUN) if change is Change.MISSING else None,
            reasons.get(one.id, nothing),
        )
        for one in comparison.of(change)
    )
