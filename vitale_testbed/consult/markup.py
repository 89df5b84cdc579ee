"""How the page's templates write: as the report's do, with its head, switches and icons."""

from __future__ import annotations

from datetime import date
from functools import cache, partial
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
def environment(package: str = "vitale_testbed.consult") -> Environment:
    """Return the template environment: the report's, which escapes everything, with a page's templates before its own.

    Args:
        package: whose templates come first; after them those of the consultation page, then the report's.
    """
    owners = dict.fromkeys((package, "vitale_testbed.consult"))
    loaders = [FunctionLoader(partial(_template, owner)) for owner in owners]
    made = report_environment().overlay(loader=ChoiceLoader([*loaders, FunctionLoader(_shared)]))
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


def _template(package: str, name: str) -> str | None:
    found = files(package) / "templates" / name
    return found.read_text(encoding="utf-8") if found.is_file() else None


def _shared(name: str) -> str | None:
    try:
        return asset(name)
    except FileNotFoundError:
        return None
