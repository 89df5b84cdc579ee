"""A slot of a pcscd whose reader driver is vpcd, and the card that sits in it."""

from __future__ import annotations

from reader_core.iso7816.connection import Card


class VpcdSlot:
    """One slot of a `PrivatePcscd` or a `SharedPcscd`."""

    @property
    def name(self) -> str:
        """The reader's PC/SC name, such as `Virtual PCD 00 00`."""
        raise NotImplementedError

    @property
    def address(self) -> str:
        """What a program under test is told: `pcsc:` and the name."""
        return f"pcsc:{self.name}"

    @property
    def card(self) -> Card | None:
        """The card in the slot, or None."""
        raise NotImplementedError

    def insert(self, card: Card, *, wait: bool = True) -> None:
        """Put a card in the empty slot and, unless told not to, return only when pcscd shows it present (< 1 s).

        Raises:
            ReaderSetupError: `slot_taken`, `slot_unreachable`, `card_not_seen`, or `daemon_died`.
        """
        raise NotImplementedError

    def wait_seen(self, timeout: float = 5.0) -> None:
        """Return when pcscd shows the inserted card present.

        Raises:
            ReaderSetupError: `card_not_seen`, or `daemon_died`.
        """
        raise NotImplementedError

    def remove(self) -> Card | None:
        """Pull the card, wait until pcscd shows the slot empty (< 0.5 s), and return the card."""
        raise NotImplementedError
