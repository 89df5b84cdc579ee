"""The cards of a scenario, built from its images and watched from their side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from emulator.card import replace_contents
from emulator.faults import FaultError, parse_fault
from emulator.image import Image, ImageError, build_card, builtin_names, load_image, patch_image
from emulator.readers import PulledCard, TracedCard, TraceEntry
from fixtures.vitale import NO_CARD, Reading, Slot
from reader_core.iso7816 import Card


class Deck:
    """The cards of one case.

    The same image with the same patch in two readings is the same card: what it remembers without power, such as a PIN's
    counter, is still there at the second one. A card that is pulled out or broken is another card, so that it comes back whole.
    """

    def __init__(self) -> None:
        self._cards: dict[str, Card] = {}
        self._reading = 1
        self._watching = True
        self.trace: list[tuple[int, TraceEntry]] = []

    @classmethod
    def unwatched(cls) -> Deck:
        """Make a deck that records nothing until `watch`: its cards lie in a reader before their case begins."""
        deck = cls()
        deck._watching = False
        return deck

    def watch(self) -> None:
        """Record from now on what happens to the cards."""
        self._watching = True

    def deal(self, number: int, reading: Reading) -> tuple[Card | None, Card | None]:
        """Return the Vitale and the professional card of a reading, None for an empty slot.

        Raises:
            ImageError: An image does not exist, or a patch does not fit it.
        """
        self._reading = number
        return (
            self._card("vitale", reading.vitale, reading.patch, reading, reading.fault),
            self._card("cps", reading.cps, reading.cps_patch, reading, reading.cps_fault),
        )

    def seen(self, number: int) -> list[TraceEntry]:
        """Return what the cards saw during a reading."""
        return [entry for reading, entry in self.trace if reading == number]

    def _card(
        self, slot: Slot, image: str, patch: dict[str, Any], reading: Reading, faults: tuple[str, ...]
    ) -> Card | None:
        if image == NO_CARD:
            return None
        pull = reading.pull if reading.pull and reading.pull.slot == slot else None
        damage = reading.damage if slot == "vitale" else reading.cps_damage
        key = json.dumps([slot, image, patch, pull and pull.after, damage, faults], sort_keys=True, default=str)
        if key not in self._cards:
            card = build_card(patch_image(_load(image), patch) if patch else _load(image))
            card = _broken(card, image, damage, faults)
            if pull is not None:
                card = PulledCard(card, pull.after)
            self._cards[key] = TracedCard(card, slot, self._record)
        return self._cards[key]

    def _record(self, entry: TraceEntry) -> None:
        if self._watching:
            self.trace.append((self._reading, entry))


def _load(name: str) -> Image:
    """Load an image; the built-in ones, which nobody changes during a run, once."""
    return _builtin(name) if name in _names() else load_image(name)


_builtin = cache(load_image)
_names = cache(builtin_names)


def _broken(card: Card, image: str, damage: Mapping[str, str], faults: Sequence[str]) -> Card:
    """The card with other bytes in its files and with its faults.

    Raises:
        ImageError: It has no such file, or there is no such fault.
    """
    try:
        if damage:
            replace_contents(card, {name: None if to == "none" else bytes.fromhex(to) for name, to in damage.items()})
        for one in faults:
            card = parse_fault(one).apply(card)
    except (ValueError, FaultError) as error:
        raise ImageError(image, "", str(error), "Correct the scenario.") from error
    return card
