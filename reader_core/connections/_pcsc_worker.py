"""The process that talks to PC/SC: started by path, one for each connection, and killed when a card hangs.

`SCardTransmit` has no time-out and cannot be cancelled, so it must not be called where waiting for ever matters. This
process makes one PC/SC call for each request, and judges nothing: it gives back the result code.

Request, on standard input: 1 byte operation, 4 bytes length, payload. Answer, on standard output: 4 bytes result code,
4 bytes length, payload. The process ends with its standard input, even in the middle of a call that hangs.

It imports nothing of this project: it is run as a file, so that no folder of the user's can stand before ours.
"""

from __future__ import annotations

import importlib
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from importlib.machinery import PathFinder
from types import ModuleType
from typing import BinaryIO, Protocol, cast

SUCCESS = 0
PYSCARD_MISSING = 0x20000001  # "customer" result codes: no PC/SC result has bit 29 set
WORKER_FAILED = 0x20000002
_T1 = 2


class Scard(Protocol):
    """What is used of `smartcard.scard`, which has no type information."""

    SCARD_SCOPE_USER: int
    SCARD_SHARE_SHARED: int
    SCARD_PROTOCOL_T0: int
    SCARD_PROTOCOL_T1: int
    SCARD_LEAVE_CARD: int
    SCARD_RESET_CARD: int
    SCARD_UNPOWER_CARD: int
    SCARD_STATE_UNAWARE: int
    SCARD_PCI_T0: int
    SCARD_PCI_T1: int

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]: ...  # noqa: N802 -- pyscard's name
    def SCardListReaders(self, context: int, groups: list[str]) -> tuple[int, list[str]]: ...  # noqa: N802 -- same
    def SCardConnect(self, context: int, name: str, share: int, protocols: int) -> tuple[int, int, int]: ...  # noqa: N802 -- same
    def SCardReconnect(self, card: int, share: int, protocols: int, how: int) -> tuple[int, int]: ...  # noqa: N802 -- same
    def SCardDisconnect(self, card: int, how: int) -> int: ...  # noqa: N802 -- same
    def SCardBeginTransaction(self, card: int) -> int: ...  # noqa: N802 -- same
    def SCardEndTransaction(self, card: int, how: int) -> int: ...  # noqa: N802 -- same
    def SCardStatus(self, card: int) -> tuple[int, str, int, int, list[int]]: ...  # noqa: N802 -- same
    def SCardTransmit(self, card: int, pci: int, command: list[int]) -> tuple[int, list[int]]: ...  # noqa: N802 -- same
    def SCardGetStatusChange(  # noqa: N802 -- same
        self, context: int, wait_ms: int, states: list[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]: ...


class PcscError(Exception):
    """A PC/SC call gave something else than success."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code & 0xFFFFFFFF


class Worker:
    """One card in one reader, through PC/SC calls."""

    def __init__(self, scard: Scard) -> None:
        self._scard = scard
        self._context: int | None = None
        self._card: int | None = None
        self._protocol = 0
        self.operations: dict[bytes, Callable[[bytes], bytes]] = {
            b"L": self.list_readers,
            b"C": self.connect,
            b"B": self.begin,
            b"U": lambda _: self._restart(scard.SCARD_UNPOWER_CARD),
            b"R": lambda _: self._restart(scard.SCARD_RESET_CARD),
            b"T": self.transmit,
            b"S": self.state,
            b"D": self.disconnect,
        }

    def list_readers(self, _: bytes) -> bytes:
        """Names of all readers, one a line."""
        code, names = self._scard.SCardListReaders(self._established(), [])
        _check(code)
        return "\n".join(names).encode()

    def connect(self, name: bytes) -> bytes:
        """Connect to the card in a reader, sharing it until `begin`."""
        protocols = self._scard.SCARD_PROTOCOL_T0 | self._scard.SCARD_PROTOCOL_T1
        code, card, self._protocol = self._scard.SCardConnect(
            self._established(), name.decode(), self._scard.SCARD_SHARE_SHARED, protocols
        )
        _check(code)
        self._card = card
        return b""

    def begin(self, _: bytes) -> bytes:
        """Wait until no other program uses the card, then keep it to ourselves."""
        _check(self._scard.SCardBeginTransaction(self._connected()))
        return b""

    def transmit(self, command: bytes) -> bytes:
        """Send a command and give the answer, however short."""
        pci = self._scard.SCARD_PCI_T1 if self._protocol == _T1 else self._scard.SCARD_PCI_T0
        code, answer = self._scard.SCardTransmit(self._connected(), pci, list(command))
        _check(code)
        return bytes(answer)

    def state(self, name: bytes) -> bytes:
        """The state word of a reader now, 4 bytes."""
        states = [(name.decode(), self._scard.SCARD_STATE_UNAWARE)]
        code, found = self._scard.SCardGetStatusChange(self._established(), 0, states)
        _check(code)
        return (found[0][1] & 0xFFFFFFFF).to_bytes(4, "big")

    def disconnect(self, _: bytes) -> bytes:
        """Leave the card reset, so that nothing that was verified stays verified."""
        if self._card is not None:
            card, self._card = self._card, None
            self._scard.SCardEndTransaction(card, self._scard.SCARD_LEAVE_CARD)
            self._scard.SCardDisconnect(card, self._scard.SCARD_RESET_CARD)
        return b""

    def _restart(self, how: int) -> bytes:
        """Reset the card, warm or cold; the protocol number, then the ATR."""
        protocols = self._scard.SCARD_PROTOCOL_T0 | self._scard.SCARD_PROTOCOL_T1
        share = self._scard.SCARD_SHARE_SHARED
        code, self._protocol = self._scard.SCardReconnect(self._connected(), share, protocols, how)
        _check(code)
        code, _, _, _, atr = self._scard.SCardStatus(self._connected())
        _check(code)
        return bytes((1 if self._protocol == _T1 else 0, *atr))

    def _established(self) -> int:
        if self._context is None:
            code, context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
            _check(code)
            self._context = context
        return self._context

    def _connected(self) -> int:
        if self._card is None:
            raise PcscError(0x80100003)  # SCARD_E_INVALID_HANDLE
        return self._card


def _check(code: int) -> None:
    if code != SUCCESS:
        raise PcscError(code)


def answer(worker: Worker | None, operation: bytes, payload: bytes) -> tuple[int, bytes]:
    """Do one request; never raises, since the other side waits for an answer."""
    if worker is None:
        return PYSCARD_MISSING, b""
    try:
        return SUCCESS, worker.operations[operation](payload)
    except PcscError as error:
        return error.code, b""
    except Exception as error:  # noqa: BLE001 -- whatever pyscard raises is the other side's to report
        return WORKER_FAILED, f"{type(error).__name__}: {error}".encode()


def _read_requests(source: BinaryIO, requests: queue.SimpleQueue[tuple[bytes, bytes]]) -> None:
    """Pass requests on until standard input ends, then end the process, whatever it is waiting for."""
    while len(head := source.read(5)) == 5:
        requests.put((head[:1], source.read(int.from_bytes(head[1:], "big"))))
    os._exit(0)


def _scard() -> Scard:
    """Import pyscard's calls without its package, whose own imports take a fifth of the time that this process starts in.

    Raises:
        ImportError: pyscard is missing.
    """
    if found := PathFinder.find_spec("smartcard"):
        package = ModuleType("smartcard")
        package.__path__ = list(found.submodule_search_locations or ())
        sys.modules["smartcard"] = package
    return cast("Scard", importlib.import_module("smartcard.scard"))


def main() -> None:
    """Serve requests until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program that started us; it closes our input
    try:
        worker = Worker(_scard())
    except ImportError:
        worker = None
    requests: queue.SimpleQueue[tuple[bytes, bytes]] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=(sys.stdin.buffer, requests), daemon=True).start()
    while True:
        code, payload = answer(worker, *requests.get())
        sys.stdout.buffer.write(code.to_bytes(4, "big") + len(payload).to_bytes(4, "big") + payload)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
