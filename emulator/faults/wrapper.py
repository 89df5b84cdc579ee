"""What all broken cards have in common: the card inside, and when they break."""

from __future__ import annotations

from dataclasses import dataclass

from reader_core.iso7816 import Card


class CardWrapper:
    """A card around another card, which it passes everything to. Faults override what they break.

    Args:
        card: the card inside.
    """

    def __init__(self, card: Card) -> None:
        self._card = card

    @property
    def atr(self) -> bytes:
        """The answer to reset of the card inside."""
        return self._card.atr

    def power_on(self) -> bytes:
        """Power the card inside."""
        return self._card.power_on()

    def reset(self) -> bytes:
        """Reset the card inside."""
        return self._card.reset()

    def power_off(self) -> None:
        """Cut the power of the card inside."""
        self._card.power_off()

    def transmit(self, command: bytes) -> bytes:
        """Answer as the card inside does."""
        return self._card.transmit(command)


@dataclass(frozen=True, slots=True)
class When:
    """Which commands break. Resets do not count, GET RESPONSE does: every APDU that reaches the card is one command.

    Attributes:
        at: the first command that breaks, counted from 1 among those that match.
        ins: the instruction byte that matches; None for every instruction.
        always: whether all matching commands from there on break; else it is that one alone.
    """

    at: int = 1
    ins: int | None = None
    always: bool = False

    def counter(self) -> Counting:
        """Make what counts the commands of one card and says which of them break."""
        return Counting(self)


class Counting:
    """The commands of one card, as they come."""

    def __init__(self, when: When) -> None:
        self._when = when
        self._seen = 0

    def hits(self, command: bytes) -> bool:
        """Count one command; whether it breaks."""
        if self._when.ins is not None and command[1:2] != bytes([self._when.ins]):
            return False
        self._seen += 1
        return self._seen == self._when.at or (self._when.always and self._seen > self._when.at)
