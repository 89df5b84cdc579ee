"""Cards whose answer to reset is wrong or missing, and readers and services that go."""

from __future__ import annotations

from emulator.faults.events import ServiceKilledError
from emulator.faults.wrapper import CardWrapper
from reader_core.iso7816 import Card, ReaderUnavailableError


class LostAtrCard(CardWrapper):
    """A card that gives no answer to reset after some good ones.

    Args:
        card: the card to wrap.
        after: how many times it still answers to power or reset.
    """

    def __init__(self, card: Card, after: int) -> None:
        super().__init__(card)
        self._left = after

    @property
    def atr(self) -> bytes:
        """The answer to reset; empty once it is lost."""
        return super().atr if self._left >= 0 else b""

    def power_on(self) -> bytes:
        """Power the wrapped card; empty once the answer to reset is lost."""
        return self._answered(super().power_on())

    def reset(self) -> bytes:
        """Reset the wrapped card; empty once the answer to reset is lost."""
        return self._answered(super().reset())

    def _answered(self, atr: bytes) -> bytes:
        self._left -= 1
        return atr if self._left >= 0 else b""


class WrongAtrCard(CardWrapper):
    """A card with another answer to reset than its own.

    Args:
        card: the card to wrap.
        atr: what it answers to reset.
    """

    def __init__(self, card: Card, atr: bytes) -> None:
        super().__init__(card)
        self._atr = atr

    @property
    def atr(self) -> bytes:
        """The wrong answer to reset."""
        return self._atr

    def power_on(self) -> bytes:
        """Power the wrapped card; gives the wrong answer to reset."""
        super().power_on()
        return self._atr

    def reset(self) -> bytes:
        """Reset the wrapped card; gives the wrong answer to reset."""
        super().reset()
        return self._atr


class UnreachableCard(CardWrapper):
    """A card whose reader, or the service that owns it, goes after a number of commands, for good.

    Args:
        card: the card to wrap.
        after: how many commands are answered first.
        error: what readers are told: the reader was unplugged, or its service was killed.
    """

    def __init__(self, card: Card, after: int, error: type[ReaderUnavailableError]) -> None:
        super().__init__(card)
        self._left = after
        self._error = error
        self._gone = False

    def power_on(self) -> bytes:
        """Power the wrapped card, while the reader is there."""
        self._check()
        return super().power_on()

    def reset(self) -> bytes:
        """Reset the wrapped card, while the reader is there."""
        self._check()
        return super().reset()

    def transmit(self, command: bytes) -> bytes:
        """Answer as the wrapped card does, while the reader is there."""
        if self._left <= 0:
            self._gone = True
            super().power_off()
        self._check()
        self._left -= 1
        return super().transmit(command)

    def _check(self) -> None:
        if self._gone:
            how = "killed" if issubclass(self._error, ServiceKilledError) else "unplugged"
            raise self._error("", f"{how} on purpose")
