"""The reader process of libapilec, started by the library (`spawn` in `c/process.c`), never by hand.

Its standard input is its end of a socket pair; `c/process.h` has the protocol. It ends with the other end of that socket or
with the process that started it, even in the middle of a reading.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

from reader_core.formats.gate import AccessRefusedError
from reader_core.formats.registry import FORMATS
from vitale_testbed.apilec.codes import Code, LibraryError, State, code_of
from vitale_testbed.apilec.desk import Desk
from vitale_testbed.apilec.ini import load_settings

_MAX_MESSAGE = 4096
_LOOK_MS = 500


class Server:
    """Answers the library's questions.

    Args:
        connection: leads to the library.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._desk: Desk | None = None
        self._operations: dict[bytes, Callable[[bytes], bytes]] = {b"I": self._initialise, b"R": self._read}

    def serve(self) -> None:
        """Answer until the library closes the connection."""
        while len(head := self._receive(5)) == 5:
            length = int.from_bytes(head[1:])
            if len(payload := self._receive(length)) < length:
                return
            self._connection.sendall(self._answer(head[:1], payload))

    def _answer(self, operation: bytes, payload: bytes) -> bytes:
        try:
            return self._operations[operation](payload)
        except LibraryError as error:
            return encode(error.code, error.state, error.message)
        except Exception as error:  # noqa: BLE001  # the library waits for an answer, whatever happens
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(last.filename).name}:{last.lineno}"
            return encode(
                Code.INTERNAL_ERROR, State.NOT_READ, f"A fault of ours at {where}: {type(error).__name__}: {error}"
            )

    def _initialise(self, payload: bytes) -> bytes:
        self._desk = Desk(load_settings(Path(os.fsdecode(payload))))
        _silence_errors()
        return encode(Code.OK, State.ABSENT)

    def _read(self, payload: bytes) -> bytes:
        if self._desk is None:
            return encode(Code.NOT_INITIALISED, State.ABSENT)
        outcome = self._desk.read(int.from_bytes(payload))
        try:
            document = FORMATS["xml"].dumps(outcome.reading)
        except AccessRefusedError as error:
            message = f"{error.message} {error.next_step}"
            raise LibraryError(code_of(error.refusal.code), message, State.NOT_READ) from error
        return encode(Code.OK, outcome.state, outcome.message, document)

    def _receive(self, count: int) -> bytes:
        received = b""
        while len(received) < count and (piece := self._connection.recv(count - len(received))):
            received += piece
        return received


def encode(code: int, state: int, message: str = "", data: bytes = b"") -> bytes:
    """Make an answer of `c/process.h`."""
    words = message.encode()[:_MAX_MESSAGE].decode(errors="ignore").encode()
    return struct.pack(f">HhI{len(words)}sI", code, state, len(words), words, len(data)) + data


def _silence_errors() -> None:
    """From here on nobody reads our standard error: the library closes its end."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)


def _follow(connection: socket.socket) -> None:
    """End this process at once when the other end of the connection, or the process that started us, is gone."""
    parent = os.getppid()
    poll = select.poll()
    poll.register(connection, 0)
    while True:
        if poll.poll(_LOOK_MS) or os.getppid() != parent:
            os._exit(0)


def main() -> None:
    """Serve the connection that is standard input."""
    with socket.socket(fileno=os.dup(0)) as connection:
        threading.Thread(target=_follow, args=(connection,), daemon=True).start()
        Server(connection).serve()
