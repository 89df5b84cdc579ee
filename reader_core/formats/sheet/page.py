"""The page of a reading: the template, and the few words that depend on the values in it."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reader_core.formats import card
from reader_core.formats.build import build_card
from reader_core.formats.gate import other_refusals
from reader_core.formats.unread import beneficiaries_unread
from reader_core.session import VitaleReading

Language = Literal["fr", "en"]

_HERE = Path(__file__).parent
_FONT = "atkinson-hyperlegible-next.woff2"
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - reads better as a sentence
_SHOWN = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], "\N{REPLACEMENT CHARACTER}")
"""Control characters of a card, as something a person sees."""


def render_sheet(reading: VitaleReading, language: Language = "fr") -> str:
    """Write the sheet of a reading.

    Args:
        reading: the reading.
        language: the one the page opens in; a person can switch to the other.

    Returns:
        The page, to be written in UTF-8. The same reading gives the same page.
    """
    return (
        _environment()
        .get_template("sheet.html.j2")
        .render(
            read=build_card(reading),
            beneficiaries_unread=beneficiaries_unread(reading),
            language=language,
            refused=[(each.function.value, both(each.told("fr"), each.told("en"))) for each in other_refusals(reading)],
            told={"fr": reading.protection.told("fr"), "en": reading.protection.told("en")},
            policy=policy(),
            style=Markup(style()),  # noqa: S704 - our own file
        )
    )


@cache
def style() -> str:
    """The style sheet with its font."""
    font = base64.b64encode((_HERE / "fonts" / _FONT).read_bytes()).decode()
    return (_HERE / "sheet.css").read_text("utf-8").replace(_FONT, f"data:font/woff2;base64,{font}")


@cache
def policy() -> str:
    """The content security policy under which the page is whole: its own style and font, nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    words: dict[str, Any] = {"both": both, "when": when, "period": period, "dated": dated}
    filters: dict[str, Any] = {"nir": printed_nir, "named": named, "function_name": _function}
    made.globals.update(words)
    made.filters.update(filters)
    return made


def _visible(value: object) -> object:
    """What the template writes for a value: control characters are seen, and no line begins with a French colon."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return value.translate(_SHOWN).replace(" :", "\N{NO-BREAK SPACE}:").replace(" %", "\N{NO-BREAK SPACE}%")


def both(fr: str, en: str) -> Markup:
    """Write a text of ours in both languages; the style sheet shows one."""
    return Markup('<span class="fr">{}</span><span class="en" lang="en">{}</span>').format(_visible(fr), _visible(en))


def when(day: str | None, en_carte: str | None = "") -> Markup:
    """Write a calendar day, 15/01/2026 and 15 Jan 2026; without one, what stands on the card."""
    if day is None:
        return Markup.escape(_visible(en_carte or "-"))
    found = date.fromisoformat(day)
    return both(
        f"{found:%d/%m/%Y}",
        f"{found.day}\N{NO-BREAK SPACE}{_MONTHS[found.month - 1]}\N{NO-BREAK SPACE}{found.year:04}",
    )


def period(
    debut: str | None, fin: str | None, debut_en_carte: str | None = "", fin_en_carte: str | None = ""
) -> Markup:
    """Write a period; a bound that is not there is open, one that is no day is shown as it stands on the card."""
    starts, ends = when(debut, debut_en_carte), when(fin, fin_en_carte)
    if not (debut or debut_en_carte or fin or fin_en_carte):
        return both("sans limite", "no limit")
    if not (fin or fin_en_carte):
        return both("depuis le ", "since ") + starts
    if not (debut or debut_en_carte):
        return both("jusqu\N{RIGHT SINGLE QUOTATION MARK}au ", "until ") + ends
    return both("du ", "from ") + starts + both(" au ", " to ") + ends


def dated(given: card.Periode | card.Couverture) -> Markup:
    """Write the period of a right or of a code couverture."""
    return period(given.debut, given.fin, given.debut_en_carte, given.fin_en_carte)


def printed_nir(nir: str) -> str:
    """Give a NIR as it is printed: 1 2 2 2 3 3."""
    cuts = ((0, 1), (1, 3), (3, 5), (5, 7), (7, 10), (10, None))
    return "\N{NO-BREAK SPACE}".join(part for start, end in cuts if (part := nir[start:end]))


def named(code: str, label: str | None) -> str:
    """Give a code with its label, or the code alone where nobody published one."""
    return " ".join(part for part in (code, label or "") if part) or "-"


_FUNCTIONS = {
    "read_identity": ("Identité", "Identity"),
    "read_rights": ("Régime et droits", "Scheme and rights"),
    "read_complementary": ("Couverture complémentaire", "Complementary cover"),
    "read_exemptions": ("Exonérations", "Exemptions"),
    "read_maternity": ("Maternité", "Maternity"),
    "read_professional": ("Porteur de la carte de professionnel", "Holder of the professional card"),
    "read_situations": ("Situations d'exercice", "Situations of work"),
}


def _function(name: str) -> Markup:
    """What a function reads, in both languages."""
    return both(*_FUNCTIONS.get(name, (name, name)))
