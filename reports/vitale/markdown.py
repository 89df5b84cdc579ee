"""A run as Markdown: what a pull request or the summary of a CI job shows."""

from __future__ import annotations

import re
from pathlib import Path

from conformance.events import Stream, read_stream

from .bilingual import Language, Text, told
from .lines import explained, one_line
from .model import ATTENTION, CaseView, FamilyView, RequirementView, families, tally
from .summary import summarise
from .values import plain
from .vocabulary import term

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$&])")
_MOST = 50
"""Cases that are listed; a summary of a CI job has an end, and the report has the rest."""


def render_markdown(stream: Path, language: Language = "en") -> str:
    """Return the summary of a stream as Markdown.

    Args:
        stream: An ``events.jsonl``, finished or not.
        language: The one it is in.

    Raises:
        StreamError: The file is not an event stream.
    """
    content = read_stream(stream)
    groups = families(content)
    requirements = [one for group in groups for one in group.requirements]

    def say(fr: str, en: str) -> str:
        return Text(fr, en).spoken(language)

    summary = summarise(content, groups)
    lines = [
        f"## {escaped(summary.stamp.spoken(language))}",
        "",
        f"**{escaped(summary.sentence.spoken(language))}**",
        "",
    ]
    if summary.also:
        lines += [escaped(summary.also.spoken(language)), ""]
    lines += _table(groups, language)
    bad = [(one, case) for one in requirements for case in one.cases if case.verdict.code in ATTENTION]
    known = [(one, case) for one, case in bad if case.case and explained(case.case)]
    new = [pair for pair in bad if pair not in known]
    lines += _cases(say("À traiter", "Needs attention"), new, language)
    lines += _cases(say("Écarts connus", "Known failures"), known, language)
    warned = [(one, case) for one in requirements for case in one.cases if case.verdict.code == "WARN"]
    lines += _cases(say("Recommandations non suivies", "Recommendations not followed"), warned, language)
    lines += [f"- {escaped(note.spoken(language))}" for note in summary.notes]
    lines += ["", f"<sub>{_provenance(content)} {say(*_DISCLAIMER)}</sub>"]
    return "\n".join(lines) + "\n"


_DISCLAIMER = (
    "Une preuve, et non un référencement par le CNDA.",
    "This is evidence, not a référencement by the CNDA.",
)


def escaped(text: str) -> str:
    """Return a text from outside as Markdown that shows it and does nothing else."""
    shown = _SPECIAL.sub(r"\\\1", " ".join(plain(text).split()))
    return shown.replace("@", "@<!-- -->")  # or somebody of that name would be called


def _code(text: str) -> str:
    """Return an id or a hash as code; one with something else in it, which could end the code, as any other text."""
    return f"`{text}`" if re.fullmatch(r"[\w./-]+", text, re.ASCII) else escaped(text)


def _table(groups: tuple[FamilyView, ...], language: Language) -> list[str]:
    codes = [one.verdict.code for group in groups for one in group.requirements]
    columns = [verdict for verdict, _ in reversed(tally(codes))]
    head = [Text("Famille", "Family").spoken(language), *(escaped(one.name.spoken(language)) for one in columns)]
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * len(columns)}"]
    for group in groups:
        counts = dict(group.counts)
        row = [escaped(group.title.spoken(language)), *(str(counts.get(one, "")) for one in columns)]
        lines.append(f"| {' | '.join(row)} |")
    total = ["**Total**", *(f"**{codes.count(one.code)}**" for one in columns)]
    return [*lines, f"| {' | '.join(total)} |", ""] if groups else []


def _cases(title: str, found: list[tuple[RequirementView, CaseView]], language: Language) -> list[str]:
    if not found:
        return []
    lines = [f"### {title} ({len(found)})", ""]
    for requirement, view in found[:_MOST]:
        name, verdict = escaped(requirement.title.spoken(language)), term(view.verdict.code).name.spoken(language)
        lines.append(f"- **{_code(view.id)}** {escaped(verdict)}: {name}")
        if view.case is not None:
            lines.append(f"  <br>{escaped(_why(view, language))}")
            lines += [f"  <br>{escaped(explained(view.case))}"] if explained(view.case) else []
    if len(found) > _MOST:
        lines.append(f"- … +{len(found) - _MOST}")
    return [*lines, ""]


def _why(view: CaseView, language: Language) -> str:
    if view.case is None:
        return ""
    if language == "en":
        return one_line(view, view.case)
    return told(view.case, "reason").spoken(language) or one_line(view, view.case)


def _provenance(content: Stream) -> str:
    header = content.header
    catalogue = f"catalogue {escaped(header.catalogue.version)} ({_code(header.catalogue.sha256[:12])})"
    return f"{escaped(header.tool.name)} {escaped(header.tool.version)}, {catalogue}, {escaped(header.started)}."
