"""A reader in our own process: a slot, a card, and the connections of the programs that use it."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock

from emulator.faults import AnswerCutError, CardReplacedError
from emulator.readers.errors import ReaderSetupError
from reader_core.iso7816 import (
    Card,
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    Connection,
    ReaderUnavailableError,
    ShortAnswerError,
    TransportError,
)

# How long a pull waits for the command under way before it leaves without cutting the power itself.
_PULL_PATIENCE_S = 0.2
_SHORTEST_ANSWER = 2  # a status word


class InProcessReader:
    """One slot in this process. Every method may be called from any thread.

    A card is pulled at once, even in the middle of a command: the program that waits for the answer gets
    `CardRemovedError`, never the answer. What a program powered before a pull is lost to it even when a card is
    inserted again: it has to power the new card first, as in PC/SC.

    Args:
        name: what programs call the reader.
        card: a card to insert right away.
    """

    def __init__(self, name: str = "Vitale testbed 00", card: Card | None = None) -> None:
        self._name = name
        self._bus = RLock()  # one command at a time; reentrant, since a card may pull itself
        self._card: Card | None = card
        self._insertion = 1 if card is not None else 0
        self._owner: object = None  # the connection that powered or reset the card last
        self._users: set[object] = set()

    @property
    def name(self) -> str:
        """The reader's name."""
        return self._name

    @property
    def card(self) -> Card | None:
        """The card in the slot, or None."""
        return self._card

    @property
    def insertions(self) -> int:
        """A number that changes whenever a card comes or goes: the same card inserted again is another insertion."""
        return self._insertion

    def insert(self, card: Card) -> None:
        """Put a card in the empty slot.

        Raises:
            ReaderSetupError: `slot_taken`, when a card is there.
        """
        with self._bus:
            if self._card is not None:
                raise ReaderSetupError("slot_taken", f"{self._name} already holds a card.", "Remove that card first.")
            self._insertion += 1
            self._card = card

    def remove(self) -> Card | None:
        """Pull the card out, even in the middle of a command, and return it; None when the slot was empty."""
        card, self._card = self._card, None
        self._insertion += 1
        if card is not None and self._bus.acquire(timeout=_PULL_PATIENCE_S):
            try:
                card.power_off()
            finally:
                self._bus.release()
        return card

    def connect(self) -> Connection:
        """Give a program its own connection to this reader. The slot may be empty."""
        return _InProcessConnection(self)

    def _run(self, insertion: int | None, call: Callable[[Card], bytes]) -> tuple[int, bytes]:
        """Run one call on the card that was inserted at `insertion` (None: whichever is there now), under the bus."""
        now, card = self._insertion, self._card
        if insertion is not None and insertion != now:
            raise CardRemovedError(self._name)
        if card is None:
            raise CardAbsentError(self._name)
        try:
            answer = call(card)
        except CardRemovedError as error:
            answer = self._left(now, error)
        except ShortAnswerError as error:
            raise ShortAnswerError(self._name, error.answer) from None
        except TransportError as error:
            raise type(error)(self._name, error.detail) from None
        else:
            if self._insertion != now:
                card.power_off()
                raise CardRemovedError(self._name, "pulled during the command")
        if len(answer) < _SHORTEST_ANSWER:
            raise ShortAnswerError(self._name, answer) if answer else CardMuteError(self._name)
        return now, answer

    def _left(self, insertion: int, error: CardRemovedError) -> bytes:
        """Empty the slot after a card that left by itself; returns what it still answered, or raises that it left."""
        if self._insertion == insertion:
            self.remove()
            if isinstance(error, CardReplacedError):
                self.insert(error.other)
        if isinstance(error, AnswerCutError) and error.sent:
            return error.sent
        raise CardRemovedError(self._name, error.detail) from None

    def _start(self, connection: object, insertion: int | None, call: Callable[[Card], bytes]) -> tuple[int, bytes]:
        with self._bus:
            started = self._run(insertion, call)
            self._owner = connection
            self._users.add(connection)
            return started

    def _transmit(self, connection: object, insertion: int, command: bytes) -> bytes:
        with self._bus:
            if self._owner is not connection and insertion == self._insertion:
                raise CardResetError(self._name)
            return self._run(insertion, lambda card: card.transmit(command))[1]

    def _leave(self, connection: object) -> None:
        with self._bus:
            if connection in self._users:
                self._users.discard(connection)
                if not self._users and self._card is not None:
                    self._card.power_off()


class _InProcessConnection:
    """One program's connection to an `InProcessReader`."""

    def __init__(self, reader: InProcessReader) -> None:
        self._reader = reader
        self._insertion: int | None = None
        self._closed = False

    @property
    def name(self) -> str:
        return self._reader.name

    def power_on(self) -> bytes:
        self._check_open()
        self._insertion, atr = self._reader._start(self, None, lambda card: card.power_on())  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] -- two halves of one reader
        return atr

    def reset(self) -> bytes:
        self._check_open()
        if self._insertion is None:
            raise CardAbsentError(self.name, "no card was powered")
        _, atr = self._reader._start(self, self._insertion, lambda card: card.reset())  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] -- two halves of one reader
        return atr

    def transmit(self, command: bytes) -> bytes:
        self._check_open()
        if self._insertion is None:
            raise CardAbsentError(self.name, "no card was powered")
        return self._reader._transmit(self, self._insertion, command)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] -- two halves of one reader

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._reader._leave(self)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] -- two halves of one reader

    def _check_open(self) -> None:
        if self._closed:
            raise ReaderUnavailableError(self.name, "the connection is closed")
