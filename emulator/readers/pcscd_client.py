"""Asks a pcscd which readers it has and what is in them, over its own socket.

pcsc-lite's library would do, but it reads `PCSCLITE_CSOCK_NAME` once per process, so one process could not look after
two daemons; it has no time-out; and it needs pyscard, which pip must compile. Two messages of its protocol suffice:
CMD_VERSION and CMD_GET_READERS_STATE, protocol 4, as pcsc-lite 1.9 to 2.3 speak it (observed).
"""

from __future__ import annotations

import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

DEFAULT_SOCKET = Path("/run/pcscd/pcscd.comm")
"""Where programs look for pcscd when `PCSCLITE_CSOCK_NAME` is not set (Debian)."""

_CMD_VERSION = 0x11
_CMD_GET_READERS_STATE = 0x12
_VERSION = (4, 4)
_HEADER = struct.Struct("=II")  # size of what follows, command
_VERSION_BODY = struct.Struct("=iiI")  # major, minor, result
_STATE = struct.Struct("=128sIIi33s3xII")  # name, events, state, sharing, ATR, its length, protocol
_MAX_READERS = 16
_PRESENT = 0x0004
_TIMEOUT_S = 2.0


class PcscdError(Exception):
    """pcscd is not there, or does not speak the protocol we know."""


@dataclass(frozen=True, slots=True)
class ReaderState:
    """One reader, as pcscd sees it.

    Attributes:
        name: its PC/SC name.
        present: whether a card is in it.
        atr: that card's answer to reset; empty while it is not powered yet.
        events: how often a card came or went.
    """

    name: str
    present: bool
    atr: bytes
    events: int


class PcscdClient:
    """One connection to a pcscd. A context manager.

    Args:
        path: the daemon's socket.

    Raises:
        PcscdError: nothing answers there, or something else than pcscd does.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(_TIMEOUT_S)
            self._socket.connect(os.fspath(path))
            self._agree_on_version()
        except OSError as error:
            self.close()
            raise PcscdError(f"{path}: {error.strerror or error}") from error
        except PcscdError:
            self.close()
            raise

    def states(self) -> tuple[ReaderState, ...]:
        """Every reader, in the order that programs list them.

        Raises:
            PcscdError: the daemon has gone.
        """
        try:
            self._socket.sendall(_HEADER.pack(0, _CMD_GET_READERS_STATE))
            raw = self._receive(_STATE.size * _MAX_READERS)
        except OSError as error:
            raise PcscdError(f"pcscd does not answer: {error}") from error
        return tuple(
            ReaderState(name.rstrip(b"\0").decode(errors="replace"), bool(state & _PRESENT), atr[:length], events)
            for name, events, state, _, atr, length, _ in _STATE.iter_unpack(raw)
            if name[0]
        )

    def close(self) -> None:
        """Leave the daemon."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def _agree_on_version(self) -> None:
        body = _VERSION_BODY.pack(*_VERSION, 0)
        self._socket.sendall(_HEADER.pack(len(body), _CMD_VERSION) + body)
        major, minor, result = _VERSION_BODY.unpack(self._receive(_VERSION_BODY.size))
        if major != _VERSION[0] or result != 0:
            raise PcscdError(f"pcscd speaks version {major}.{minor} of its protocol, not {_VERSION[0]}.{_VERSION[1]}")

    def _receive(self, count: int) -> bytes:
        received = bytearray()
        while len(received) < count:
            piece = self._socket.recv(count - len(received))
            if not piece:
                raise PcscdError("pcscd closed the connection")
            received += piece
        return bytes(received)


def default_socket() -> str:
    """Where this process's programs find pcscd: `PCSCLITE_CSOCK_NAME`, or Debian's path."""
    return os.environ.get("PCSCLITE_CSOCK_NAME") or str(DEFAULT_SOCKET)
