"""A badge: the verdict of a run as a small SVG for a README or a page, made offline."""

from __future__ import annotations

from pathlib import Path

from markupsafe import escape

from conformance.events import read_stream

from .bilingual import Language, Text
from .drawing import colour, shape
from .model import families
from .summary import summarise
from .values import plain

_HEIGHT = 20
_SIZE = 11
_WIDE = {"width": 0.62, "narrow": 0.32, "broad": 0.88}
"""Width of a letter by its size, in a sans serif: `textLength` makes the letters fit whatever font there is."""


def render_badge(stream: Path, language: Language = "en") -> str:
    """Return the badge of a stream as SVG.

    Args:
        stream: An ``events.jsonl``, finished or not.
        language: The one it is in.

    Raises:
        StreamError: The file is not an event stream.
    """
    content = read_stream(stream)
    groups = families(content)
    summary = summarise(content, groups)
    verdicts = [one.verdict.code for group in groups for one in group.requirements]
    checked = [code for code in verdicts if code not in {"NOT_APPLICABLE", "NOT_RUN"}]
    met = len([code for code in checked if code in {"PASS", "INFO", "WARN"}])
    tone = summary.tone
    word = {
        "pass": Text("conforme", "conformant"),
        "fail": Text("non conforme", "not conformant"),
        "inconclusive": Text("non concluant", "inconclusive"),
        "unfinished": Text("essai inachevé", "unfinished"),
        "error": Text("banc en erreur", "bench error"),
        "empty": Text("rien de vérifié", "nothing checked"),
    }[tone].spoken(language)
    label = f"Vitale {plain(content.header.catalogue.version)}"
    message = word if tone in {"empty", "error", "unfinished"} else f"{word} {met}/{len(checked)}"
    whole = f"{plain(content.header.product.name)} {plain(content.header.product.version)}: {summary.sentence.spoken(language)}"
    return _drawn(label, message, whole, colour(tone), summary.icon)


def _drawn(label: str, message: str, whole: str, background: str, icon: str) -> str:
    left, right = _width(label), _width(message)
    first, second = left + 12, right + 30
    box, elements = shape(icon, "#ffffff", background)
    text = f'font-family="Verdana,DejaVu Sans,sans-serif" font-size="{_SIZE}" fill="#ffffff"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{first + second}" height="{_HEIGHT}" role="img" aria-label="{escape(whole)}">'
        f"<title>{escape(whole)}</title>"
        f'<clipPath id="r"><rect width="{first + second}" height="{_HEIGHT}" rx="4"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{first}" height="{_HEIGHT}" fill="#12201a"/>'
        f'<rect x="{first}" width="{second}" height="{_HEIGHT}" fill="{background}"/></g>'
        f'<text x="6" y="14" textLength="{left}" {text}>{escape(label)}</text>'
        f'<svg x="{first + 6}" y="4" width="12" height="12" viewBox="{box}">{elements}</svg>'
        f'<text x="{first + 23}" y="14" textLength="{right}" {text}>{escape(message)}</text>'
        "</svg>\n"
    )


def _width(text: str) -> int:
    """Return how many pixels a text takes."""
    widths = ("narrow" if char in " .,:;'ijlft/|I" else "broad" if char in "mwMW" else "width" for char in text)
    return round(_SIZE * sum(_WIDE[one] for one in widths))
