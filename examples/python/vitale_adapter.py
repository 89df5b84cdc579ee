"""Connects a card reader written in Python to vitale-testbed. One file to copy, no dependency.

    from vitale_adapter import Refusal, serve

    def read(request):                  # the message of docs/adapters.md, a dict
        ...                             # read request["vitale"], and raise Refusal(code, message) to say no
        return card_object              # the object of docs/card-object.md, a dict

    serve({"name": "My reader", "version": "1.0", "capabilities": []}, read)

`serve` is the whole adapter. `CardReader` is for programs that have no reader of their own for a test: behind a socket, or with
pyscard in a PC/SC slot. Written from the documentation alone (docs/adapters.md).
"""

from __future__ import annotations

import json
import re
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any, Protocol

PATIENCE_S = 10.0
"""Seconds a reader behind a socket has for one answer."""

DETOURS = 300
"""Times a card may ask for a command again, or promise more, before it is given up: 256 bytes may come one at a time."""


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """What the user must be told; the codes are those of docs/codes.md."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


# ---- The messages: one JSON object a line in, one out. Nothing else may go to stdout; stderr is free. -----------------------


def serve(product: dict[str, Any], read: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer until the run is over.

    Args:
        product: The answer to `describe`.
        read: Gets the message of a reading and returns its card object, or raises `Refusal`.
    """
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # what a program prints must not get between the answers
    for line in sys.stdin.buffer:
        message = _parse(line)
        if message.get("cmd") == "stop":
            return
        answers.write(json.dumps(_reply(message, product, read), ensure_ascii=False).encode() + b"\n")
        answers.flush()


def _parse(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _reply(message: dict[str, Any], product: dict[str, Any], read: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    if message.get("cmd") == "describe":
        return product
    if message.get("cmd") != "read":
        return {"error": {"code": "unknown_command", "message": f"no such command: {message.get('cmd')}"}}
    try:
        return {"id": message["id"], "card": read(message), "exports": {}}
    except Refusal as refusal:
        return {"id": message["id"], "error": {"code": refusal.code, "message": str(refusal)}}
    except Exception as error:  # noqa: BLE001 - a bug of ours: the report keeps the end of stderr
        traceback.print_exc()
        return {"id": message["id"], "error": {"code": "internal_error", "message": str(error)}}


# ---- The card reader. -------------------------------------------------------------------------------------------------------


class _Way(Protocol):
    def power_on(self) -> bytes: ...
    def atr(self) -> bytes: ...
    def exchange(self, command: bytes) -> bytes: ...
    def close(self) -> None: ...


class CardReader:
    """A reader `socket:HOST:PORT` or `pcsc:NAME`. A context manager.

    Args:
        address: What the message of a reading says in `vitale` or `cps`.
        slot: `vitale` or `cps`: whose codes it refuses with.
    """

    def __init__(self, address: str, slot: str = "vitale") -> None:
        kind, _, name = address.partition(":")
        if kind not in {"socket", "pcsc"}:
            raise Refusal("reader_unavailable", f"no such kind of reader: {address}")
        self.told: int | None = None  # how many bytes 6Cxx said are left, where the last answer came after one
        self._slot = slot
        self._way: _Way = _Socket(name) if kind == "socket" else _Pcsc(name)

    def power_on(self) -> bytes:
        """Switch the card on, which forgets what was selected and opened before; the ATR, empty when there is no card."""
        return self._way.power_on()

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Send a command; its answer without the detours of T=0, and the status word."""
        data = b""
        self.told = None
        for _ in range(DETOURS):
            response = self._way.exchange(command)
            if len(response) < 2:
                if not self._way.atr():
                    raise Refusal(f"{self._slot}_removed", "The card was taken out.")
                break
            data += response[:-2]  # an answer may come in pieces
            if response[-2] == 0x6C:  # wrong Le: the second byte is the right one
                command = command[:-1] + response[-1:]
                self.told = response[-1]
            elif response[-2] == 0x61:  # so many bytes wait: GET RESPONSE
                command = bytes([0x00, 0xC0, 0x00, 0x00, response[-1]])
            else:
                return data, int.from_bytes(response[-2:], "big")
        raise Refusal(f"{self._slot}_mute", "The card does not answer.")

    def close(self) -> None:
        """Leave the reader."""
        self._way.close()

    def __enter__(self) -> CardReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Socket:
    """A message is a length (2 bytes, big-endian) and that many bytes, both ways."""

    def __init__(self, name: str) -> None:
        where = re.fullmatch(r"(.+):(\d+)", name)
        if not where:
            raise Refusal("reader_unavailable", f"no such reader: socket:{name}")
        try:
            self._socket = socket.create_connection((where[1], int(where[2])), PATIENCE_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise Refusal("reader_unavailable", f"the card reader: {error}") from error

    def power_on(self) -> bytes:
        self._send(b"\x01")
        return self.atr()

    def atr(self) -> bytes:
        self._send(b"\x04")
        return self._receive()

    def exchange(self, command: bytes) -> bytes:
        self._send(command)
        return self._receive()

    def close(self) -> None:
        self._socket.close()  # which is power off

    def _send(self, message: bytes) -> None:
        try:
            self._socket.sendall(len(message).to_bytes(2, "big") + message)
        except OSError as error:
            raise Refusal("reader_unavailable", f"the card reader: {error}") from error

    def _receive(self) -> bytes:
        return self._take(int.from_bytes(self._take(2), "big"))

    def _take(self, count: int) -> bytes:
        """Exactly `count` bytes: TCP may deliver a message in several pieces."""
        taken = b""
        while len(taken) < count:
            try:
                piece = self._socket.recv(count - len(taken))
            except OSError as error:
                raise Refusal("reader_unavailable", f"the card reader: {error}") from error
            if not piece:
                raise Refusal("reader_unavailable", "the card reader closed the connection")
            taken += piece
        return taken


class _Pcsc:
    """A slot of the system's PC/SC service, by pyscard (`pip install pyscard`)."""

    def __init__(self, name: str) -> None:
        from smartcard.System import readers  # noqa: PLC0415 - only those who have PC/SC need it

        found = [reader for reader in readers() if str(reader) == name]
        if not found:
            raise Refusal("reader_unavailable", f"PC/SC has no reader {name!r}")
        self._connection = found[0].createConnection()

    def power_on(self) -> bytes:
        from smartcard.Exceptions import CardConnectionException, NoCardException  # noqa: PLC0415 - same

        try:
            self._connection.connect()
        except (NoCardException, CardConnectionException):
            return b""
        return bytes(self._connection.getATR())

    def atr(self) -> bytes:
        self._connection.disconnect()
        return self.power_on()

    def exchange(self, command: bytes) -> bytes:
        from smartcard.Exceptions import CardConnectionException  # noqa: PLC0415 - same

        try:
            data, sw1, sw2 = self._connection.transmit(list(command))
        except CardConnectionException:
            return b""
        return bytes([*data, sw1, sw2])

    def close(self) -> None:
        self._connection.disconnect()
