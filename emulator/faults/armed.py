"""A card that can be broken and mended while it is in use."""

from __future__ import annotations

from emulator.faults.model import Fault
from emulator.faults.wrapper import CardWrapper
from reader_core.iso7816 import Card


class FaultyCard(CardWrapper):
    """A card whose faults come and go by calls. Faults count commands from the moment they are armed.

    Args:
        card: the card inside.
        faults: faults to begin with; the last is nearest to the reader.
    """

    def __init__(self, card: Card, *faults: Fault) -> None:
        super().__init__(card)
        self._whole = card
        self._faults: tuple[Fault, ...] = ()
        for one in faults:
            self.arm(one)

    @property
    def whole(self) -> Card:
        """The card inside, without faults."""
        return self._whole

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that are armed now."""
        return self._faults

    def arm(self, fault: Fault) -> None:
        """Add a fault, from the next command on.

        Raises:
            FaultError: `bad_value`: the card that `swapped` puts in does not exist.
        """
        self._card = fault.apply(self._card)
        self._faults = (*self._faults, fault)

    def disarm(self) -> None:
        """Take all faults away; a card that was pulled can be inserted again."""
        self._card, self._faults = self._whole, ()
