"""Cards that take their time, or give no answer at all."""

from __future__ import annotations

from threading import Event

from emulator.faults.wrapper import CardWrapper, When
from reader_core.iso7816 import Card, CardMuteError


class LateCard(CardWrapper):
    """A card that waits before it answers some commands, and answers rightly then.

    Args:
        card: the card to wrap.
        when: which commands it is late for.
        seconds: how late.
    """

    def __init__(self, card: Card, when: When, seconds: float) -> None:
        super().__init__(card)
        self._counting = when.counter()
        self._seconds = seconds
        self._never = Event()

    def transmit(self, command: bytes) -> bytes:
        """Answer as the wrapped card does, late where that is due."""
        if self._counting.hits(command):
            self._never.wait(self._seconds)
        return super().transmit(command)


class SilentCard(CardWrapper):
    """A card that does not answer some commands: a reader with a time-out of its own reports it as mute.

    Args:
        card: the card to wrap.
        when: which commands get no answer; the card inside never sees them.
    """

    def __init__(self, card: Card, when: When) -> None:
        super().__init__(card)
        self._counting = when.counter()

    def transmit(self, command: bytes) -> bytes:
        """Answer as the wrapped card does. Raises `CardMuteError` where no answer is due."""
        if self._counting.hits(command):
            raise CardMuteError("", "mute on purpose")
        return super().transmit(command)
