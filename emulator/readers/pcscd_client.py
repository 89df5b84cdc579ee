"""Asks a pcscd which readers it has and what is in them, over its own socket.

pcsc-lite's library would do, but it reads `PCSCLITE_CSOCK_NAME` once per process, so one process could not look after
two daemons; it has no time-out; and it needs pyscard, which pip must compile. Two messages of its protocol suffice:
CMD_VERSION and CMD_GET_READERS_STATE, protocol 4, as pcsc-lite 1.9 to 2.3 speak it (observed).
"""

from __future__ import annotations

import getpass
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
_TIMEOUT_S = 10.0  # a busy machine takes its time


class PcscdError(Exception):
    """pcscd is not there, or does not speak the protocol we know."""


class PcscdRefusedError(PcscdError):
    """pcscd runs, and does not let this user in: by the rights of its socket, or by a polkit rule.

    Attributes:
        next_step: what the machine's administrator can do.
    """

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.next_step = next_step


class _ClosedError(PcscdError):
    """The daemon hung up."""


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
        PcscdRefusedError: a pcscd is there, and does not let this user in.
        PcscdError: nothing answers there, or something else than pcscd does.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        if not hasattr(socket, "AF_UNIX"):  # on Windows, whose own PC/SC service is none of ours to ask
            raise PcscdError(f"{path}: this system has no pcscd") from FileNotFoundError(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(_TIMEOUT_S)
            self._socket.connect(os.fspath(path))
            self._agree_on_version(path)
        except PermissionError as error:
            self.close()
            raise PcscdRefusedError(
                f"{path} may not be opened by this user ({error.strerror})",
                f"Add this user to the group that `ls -l {path}` shows, or run: sudo chmod a+rw {path}",
            ) from error
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

    def _agree_on_version(self, path: str | os.PathLike[str]) -> None:
        body = _VERSION_BODY.pack(*_VERSION, 0)
        try:
            self._socket.sendall(_HEADER.pack(len(body), _CMD_VERSION) + body)
            answer = self._receive(_VERSION_BODY.size)
        except (_ClosedError, ConnectionError) as error:
            # A daemon built with polkit asks it before it reads anything, and hangs up on whom polkit refuses.
            raise PcscdRefusedError(
                f"the pcscd at {path} hung up, as it does on users that polkit refuses", _allow()
            ) from error
        major, minor, result = _VERSION_BODY.unpack(answer)
        if major != _VERSION[0] or result != 0:
            raise PcscdError(f"pcscd speaks version {major}.{minor} of its protocol, not {_VERSION[0]}.{_VERSION[1]}")

    def _receive(self, count: int) -> bytes:
        received = bytearray()
        while len(received) < count:
            piece = self._socket.recv(count - len(received))
            if not piece:
                raise _ClosedError("pcscd closed the connection")
            received += piece
        return bytes(received)


def default_socket() -> str:
    """Where this process's programs find pcscd: `PCSCLITE_CSOCK_NAME`, or Debian's path."""
    return os.environ.get("PCSCLITE_CSOCK_NAME") or str(DEFAULT_SOCKET)


def _allow() -> str:
    """The command that lets this user in. The two actions are pcsc-lite's: to use the daemon, and to use a card."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in a container
        return f"Let the user {os.getuid()} in by a rule below /etc/polkit-1/rules.d, which asks for a name: give that user one first"
    rule = (
        'polkit.addRule(function(action, subject) { if (action.id.indexOf("org.debian.pcsc-lite.access_") == 0 && '
        f'subject.user == "{user}") return polkit.Result.YES; }});'
    )
    return f"Let this user in: echo '{rule}' | sudo tee /etc/polkit-1/rules.d/50-pcscd-{user}.rules"
