"""Every fault on the in-process reader: what the program sees, and that the card inside stays what it is."""

import socket
import time
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.card import CardSystem
from emulator.cps4 import Cps4Card
from emulator.faults import FAULTS, Fault, FaultyCard, fault
from emulator.image import build_card, load_image, patch_image
from emulator.readers import InProcessReader, SocketReader, framing
from reader_core.connections import open_connection
from reader_core.iso7816 import (
    Card,
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    Connection,
    ReaderUnavailableError,
    ShortAnswerError,
)

READ = bytes.fromhex("00B09E000A")  # READ BINARY, SFI 1E
DIRECTORY = b"directory!\x90\x00"
SELECT = bytes.fromhex("00A4000C023F00")
OK = b"\x90\x00"
Toy = Callable[..., Any]


def connected(card: Card) -> tuple[InProcessReader, Connection]:
    reader = InProcessReader("Slot", card)
    connection = reader.connect()
    connection.power_on()
    return reader, connection


@pytest.fixture
def broken(toy: Toy) -> Callable[[Fault], tuple[InProcessReader, Connection]]:
    return lambda one: connected(one.apply(toy()))


Broken = Callable[[Fault], tuple[InProcessReader, Connection]]


def test_removed(broken: Broken) -> None:
    reader, connection = broken(fault("removed", after=1))
    assert connection.transmit(READ) == DIRECTORY
    with pytest.raises(CardRemovedError):
        connection.transmit(READ)
    assert reader.card is None
    with pytest.raises(CardAbsentError):
        connection.power_on()


@pytest.mark.parametrize(
    ("byte", "seen"), [(12, CardRemovedError), (13, ShortAnswerError), (14, b"di"), (23, DIRECTORY[:-1])]
)
def test_removed_at_byte(broken: Broken, byte: int, seen: bytes | type[Exception]) -> None:
    reader, connection = broken(fault("removed_at_byte", byte=byte))
    assert connection.transmit(READ) == DIRECTORY
    if isinstance(seen, bytes):
        assert connection.transmit(READ) == seen
    else:
        with pytest.raises(seen):
            connection.transmit(READ)
    assert reader.card is None
    with pytest.raises(CardRemovedError):
        connection.transmit(READ)


def test_swapped(broken: Broken) -> None:
    reader, connection = broken(fault("swapped", after=1, card="specimen"))
    first = reader.card
    assert connection.transmit(READ) == DIRECTORY
    for _ in range(2):
        with pytest.raises(CardRemovedError):
            connection.transmit(READ)
    assert reader.card is not first
    assert connection.power_on() == bytes.fromhex("3B751300004309EA9000")
    assert connection.transmit(SELECT) != DIRECTORY


WRITE = bytes.fromhex("00D68100036E6577")  # UPDATE BINARY, SFI 1, "new"
READ_BACK = bytes.fromhex("00B0810003")


@pytest.mark.parametrize(("written", "content"), [("none", b"old"), ("all", b"new")])
def test_torn_write(writable: Callable[[], CardSystem], written: str, content: bytes) -> None:
    card = writable()
    reader, connection = connected(fault("torn_write", at=2, written=written).apply(card))
    assert connection.transmit(bytes.fromhex("00D68100036F6C64")) == OK
    assert connection.transmit(READ_BACK) == b"old" + OK
    with pytest.raises(CardRemovedError):
        connection.transmit(WRITE)
    assert reader.card is None
    reader.insert(card)
    connection.power_on()
    assert connection.transmit(READ_BACK) == content + OK


@pytest.mark.parametrize(("written", "content"), [("none", b"old"), ("all", b"new")])
def test_a_chained_write_is_one_torn_write(writable: Callable[[], CardSystem], written: str, content: bytes) -> None:
    card = writable()
    _, connection = connected(fault("torn_write", written=written).apply(card))
    data = bytes.fromhex("540100" + "5303") + b"new"
    assert connection.transmit(bytes.fromhex("10D7000104") + data[:4]) == OK
    with pytest.raises(CardRemovedError):
        connection.transmit(bytes.fromhex("00D7000104") + data[4:])
    card.power_on()
    assert card.transmit(READ_BACK) == content + OK


@pytest.mark.parametrize("name", ["reader_unplugged", "daemon_killed"])
def test_the_reader_goes(broken: Broken, name: str) -> None:
    _, connection = broken(fault(name, after=1))
    assert connection.transmit(READ) == DIRECTORY
    for call in (lambda: connection.transmit(READ), connection.power_on, connection.reset):
        with pytest.raises(ReaderUnavailableError) as caught:
            call()
        assert caught.value.reader == "Slot"
        assert caught.value.next_step


@pytest.mark.parametrize("name", ["reader_unplugged", "daemon_killed"])
def test_the_socket_reader_closes_the_connection_when_the_reader_goes(toy: Toy, name: str) -> None:
    with SocketReader(fault(name, after=1).apply(toy())) as served:
        connection = open_connection(served.address)
        connection.power_on()
        assert connection.transmit(READ) == DIRECTORY
        with pytest.raises(ReaderUnavailableError):
            connection.transmit(READ)
        connection.close()
        again = open_connection(served.address)
        with pytest.raises(ReaderUnavailableError):
            again.power_on()
        again.close()


