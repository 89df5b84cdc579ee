"""A generated reading: cards, code, day and rules, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import msgspec

from conformance.generated.oracle import NULL, expected
from emulator.vitale2 import VitaleImage
from fixtures.vitale import NO_CARD, Api, Expected, Reading, Scenario

Access = Literal["cps", "cpf", "cpe", "cde", "cps:no-pin", "cps:wrong-pin", "cpa", "expired", "none"]
"""Which professional card is there, and what becomes of it."""

BASE: Final = "specimen"
"""The image that a scenario names and whose every table it replaces."""

SOURCE: Final = "the card's own fields, by docs/4.10.md"
SOURCE_FR: Final = "les champs de la carte, selon docs/4.10.md"

_RIGHT: Final = "1234"
_WRONG: Final = "4321"


@dataclass(frozen=True, slots=True)
class _Professional:
    """A way to the protected data, or not: the image, the code typed, and the refusal that must come of it."""

    image: str
    pin: str | None
    refusal: tuple[str, ...] = ()


_WAYS: Final[dict[Access, _Professional]] = {
    "cps": _Professional("cps", _RIGHT),
    "cpf": _Professional("cpf", _RIGHT),
    "cpe": _Professional("cpe", _RIGHT),
    "cde": _Professional("cde", _RIGHT),
    "none": _Professional(NO_CARD, None, ("cps_absent",)),
    "cps:no-pin": _Professional("cps", None, ("pin_missing",)),
    "cps:wrong-pin": _Professional("cps", _WRONG, ("pin_wrong",)),
    "cpa": _Professional("cpa", _RIGHT, ("cps_not_entitled",)),
    "expired": _Professional("cps-expiree", _RIGHT, ("cps_expired",)),
}

_OPENING: Final[tuple[Access, ...]] = ("cps", "cps", "cpf", "cpe", "cde")
_OTHER: Final[tuple[Access, ...]] = ("none", "none", "cps:no-pin", "cps:wrong-pin", "cpa", "expired")
ACCESSES: Final = (*_OPENING, *_OPENING, *_OPENING, *_OTHER)
"""Every way as often as it is drawn: five readings in seven open the protected data."""


@dataclass(frozen=True, slots=True)
class GeneratedReading:
    """A reading of a generated card.

    Attributes:
        vitale: The image of the Vitale.
        access: Which professional card is there, and what becomes of it.
        on: Day of the reading.
        api: The rules.
    """

    vitale: VitaleImage
    access: Access
    on: date
    api: Api

    @property
    def cps(self) -> str | None:
        """The professional card: the name of a built-in image, None for none."""
        image = _WAYS[self.access].image
        return None if image == NO_CARD else image

    @property
    def pin(self) -> str | None:
        """The code that is typed, None for none."""
        return _WAYS[self.access].pin

    @property
    def refusal(self) -> tuple[str, ...]:
        """Codes of which the product must give one; empty where it must not refuse."""
        return _WAYS[self.access].refusal

    @property
    def opened(self) -> bool:
        """Whether the protected data must be read."""
        return not self.refusal

    @property
    def expect(self) -> Expected:
        """What the card object must say: path -> value, or a matcher (see `conformance.expectations`)."""
        said = expected(self.vitale, on=self.on, api=self.api, opened=self.opened)
        withheld = "withheld" if self.cps is None else "refused"
        said["protected.status"] = "read" if self.opened else withheld
        if self.opened:
            said["professionnel.type"] = self.access.upper()
        elif self.cps is None:
            said["professionnel"] = NULL
        return said

    def reading(self) -> Reading:
        """Say it as a reading of a scenario."""
        return Reading(
            vitale=BASE,
            patch=as_patch(self.vitale),
            cps=self.cps or NO_CARD,
            pin=self.pin,
            on=self.on,
            api=self.api,
            refusal=self.refusal,
            expect=self.expect,
        )

    def scenario(self, name: str) -> Scenario:
        """Say it as a scenario of this id."""
        count = len(self.vitale.beneficiaires)
        regime = self.vitale.assure.regime
        return Scenario(
            id=name,
            title=f"A generated card: régime {regime}, {count} on the card, {self.access}",
            title_fr=f"Une carte engendrée : régime {regime}, {count} sur la carte, {self.access}",
            source=SOURCE,
            source_fr=SOURCE_FR,
            basis="assumption",
            readings=(self.reading(),),
        )


def as_patch(image: VitaleImage) -> dict[str, Any]:
    """What makes this image of `BASE`: every table of it."""
    document: dict[str, Any] = {"service_amo": {}, "accidents": [], "zone_commune": None, **msgspec.to_builtins(image)}
    if document["profile"] == "vitale2":
        del document["profile"]
    return document
