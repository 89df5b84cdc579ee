"""How the page's templates write: as the report's do, with its head, switches and icons."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, FunctionLoader
from markupsafe import Markup

from reader_core.formats.sheet.page import printed_nir
from reports.vitale.assets import asset
from reports.vitale.markup import environment as report_environment
from reports.vitale.markup import say
from vitale_testbed.consult.wording import Text, written_day


@cache
def environment() -> Environment:
    """Return the template environment: the report's, which escapes everything, with this page's templates before its own."""
    made = report_environment().overlay(loader=ChoiceLoader([FunctionLoader(_template), FunctionLoader(_shared)]))
    names: Any = {**report_environment().globals, "own": own, "day": day}
    filters: Any = {**report_environment().filters, "nir": printed_nir}
    made.globals, made.filters = names, filters
    return made


def own(text: Text) -> Markup:
    """Write a text with something of a person in it: as `say`, which keeps what it wrote, and this must not be kept."""
    return say.__wrapped__(text)


def day(iso: str | None) -> Markup:
    """Write an ISO day in both languages, or a dash."""
    return own(Text.same("\N{EM DASH}") if iso is None else written_day(date.fromisoformat(iso)))


def _template(name: str) -> str | None:
    found = files("vitale_testbed.consult") / "templates" / name
    return found.read_text(encoding="utf-8") if found.is_file() else None


def _shared(name: str) -> str | None:
    try:
        return asset(name)
    except FileNotFoundError:
        return None
