"""A reader for programs without PC/SC: a TCP server on this machine that any language can talk to in twenty lines.

The protocol is in docs and in DESIGN: connect, then messages of `emulator.readers.framing` with the program asking.
Controls 0 (power off), 1 (power on) and 2 (reset) get no answer; 4 gets the ATR; a command APDU gets the response
APDU. An answer of length 0 means: no card, or a mute one. A closed connection means: the reader is gone.
"""

from __future__ import annotations

import contextlib
import errno
import socket
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from emulator.readers import framing
from emulator.readers.errors import ReaderSetupError
from emulator.readers.framing import Control
from emulator.readers.inprocess import InProcessReader
from reader_core.iso7816.connection import Card, Connection, TransportError

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

    def _start(self, target: object, *args: object) -> None:
        raise NotImplementedError

    def _accept(self) -> None:
        raise NotImplementedError


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
