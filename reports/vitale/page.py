"""The HTML report: one file that needs nothing else, with a content security policy that lets nothing else in."""

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from conformance.events import JsonValue, read_stream

from . import bilingual, trace, vocabulary
from .bilingual import Text, french
from .model import CaseView, FamilyView, assumptions, families, tally
from .pack import CUT, Pack, whole
from .summary import summarise
from .values import Segment, pieces

_INLINE_BUDGET = 1_000_000
"""Characters of traces and answers kept in the page for cases that need attention; beyond, they are packed too."""

_LONGEST_ANSWER = 40_000
"""Characters of one answer that are shown; the stream has the rest."""


def render_html(stream: Path) -> str:
    """Return the report of a stream as one HTML page.

    Args:
        stream: An ``events.jsonl``, finished or not.

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
    environment = _environment()
    inline, pack = _long_parts(environment, groups)
    style, early, script = _style(), _asset("early.js"), _asset("report.js")
    return environment.get_template("report.html.j2").render(
        stream=content,
        header=content.header,
        footer=content.footer,
        summary=summarise(content, groups),
        families=groups,
        requirements=requirements,
        cases=cases,
        case_tally=tally([case.verdict.code for case in cases]),
        requirement_tally=tally([requirement.verdict.code for requirement in requirements]),
        failures=[one for one in requirements if one.verdict.code in {"FAIL", "ERROR", "INCONCLUSIVE"}],
        assumptions=assumptions(groups),
        stream_sha256=hashlib.sha256(stream.read_bytes()).hexdigest(),
        inline=inline,
        pack=Markup(pack.encode()) if pack else "",  # noqa: S704 - base64 of our own making
        style=Markup(style),  # noqa: S704 - our own file
        early=Markup(early),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=_policy(style, early, script),
    )


def _long_parts(environment: Environment, groups: tuple[FamilyView, ...]) -> tuple[dict[str, Markup], Pack]:
    """Return the traces and answers: those for the page by anchor, and the pack of the others."""
    template = environment.get_template("long.html.j2")
    inline: dict[str, Markup] = {}
    pack = Pack()
    left = _INLINE_BUDGET
    for case in _with_events(groups):
        html = template.render(case=case.case)
        if case.attention and len(html) <= left:
            left -= len(html)
            inline[case.anchor] = Markup(whole(html))  # noqa: S704 - made by an escaping template
        else:
            pack.add(case.anchor, html)
    return inline, pack


def _with_events(groups: tuple[FamilyView, ...]) -> list[CaseView]:
    """Return the cases that ran, those most in need of attention first: the budget is theirs."""
    ran = [case for group in groups for requirement in group.requirements for case in requirement.cases if case.case]
    severity = {verdict.code: rank for rank, verdict in enumerate(vocabulary.VERDICTS)}
    return sorted(ran, key=lambda case: severity.get(case.verdict.code, 0))


# --- the file's own parts ----------------------------------------------------------------------------


def _folder() -> Traversable:
    return files(__package__ or "reports.vitale") / "html"


@cache
def _asset(name: str) -> str:
    return (_folder() / name).read_text(encoding="utf-8")


@cache
def _style() -> str:
    """Return the style sheet with its fonts inside."""
    style = _asset("report.css")
    for name in ("atkinson-hyperlegible-next", "atkinson-hyperlegible-mono"):
        font = (_folder() / "fonts" / f"{name}.woff2").read_bytes()
        style = style.replace(f"{name}.woff2", f"data:font/woff2;base64,{base64.b64encode(font).decode()}")
    return style


def _policy(style: str, *scripts: str) -> str:
    """Return the content security policy: these scripts, this style, the fonts in it, and nothing else."""

    def sha256(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(sha256(script) for script in scripts)}",
            f"style-src {sha256(style)}",
            "font-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        t=_both, say=_say, count=_count, cut=CUT, row=trace.row, term=vocabulary.term, vocabulary=vocabulary, say_attribute=_say_attribute
    )
    environment.filters.update(
        moment=bilingual.moment, day=bilingual.day, duration=bilingual.duration, shown=_shown, visible=_visible, pretty=_pretty
    )
    return environment


# --- what the templates use --------------------------------------------------------------------------


def _both(fr: str, en: str, tag: str = "span") -> Markup:
    """Return a text of the page in French, with the English the switch puts in its place."""
    return _say(Text(fr, en), tag)


def _say(text: Text, tag: str = "span") -> Markup:
    if text.fr == text.en:
        return _visible(text.fr)
    return Markup('<{0} data-en="{1}">{2}</{0}>').format(Markup(tag), text.en, french(text.fr))  # noqa: S704 - a tag of our templates


def _say_attribute(name: str, fr: str, en: str) -> Markup:
    """Return an attribute in both languages: ``aria-label``, ``placeholder`` or ``title``."""
    return Markup('{0}="{1}" data-en-{0}="{2}"').format(Markup(name), french(fr), en)  # noqa: S704 - a name of our templates


def _count(number: int, one_fr: str, many_fr: str, one_en: str, many_en: str) -> Text:
    return bilingual.count(number, Text(one_fr, one_en), Text(many_fr, many_en))


def _shown(segments: tuple[Segment, ...]) -> Markup:
    """Return the pieces of a value, what differs marked and what would not show named."""
    tags = {"different": "mark", "hidden": "i"}
    out: list[Markup] = []
    for segment in segments:
        tag = tags.get(segment.kind)
        out.append(Markup("<{0}>{1}</{0}>").format(Markup(tag), segment.text) if tag else escape(segment.text))  # noqa: S704 - one of two tags
    return Markup("").join(out)


def _visible(text: str) -> Markup:
    """Return a text that came from outside: escaped, and with nothing in it that hides or reorders."""
    return _shown(pieces(text))


def _pretty(answer: JsonValue) -> str:
    """Return an answer as indented JSON."""
    text = json.dumps(answer, ensure_ascii=False, indent=2)
    if len(text) > _LONGEST_ANSWER:
        text = f"{text[:_LONGEST_ANSWER]}\n… (+{len(text) - _LONGEST_ANSWER})"
    return text
