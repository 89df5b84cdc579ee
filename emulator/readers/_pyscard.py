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
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

import smartcard.CardRequest
from smartcard.AbstractCardRequest import AbstractCardRequest
from smartcard.Card import Card as PyscardCard
from smartcard.CardConnection import CardConnection
from smartcard.CardConnectionDecorator import CardConnectionDecorator
from smartcard.Exceptions import (
    CardConnectionException,
    CardRequestTimeoutException,
    NoCardException,
    SmartcardException,
)
from smartcard.reader.Reader import Reader
from smartcard.reader.ReaderFactory import ReaderFactory
from smartcard.scard import (
    SCARD_E_NO_SMARTCARD,
    SCARD_E_PROTO_MISMATCH,
    SCARD_E_READER_UNAVAILABLE,
    SCARD_E_SHARING_VIOLATION,
    SCARD_E_UNSUPPORTED_FEATURE,
    SCARD_F_COMM_ERROR,
    SCARD_LEAVE_CARD,
    SCARD_RESET_CARD,
    SCARD_SHARE_DIRECT,
    SCARD_SHARE_EXCLUSIVE,
    SCARD_SHARE_SHARED,
    SCARD_UNPOWER_CARD,
    SCARD_W_REMOVED_CARD,
    SCARD_W_RESET_CARD,
    SCARD_W_UNRESPONSIVE_CARD,
)

from emulator.readers.pinpad import PinPadReader, UnsupportedControlError
from emulator.readers.rack import ReaderRack
from emulator.readers.sharing import Disposition, ProgramConnection, SharedReader, ShareMode, SharingViolationError
from reader_core.iso7816 import (
    Atr,
    AtrError,
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    ShortAnswerError,
    TransportError,
)

_RESULTS: dict[type[TransportError], int] = {
    CardAbsentError: SCARD_E_NO_SMARTCARD,
    CardMuteError: SCARD_W_UNRESPONSIVE_CARD,
    CardRemovedError: SCARD_W_REMOVED_CARD,
    CardResetError: SCARD_W_RESET_CARD,
    ShortAnswerError: SCARD_F_COMM_ERROR,
    SharingViolationError: SCARD_E_SHARING_VIOLATION,
}
_MODES: dict[int, ShareMode] = {
    SCARD_SHARE_SHARED: "shared",
    SCARD_SHARE_EXCLUSIVE: "exclusive",
    SCARD_SHARE_DIRECT: "direct",
}
_DISPOSITIONS: dict[int, Disposition] = {
    SCARD_LEAVE_CARD: "leave",
    SCARD_RESET_CARD: "reset",
    SCARD_UNPOWER_CARD: "unpower",
}
_PROTOCOLS = {0: CardConnection.T0_protocol, 1: CardConnection.T1_protocol}
_POLL_S = 0.02
_T = TypeVar("_T")


@contextmanager
def installed(rack: ReaderRack, *, exclusive: bool) -> Generator[None]:
    """Put the readers where pyscard looks, and put everything back at the end."""

    def methods(groups: object = None) -> list[Reader]:  # noqa: ARG001 -- pyscard's signature
        return [EmulatedReader(shared) for shared in rack.readers]

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

    def __init__(self, shared: SharedReader) -> None:
        super().__init__(shared.reader.name)
        self.emulated = shared.reader
        self._shared = shared

    def createConnection(self) -> CardConnectionDecorator:
        """A connection to whatever card is in the slot when it connects."""
        return CardConnectionDecorator(EmulatedConnection(self._shared))


