"""The classes that pyscard asks of a reader. Imported only where pyscard is; nothing of pyscard leaves this module."""

# pyscard has no type information and camel case of its own: this is the one place of the emulator where both are met.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# What pyright infers instead is wrong: abstract methods return None for it, attributes set to None stay None.
# pyright: reportIncompatibleMethodOverride=false, reportOptionalMemberAccess=false, reportOptionalCall=false
# pyright: reportUnnecessaryComparison=false
# ruff: noqa: N802

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import smartcard.CardRequest
from smartcard.AbstractCardRequest import AbstractCardRequest
from smartcard.Card import Card as PyscardCard
from smartcard.CardConnection import CardConnection
from smartcard.CardConnectionDecorator import CardConnectionDecorator
from smartcard.Exceptions import CardConnectionException, CardRequestTimeoutException, NoCardException
from smartcard.reader.Reader import Reader
from smartcard.reader.ReaderFactory import ReaderFactory
from smartcard.scard import (
    SCARD_E_NO_SMARTCARD,
    SCARD_E_PROTO_MISMATCH,
    SCARD_E_READER_UNAVAILABLE,
    SCARD_F_COMM_ERROR,
    SCARD_W_REMOVED_CARD,
    SCARD_W_RESET_CARD,
    SCARD_W_UNRESPONSIVE_CARD,
)

from emulator.readers.inprocess import InProcessReader
from reader_core.iso7816 import (
    Atr,
    AtrError,
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    Connection,
    ShortAnswerError,
    TransportError,
)

_RESULTS: dict[type[TransportError], int] = {
    CardAbsentError: SCARD_E_NO_SMARTCARD,
    CardMuteError: SCARD_W_UNRESPONSIVE_CARD,
    CardRemovedError: SCARD_W_REMOVED_CARD,
    CardResetError: SCARD_W_RESET_CARD,
    ShortAnswerError: SCARD_F_COMM_ERROR,
}
_PROTOCOLS = {0: CardConnection.T0_protocol, 1: CardConnection.T1_protocol}
_POLL_S = 0.02


@contextmanager
def installed(readers: Sequence[InProcessReader], *, exclusive: bool) -> Generator[None]:
    """Put the readers where pyscard looks, and put everything back at the end."""
    ours = [EmulatedReader(reader) for reader in readers]

    def methods(groups: object = None) -> list[Reader]:  # noqa: ARG001 -- pyscard's signature
        return list(ours)

    before, request = list(ReaderFactory.factorymethods), smartcard.CardRequest.PCSCCardRequest
    ReaderFactory.factorymethods[:] = [methods] if exclusive else [methods, *before]
    if exclusive:
        smartcard.CardRequest.PCSCCardRequest = EmulatedCardRequest
    try:
        yield
    finally:
        ReaderFactory.factorymethods[:] = before
        smartcard.CardRequest.PCSCCardRequest = request


class EmulatedReader(Reader):
    """An in-process reader under pyscard's interface."""

    def __init__(self, reader: InProcessReader) -> None:
        super().__init__(reader.name)
        self.emulated = reader

    def createConnection(self) -> CardConnectionDecorator:
        """A connection to whatever card is in the slot when it connects."""
        return CardConnectionDecorator(EmulatedConnection(self.emulated))


class EmulatedConnection(CardConnection):
    """A connection to an in-process reader, with pyscard's exceptions and PC/SC's result codes."""

    def __init__(self, reader: InProcessReader) -> None:
        super().__init__(reader.name)
        self._emulated = reader
        self._connection: Connection | None = None
        self._atr = b""

    def connect(self, protocol: int | None = None, mode: int | None = None, disposition: int | None = None) -> None:
        """Power the card. The protocol is the first that its ATR offers, which must be among those asked for."""
        super().connect(protocol, mode, disposition)
        connection = self._emulated.connect()
        self._atr = self._try("Unable to connect", connection.power_on)
        offered = _protocol(self._atr)
        if not offered & (protocol or offered):
            connection.close()
            raise CardConnectionException("Unable to connect with that protocol", hresult=SCARD_E_PROTO_MISMATCH)
        self._leave()
        self._connection = connection
        self.setProtocol(offered)

    def reconnect(self, protocol: int | None = None, mode: int | None = None, disposition: int | None = None) -> None:
        """Reset the card."""
        super().reconnect(protocol, mode, disposition)
        self._atr = self._try("Unable to reconnect", self._connected().reset)

    def disconnect(self) -> None:
        """Leave the card, which loses its power when nobody else uses it."""
        if self._connection is not None:
            super().disconnect()
            self._leave()

    def release(self) -> None:
        """Leave the card and the reader."""
        super().release()
        self._leave()

    def getATR(self) -> list[int]:
        """The answer to reset, as pyscard's list of numbers."""
        self._connected()
        return list(self._atr)

    def doTransmit(self, command: list[int], protocol: int | None = None) -> tuple[list[int], int, int]:  # noqa: ARG002 -- pyscard's signature
        """Exchange one APDU."""
        connection = self._connected()
        answer = self._try("Failed to transmit", lambda: connection.transmit(bytes(command)))
        return list(answer[:-2]), answer[-2], answer[-1]

    def _connected(self) -> Connection:
        if self._connection is None:
            raise CardConnectionException("Card not connected")
        return self._connection

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @staticmethod
    def _try(what: str, call: Callable[[], bytes]) -> bytes:
        try:
            return call()
        except CardAbsentError as error:
            raise NoCardException(what, hresult=_RESULTS[type(error)]) from error
        except TransportError as error:
            result = _RESULTS.get(type(error)) or SCARD_E_READER_UNAVAILABLE
            raise CardConnectionException(f"{what}. {error}", hresult=result) from error


class EmulatedCardRequest(AbstractCardRequest):
    """Waits for cards in the readers that pyscard lists, all of which are ours while this class is in place."""

    def waitforcard(self) -> object:
        """A card service for the first card that is there, or (`newcardonly`) that comes."""
        refused = set(self._cards()) if self.newcardonly else set[PyscardCard]()
        deadline = self._deadline()
        while True:
            now = self._cards()
            refused &= set(now)
            for card in now:
                if card not in refused and self.cardType.matches(card.atr, card.reader):
                    return self.cardServiceClass(card.createConnection())
            if time.monotonic() > deadline:
                raise CardRequestTimeoutException
            time.sleep(_POLL_S)

    def waitforcardevent(self) -> list[PyscardCard]:
        """The cards that are there after the next change, or after the time-out."""
        before, deadline = self._cards(), self._deadline()
        while (now := self._cards()) == before and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        return now

    def release(self) -> None:
        """Nothing is held."""

    def _cards(self) -> list[PyscardCard]:
        readers: list[EmulatedReader] = self.getReaders()
        asked = [reader for reader in ReaderFactory.readers() if str(reader) in map(str, readers)]
        return [
            PyscardCard(reader, list(card.atr))
            for reader in asked
            if isinstance(reader, EmulatedReader) and (card := reader.emulated.card) is not None
        ]

    def _deadline(self) -> float:
        return math.inf if self.timeout is None else time.monotonic() + self.timeout


def _protocol(atr: bytes) -> int:
    try:
        protocols = Atr.parse(atr).protocols
    except AtrError:
        return CardConnection.T0_protocol
    return _PROTOCOLS.get(next(iter(protocols), 0), CardConnection.T0_protocol)
