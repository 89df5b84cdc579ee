"""The published forms by their names, and how the schema of each is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from conformance.baseline import Baseline
from conformance.campaign.plan import Plan
from conformance.campaign.stream import Line
from conformance.catalogue.schema import family_schema
from conformance.overlay.layouts import LayoutsFile
from conformance.overlay.model import About
from conformance.product_sheet import ProductSheet
from conformance.protocol import schemas as protocol
from emulator.image import image_schema
from fixtures.vitale.schema import scenario_schema
from reader_core.access import access_schema
from reader_core.formats.card import card_schema
from reader_core.journal.entry import line_schema
from vitale_testbed.consult.openapi import document
from vitale_testbed.schemas.words import with_words

__all__ = ["PUBLISHED", "Group", "Published", "published"]

Group = Literal["protocol", "card", "streams", "files", "http"]
"""What a form belongs to: a page of the documentation each."""

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Published:
    """One published form.

    Attributes:
        title: What it is the form of, in a few words.
        group: What it belongs to.
        make: Makes the bare schema.
    """

    title: str
    group: Group
    make: Callable[[], dict[str, Any]]


def _of(kind: Any) -> Callable[[], dict[str, Any]]:  # noqa: ANN401 -- any type that msgspec knows
    return lambda: msgspec.json.schema(kind)


def _message(name: str) -> Published:
    title, _ = protocol.SCHEMAS[name]
    return Published(title, "streams" if name == "event" else "protocol", lambda: protocol.schema(name))


PUBLISHED: Final[Mapping[str, Published]] = {
    **{name: _message(name) for name in ("describe", "description", "read", "answer", "stop")},
    "card": Published("The card object: what a reading gives", "card", card_schema),
    "event": _message("event"),
    "campaign-event": Published("One line of the stream of a campaign", "streams", _of(Line)),
    "journal": Published("One line of the journal of accesses", "streams", line_schema),
    "image": Published("A card image (TOML)", "files", image_schema),
    "product": Published("A product sheet (TOML)", "files", _of(ProductSheet)),
    "scenario": Published("A file of scenarios (TOML)", "files", scenario_schema),
    "family": Published("A family of requirements, of the catalogue or an overlay (TOML)", "files", family_schema),
    "overlay": Published("The file overlay.toml of an overlay", "files", _of(About)),
    "layouts": Published("Layouts of an overlay: where cards have their fields (TOML)", "files", _of(LayoutsFile)),
    "baseline": Published("A baseline: known failures (TOML)", "files", _of(Baseline)),
    "campaign": Published("The plan of a campaign (TOML)", "files", _of(Plan)),
    "access": Published("An access table (TOML)", "files", access_schema),
    "consult-api": Published("The HTTP API of `vitale consult`: an OpenAPI document", "http", document),
}
"""Every published form by its name, in the order of lists."""


def published(name: str) -> dict[str, Any]:
    """Make a published schema, with words at every key.

    Args:
        name: One of `PUBLISHED`.

    Returns:
        A JSON Schema (2020-12); for ``consult-api`` an OpenAPI document.

    Raises:
        KeyError: There is none of this name.
    """
    form = PUBLISHED[name]
    if form.group == "http":
        return form.make()
    made = msgspec.json.decode(msgspec.json.encode(with_words(form.make())))  # defaults are tuples before
    identifier = made.pop("$id", f"urn:vitale-testbed:schema:{name}:1")
    return {**made, "$schema": DIALECT, "$id": identifier, "title": form.title}
