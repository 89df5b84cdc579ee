"""A slot of a pcscd whose reader driver is vpcd, and the card that sits in it."""

from __future__ import annotations

import contextlib
import socket
import time
from threading import RLock, Thread
from typing import Protocol

from emulator.faults import AnswerCutError, CardReplacedError, ServiceKilledError
from emulator.readers import framing
from emulator.readers.errors import ReaderSetupError
from emulator.readers.framing import Control
from emulator.readers.pcscd_client import PcscdClient, PcscdError, ReaderState
from reader_core.iso7816 import Card, TransportError

FIRST_PORT = 35963
"""The port of the first slot in Debian's configuration of vpcd; the second has the next."""

_BETWEEN_CARDS_S = 0.5  # a card that follows sooner may never be announced to programs (observed)
_SEEN_S = 20.0  # pcscd looks at a slot every 0.4 s; a busy machine takes its time
_GONE_S = 10.0
_POLL_S = 0.005
_NO_ATR = b"\0"  # vpcd waits for ever for an empty one; this one offers no protocol, so nobody can connect (observed)
_LEAVE_S = 0.2  # a card that hangs is left to its thread, which ends with the program
_IDLE_LEAVE_S = 10.0  # one that does not hang is waited for: its thread only has to get its turn


class SlotHost(Protocol):
    """The pcscd that a slot belongs to."""

    def client(self) -> PcscdClient:
        """A new connection to the daemon. Raises ReaderSetupError when it has died."""
        ...

    def connect(self, port: int) -> socket.socket:
        """A TCP connection to one of its vpcd ports. Raises OSError, or ReaderSetupError when it has died."""
        ...

    def check(self) -> None:
        """Raise ReaderSetupError when the daemon has died."""
        ...

    def kill(self) -> None:
        """Kill the daemon if it was started here; leave another one alone."""
        ...


class VpcdSlot:
    """One slot of a pcscd that we started or borrowed. Its methods may be called from any thread.

    Args:
        host: the daemon.
        name: the reader's PC/SC name, such as `Virtual PCD 00 00`.
        port: the TCP port where vpcd waits for this slot's card.
    """

    def __init__(self, host: SlotHost, name: str, port: int) -> None:
        self._host = host
        self._name = name
        self._port = port
        self._guard = RLock()
        self._seat: _Seat | None = None
        self._vacated = 0.0

    @property
    def name(self) -> str:
        """The reader's PC/SC name, such as `Virtual PCD 00 00`."""
        return self._name

    @property
    def address(self) -> str:
        """What a program under test is told: `pcsc:` and the name."""
        return f"pcsc:{self._name}"

    @property
    def port(self) -> int:
        """The TCP port where vpcd waits for this slot's card, in the daemon's network namespace."""
        return self._port

    @property
    def card(self) -> Card | None:
        """The card in the slot; None when there is none, or when it left by itself."""
        seat = self._seat
        return seat.card if seat is not None and not seat.left else None

    def insert(self, card: Card, *, wait: bool = True) -> None:
        """Put a card in the empty slot and, unless told not to, return only when pcscd shows it present (< 0.5 s).

        A card that was in the slot less than half a second ago delays this by the rest of that time.

        Raises:
            ReaderSetupError: `slot_taken`, `slot_unreachable`, `card_not_seen`, or `daemon_died`.
        """
        with self._guard:
            if self.card is not None:
                raise ReaderSetupError("slot_taken", f"{self._name} already holds a card.", "Remove that card first.")
            self.remove()  # what is left of a card that pulled itself
            time.sleep(max(0.0, self._vacated + _BETWEEN_CARDS_S - time.monotonic()))
            try:
                sock = self._host.connect(self._port)
            except OSError as error:
                raise ReaderSetupError(
                    "slot_unreachable",
                    f"{self._name} cannot be reached on TCP port {self._port}: {error.strerror}.",
                    "Another program keeps this pcscd to itself: use `--private`, or end that program.",
                ) from error
            self._seat = _Seat(card, sock, self._broke)
        if wait:
            try:
                self.wait_seen()
            except BaseException:
                self.release()
                raise

    def wait_seen(self, timeout: float = _SEEN_S) -> None:
        """Return when pcscd shows the inserted card present.

        Args:
            timeout: how long to wait, in seconds.

        Raises:
            ReaderSetupError: `card_not_seen`, or `daemon_died`.
        """
        seat = self._seat
        state = self._wait(lambda state: state.present or seat is None or bool(seat.left), timeout)
        if seat is None or seat.left or state is None or not state.present or state.atr not in {b"", _atr(seat.card)}:
            self._host.check()
            found = "no such reader" if state is None else f"a card with ATR {state.atr.hex() or 'none'}"
            found = "no card" if state is not None and not state.present else found
            left = f"; the card left: {seat.failure}" if seat is not None and seat.failure else ""
            raise ReaderSetupError(
                "card_not_seen",
                f"The card put in {self._name} was not seen by pcscd, which shows {found}{left}.",
                "Start again; see `vitale doctor` if it lasts.",
            )

    def remove(self) -> Card | None:
        """Pull the card and wait until pcscd shows the slot empty (< 0.5 s). Returns it; None when there was none.

        A pcscd that has died is no error here: the card is out either way.
        """
        with self._guard:
            seat, self._seat = self._seat, None
            if seat is None:
                return None
            self._vacated = seat.close()
            with contextlib.suppress(ReaderSetupError):
                self._wait(lambda state: not state.present, _GONE_S)
            return seat.card

    def release(self) -> None:
        """Pull the card without waiting until pcscd has noticed: for a daemon that is stopped next, or a slot that rests."""
        with self._guard:
            seat, self._seat = self._seat, None
            if seat is not None:
                self._vacated = seat.close()

    def _broke(self, seat: _Seat, error: TransportError) -> None:
        """Do what a broken card asks for, before it leaves. Called in the thread of its seat."""
        if isinstance(error, ServiceKilledError):
            self._host.kill()
        elif isinstance(error, CardReplacedError):
            Thread(target=self._replace, args=(seat, error.other), name=f"{self._name} swap", daemon=True).start()

    def _replace(self, seat: _Seat, card: Card) -> None:
        with self._guard, contextlib.suppress(ReaderSetupError):  # the daemon is gone: so is the slot
            if self._seat is seat:  # nobody removed or replaced the first card meanwhile
                self.remove()
                self.insert(card)

    def _wait(self, wanted: _Condition, timeout: float) -> ReaderState | None:
        """Wait until the state of this slot is as wanted; returns the last state seen, None for no such reader."""
        deadline = time.monotonic() + timeout
        with self._host.client() as client:
            while True:
                try:
                    state = next((state for state in client.states() if state.name == self._name), None)
                except PcscdError as error:
                    self._host.check()
                    raise ReaderSetupError(
                        "daemon_died", f"The pcscd of {self._name} is gone: {error}.", "Start it again."
                    ) from error
                if state is None or wanted(state) or time.monotonic() > deadline:
                    return state
                time.sleep(_POLL_S)


