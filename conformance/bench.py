"""The workplace of a case: two slots, and the ways a product is told to reach them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Final, Literal, Protocol, Self, cast

from emulator.readers import InProcessReader, PrivatePcscd, SocketReader, VpcdSlot
from reader_core.iso7816 import Card, Connection

ReaderKind = Literal["inprocess", "socket", "pcsc"]
"""How the cards are presented to the product."""

NOTHING: Final[Mapping[str, str]] = {}


class Slot(Protocol):
    """A slot that cards come to and go from; all readers of the emulator are such."""

    def insert(self, card: Card) -> None:
        """Put a card in the empty slot."""
        ...

    def remove(self) -> Card | None:
        """Take the card out."""
        ...


class Workplace:
    """Two slots for one case. A context manager: the slots are empty afterwards.

    Attributes:
        vitale: What a product is told of the Vitale's reader.
        cps: The same for the professional's reader.
    """

    def __init__(self, slots: tuple[Slot, Slot], addresses: tuple[str, str], stack: ExitStack) -> None:
        self.vitale, self.cps = addresses
        self._slots = slots
        self._cards: list[Card | None] = [None, None]
        self._stack = stack

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
        self.load(None, None)
        self._stack.close()


class Bench:
    """Makes workplaces of one kind, for a whole run. A context manager.

    With ``pcsc`` a pcscd of our own runs as long as the bench; the other kinds make new readers for each case, so that a
    product that stays connected to one cannot disturb the next.

    Args:
        kind: How cards are presented.

    Raises:
        ReaderSetupError: The readers cannot be set up: pcscd or vpcd is missing, or no port is free.
    """

    def __init__(self, kind: ReaderKind) -> None:
        self.kind: ReaderKind = kind
        self._pcscd = PrivatePcscd() if kind == "pcsc" else None

    @property
    def environment(self) -> Mapping[str, str]:
        """What a product's process needs in its environment to find the readers."""
        return self._pcscd.environment if self._pcscd else NOTHING

    def workplace(self) -> Workplace:
        """Make the workplace of one case, its slots empty.

        Raises:
            ReaderSetupError: The readers cannot be set up.
        """
        stack = ExitStack()
        if self._pcscd:
            self._pcscd.check()
            first, second = self._pcscd.slots
            slots: tuple[VpcdSlot, VpcdSlot] = (first, second)
            return Workplace(slots, (f"pcsc:{first.name}", f"pcsc:{second.name}"), stack)
        readers = (InProcessReader("Vitale"), InProcessReader("CPS"))
        if self.kind == "inprocess":
            return Workplace(readers, (f"inprocess:{readers[0].name}", f"inprocess:{readers[1].name}"), stack)
        with ExitStack() as opening:
            servers = [opening.enter_context(SocketReader(reader)) for reader in readers]
            stack = opening.pop_all()
        return Workplace(readers, (servers[0].address, servers[1].address), stack)

    def close(self) -> None:
        """Stop what runs. Closing twice is allowed."""
        if self._pcscd:
            self._pcscd.close()
            self._pcscd = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()
