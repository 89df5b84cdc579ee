"""Texts in two languages, and the French and English ways to write a date, a number and a plural."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Self

Language = Literal["fr", "en"]
"""The languages of the reports; the first is the one they open in."""

_NARROW = "\u202f"  # the narrow no-break space French puts before high punctuation
_MONTHS_FR = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905 - reads as a calendar
)
_MONTHS_EN = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905 - reads as a calendar
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the page, in French and in English.

    Attributes:
        fr: French; the page shows it first.
        en: English; the page shows it after the switch.
    """

    fr: str
    en: str

    @classmethod
    def same(cls, text: str) -> Self:
        """Return a text that reads the same in both languages: a name, a code, what a product said."""
        return cls(text, text)

    def __add__(self, other: "Text") -> "Text":
        return Text(self.fr + other.fr, self.en + other.en)

    def replaced(self, **values: object) -> "Text":
        """Return the text with its ``{name}`` places filled in."""
        return Text(self.fr.format(**values), self.en.format(**values))

    def spoken(self, language: Language) -> str:
        """Return the text in one language, the French with its no-break spaces; a name or a value stays as it is."""
        if self.fr == self.en or language == "en":
            return self.en
        return french(self.fr)


_VALUE = re.compile(r'("(?:[^"\\]|\\.)*")')
"""A value quoted in a sentence: JSON, which stays as it is, letter for letter."""


def french(text: str) -> str:
    """Return a French text with its no-break spaces: before ``: ; ! ? »``, after ``«``, and its curly apostrophe.

    What stands between straight quotation marks is a value: nothing is changed in it.
    """
    pieces = _VALUE.split(text)
    return "".join(piece if at % 2 else _typeset(piece) for at, piece in enumerate(pieces))


def _typeset(text: str) -> str:
    text = re.sub(r"(?<=\w)'(?=[\w«])", "’", text)  # noqa: RUF001 - the apostrophe of print; other marks quote a value
    text = re.sub(r" (?=[;!?»])", _NARROW, text)
    text = re.sub(r" (?=:)", "\u00a0", text)
    return text.replace("« ", f"«{_NARROW}")


def count(number: int, one: Text, many: Text) -> Text:
    """Return ``number`` with its noun. French counts zero as singular, English as plural.

    Args:
        number: How many.
        one: The singular, with ``{n}`` where the number goes.
        many: The plural, likewise.
    """
    return Text(
        (many.fr if number > 1 else one.fr).replace("{n} ", "{n}\u00a0").format(n=number),
        (one.en if number == 1 else many.en).replace("{n} ", "{n}\u00a0").format(n=number),
    )


def moment(iso: str) -> Text:
    """Return an ISO 8601 moment in words, in UTC; what cannot be read as one comes back as it is."""
    try:
        when = datetime.fromisoformat(iso).astimezone(UTC)
    except ValueError:
        return Text.same(iso)
    day_fr = "1er" if when.day == 1 else str(when.day)
    return Text(
        f"{day_fr} {_MONTHS_FR[when.month - 1]} {when.year}, {when.hour} h {when:%M} UTC",
        f"{when.day} {_MONTHS_EN[when.month - 1]} {when.year}, {when:%H:%M} UTC",
    )


_THEN = " \u2192 "
"""Stands between what a case reads with first and what it reads with next, where they differ."""


def api(name: str) -> Text:
    """Return the rule set of a reading in words, or those of several: ``before \u2192 4.10``."""
    names = name.split(_THEN)
    return Text(
        _THEN.join("avant 4.10" if one == "before" else one for one in names),
        _THEN.join("before 4.10" if one == "before" else one for one in names),
    )


def told(source: object, name: str) -> Text:
    """Return a sentence of a stream: its attribute ``name``, in French where ``name_fr`` says it."""
    english = str(getattr(source, name))
    return Text(str(getattr(source, f"{name}_fr", "") or english), english)


_MODIFIED = " (modified)"


def image(names: str) -> Text:
    """Return the card of a reading in words, or those of several: ``cps \u2192 none``, ``specimen (modified)``."""
    each = [_image(name) for name in names.split(_THEN)]
    return Text(_THEN.join(one.fr for one in each), _THEN.join(one.en for one in each))


def _image(name: str) -> Text:
    if name == "none":
        return Text("aucune", name)
    if name.endswith(_MODIFIED):
        return Text(f"{name.removesuffix(_MODIFIED)} (modifiée)", name)
    return Text.same(name)


def days(dates: str) -> Text:
    """Return the date of a reading in words, or those of several: ``2026-01-15 \u2192 2026-02-15``."""
    each = [day(one) for one in dates.split(_THEN)]
    return Text(_THEN.join(one.fr for one in each), _THEN.join(one.en for one in each))


def rule_sets(names: Iterable[str]) -> Text:
    """Return every rule set that was used, the newest first."""
    used = sorted({one for name in names for one in name.split(_THEN)})
    if used == ["4.10", "before"]:
        return Text("4.10 et avant", "4.10 and before")
    return api(", ".join(used)) if used else Text.same("\u2014")


def day(iso: str) -> Text:
    """Return an ISO 8601 date in words; what cannot be read as one comes back as it is."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return Text.same(iso)
    day_fr = "1er" if when.day == 1 else str(when.day)
    return Text(
        f"{day_fr} {_MONTHS_FR[when.month - 1]} {when.year}",
        f"{when.day} {_MONTHS_EN[when.month - 1]} {when.year}",
    )


def span(start: str, end: str) -> Text | None:
    """Return how long it took from one ISO moment to another, or None when either cannot be read."""
    try:
        seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    except (ValueError, TypeError):
        return None
    return duration(seconds * 1000)


def duration(milliseconds: float) -> Text:
    """Return a duration in the unit that reads best: ``840 ms``, ``4,2 s``, ``3 min 05 s``."""
    if milliseconds < 1000:
        return Text.same(f"{milliseconds:.0f}\u00a0ms")
    seconds = milliseconds / 1000
    if seconds < 60:
        english = f"{seconds:.1f}\u00a0s"
        return Text(english.replace(".", ","), english)
    minutes, rest = divmod(round(seconds), 60)
    return Text.same(f"{minutes}\u00a0min\u00a0{rest:02d}\u00a0s")


def listed(items: list[str], limit: int = 4) -> Text:
    """Return names as a list in a sentence, the rest counted: ``A, B et 3 autres``."""
    shown, rest = items[:limit], len(items) - limit
    if rest > 0:
        head = ", ".join(shown)
        others = count(rest, Text("{n} autre", "{n} other"), Text("{n} autres", "{n} others"))
        return Text(f"{head} et {others.fr}", f"{head} and {others.en}")
    if len(shown) < 2:
        return Text.same("".join(shown))
    head, last = ", ".join(shown[:-1]), shown[-1]
    return Text(f"{head} et {last}", f"{head} and {last}")
