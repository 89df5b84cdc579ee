"""The program's side of the socket reader, against servers that behave, and servers that do not."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from waiting import limit

from reader_core.connections import Presence, SocketConnection, open_connection
from reader_core.iso7816 import (
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    ReaderUnavailableError,
    ShortAnswerError,
)

ATR = bytes.fromhex("3B751300004509EA9000")
SELECT = bytes.fromhex("00A4000C023F00")
Serve = Callable[[socket.socket], None]


def receive(client: socket.socket) -> bytes:
    """One message, framed as docs/adapters.md says; written here again, so that both sides cannot err alike."""
    head = client.recv(1) + client.recv(1)
    if len(head) < 2:
        raise EOFError
    body = b""
    while len(body) < head[0] * 256 + head[1]:
        body += client.recv(head[0] * 256 + head[1] - len(body))
    return body


def send(client: socket.socket, payload: bytes) -> None:
    client.sendall(bytes((len(payload) // 256, len(payload) % 256)) + payload)


class Server:
    """Serves each connection with the function given, and keeps the messages `answering` saw."""

    def __init__(self, serve: Serve) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._serve = serve
        self._clients: list[socket.socket] = []
        self.spec = f"socket:127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                self._clients.append(client)
                threading.Thread(target=self._run, args=(client,), daemon=True).start()

    def _run(self, client: socket.socket) -> None:
        with suppress(OSError, EOFError):
            self._serve(client)

    def stop(self) -> None:
        for one in (self._socket, *self._clients):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Serve], str]]:
    servers: list[Server] = []

    def start(behaviour: Serve) -> str:
        servers.append(Server(behaviour))
        return servers[-1].spec

    yield start
    for server in servers:
        server.stop()


class Slot:
    """A slot that answers from its fields, and keeps what it was told."""

    def __init__(self, atr: bytes = ATR, answer: Callable[[bytes], bytes] = lambda _: b"\x90\x00") -> None:
        self.atr = atr
        self.answer = answer
        self.told: list[bytes] = []

    def __call__(self, client: socket.socket) -> None:
        while True:
            message = receive(client)
            self.told.append(message)
            if message == b"\x04":
                send(client, self.atr)
            elif len(message) > 1:
                send(client, self.answer(message))


def test_the_controls_are_those_of_the_protocol(serve: Callable[[Serve], str]) -> None:
    slot = Slot()
    connection = open_connection(serve(slot))
    assert connection.power_on() == ATR
    assert connection.transmit(SELECT) == b"\x90\x00"
    assert connection.reset() == ATR
    assert connection.power_on() == ATR
    connection.close()
    assert slot.told == [b"\x01", b"\x04", SELECT, b"\x02", b"\x04", b"\x00", b"\x01", b"\x04"]


def test_a_look_at_the_slot_gives_it_no_power(serve: Callable[[Serve], str]) -> None:
    slot = Slot()
    connection = open_connection(serve(slot))
    assert connection.presence() == Presence(present=True, mark=ATR)
    slot.atr = b""
    assert connection.presence() == Presence(present=False, mark=b"")
    assert slot.told == [b"\x04", b"\x04"]
    connection.close()
    with pytest.raises(ReaderUnavailableError):
        connection.presence()


def test_a_slot_that_cannot_be_looked_at(serve: Callable[[Serve], str]) -> None:
    def silent(client: socket.socket) -> None:
        receive(client)
        time.sleep(60)

    with pytest.raises(ReaderUnavailableError, match="no answer"):
        open_connection(serve(silent), 0.1).presence()
    with pytest.raises(ReaderUnavailableError):
        open_connection("socket:127.0.0.1:1").presence()


@pytest.mark.parametrize("length", [2, 256, 65535])
def test_messages_of_any_length_that_fits_pass_whole(serve: Callable[[Serve], str], length: int) -> None:
    data = bytes(index % 251 for index in range(length))
    connection = open_connection(serve(Slot(answer=lambda command: command)))
    connection.power_on()
    assert connection.transmit(data) == data
    connection.close()


@pytest.mark.parametrize("length", [0, 1, 65536])
def test_what_has_no_form_on_the_wire_is_refused(serve: Callable[[Serve], str], length: int) -> None:
    connection = open_connection(serve(Slot()))
    connection.power_on()
    with pytest.raises(ValueError, match="2 to 65535 bytes"):
        connection.transmit(bytes(length))
    connection.close()


def test_answers_may_come_in_pieces(serve: Callable[[Serve], str]) -> None:
    def drip(client: socket.socket) -> None:
        while True:
            message = receive(client)
            if message in {b"\x00", b"\x01", b"\x02"}:
                continue
            payload = ATR if message == b"\x04" else b"\x01\x02\x90\x00"
            for byte in bytes((0, len(payload))) + payload:
                client.sendall(bytes((byte,)))
                time.sleep(0.001)

    connection = open_connection(serve(drip))
    assert connection.power_on() == ATR
    assert connection.transmit(SELECT) == b"\x01\x02\x90\x00"
    connection.close()


def test_no_atr_means_no_card(serve: Callable[[Serve], str]) -> None:
    slot = Slot(atr=b"")
    connection = open_connection(serve(slot))
    with pytest.raises(CardAbsentError):
        connection.power_on()
    slot.atr = ATR
    assert connection.power_on() == ATR, "the card came since"
    connection.close()


@pytest.mark.parametrize(
    ("atr", "error", "detail"),
    [
        (ATR, CardMuteError, "empty answer"),
        (b"", CardRemovedError, "the card was removed"),
        (bytes.fromhex("3B751300004609EA9000"), CardRemovedError, "another card"),
    ],
)
def test_an_empty_answer_is_told_apart_by_the_atr_and_ends_the_session(
    serve: Callable[[Serve], str], atr: bytes, error: type[Exception], detail: str
) -> None:
    slot = Slot(answer=lambda _: b"")
    connection = open_connection(serve(slot))
    connection.power_on()
    slot.atr = atr
    with pytest.raises(error, match=detail):
        connection.transmit(SELECT)
    with pytest.raises(CardAbsentError, match="no card was powered"):
        connection.transmit(SELECT)
    connection.close()


def test_a_card_gone_at_reset_was_removed(serve: Callable[[Serve], str]) -> None:
    slot = Slot()
    connection = open_connection(serve(slot))
    connection.power_on()
    slot.atr = b""
    with pytest.raises(CardRemovedError):
        connection.reset()
    connection.close()


def test_one_byte_is_a_short_answer(serve: Callable[[Serve], str]) -> None:
    connection = open_connection(serve(Slot(answer=lambda _: b"\x90")))
    connection.power_on()
    with pytest.raises(ShortAnswerError) as caught:
        connection.transmit(SELECT)
    assert caught.value.answer == b"\x90"
    connection.close()


def test_a_late_answer_is_never_taken_for_the_next_one(serve: Callable[[Serve], str]) -> None:
    go_on = threading.Event()
    slow = Slot(answer=lambda command: (command[1] == 0xB0 and go_on.wait(60) and b"late\x90\x00") or b"\x90\x00")
    connection = open_connection(serve(slow), timeout_s=30)
    connection.power_on()
    limit(connection, 0.1)
    with pytest.raises(CardMuteError, match=r"no answer in 0\.1 s"):
        connection.transmit(bytes.fromhex("00B0000000"))
    go_on.set()
    limit(connection, 30)
    with pytest.raises(CardAbsentError):
        connection.transmit(SELECT)
    assert connection.power_on() == ATR, "a new start works"
    assert connection.transmit(SELECT) == b"\x90\x00"
    connection.close()


def test_bytes_that_drip_do_not_extend_the_time_out(serve: Callable[[Serve], str]) -> None:
    def drip(client: socket.socket) -> None:
        client.sendall(b"\xff\xff")
        while True:
            client.sendall(b"\x00")
            time.sleep(0.02)

    connection = open_connection(serve(drip), timeout_s=0.2)
    start = time.monotonic()
    with pytest.raises(CardMuteError):
        connection.power_on()
    assert time.monotonic() - start < 60, "all of it would take twenty minutes"
    connection.close()


@pytest.mark.parametrize("sent", [b"", b"\x00", b"\x00\x04\x90"])
def test_a_reader_that_leaves_is_unavailable(serve: Callable[[Serve], str], sent: bytes) -> None:
    def leave(client: socket.socket) -> None:
        receive(client)
        receive(client)
        send(client, ATR)
        receive(client)
        client.sendall(sent)
        client.shutdown(socket.SHUT_RDWR)

    connection = open_connection(serve(leave))
    connection.power_on()
    with pytest.raises(ReaderUnavailableError, match="closed the connection"):
        connection.transmit(SELECT)
    with pytest.raises(CardAbsentError):
        connection.transmit(SELECT)
    connection.close()


def test_a_connection_that_breaks_is_a_reader_that_is_gone(serve: Callable[[Serve], str]) -> None:
    def reset(client: socket.socket) -> None:
        receive(client)
        receive(client)
        send(client, ATR)
        linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)  # closing sends RST, not FIN
        client.close()

    connection = open_connection(serve(reset))
    connection.power_on()
    with pytest.raises(ReaderUnavailableError):  # sending or receiving fails, whichever notices first
        connection.transmit(SELECT)
    connection.close()


def test_a_reader_that_is_not_there_is_unavailable_with_a_next_step() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    connection = SocketConnection("127.0.0.1", port, 1.0)
    with pytest.raises(ReaderUnavailableError, match="Start the program that serves this reader"):
        connection.power_on()
