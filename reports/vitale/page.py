"""The HTML report: one file that needs nothing else."""

import hashlib
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from conformance.events import Stream, read_stream

from . import vocabulary
from .assets import asset, policy, script, style_sheet
from .comparing import WORSE
from .markup import environment
from .model import CaseView, FamilyView, assumptions, families, tally
from .pack import Pack, whole
from .pictures import pictures
from .several import step_between
from .summary import summarise

_INLINE_BUDGET = 300_000
"""Characters of origins, traces and answers kept in the page for cases that need attention; beyond, they are packed too."""

_LONG_BUDGET = 1_000_000
"""Characters of all of them, packed or not: it keeps a run of 300 cases under 3 MB, whatever failed in it."""

_OPEN = 40
"""Cases that are open from the start: with more, whoever looks for one reads a list sooner than a page of a hundred screens."""


def render_html(stream: Path, previous: Stream | None = None) -> str:
    """Return the report of a stream as one HTML page.

    Args:
        stream: An ``events.jsonl``, finished or not.
        previous: An earlier run; the page then says what changed since.

    Returns:
        The page, to be written in UTF-8. It holds its fonts, styles and script and asks nothing of the network.
        The same stream gives the same page.

    Raises:
        StreamError: The file is not an event stream.
    """
    content = read_stream(stream)
    groups = families(content)
    requirements = [requirement for group in groups for requirement in group.requirements]
    cases = [case for requirement in requirements for case in requirement.cases]
    templates = environment()
    inline, pack = _long_parts(templates, groups)
    style, early, own = style_sheet(), asset("early.js"), script()
    return templates.get_template("report.html.j2").render(
        stream=content,
        header=content.header,
        footer=content.footer,
        summary=summarise(content, groups),
        since=step_between(previous, content) if previous else None,
        WORSE=WORSE,
        families=groups,
        requirements=requirements,
        cases=cases,
        case_tally=tally([case.verdict.code for case in cases]),
        requirement_tally=tally([requirement.verdict.code for requirement in requirements]),
        failures=[one for one in requirements if one.verdict.code in {"FAIL", "ERROR", "INCONCLUSIVE"}],
        assumptions=assumptions(groups),
        stream_sha256=hashlib.sha256(stream.read_bytes()).hexdigest(),
        inline=inline,
        opened={case.anchor for case in [one for one in _by_severity(groups) if one.attention][:_OPEN]},
        pictures=pictures(stream, [view.case for view in _with_events(groups) if view.case]),
        pack=Markup(pack.encode()) if pack else "",  # noqa: S704 - base64 of our own making
        style=Markup(style),  # noqa: S704 - our own file
        early=Markup(early),  # noqa: S704 - our own file
        script=Markup(own),  # noqa: S704 - our own file
        policy=policy(style, early, own),
    )


def _long_parts(templates: Environment, groups: tuple[FamilyView, ...]) -> tuple[dict[str, Markup], Pack]:
    """Return the traces and answers: those for the page by anchor, and the pack of the others."""
    template = templates.get_template("long.html.j2")
    parts = {case.anchor: (case.attention, template.render(case=case.case)) for case in _with_events(groups)}
    everything = Pack()
    for anchor, (_, html) in parts.items():
        everything.add(anchor, html)
    left = min(_INLINE_BUDGET, _LONG_BUDGET - len(everything.encode()))
    inline: dict[str, Markup] = {}
    pack = Pack()
    for anchor, (attention, html) in parts.items():
        if attention and len(html) <= left:
            left -= len(html)
            inline[anchor] = Markup(whole(html))  # noqa: S704 - made by an escaping template
        else:
            pack.add(anchor, html)
    return inline, pack


def _with_events(groups: tuple[FamilyView, ...]) -> list[CaseView]:
    """Return the cases that ran, those most in need of attention first: the budget is theirs."""
    return [case for case in _by_severity(groups) if case.case]


def _by_severity(groups: tuple[FamilyView, ...]) -> list[CaseView]:
    cases = [case for group in groups for requirement in group.requirements for case in requirement.cases]
    severity = {verdict.code: rank for rank, verdict in enumerate(vocabulary.VERDICTS)}
    return sorted(cases, key=lambda case: severity.get(case.verdict.code, 0))
