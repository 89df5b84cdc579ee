"""The workplace of a case: two slots, and the ways a product is told to reach them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Final, Literal, Protocol, Self, cast

from conformance.slots import SlotPool
from emulator.readers import InProcessReader, PrivatePcscd, SocketReader
from reader_core.iso7816 import Card, Connection

ReaderKind = Literal["inprocess", "socket", "pcsc", "pcsc-shared"]
"""How the cards are presented to the product; ``pcsc-shared``: in slots that every program of the machine sees, for a
`conformance.attended.StandingBench` alone."""

NOTHING: Final[Mapping[str, str]] = {}


class Slot(Protocol):
    """A slot that cards come to and go from; all readers of the emulator are such."""

    def insert(self, card: Card) -> None:
        """Put a card in the empty slot."""
        ...

    def remove(self) -> Card | None:
        """Take the card out and return it; None when the slot was empty."""
        ...


class Workplace:
    """Two slots for one case. A context manager: the slots are empty afterwards.

    Args:
        slots: The two slots.
        addresses: What a product is told of them.
        leave: Empties the slots and gives back whatever the workplace was made of.
        cards: What is in the slots already.

    Attributes:
        vitale: What a product is told of the Vitale's reader.
        cps: The same for the professional's reader.
    """

    def __init__(
        self,
        slots: tuple[Slot, Slot],
        addresses: tuple[str, str],
        leave: Callable[[], None],
        cards: Sequence[Card | None] = (None, None),
    ) -> None:
        self.vitale, self.cps = addresses
        self._slots = slots
        self._cards = list(cards)
        self._leave = leave

    def load(self, vitale: Card | None, cps: Card | None) -> None:
        """Leave these cards in the two slots. A card that is already there stays there, powered or not.

        Raises:
            ReaderSetupError: The reader does not take the card.
        """
        for index, card in enumerate((vitale, cps)):
            if self._cards[index] is card and card is not None:
                continue
            if self._cards[index] is not None:
                self._slots[index].remove()
                self._cards[index] = None
            if card is not None:
                self._slots[index].insert(card)
                self._cards[index] = card

    def connect(self) -> tuple[Connection, Connection] | None:
        """Give a product in this process its connections; None where it shall use the addresses as any other does."""
        vitale, cps = self._slots
        if self.vitale.startswith("inprocess:") and isinstance(vitale, InProcessReader):
            return vitale.connect(), cast("InProcessReader", cps).connect()
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._leave()


PAIRS = 8
"""Pairs of slots of the pcscd of a bench: as many as pcscd takes readers."""


class Bench:
    """Makes workplaces of one kind, for a whole run. A context manager.

    With ``pcsc`` a pcscd of our own runs as long as the bench, with several pairs of slots; the other kinds make new readers for
    each case, so that a product that stays connected to one cannot disturb the next.

    Args:
        kind: How cards are presented.

    Raises:
        ReaderSetupError: The readers cannot be set up: pcscd or vpcd is missing, or no port is free.
    """

    def __init__(self, kind: ReaderKind) -> None:
        self.kind: ReaderKind = kind
        self._pcscd = PrivatePcscd(slots=2 * PAIRS) if kind == "pcsc" else None
        self._pool = SlotPool(self._pcscd.slots) if self._pcscd else None

    @property
    def environment(self) -> Mapping[str, str]:
        """What a product's process needs in its environment to find the readers."""
        return self._pcscd.environment if self._pcscd else NOTHING

    @property
    def ahead(self) -> int:
        """How many of the next cases are worth preparing: those whose cards take time to be seen."""
        return PAIRS - 2 if self._pool else 0

    def prepare(self, key: str, vitale: Card | None, cps: Card | None) -> bool:
        """Put the cards of a later case where they will be seen by then.

        Args:
            key: Names the case; `workplace` is given the same.
            vitale: Card for the Vitale's slot.
            cps: Card for the professional's slot.

        Returns:
            Whether it was done; else the case begins with empty slots.

        Raises:
            ReaderSetupError: The readers are gone.
        """
        return self._pool is not None and self._pool.reserve(key, vitale, cps)

    def keep(self, keys: Collection[str]) -> None:
        """Take back what was prepared for other cases than these."""
        if self._pool is not None:
            self._pool.keep(keys)

    def workplace(self, key: str = "") -> Workplace:
        """Make the workplace of one case: its slots empty, or with the cards that were prepared for it.

        Raises:
            ReaderSetupError: The readers cannot be set up.
        """
        if self._pcscd and self._pool:
            self._pcscd.check()
            pool, pair = self._pool, self._pool.take(key)
            addresses = (f"pcsc:{pair.vitale.name}", f"pcsc:{pair.cps.name}")
            return Workplace(pair.slots, addresses, lambda: pool.give_back(pair), pair.cards)
        readers = (InProcessReader("Vitale"), InProcessReader("CPS"))
        if self.kind == "inprocess":
            addresses = (f"inprocess:{readers[0].name}", f"inprocess:{readers[1].name}")
            return Workplace(readers, addresses, lambda: _empty(readers))
        with ExitStack() as opening:
            servers = [opening.enter_context(SocketReader(reader)) for reader in readers]
            opening.callback(_empty, readers)
            stack = opening.pop_all()
        return Workplace(readers, (servers[0].address, servers[1].address), stack.close)

    def close(self) -> None:
        """Stop what runs. Closing twice is allowed."""
        if self._pcscd:
            self._pcscd.close()
            self._pcscd = self._pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def _empty(readers: tuple[InProcessReader, InProcessReader]) -> None:
    for reader in readers:
        reader.remove()
