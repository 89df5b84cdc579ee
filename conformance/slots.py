"""Pairs of PC/SC slots taken in turn, so that no case waits for its cards to be seen.

A card that was put in a slot is seen by pcscd up to 0.4 s later, and half a second has to pass between two cards in one slot (both
observed). With several pairs the cards of the next cases are seen while this one is played, and slots rest while others are used.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from emulator.readers import VpcdSlot
from reader_core.iso7816 import Card

_REST_S = 0.6
"""Seconds a slot rests after its card has left; a card that comes back sooner makes `VpcdSlot.insert` wait."""


@dataclass(slots=True)
class Pair:
    """The slots of one workplace.

    Attributes:
        vitale: Slot of the Vitale.
        cps: Slot of the professional card.
        cards: What is in them.
        left: When the last card left, on the monotonic clock.
    """

    vitale: VpcdSlot
    cps: VpcdSlot
    cards: list[Card | None] = field(default_factory=lambda: [None, None])
    left: float = 0.0

    @property
    def slots(self) -> tuple[VpcdSlot, VpcdSlot]:
        """Both, the Vitale's first."""
        return self.vitale, self.cps


class SlotPool:
    """The pairs of one pcscd. Not for several threads.

    Args:
        slots: An even number of slots.
    """

    def __init__(self, slots: Sequence[VpcdSlot]) -> None:
        self._free = [Pair(first, second) for first, second in zip(slots[::2], slots[1::2], strict=True)]
        self._reserved: dict[str, Pair] = {}

    def reserve(self, key: str, vitale: Card | None, cps: Card | None) -> bool:
        """Put the cards of a later case in a pair that has rested, without waiting until they are seen.

        Returns:
            Whether there was such a pair. One always stays free for a case that was not foreseen.

        Raises:
            ReaderSetupError: The daemon is gone.
        """
        pair = min(self._free, key=lambda each: each.left)
        if len(self._free) < 2 or time.monotonic() - pair.left < _REST_S:
            return False
        self._free.remove(pair)
        self._reserved[key] = pair
        for index, (slot, card) in enumerate(zip(pair.slots, (vitale, cps), strict=True)):
            if card is not None:
                slot.insert(card, wait=False)
                pair.cards[index] = card
        return True

    def keep(self, keys: Collection[str]) -> None:
        """Free the pairs that were reserved for other cases than these: another worker has taken those cases."""
        for key in self._reserved.keys() - set(keys):
            self.give_back(self._reserved.pop(key))

    def take(self, key: str) -> Pair:
        """Return the pair that was reserved under a key once its cards are seen, or else the one that has rested longest.

        Raises:
            ReaderSetupError: A card was not seen.
        """
        pair = self._reserved.pop(key, None)
        if pair is None:
            if not self._free:  # everything was reserved for cases that were never played
                self.give_back(self._reserved.pop(next(iter(self._reserved))))
            pair = min(self._free, key=lambda each: each.left)
            self._free.remove(pair)
        for slot, card in zip(pair.slots, pair.cards, strict=True):
            if card is not None:
                slot.wait_seen()
        return pair

    def give_back(self, pair: Pair) -> None:
        """Pull the cards of a pair and let it rest."""
        for slot in pair.slots:
            slot.release()
        pair.cards = [None, None]
        pair.left = time.monotonic()
        self._free.append(pair)