def test_mute(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    class Counted(Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0)
            return super().wait(timeout)

    monkeypatch.setattr("emulator.faults.timing.Event", Counted)
    _, connection = broken(fault("mute", at=2, seconds=0.15))
    waited: list[int] = []
    for _ in range(3):
        start = time.monotonic()
        assert connection.transmit(READ) == DIRECTORY
        waited.append(len(waits))
        assert len(waited) != 2 or time.monotonic() - start >= 0.15
    assert (waited, waits) == ([0, 1, 1], [0.15])


def test_slow(broken: Broken) -> None:
    _, connection = broken(fault("slow", seconds=0.02))
    start = time.monotonic()
    for _ in range(5):
        assert connection.transmit(READ) == DIRECTORY
    assert time.monotonic() - start >= 0.1


def test_no_answer(toy: Toy) -> None:
    card = toy()
    reader, connection = connected(fault("no_answer", ins=0xD6).apply(card))
    assert connection.transmit(READ) == DIRECTORY
    with pytest.raises(CardMuteError):
        connection.transmit(bytes.fromhex("00D686000155"))
    assert connection.transmit(READ) == DIRECTORY, "it stays, and answers the next command"
    assert reader.card is not None
    assert card.transmit(bytes.fromhex("00B0860001")) != b"\x55\x90\x00", "the command was lost"


def test_wrong_sw(broken: Broken) -> None:
    _, connection = broken(fault("wrong_sw", sw="6A82", ins="B0", at=2, always=True))
    answers = [connection.transmit(command) for command in (READ, SELECT, READ, SELECT, READ)]
    assert answers == [DIRECTORY, OK, b"\x6a\x82", OK, b"\x6a\x82"]
    _, connection = broken(fault("wrong_sw", sw=0x6282))
    assert connection.transmit(READ) == DIRECTORY[:-2] + b"\x62\x82", "a warning keeps its data"
    assert connection.transmit(READ) == DIRECTORY, "once, unless told otherwise"


def test_truncated(broken: Broken) -> None:
    _, connection = broken(fault("truncated", bytes=3))
    assert connection.transmit(READ) == DIRECTORY[:-3]
    assert connection.transmit(READ) == DIRECTORY
    _, connection = broken(fault("truncated", bytes=1000))
    with pytest.raises(ShortAnswerError) as caught:
        connection.transmit(READ)
    assert caught.value.answer == b"d", "never an empty one"
    _, connection = broken(fault("truncated", bytes=3, place="data"))
    assert connection.transmit(READ) == DIRECTORY[:-5] + DIRECTORY[-2:]
    _, connection = broken(fault("truncated", bytes=1000, place="data"))
    assert connection.transmit(READ) == DIRECTORY[-2:]


def test_padded(broken: Broken) -> None:
    _, connection = broken(fault("padded", bytes=2, value="AA"))
    assert connection.transmit(READ) == DIRECTORY + b"\xaa\xaa"
    _, connection = broken(fault("padded", place="data", always=True))
    assert connection.transmit(READ) == DIRECTORY[:-2] + b"\0" + OK
    assert connection.transmit(SELECT) == b"\0" + OK


def test_in_pieces(broken: Broken) -> None:
    _, connection = broken(fault("in_pieces", bytes=4))
    get_response = bytes.fromhex("00C0000000")
    assert connection.transmit(READ) == b"dire\x61\x06"
    assert connection.transmit(get_response) == b"ctor\x61\x02"
    assert connection.transmit(bytes.fromhex("00C0000001")) == b"y\x61\x01"
    assert connection.transmit(get_response) == b"!" + OK
    assert connection.transmit(READ) == b"dire\x61\x06"
    assert connection.transmit(SELECT) == OK, "another command, and what was waiting is lost"
    assert connection.transmit(get_response)[:-2] == b""
    assert connection.transmit(READ) == b"dire\x61\x06"
    connection.reset()
    assert connection.transmit(get_response)[:-2] == b""
    _, connection = broken(fault("in_pieces", bytes=10))
    assert connection.transmit(READ) == DIRECTORY, "one piece is the whole answer"


def differing_bits(one: bytes, other: bytes) -> int:
    assert len(one) == len(other)
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def test_flipped_bit(broken: Broken) -> None:
    seen: set[bytes] = set()
    for seed in range(20):
        first, second = (broken(fault("flipped_bit", seed=seed))[1].transmit(READ) for _ in range(2))
        assert first == second, "the same seed breaks the same bit"
        assert differing_bits(first, DIRECTORY) == 1
        seen.add(first)
    assert len(seen) > 5
    _, connection = broken(fault("flipped_bit", part="data", always=True))
    for _ in range(20):
        answer = connection.transmit(READ)
        assert answer.endswith(OK)
        assert differing_bits(answer, DIRECTORY) == 1
    assert connection.transmit(SELECT) == OK


def test_atr_lost(toy: Toy) -> None:
    card = fault("atr_lost", after=1).apply(toy())
    _, connection = connected(card)
    for restart in (connection.reset, connection.power_on):
        with pytest.raises(CardMuteError):
            restart()
    assert card.atr == b""


def test_wrong_atr(toy: Toy) -> None:
    card = fault("wrong_atr", atr="3B80800101").apply(toy())
    _, connection = connected(card)
    assert card.atr == connection.power_on() == connection.reset() == bytes.fromhex("3B80800101")
    assert connection.transmit(READ) == DIRECTORY


@pytest.mark.parametrize(
    ("reason", "sw"), [("cancel", "6401"), ("timeout", "6400"), ("mismatch", "6402"), ("length", "6403")]
)
def test_pin_pad_cancel(toy: Toy, reason: str, sw: str) -> None:
    card = toy()
    before = card.counters()
    _, connection = connected(fault("pin_pad_cancel", at=2, reason=reason).apply(card))
    assert connection.transmit(bytes.fromhex("0020000104") + b"1234") == OK
    assert connection.transmit(READ) == DIRECTORY, "no entry of a code"
    assert connection.transmit(bytes.fromhex("0020000100")) == OK, "a question is none either"
    assert connection.transmit(bytes.fromhex("0020000104") + b"9999") == bytes.fromhex(sw)
    assert card.counters() == before, "no try is spent"
    assert connection.transmit(bytes.fromhex("0020000104") + b"1234") == OK


@pytest.mark.parametrize("name", ["removed", "removed_at_byte", "no_answer", "truncated"])
def test_the_socket_reader_says_nothing_or_what_came(toy: Toy, name: str) -> None:
    """No card, a mute card, or a single byte: length 0, or that byte; the connection stays."""
    settings_of = {"removed_at_byte": {"byte": 1}, "truncated": {"bytes": 99}}.get(name, {})
    with (
        SocketReader(fault(name, **settings_of).apply(toy())) as served,
        socket.create_connection(("127.0.0.1", served.port), 60) as program,
    ):
        answers = framing.Receiver(program)
        framing.send(program, b"\x01")
        framing.send(program, READ)
        assert answers.receive() == {"removed_at_byte": b"d", "truncated": b"d"}.get(name, b"")
        framing.send(program, READ)
        left = name.startswith("removed")
        assert answers.receive() == (b"" if left else DIRECTORY), "a mute card stays"
        assert (served.reader.card is None) == left


def test_torn_write_of_a_card_that_its_holder_writes() -> None:
    """CPS_DATA of a CPS4, which its image gives back."""
    for written, content in (("none", "00"), ("all", "42")):
        card = build_card(patch_image(load_image("cps4"), {"cps_data": "00"}))
        assert isinstance(card, Cps4Card)
        reader, connection = connected(fault("torn_write", written=written).apply(card))
        for command in ("01A4040C088025000001FF0100", "01A4090C063F000001D107", "012000010431323334"):
            assert connection.transmit(bytes.fromhex(command)) == OK
        with pytest.raises(CardRemovedError):
            connection.transmit(bytes.fromhex("01D600000142"))
        assert reader.card is None
        assert card.image.cps_data == content


def test_every_fault_has_a_test_here() -> None:
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert set(FAULTS) - tests == {"reader_unplugged", "daemon_killed"}  # test_the_reader_goes


def test_armed_and_disarmed_while_in_use(toy: Toy) -> None:
    card = FaultyCard(toy(), fault("wrong_sw"))
    reader, connection = connected(card)
    assert connection.transmit(READ) == b"\x6f\x00"
    card.arm(fault("removed", after=1))
    assert [one.name for one in card.faults] == ["wrong_sw", "removed"]
    assert connection.transmit(READ) == DIRECTORY
    with pytest.raises(CardRemovedError):
        connection.transmit(READ)
    card.disarm()
    assert card.faults == ()
    reader.insert(card)
    assert connection.power_on() == card.atr == card.whole.atr
    assert connection.reset() == card.atr
    assert connection.transmit(READ) == DIRECTORY


def test_faults_nest(toy: Toy) -> None:
    card = fault("padded", value=0xFF).apply(fault("wrong_sw", sw=0x6A82).apply(toy()))
    assert isinstance(card, Card)
    assert card.transmit(READ) == b"\x6a\x82\xff"


@settings(deadline=None)
@given(
    name=st.sampled_from([name for name in FAULTS if name not in {"mute", "slow"}]),
    seed=st.integers(0, 999),
    commands=st.lists(st.binary(max_size=8), max_size=12),
)
def test_a_broken_card_never_raises_anything_but_what_readers_understand(
    toy: Toy, name: str, seed: int, commands: list[bytes]
) -> None:
    reader = InProcessReader("Slot", fault(name, seed).apply(toy()))
    connection = reader.connect()
    known = (CardAbsentError, CardMuteError, CardRemovedError, ReaderUnavailableError, ShortAnswerError)
    for command in [b"", *commands]:
        try:
            answer = connection.power_on() if not command else connection.transmit(command)
        except known:
            continue
        assert len(answer) >= 2
