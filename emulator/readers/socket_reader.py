"""A reader for programs without PC/SC: a TCP server on this machine that any language can talk to in twenty lines.

Connect, then messages of `emulator.readers.framing` with the program asking.
Controls 0 (power off), 1 (power on) and 2 (reset) get no answer; 4 gets the ATR; a command APDU gets the response
APDU. An answer of length 0 means: no card, or a mute one. A closed connection means: the reader is gone.
"""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Callable
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from emulator.readers import framing
from emulator.readers.errors import ReaderSetupError
from emulator.readers.framing import Control
from emulator.readers.inprocess import InProcessReader
from reader_core.iso7816 import Card, ReaderUnavailableError, ShortAnswerError, TransportError

_HOST = "127.0.0.1"
_JOIN_S = 1.0


class SocketReader:
    """Serves one slot on 127.0.0.1, from construction until `close`. A context manager.

    Several programs may be connected at once; they share the card as in PC/SC, and a reset by one makes the other's
    next command fail with length 0.

    Args:
        source: a card, or an in-process reader whose card may come and go while it is served.
        port: the TCP port; 0 lets the system choose a free one.

    Raises:
        ReaderSetupError: `port_taken`.
    """

    def __init__(self, source: Card | InProcessReader, port: int = 0) -> None:
        self._reader = source if isinstance(source, InProcessReader) else InProcessReader("socket", source)
        self._server = _listen(port)
        self._port: int = self._server.getsockname()[1]
        self._clients: set[socket.socket] = set()
        self._threads: list[Thread] = []
        self._guard = Lock()
        self._closed = False
        self._start(self._accept)

    @property
    def port(self) -> int:
        """The TCP port that is listened on."""
        return self._port

    @property
    def address(self) -> str:
        """What a program is told: `socket:127.0.0.1:PORT`."""
        return f"socket:{_HOST}:{self._port}"

    @property
    def reader(self) -> InProcessReader:
        """The slot that is served: insert and remove cards there."""
        return self._reader

    def close(self) -> None:
        """Stop listening and leave every program that is connected. Closing twice is allowed."""
        with self._guard:
            self._closed = True
            leaving = [self._server, *self._clients]
            threads = list(self._threads)
        for sock in leaving:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in it, which closes it
        for thread in threads:
            thread.join(_JOIN_S)
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = Thread(target=target, args=args, name=f"{self.address}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:  # closed, the only thing that ends a listening socket
                return
            with self._guard:
                if self._closed:
                    client.close()
                    return
                self._clients.add(client)
                self._threads = [thread for thread in self._threads if thread.is_alive()]
                self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        session = _Session(self._reader)
        try:
            receiver = framing.Receiver(client)
            while (message := receiver.receive()) is not None:
                answer = session.answer(message)
                if answer is not None:
                    framing.send(client, answer)
        except (OSError, ReaderUnavailableError):  # the program left in the middle of a message, or the reader is gone
            pass
        finally:
            with self._guard:
                self._clients.discard(client)
            client.close()
            session.power_off()


class _Session:
    """What one connected program has done with the slot so far."""

    def __init__(self, reader: InProcessReader) -> None:
        self._reader = reader
        self._connection = reader.connect()

    def answer(self, message: bytes) -> bytes | None:
        """What the slot says to one message; None where the protocol has no answer, b"" where no card gives one.

        Raises:
            ReaderUnavailableError: the reader is gone; the connection ends.
        """
        if len(message) > 1:
            return self._transmit(message)
        if message == bytes([Control.GET_ATR]):
            card = self._reader.card
            return b"" if card is None else card.atr
        try:
            if message == bytes([Control.POWER_ON]):
                self._connection.power_on()
            elif message == bytes([Control.RESET]):
                self._connection.reset()
            elif message == bytes([Control.POWER_OFF]):
                self.power_off()
        except ReaderUnavailableError:
            raise
        except TransportError:
            pass  # the program learns it from the ATR it asks for next
        return None

    def power_off(self) -> None:
        self._connection.close()
        self._connection = self._reader.connect()

    def _transmit(self, command: bytes) -> bytes:
        try:
            return self._connection.transmit(command)
        except ShortAnswerError as error:
            return error.answer
        except ReaderUnavailableError:
            raise
        except TransportError:
            return b""


def _listen(port: int) -> socket.socket:
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((_HOST, port))
        server.listen()
    except OSError as error:
        server.close()
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise ReaderSetupError(
                "port_taken",
                f"Port {port} on {_HOST} cannot be used: {error.strerror}.",
                "Choose another port, or 0 to get a free one.",
            ) from error
        raise
    return server
