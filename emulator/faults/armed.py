"""A card that can be broken and mended while it is in use."""

from __future__ import annotations

from emulator.faults.model import Fault
from reader_core.iso7816 import Card


class FaultyCard:
    """A card whose faults come and go by calls. Faults count commands from the moment they are armed.

    Args:
        card: the card inside.
        faults: faults to begin with; the last is nearest to the reader.
    """

    def __init__(self, card: Card, *faults: Fault) -> None:
        self._whole = card
        self._now = card
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
        self._now = fault.apply(self._now)
        self._faults = (*self._faults, fault)

    def disarm(self) -> None:
        """Take all faults away; a card that was pulled can be inserted again."""
        self._now, self._faults = self._whole, ()

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._now.atr

    def power_on(self) -> bytes:
        """Apply power. Raises what the armed faults raise."""
        return self._now.power_on()

    def reset(self) -> bytes:
        """A warm reset. Raises what the armed faults raise."""
        return self._now.reset()

    def power_off(self) -> None:
        """Cut the power."""
        self._now.power_off()

    def transmit(self, command: bytes) -> bytes:
        """Answer one command, or break. Raises what the armed faults raise."""
        return self._now.transmit(command)
