"""The ways to the same card, each a function from a command APDU to its answer, for as long as the context lasts."""

import os
import socket
import struct
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from threading import Thread

from emulator.image import build_card, load_image
from emulator.readers import InProcessReader, PrivatePcscd
from reader_core.iso7816 import Card

Transmit = Callable[[bytes], bytes]


def _receive(peer: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        more = peer.recv(size - len(got))
        if not more:
            raise EOFError
        got += more
    return got


def _serve(server: socket.socket, card: Card) -> None:
    peer, _ = server.accept()
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with peer, suppress(EOFError, OSError):
        while True:
            answer = card.transmit(_receive(peer, struct.unpack(">H", _receive(peer, 2))[0]))
            peer.sendall(struct.pack(">H", len(answer)) + answer)


def new_card() -> Card:
    """A powered `specimen`."""
    card = build_card(load_image("specimen"))
    card.power_on()
    return card


@contextmanager
def in_process() -> Generator[Transmit]:
    """Bytes in, bytes out, in this process, through a reader."""
    connection = InProcessReader("bench", build_card(load_image("specimen"))).connect()
    connection.power_on()
    yield connection.transmit
    connection.close()


@contextmanager
def bare_tcp() -> Generator[Transmit]:
    """The floor of every path that leaves the process: a length, the bytes, one thread, no reader."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_serve, args=(server, new_card()), daemon=True).start()
        with socket.create_connection(server.getsockname()) as peer:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            def transmit(command: bytes) -> bytes:
                peer.sendall(struct.pack(">H", len(command)) + command)
                return _receive(peer, struct.unpack(">H", _receive(peer, 2))[0])

            yield transmit


@contextmanager
def pcsc() -> Generator[Transmit]:
    """A pyscard program, pcscd, vpcd, and the card in this process. libpcsclite looks for its daemon once per process."""
    with PrivatePcscd([build_card(load_image("specimen"))]) as daemon:
        os.environ.update(daemon.environment)
        with connected(daemon.slots[0].name) as transmit:
            yield transmit


@contextmanager
def connected(name: str, patience: float = 0.0) -> Generator[Transmit]:
    """A pyscard connection to the card in the reader of this name, which may take some seconds to come."""
    from smartcard.Exceptions import CardConnectionException, NoCardException  # noqa: PLC0415  # as below
    from smartcard.System import readers  # noqa: PLC0415  # looks at the variable when it is imported

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

    def transmit(command: bytes) -> bytes:
        data, sw1, sw2 = connection.transmit(list(command))
        return bytes([*data, sw1, sw2])

    yield transmit
    connection.disconnect()
    connection.release()