def _atr(card: Card) -> bytes:
    """What vpcd is told for a card's ATR, also for one that gives none."""
    return card.atr or _NO_ATR


class _Condition(Protocol):
    def __call__(self, state: ReaderState, /) -> bool: ...


class _Broke(Protocol):
    def __call__(self, seat: _Seat, error: TransportError, /) -> None: ...


class _Seat:
    """A card served to vpcd over one connection, in a thread of its own."""

    def __init__(self, card: Card, sock: socket.socket, broke: _Broke) -> None:
        self.card = card
        self._broke = broke
        self.left = 0.0  # when the connection ended, on the monotonic clock
        self._asked = False  # a command is with the card, which may hang
        self.failure = ""
        self._socket = sock
        self._thread = Thread(target=self._serve, name=f"vpcd card {card.atr.hex()}", daemon=True)
        self._thread.start()

    def close(self) -> float:
        """Pull the card; returns when it left, on the monotonic clock."""
        with contextlib.suppress(OSError):  # it has left by itself
            self._socket.shutdown(socket.SHUT_RDWR)
        deadline = time.monotonic() + _IDLE_LEAVE_S
        self._thread.join(_LEAVE_S)
        while self._thread.is_alive() and not self._asked and time.monotonic() < deadline:
            self._thread.join(_POLL_S)
        return self.left or time.monotonic()

    def _serve(self) -> None:
        try:
            receiver = framing.Receiver(self._socket)
            while (message := receiver.receive()) is not None:
                answer = self._answer(message)
                if answer is None:
                    continue
                if not answer:  # vpcd would wait for ever for the rest of an empty answer
                    self.failure = "the card gave no answer"
                    return
                framing.send(self._socket, answer)
        except TransportError as error:
            self.failure = str(error)
            if isinstance(error, AnswerCutError) and error.sent:
                with contextlib.suppress(OSError):
                    framing.send_cut(self._socket, error.sent, error.announced)
            self._broke(self, error)
        except OSError as error:
            self.failure = str(error)
        finally:
            self._socket.close()
            self.left = time.monotonic()
            self.card.power_off()

    def _answer(self, message: bytes) -> bytes | None:
        if len(message) != 1:
            self._asked = True
            try:
                return self.card.transmit(message)
            finally:
                self._asked = False
        match message[0]:
            case Control.GET_ATR:
                return _atr(self.card)
            case Control.POWER_ON:
                self.card.power_on()
            case Control.RESET:
                self.card.reset()
            case Control.POWER_OFF:
                self.card.power_off()
            case _:
                pass  # a later vpcd may know more; silence is what the protocol foresees
        return None
