"""The reader over TCP, used as a stranger would: with a socket and two bytes of length."""

import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.readers import InProcessReader, PulledCard, ReaderSetupError, SocketReader
from emulator.readers.framing import send

ECHO = bytes.fromhex("00DA000002CAFE")
ON, RESET, OFF, ATR = b"\x01", b"\x02", b"\x00", b"\x04"


class Stranger:
    """Twenty lines of any language."""

    def __init__(self, address: str) -> None:
        kind, host, port = address.split(":")
        assert kind == "socket"
        self.sock = socket.create_connection((host, int(port)), 60)

    def say(self, payload: bytes) -> None:
        self.sock.sendall(struct.pack(">H", len(payload)))  # in two pieces, as vpcd does
        self.sock.sendall(payload)

    def hear(self) -> bytes | None:
        head = self.sock.recv(2, socket.MSG_WAITALL)
        if len(head) < 2:
            return None
        (length,) = struct.unpack(">H", head)
        return self.sock.recv(length, socket.MSG_WAITALL) if length else b""

    def ask(self, payload: bytes) -> bytes | None:
        self.say(payload)
        return self.hear()


@pytest.fixture
def strangers() -> Iterator[list[Stranger]]:
    made: list[Stranger] = []
    yield made
    for stranger in made:
        stranger.sock.close()


@pytest.fixture
def connect(strangers: list[Stranger]) -> Any:
    def make(reader: SocketReader) -> Stranger:
        strangers.append(Stranger(reader.address))
        return strangers[-1]

    return make


def test_a_program_powers_the_card_and_asks_it(tiny: Any, connect: Any) -> None:
    card = tiny()
    with SocketReader(card) as reader:
        assert reader.address == f"socket:127.0.0.1:{reader.port}"
        program = connect(reader)
        program.say(ON)
        assert program.ask(ATR) == card.atr
        assert program.ask(ECHO) == bytes.fromhex("CAFE9000")
        program.say(RESET)
        assert program.ask(ECHO) == bytes.fromhex("CAFE9000")
        program.say(OFF)
        assert program.ask(ECHO) == b""  # no power, no answer
        program.say(b"\x09")  # no such control: no answer, no harm
        program.say(ON)
        assert program.ask(bytes(5) + bytes(60_000)) == bytes(60_000) + b"\x90\x00"
        assert card.log[:4] == ["on", ECHO.hex(), "reset", ECHO.hex()]
        assert card.log[4:6] == ["off", "on"]


def test_an_empty_slot_answers_with_length_0_and_a_card_may_come_and_go(tiny: Any, connect: Any) -> None:
    slot = InProcessReader("Slot")
    with SocketReader(slot) as reader:
        assert reader.reader is slot
        program = connect(reader)
        program.say(ON)
        assert program.ask(ATR) == b""
        assert program.ask(ECHO) == b""
        slot.insert(tiny(atr=b"\x3b\x00"))
        program.say(ON)
        assert program.ask(ATR) == b"\x3b\x00"
        assert program.ask(ECHO) == bytes.fromhex("CAFE9000")
        slot.remove()
        assert program.ask(ECHO) == b""
        slot.insert(tiny())
        assert program.ask(ECHO) == b""  # another card: it has to be powered first


@pytest.mark.parametrize(("answer", "heard"), [(b"", b""), (b"\x90", b"\x90")])
def test_bad_answers_of_a_card_arrive_as_they_are(tiny: Any, connect: Any, answer: bytes, heard: bytes) -> None:
    with SocketReader(tiny(answers=[answer])) as reader:
        program = connect(reader)
        program.say(ON)
        assert program.ask(ECHO) == heard


def test_a_card_pulled_in_the_middle_answers_with_length_0_from_then_on(tiny: Any, connect: Any) -> None:
    with SocketReader(PulledCard(tiny(), 1)) as reader:
        program = connect(reader)
        program.say(ON)
        assert program.ask(ECHO) == bytes.fromhex("CAFE9000")
        assert program.ask(ECHO) == b""
        program.say(ON)
        assert program.ask(ATR) == b""


def test_a_program_that_leaves_in_the_middle_of_a_message_harms_nobody(tiny: Any, connect: Any) -> None:
    card = tiny()
    with SocketReader(card) as reader:
        hasty, patient = connect(reader), connect(reader)
        hasty.say(ON)
        assert hasty.ask(ATR) == card.atr
        hasty.sock.sendall(b"\x00")
        hasty.sock.close()
        patient.say(ON)
        assert patient.ask(ECHO) == bytes.fromhex("CAFE9000")


def test_the_card_loses_its_power_when_the_program_leaves(tiny: Any, connect: Any) -> None:
    card = tiny()
    with SocketReader(card) as reader:
        program = connect(reader)
        program.say(ON)
        assert program.ask(ATR) == card.atr
        program.sock.close()
        end = time.monotonic() + 60
        while card.powered and time.monotonic() < end:
            time.sleep(0.005)
    assert card.powered is False


def test_closing_the_reader_closes_the_connections(tiny: Any, connect: Any) -> None:
    reader = SocketReader(tiny())
    program = connect(reader)
    program.say(ON)
    assert program.ask(ECHO) == bytes.fromhex("CAFE9000")
    reader.close()
    reader.close()
    assert program.hear() is None
    with pytest.raises(ConnectionRefusedError):
        Stranger(reader.address)


def test_a_port_already_taken_is_said_with_what_to_do(tiny: Any) -> None:
    with SocketReader(tiny()) as reader, pytest.raises(ReaderSetupError) as caught:
        SocketReader(tiny(), reader.port)
    assert caught.value.code == "port_taken"
    assert str(reader.port) in caught.value.message
    assert "another port" in caught.value.next_step


def test_a_port_can_be_taken_again_at_once(tiny: Any, connect: Any) -> None:
    with SocketReader(tiny()) as reader:
        connect(reader).say(ON)
    with SocketReader(tiny(), reader.port) as again:
        assert again.port == reader.port


def test_nobody_but_this_machine_is_listened_to(tiny: Any) -> None:
    with SocketReader(tiny()) as reader:
        listening = [line.split()[1:4] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        ours = [local for local, _, state in listening if state == "0A" and int(local[-4:], 16) == reader.port]
    assert ours == [f"0100007F:{reader.port:04X}"]


def test_a_thousand_questions_are_answered_without_the_delay_of_an_acknowledgement(tiny: Any, connect: Any) -> None:
    with SocketReader(tiny()) as reader:
        program = connect(reader)
        program.say(ON)
        program.ask(ECHO)
        spent = 4.0
        for _ in range(5):  # the best of five: it is not how busy the machine is that is measured
            start = time.monotonic()
            for _ in range(100):
                program.ask(ECHO)  # in two pieces: 40 ms each if the acknowledgement were delayed
            if (spent := time.monotonic() - start) < 2:
                break
        assert spent < 2


def test_a_message_too_long_for_its_length_is_refused() -> None:
    here, there = socket.socketpair()
    with here, there, pytest.raises(ValueError, match="65536 bytes"):
        send(here, bytes(0x10000))