class EmulatedConnection(CardConnection):
    """A connection to an in-process reader, with pyscard's defaults and exceptions and PC/SC's result codes."""

    def __init__(self, shared: SharedReader) -> None:
        super().__init__(shared.reader.name)
        self._shared = shared
        self._program: ProgramConnection | None = None
        self._disposition: Disposition = "unpower"

    def connect(self, protocol: int | None = None, mode: int | None = None, disposition: int | None = None) -> None:
        """Connect, powering the card if nobody did. Of the protocols asked for that its ATR offers, T=1 goes first."""
        super().connect(protocol, mode, disposition)
        self._leave()
        program = _try("Unable to connect", lambda: self._shared.connect(_mode(mode)))
        self._take(program, protocol, "Unable to connect")
        self._disposition = _DISPOSITIONS.get(disposition or SCARD_UNPOWER_CARD, "unpower")

    def reconnect(self, protocol: int | None = None, mode: int | None = None, disposition: int | None = None) -> None:
        """Reset the card, or leave it as it is, and perhaps change the mode. A failure ends the connection."""
        super().reconnect(protocol, mode, disposition)
        program = self._connected()
        self._disposition = "reset" if disposition is None else _DISPOSITIONS.get(disposition, "reset")
        try:
            _try("Unable to reconnect", lambda: program.reconnect(_mode(mode), self._disposition))
        except SmartcardException:
            self._leave("leave")
            raise
        self._take(program, protocol, "Unable to reconnect")

    def disconnect(self) -> None:
        """Leave the card, which loses its power when nobody else uses it, and by default is reset for those who do."""
        if self._program is not None:
            super().disconnect()
            self._leave()

    def release(self) -> None:
        """Leave the card and the reader."""
        super().release()
        self._leave()

    def __del__(self) -> None:
        """A connection that a program forgets is left, as pyscard's own is."""
        self._leave()
        super().__del__()

    def getATR(self) -> list[int]:
        """The answer to reset, as pyscard's list of numbers; none when connected to an empty reader."""
        program = self._connected()
        if program.insertion is not None:
            _try("Failed to get status", program.check)
        return list(program.atr)

    def doTransmit(self, command: list[int], protocol: int | None = None) -> tuple[list[int], int, int]:
        """Exchange one APDU."""
        program = self._connected()
        if protocol not in {None, self.getProtocol()}:
            raise CardConnectionException("Failed to transmit with that protocol", hresult=SCARD_E_PROTO_MISMATCH)
        answer = _try("Failed to transmit", lambda: program.transmit(bytes(command)))
        return list(answer[:-2]), answer[-2], answer[-1]

    def doControl(self, controlCode: int, command: list[int] | None = None) -> list[int]:  # noqa: N803 -- pyscard's name
        """Ask the reader itself: PC/SC part 10 in a `PinPadReader`, nothing in another one, as vpcd has nothing."""
        program, reader = self._connected(), self._shared.reader
        if isinstance(reader, PinPadReader):
            try:
                return list(
                    _try(
                        "Failed to control",
                        lambda: reader.pad.control(controlCode, bytes(command or ()), program.transmit),
                    )
                )
            except UnsupportedControlError:
                pass
        raise SmartcardException("Failed to control: feature not supported", hresult=SCARD_E_UNSUPPORTED_FEATURE)

    def _connected(self) -> ProgramConnection:
        if self._program is None:
            raise CardConnectionException("Card not connected")
        return self._program

    def _take(self, program: ProgramConnection, protocol: int | None, what: str) -> None:
        self._program = program
        chosen = _protocol(program.atr, protocol)
        if program.insertion is not None and chosen is None:
            self._leave("leave")
            raise CardConnectionException(f"{what} with that protocol", hresult=SCARD_E_PROTO_MISMATCH)
        self.setProtocol(chosen or CardConnection.T0_protocol)

    def _leave(self, disposition: Disposition | None = None) -> None:
        if self._program is not None:
            self._program.close(disposition or self._disposition)
            self._program = None


def _mode(mode: int | None) -> ShareMode:
    return "shared" if mode is None else _MODES[mode]


def _try(what: str, call: Callable[[], _T]) -> _T:
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


def _protocol(atr: bytes, wanted: int | None) -> int | None:
    """The protocol that pcscd would choose (observed with 1.9.9); None when the card offers none that was asked for."""
    try:
        offered = Atr.parse(atr).protocols
    except AtrError:
        offered = (0,)
    for number in sorted(offered, reverse=True):
        if number in _PROTOCOLS and _PROTOCOLS[number] & (wanted or _PROTOCOLS[number]):
            return _PROTOCOLS[number]
    return None
