"""The ways to the same card, each a function from a command APDU to its answer, for as long as the context lasts.

But for the first one, the card is in another process than the program that asks.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from emulator.image import build_card, load_image
from emulator.readers import InProcessReader

Transmit = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Elsewhere:
    """Cards in another process.

    Attributes:
        processes: that process, and the pcscd it started.
        port: where one program is answered over TCP.
        environment: what a PC/SC program needs.
        readers: names of the PC/SC readers.
        ports: where vpcd waits for the cards of these.
    """

    processes: list[int]
    port: int = 0
    environment: dict[str, str] = field(default_factory=dict[str, str])
    readers: list[str] = field(default_factory=list[str])
    ports: list[int] = field(default_factory=list[int])


@contextmanager
def cards_elsewhere(*arguments: str) -> Generator[Elsewhere]:
    """Start `benchmarks.card_process`. libpcsclite looks for its daemon once per process: one of these with PC/SC is enough."""
    command = [sys.executable, "-m", "benchmarks.card_process", *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            sys.exit("the process that holds the cards ended: nothing is measured")
        found = Elsewhere(**json.loads(line))
        os.environ.update(found.environment)
        try:
            yield found
        finally:
            if process.stdin:
                process.stdin.close()


@contextmanager
def in_process() -> Generator[Transmit]:
    """Bytes in, bytes out, in this process, through a reader."""
    connection = InProcessReader("bench", build_card(load_image("specimen"))).connect()
    connection.power_on()
    yield connection.transmit
    connection.close()


@contextmanager
def bare_tcp(port: int) -> Generator[Transmit]:
    """The floor of every path that leaves the process: a length, the bytes, one receive."""
    with socket.create_connection(("127.0.0.1", port)) as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def transmit(command: bytes) -> bytes:
            peer.sendall(len(command).to_bytes(2) + command)
            return peer.recv(0x10000)[2:]

        yield transmit


@contextmanager
def pyscard(name: str, patience: float = 0.0) -> Generator[Transmit]:
    """A pyscard connection to the card in the reader of this name, which may take some seconds to come."""
    with _connection(name, patience) as connection:

        def transmit(command: bytes) -> bytes:
            data, sw1, sw2 = connection.transmit(list(command))
            return bytes([*data, sw1, sw2])

        yield transmit


@contextmanager
def pcsc(name: str, patience: float = 0.0) -> Generator[Transmit]:
    """The same, by PC/SC's own call: SCardTransmit."""
    from smartcard import scard  # noqa: PLC0415  # as below

    with _connection(name, patience) as connection:
        handle = connection.component.hcard
        pci = scard.SCARD_PCI_T1 if connection.getProtocol() == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0

        def transmit(command: bytes) -> bytes:
            code, answer = scard.SCardTransmit(handle, pci, list(command))
            if code != scard.SCARD_S_SUCCESS:
                sys.exit(f"SCardTransmit gave {code & 0xFFFFFFFF:08X}: nothing is measured")
            return bytes(answer)

        yield transmit


@contextmanager
def _connection(name: str, patience: float) -> Generator:
    from smartcard.Exceptions import CardConnectionException, NoCardException  # noqa: PLC0415  # as below
    from smartcard.System import readers  # noqa: PLC0415  # looks at the environment when it is imported

    connection = next(each for each in readers() if each.name == name).createConnection()
    until = time.monotonic() + patience
    while True:
        try:
            connection.connect()
            break
        except (NoCardException, CardConnectionException):
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
    yield connection
    connection.disconnect()
    connection.release()


def place(processes: Iterable[int], cpus: set[int]) -> None:
    """Put all threads of these processes on these processors."""
    for process in processes:
        for thread in Path(f"/proc/{process}/task").iterdir():
            with suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread.name), cpus)
