"""The program's side of the socket reader, the reader without PC/SC of docs/adapters.md.

Connect, then messages of two bytes of length (big-endian) and a payload. A payload of one byte is a control; anything
longer is a command APDU, answered by the response APDU. An answer of length 0 means: no card, or a mute one. A closed
connection means: the reader is gone.
"""

from __future__ import annotations

import contextlib
import socket
import time
from enum import IntEnum
from typing import Self

from reader_core.connections.presence import Presence
from reader_core.iso7816.connection import (
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    ReaderUnavailableError,
    ShortAnswerError,
    TransportError,
)

MAX_PAYLOAD = 0xFFFF
_LONGEST_PIECE = 4096


class Control(IntEnum):
    """The payloads of one byte."""

    POWER_OFF = 0
    POWER_ON = 1
    RESET = 2
    GET_ATR = 4


class SocketConnection:
    """A card in a socket reader. Not to be shared between threads.

    Args:
        host: where the reader listens.
        port: its TCP port.
        timeout_s: seconds that each answer, and the connecting, may take.
    """

    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        self._host = host
        self._port = port
        self._timeout_s = timeout_s
        self._socket: socket.socket | None = None
        self._atr = b""
        self._closed = False

    @classmethod
    def from_address(cls, address: str, timeout_s: float) -> Self:
        """Make one from `HOST:PORT`; an IPv6 host stands in brackets.

        Raises:
            ValueError: no host, or no port of 1 to 65535.
        """
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) <= 0xFFFF:
            raise ValueError(f"{address!r} is no socket reader: write socket:HOST:PORT, as in socket:127.0.0.1:9000")
        return cls(host.removeprefix("[").removesuffix("]"), int(port), timeout_s)

    @property
    def name(self) -> str:
        """The reader's name: `socket:HOST:PORT`."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"socket:{host}:{self._port}"

    def presence(self) -> Presence:
        """Whether a card is in the reader now. A card that makes way for one of the same ATR goes unnoticed.

        Raises:
            ReaderUnavailableError: the reader is not there, or does not answer.
        """
        if self._closed:
            raise ReaderUnavailableError(self.name, "the connection is closed")
        if self._socket is None:
            self._socket = self._connect()
        try:
            atr = self._ask_atr()
        except CardMuteError as error:
            raise ReaderUnavailableError(self.name, error.detail) from error
        return Presence(bool(atr), atr)

    def power_on(self) -> bytes:
        """Connect to the reader if needed, power the card from cold, and return its ATR.

        Raises:
            CardAbsentError: there is no card in the reader.
            ReaderUnavailableError: nobody listens there, or the connection was closed.
        """
        if self._closed:
            raise ReaderUnavailableError(self.name, "the connection is closed")
        if self._socket is None:
            self._socket = self._connect()
        if self._atr:
            self._send(bytes((Control.POWER_OFF,)))
        self._atr = b""
        self._send(bytes((Control.POWER_ON,)))
        atr = self._ask_atr()
        if not atr:
            raise CardAbsentError(self.name)
        self._atr = atr
        return atr

    def reset(self) -> bytes:
        """Reset the card and return its ATR."""
        self._check_powered()
        self._send(bytes((Control.RESET,)))
        atr = self._ask_atr()
        if not atr:
            raise self._lost(CardRemovedError(self.name))
        return atr

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU and return the response APDU.

        Raises:
            ValueError: the command is shorter than two bytes or longer than 65535: it has no form on this wire.
            CardAbsentError: no card was powered.
            CardRemovedError: the slot is empty, or holds another card.
            CardMuteError: no answer in time, or an empty one while the card is there.
            ReaderUnavailableError: the reader closed the connection.
            ShortAnswerError: one byte came.
        """
        if not 2 <= len(command) <= MAX_PAYLOAD:
            raise ValueError(f"a command on a socket reader has 2 to {MAX_PAYLOAD} bytes, not {len(command)}")
        self._check_powered()
        self._send(command)
        answer = self._receive()
        if not answer:
            raise self._lost(self._silence())
        if len(answer) < 2:
            raise ShortAnswerError(self.name, answer)
        return answer

    def close(self) -> None:
        """Leave the reader."""
        self._closed = True
        self._hang_up()

    def _connect(self) -> socket.socket:
        try:
            connected = socket.create_connection((self._host, self._port), self._timeout_s)
        except OSError as error:
            step = "Start the program that serves this reader, and give the address that it prints."
            raise ReaderUnavailableError(self.name, str(error), step) from error
        with contextlib.suppress(OSError):  # the reader has hung up already, which the first message tells
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def _check_powered(self) -> None:
        if self._closed:
            raise ReaderUnavailableError(self.name, "the connection is closed")
        if self._socket is None or not self._atr:
            raise CardAbsentError(self.name, "no card was powered")

    def _silence(self) -> TransportError:
        """What an empty answer means: the ATR tells whether the card is still there."""
        now = self._ask_atr()
        if now == self._atr:
            return CardMuteError(self.name, "the reader gave an empty answer")
        return CardRemovedError(self.name, "another card is in the reader" if now else "")

    def _lost(self, error: TransportError) -> TransportError:
        """Forget the card: nothing that was known of it holds any more."""
        self._atr = b""
        return error

    def _ask_atr(self) -> bytes:
        self._send(bytes((Control.GET_ATR,)))
        return self._receive()

    def _send(self, payload: bytes) -> None:
        try:
            self._stream.sendall(len(payload).to_bytes(2) + payload)
        except OSError as error:
            raise self._gone(str(error)) from error

    def _receive(self) -> bytes:
        deadline = time.monotonic() + self._timeout_s
        return self._exactly(int.from_bytes(self._exactly(2, deadline)), deadline)

    def _exactly(self, count: int, deadline: float) -> bytes:
        """Read `count` bytes before the deadline, in however many pieces they come."""
        received = bytearray()
        while len(received) < count:
            try:
                self._stream.settimeout(max(deadline - time.monotonic(), 0.001))
                piece = self._stream.recv(min(count - len(received), _LONGEST_PIECE))
            except TimeoutError as error:
                self._hang_up()  # the late answer would be taken for that of the next command
                raise CardMuteError(self.name, f"no answer in {self._timeout_s:g} s") from error
            except OSError as error:
                raise self._gone(str(error)) from error
            if not piece:
                raise self._gone("the reader closed the connection")
            received += piece
        return bytes(received)

    @property
    def _stream(self) -> socket.socket:
        if self._socket is None:
            raise ReaderUnavailableError(self.name, "not connected")
        return self._socket

    def _gone(self, detail: str) -> ReaderUnavailableError:
        self._hang_up()
        return ReaderUnavailableError(self.name, detail)

    def _hang_up(self) -> None:
        self._atr = b""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.close()
            self._socket = None
