"""What the page sends, as values. Every message names the version of the scene it answers."""

from __future__ import annotations

from typing import Annotated

import msgspec

from conformance.testimony import Field, Outcome, Screen
from vitale_testbed.manual.book import Draft

Version = Annotated[int, msgspec.Meta(ge=0)]
Words = Annotated[str, msgspec.Meta(max_length=2000)]
Line = Annotated[str, msgspec.Meta(max_length=200)]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every message; alone it says: go on."""

    version: Version


class Introduction(Order, frozen=True):
    """Who reads the screen; and the product, unless that is known."""

    by: Line = ""
    name: Line = ""
    release: Line = ""
    vendor: Line = ""
    capabilities: tuple[Line, ...] = ()


class Answer(Order, frozen=True):
    """What the person saw on the screen of the product."""

    screen: Screen


class DraftOrder(Order, frozen=True):
    """What was said of it so far."""

    draft: Draft


class Correction(Order, frozen=True):
    """What was seen, said again, and why."""

    note: Words = ""
    screens: tuple[Screen, ...] = ()


class Removal(Order, frozen=True):
    """A screenshot that was taken by mistake."""

    file: Line


__all__ = ["Answer", "Correction", "DraftOrder", "Field", "Introduction", "Order", "Outcome", "Removal"]
