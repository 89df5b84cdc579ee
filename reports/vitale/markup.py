"""How templates write: both languages side by side, and values from outside escaped with nothing in them hidden."""

import json
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from conformance.events import JsonValue

from . import bilingual, origins, paths, trace, vocabulary
from .assets import asset
from .bilingual import Language, Text, french
from .pack import CUT
from .replaying import relative_command
from .values import Segment, pieces, plain
from .vocabulary import Term

_LONGEST_ANSWER = 40_000
"""Characters of one answer that are shown; the stream has the rest."""


@cache
def environment(language: Language | None = None) -> Environment:
    """Return the template environment: everything that comes from a stream is escaped unless it is marked as safe.

    Args:
        language: The one that what is made is in, such as paper, which has no switch. None: the page has both.
    """
    made = Environment(
        loader=FunctionLoader(asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names: dict[str, Any] = {
        "t": both,
        "say": say,
        "say_attribute": say_attribute,
        "prose": prose,
        "icon": icon,
        "told": bilingual.told,
        "in_words": paths.in_words,
        "count": counted,
        "cut": CUT,
        "row": trace.row,
        "concerns": origins.concerns,
        "origins_of": origins.origins_of,
        "term": vocabulary.term,
        "vocabulary": vocabulary,
    }
    filters: dict[str, Any] = {
        "moment": bilingual.moment,
        "days": bilingual.days,
        "image": bilingual.image,
        "api": bilingual.api,
        "rule_sets": bilingual.rule_sets,
        "duration": bilingual.duration,
        "shown": shown,
        "visible": visible,
        "plain": plain,
        "breakable": breakable,
        "pretty": pretty,
        "command": command,
    }
    made.globals.update(names)
    if language is not None:
        made.globals.update(_in_one_language(language))
    made.filters.update(filters)
    made.tests["relative_command"] = relative_command
    return made


def _in_one_language(language: Language) -> dict[str, Any]:
    """Return what templates write texts and icons with where there is one language and no script."""

    def say_one(text: Text, tag: str = "span") -> Markup:
        del tag
        return visible(text.spoken(language))

    def prose_one(source: object, name: str, tag: str, css: str) -> Markup:
        text = bilingual.told(source, name)
        foreign = Markup(' lang="en"') if language == "fr" and text.fr == text.en else ""
        return Markup('<{0} class="{1}"{2}>{3}</{0}>').format(Markup(tag), css, foreign, say_one(text))  # noqa: S704 - a tag of our templates

    def attribute_one(name: str, fr: str, en: str) -> Markup:
        return Markup('{}="{}"').format(Markup(name), plain(Text(fr, en).spoken(language)))  # noqa: S704 - a name of our templates

    def both_one(fr: str, en: str, tag: str = "span") -> Markup:
        return say_one(Text(fr, en), tag)

    def icon_one(verdict: Term) -> Markup:
        return Markup('<span class="icon i-{}"></span>').format(verdict.key)

    return {
        "t": both_one,
        "say": say_one,
        "say_attribute": attribute_one,
        "prose": prose_one,
        "icon": icon_one,
    }


def icon(verdict: Term) -> Markup:
    """Return the icon of a verdict, from the page's sprite."""
    return Markup('<svg class="icon v-{0}" aria-hidden="true"><use href="#i-{0}"/></svg>').format(verdict.key)


@lru_cache(maxsize=4096)
def both(fr: str, en: str, tag: str = "span") -> Markup:
    """Return a text of the page in French, with the English the switch puts in its place."""
    return say(Text(fr, en), tag)


@lru_cache(maxsize=4096)
def say(text: Text, tag: str = "span") -> Markup:
    """Return a text in French with the English in ``data-en``, or as it is where both are the same."""
    if text.fr == text.en:
        return visible(text.fr)
    return Markup('<{0} data-en="{1}">{2}</{0}>').format(Markup(tag), plain(text.en), plain(french(text.fr)))  # noqa: S704 - a tag of our templates


def prose(source: object, name: str, tag: str, css: str) -> Markup:
    """Return a sentence of the catalogue or the harness as an element.

    A catalogue may give its sentences in French beside the English (``wording_fr`` beside ``wording``). Where there is
    none, the English stands in both, and says that it is English to whoever reads the page aloud.

    Args:
        source: A part of the stream.
        name: Its attribute, ``wording``.
        tag: The element.
        css: Its classes.
    """
    text = bilingual.told(source, name)
    if text.fr == text.en:
        return Markup('<{0} class="{1}" lang="en">{2}</{0}>').format(Markup(tag), css, visible(text.en))  # noqa: S704 - a tag of our templates
    return Markup('<{0} class="{1}">{2}</{0}>').format(Markup(tag), css, say(text))  # noqa: S704 - same


def say_attribute(name: str, fr: str, en: str) -> Markup:
    """Return an attribute in both languages: ``aria-label``, ``placeholder`` or ``title``."""
    return Markup('{0}="{1}" data-en-{0}="{2}"').format(Markup(name), plain(french(fr)), plain(en))  # noqa: S704 - a name of our templates


def counted(number: int, one_fr: str, many_fr: str, one_en: str, many_en: str) -> Text:
    """Return a number with its noun in both languages."""
    return bilingual.count(number, Text(one_fr, one_en), Text(many_fr, many_en))


def shown(segments: tuple[Segment, ...]) -> Markup:
    """Return the pieces of a value, what differs marked and what would not show named."""
    tags = {"different": "mark", "hidden": "i"}
    out: list[Markup] = []
    for segment in segments:
        tag = tags.get(segment.kind)
        out.append(Markup("<{0}>{1}</{0}>").format(Markup(tag), segment.text) if tag else escape(segment.text))  # noqa: S704 - one of two tags
    return Markup("").join(out)


def visible(text: str) -> Markup:
    """Return a text that came from outside: escaped, and with nothing in it that hides or reorders."""
    return shown(pieces(text))


def breakable(path: str) -> Markup:
    """Return a path that may go over to the next line after a dot."""
    return Markup(".<wbr>").join(visible(step) for step in path.split("."))


def command(text: str) -> Markup:
    """Return a shell command whose options go over to the next line whole."""
    words = (
        Markup("<b>{}</b>").format(visible(word)) if word.startswith("-") and len(word) < 30 else visible(word)
        for word in text.split(" ")
    )
    return Markup(" ").join(words)


def pretty(answer: JsonValue) -> str:
    """Return an answer as indented JSON."""
    text = json.dumps(answer, ensure_ascii=False, indent=2)
    if len(text) > _LONGEST_ANSWER:
        text = f"{text[:_LONGEST_ANSWER]}\n… (+{len(text) - _LONGEST_ANSWER})"
    return text
