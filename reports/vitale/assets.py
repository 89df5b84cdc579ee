"""The files the page is made of, and the content security policy that lets nothing else in."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

FONTS = ("atkinson-hyperlegible-next.woff2", "atkinson-hyperlegible-mono.woff2")
"""The fonts that `common.css` names."""


def _folder() -> Traversable:
    return files(__package__ or "reports.vitale") / "html"


@cache
def asset(name: str) -> str:
    """Return a text file of the ``html`` folder: a template, the style sheet, a script."""
    return (_folder() / name).read_text(encoding="utf-8")


@cache
def style_sheet() -> str:
    """Return the report's style sheet with its fonts inside."""
    return with_fonts(asset("common.css") + asset("compared.css") + asset("evidence.css") + asset("report.css"))


def with_fonts(style: str) -> str:
    """Return a style sheet with the fonts that it names inside."""
    for name in FONTS:
        style = style.replace(name, f"data:font/woff2;base64,{base64.b64encode(font(name)).decode()}")
    return style


def script() -> str:
    """Return the report's script."""
    return asset("common.js") + asset("report.js")


def font(name: str) -> bytes:
    """Return one of the `FONTS`, as it is."""
    return (_folder() / "fonts" / name).read_bytes()


def policy(style: str, *scripts: str) -> str:
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
