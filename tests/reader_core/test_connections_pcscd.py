"""PC/SC connections on a real pcscd: what the tables of the other tests claim, seen to happen."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from waiting import has_ended, limit, until

from emulator.readers import PrivatePcscd, PulledCard
from reader_core.connections import PcscConnection, open_connection, pcsc_readers
from reader_core.iso7816 import (
    Card,
    CardAbsentError,
    CardChannel,
    CardMuteError,
    CardRemovedError,
    CommandApdu,
    ReaderUnavailableError,
    ShortAnswerError,
)

pytestmark = pytest.mark.pcsc

ATR = bytes.fromhex("3B751300004509EA9000")
SELECT = bytes.fromhex("00A4000C023F00")
HANG = bytes.fromhex("00FD0000")


class ToyCard:
    """A T=0 card whose SELECT is answered with 61xx; it remembers what it was asked and how often it was powered."""

    def __init__(self, atr: bytes = ATR) -> None:
        self.atr = atr
        self.asked: list[bytes] = []
        self.selected = False
        self.go_on = Event()

    def power_on(self) -> bytes:
        self.selected = False
        return self.atr

    def reset(self) -> bytes:
        self.selected = False
        return self.atr

    def power_off(self) -> None:
        self.selected = False

    def transmit(self, command: bytes) -> bytes:
        self.asked.append(command)
        match command[1]:
            case 0xA4:
                self.selected = True
                return b"\x61\x04"
            case 0xC0:
                return b"\x6f\x02\x84\x00\x90\x00"
            case 0xB0:
                return b"\x90\x00" if self.selected else b"\x69\x86"
            case 0xFC:
                return b"\x90"
            case 0xFD:
                self.go_on.wait(60)
                return b"\x90\x00"
            case _:
                return b"\x6d\x00"


Open = Callable[..., PcscConnection]


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivatePcscd]:
    with PrivatePcscd() as started:
        for name, value in started.environment.items():
            monkeypatch.setenv(name, value)
        yield started


@pytest.fixture
def card(daemon: PrivatePcscd) -> Iterator[ToyCard]:
    toy = ToyCard()
    daemon.slots[0].insert(toy)
    yield toy
    toy.go_on.set()


@pytest.fixture
def opened(daemon: PrivatePcscd) -> Iterator[Open]:
    made: list[PcscConnection] = []

    def make(slot: int = 0, timeout_s: float = 30.0) -> PcscConnection:
        connection = open_connection(daemon.slots[slot].address, timeout_s)
        assert isinstance(connection, PcscConnection)
        made.append(connection)
        return connection

    yield make
    for connection in made:
        connection.close()


def test_a_card_is_read_whole_through_pcsc(daemon: PrivatePcscd, card: ToyCard, opened: Open) -> None:
    assert pcsc_readers() == tuple(slot.name for slot in daemon.slots)
    connection = opened()
    assert connection.power_on() == ATR
    answer = CardChannel(connection).send(CommandApdu(0x00, 0xA4, 0x00, 0x00, b"\x3f\x00", ne=256))
    assert (answer.data, answer.sw) == (bytes.fromhex("6F028400"), 0x9000)
    assert card.asked == [bytes.fromhex("00A40000023F00"), bytes.fromhex("00C0000004")], "T=0: the Le stays behind"


def test_a_look_counts_who_came_and_went_and_disturbs_nobody(daemon: PrivatePcscd, card: ToyCard, opened: Open) -> None:
    looking, reading = opened(), opened()
    reading.power_on()
    first = looking.presence()
    assert first.present
    assert reading.transmit(SELECT)[0] == 0x61, "it is still powered, and the other's"
    daemon.slots[0].remove()
    gone = looking.presence()
    daemon.slots[0].insert(card)
    again = looking.presence()
    assert (gone.present, again.present) == (False, True)
    assert len({first.mark, gone.mark, again.mark}) == 3, "the same card again is another insertion"


def test_what_was_selected_does_not_survive_power_reset_or_close(card: ToyCard, opened: Open) -> None:
    first = opened()
    first.power_on()
    for restart in (first.reset, first.power_on):
        first.transmit(SELECT)
        assert card.selected
        assert restart() == ATR
        assert not card.selected
    first.transmit(SELECT)
    first.close()
    assert not card.selected


def test_an_empty_slot_and_an_unknown_reader(daemon: PrivatePcscd, opened: Open) -> None:
    with pytest.raises(CardAbsentError):
        opened(1).power_on()
    nobody = open_connection("pcsc:Nobody's reader")
    with pytest.raises(ReaderUnavailableError, match="no such reader; there are: 'Virtual PCD 00 00'"):
        nobody.power_on()
    nobody.close()
    daemon.slots[1].insert(ToyCard())
    assert opened(1).power_on() == ATR


def test_a_card_that_hangs_ends_in_a_mute_card_and_does_not_block_the_other_slot(
    daemon: PrivatePcscd, card: ToyCard, opened: Open
) -> None:
    daemon.slots[1].insert(ToyCard())
    hanging, other = opened(), opened(1)
    hanging.power_on()
    limit(hanging, 0.5)
    with pytest.raises(CardMuteError, match=r"no answer in 0\.5 s"):
        hanging.transmit(HANG)
    assert other.power_on() == ATR
    limit(hanging, 30.0)
    hanging.readers()  # a new process has started
    limit(hanging, 1.5)
    with pytest.raises(ReaderUnavailableError, match="the reader hangs"):
        hanging.power_on()
    card.go_on.set()
    patient = opened()
    assert patient.power_on() == ATR


def test_success_with_a_short_answer_is_an_error(card: ToyCard, opened: Open) -> None:
    connection = opened()
    connection.power_on()
    with pytest.raises(ShortAnswerError) as caught:
        connection.transmit(bytes.fromhex("00FC0000"))
    assert caught.value.answer == b"\x90"


def test_a_card_pulled_during_a_command_was_removed(daemon: PrivatePcscd, opened: Open) -> None:
    toy: Card = ToyCard()
    daemon.slots[0].insert(PulledCard(toy, after=1))
    connection = opened()
    connection.power_on()
    assert connection.transmit(SELECT) == b"\x61\x04"
    with pytest.raises((ShortAnswerError, CardRemovedError)):
        connection.transmit(SELECT)
    with pytest.raises(CardRemovedError):
        connection.transmit(SELECT)
    with pytest.raises(CardAbsentError):
        connection.power_on()


def test_a_card_swapped_between_two_commands_was_removed(daemon: PrivatePcscd, card: ToyCard, opened: Open) -> None:
    connection = opened()
    connection.power_on()
    daemon.slots[0].remove()
    second = ToyCard(bytes.fromhex("3B751300004609EA9000"))
    daemon.slots[0].insert(second)
    with pytest.raises(CardRemovedError):
        connection.transmit(SELECT)
    assert second.asked == [], "nothing meant for the first card reached the second"
    assert connection.power_on() == second.atr


def test_a_card_is_ours_alone_until_we_leave(card: ToyCard, opened: Open) -> None:
    ours = opened()
    ours.power_on()
    ours.transmit(SELECT)
    other = opened()
    other.readers()  # its process has started
    limit(other, 1.5)
    with pytest.raises(ReaderUnavailableError, match="another program keeps the card"):
        other.power_on()
    assert ours.transmit(bytes.fromhex("00B0000000")) == b"\x90\x00", "the other program changed nothing"
    ours.close()
    assert opened().power_on() == ATR


# A program that shares the card, and resets it when told: what CPS middleware does beside us.
RUDE = """
import sys
from smartcard import scard
_, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
_, card, _ = scard.SCardConnect(context, sys.argv[1], scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0)
print("connected", flush=True)
sys.stdin.readline()
print("asks", flush=True)
result = scard.SCardReconnect(card, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0, scard.SCARD_RESET_CARD)
print(hex(result[0] & 0xFFFFFFFF), flush=True)
"""


def slept(pid: int) -> int:
    """How often a process has given the processor away to wait for something."""
    return int(
        re.findall(r"^voluntary_ctxt_switches:\s+(\d+)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)[0]
    )


def test_a_reset_by_another_program_waits_until_we_leave(daemon: PrivatePcscd, card: ToyCard, opened: Open) -> None:
    rude = subprocess.Popen(
        [sys.executable, "-c", RUDE, daemon.slots[0].name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert rude.stdin is not None
        assert rude.stdout is not None
        assert rude.stdout.readline() == "connected\n"
        connection = opened()
        connection.power_on()
        connection.transmit(SELECT)
        rude.stdin.write("\n")
        rude.stdin.flush()
        assert rude.stdout.readline() == "asks\n"
        before = slept(rude.pid)
        until(lambda: slept(rude.pid) >= before + 6)  # it asks, is refused, sleeps 0.1 s and asks again
        assert connection.transmit(bytes.fromhex("00B0000000")) == b"\x90\x00", "what we selected is selected still"
        connection.close()
        assert rude.stdout.readline() == "0x0\n", "its turn came when we left"
    finally:
        rude.kill()
        rude.communicate()


KILLED = """
import sys
from reader_core.connections import open_connection
connection = open_connection(sys.argv[1], 60.0)
connection.power_on()
print(connection._process._process.pid, flush=True)
connection.transmit(bytes.fromhex("00FD0000"))
"""


def test_no_process_outlives_a_program_that_was_killed_while_a_card_hung(daemon: PrivatePcscd, card: ToyCard) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", KILLED, daemon.slots[0].address], stdout=subprocess.PIPE, text=True
    )
    try:
        assert program.stdout is not None
        worker = int(program.stdout.readline())
        until(lambda: HANG in card.asked)
        os.kill(worker, 0)
    finally:
        program.send_signal(signal.SIGKILL)
        program.communicate()
    until(lambda: has_ended(worker))
