"""A card that somebody pulls out in the middle of a reading."""

from __future__ import annotations

from reader_core.iso7816 import Card, CardAbsentError, CardRemovedError


class PulledCard:
    """A card pulled out of the reader after a number of commands.

    The command after the last one is never answered: it raises `CardRemovedError`, which every reader of
    `emulator.readers` understands as a pull. Resets and power do not count and do not bring the card back.

    Args:
        card: the card to wrap.
        after: how many commands it answers first.
    """

    def __init__(self, card: Card, after: int) -> None:
        self._card = card
        self._left = after
        self._gone = False

    @property
    def atr(self) -> bytes:
        """The answer to reset of the wrapped card."""
        return self._card.atr

    def power_on(self) -> bytes:
        """Power the wrapped card. Raises `CardAbsentError` once pulled."""
        self._check_present()
        return self._card.power_on()

    def reset(self) -> bytes:
        """Reset the wrapped card. Raises `CardAbsentError` once pulled."""
        self._check_present()
        return self._card.reset()

    def power_off(self) -> None:
        """Cut the power of the wrapped card."""
        self._card.power_off()

    def transmit(self, command: bytes) -> bytes:
        """Answer as the wrapped card does, until it is pulled. Raises `CardRemovedError` from then on."""
        if self._left <= 0:
            self._gone = True
            self._card.power_off()
            raise CardRemovedError("", "pulled on purpose by the scenario")
        self._left -= 1
        return self._card.transmit(command)

    def _check_present(self) -> None:
        if self._gone:
            raise CardAbsentError("", "pulled on purpose by the scenario")
