"""Every fault over a real pcscd: what a pyscard client sees, and what our own reader says."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from waiting import until

from emulator.faults import FAULTS, Fault, FaultyCard, fault
from emulator.faults.wrapper import CardWrapper
from emulator.image import build_card, load_image
from emulator.readers import PrivatePcscd, SharedPcscd
from reader_core.iso7816 import Card

from .pcsc_bench import ANSWER, CLIENT, SELECT, SUCCESS, Bench

pytestmark = pytest.mark.pcsc

VITALE_ATR = "3b751300004309ea9000"
NO_PROTOCOL, LOST_SERVICE = "8010000f", "80100013"
NO_SERVICE, GONE = "8010001d", {"80100016", "80100069"}


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with PrivatePcscd() as daemon:
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        yield Bench(daemon)


def test_removed(bench: Bench) -> None:
    bench.insert(fault("removed", after=1))
    first, second, third = bench.told("connect", SELECT, SELECT, SELECT)[1:]
    assert first == (SUCCESS, ANSWER)
    assert second == (SUCCESS, "")
    assert third[0] in GONE
    bench.wait_empty()
    bench.insert(fault("removed", after=20))
    assert bench.read() == "vitale_removed"


@pytest.mark.parametrize(("byte", "cut"), [(2, ""), (3, "61")])
def test_removed_at_byte(bench: Bench, byte: int, cut: str) -> None:
    bench.insert(fault("removed_at_byte", byte=byte))
    first, second, third = bench.told("connect", SELECT, SELECT, SELECT)[1:]
    assert first == (SUCCESS, ANSWER)
    assert second == (SUCCESS, cut)
    assert third[0] in GONE
    bench.wait_empty()
    bench.insert(fault("removed_at_byte", byte=300))
    assert bench.read() == "vitale_removed"


def test_removed_at_byte_with_something_like_a_status_word(bench: Bench) -> None:
    """Three bytes of a control information of thirty: a program that looks at the last two takes them for a status word."""
    bench.insert(fault("removed_at_byte", byte=5))
    told = bench.told("connect", SELECT, "00c000001c", SELECT)
    assert told[1:3] == [(SUCCESS, ANSWER), (SUCCESS, "6f1a82")]
    assert told[3][0] in GONE
    bench.wait_empty()


def test_swapped(bench: Bench) -> None:
    bench.insert(fault("swapped", after=1, card="cps"))
    told = bench.told("connect", SELECT, SELECT, SELECT, 3, SELECT, "state", "connect", SELECT)
    assert told[1:3] == [(SUCCESS, ANSWER), (SUCCESS, "")]
    assert told[3][0] in GONE
    assert told[4][0] == "80100069", "the old handle does not reach the new card"
    assert told[5] == (SUCCESS, [True, 3, build_card(load_image("cps")).atr.hex()])
    assert told[6][0] == told[7][0] == SUCCESS


def test_swapped_in_the_middle_of_our_reading(bench: Bench) -> None:
    bench.insert(fault("swapped", after=20, card="famille"))
    assert bench.read() in {"vitale_removed", "vitale_changed"}


def test_a_swap_that_is_overtaken_by_a_removal_leaves_the_slot_empty(bench: Bench) -> None:
    bench.insert(fault("swapped", card="cps"))
    bench.told("connect", SELECT)
    bench.slot.remove()
    until(lambda: not any(thread.name.endswith(" swap") for thread in threading.enumerate()))
    card = bench.slot.card
    assert card is None or card.atr.hex() != VITALE_ATR


def test_torn_write(bench: Bench, writable: Callable[[], Card]) -> None:
    for written, content in (("none", b"old"), ("all", b"new")):
        card = writable()
        bench.slot.insert(fault("torn_write", written=written).apply(card))
        told = bench.told("connect", "00b0810003", "00d68100036e6577", "00b0810003")[1:]
        assert told[0] == (SUCCESS, b"old\x90\x00".hex())
        assert told[1] == (SUCCESS, "")
        assert told[2][0] in GONE
        bench.slot.remove()
        bench.slot.insert(card)
        assert bench.told("connect", "00b0810003")[1] == (SUCCESS, (content + b"\x90\x00").hex())
        bench.slot.remove()


def test_reader_unplugged(bench: Bench) -> None:
    """vpcd's readers cannot be unplugged: the card leaves, and the reader stays listed."""
    bench.insert(fault("reader_unplugged", after=1))
    told = bench.told("connect", SELECT, SELECT, SELECT, "list")
    assert told[1:3] == [(SUCCESS, ANSWER), (SUCCESS, "")]
    assert told[3][0] in GONE
    assert len(told[4][1]) == 2
    bench.wait_empty()
    assert bench.read() == "vitale_absent"


def test_daemon_killed(bench: Bench) -> None:
    bench.insert(fault("daemon_killed", after=1))
    told = bench.told("connect", SELECT, SELECT, SELECT, "list", "connect")
    assert told[1] == (SUCCESS, ANSWER)
    assert told[2][0] == LOST_SERVICE
    assert {code for code, _ in told[3:]} == {NO_SERVICE}
    assert bench.read() == "reader_unavailable"


def test_daemon_killed_in_the_middle_of_our_reading(bench: Bench) -> None:
    bench.insert(fault("daemon_killed", after=20))
    assert bench.read() == "reader_unavailable"


def test_mute(bench: Bench) -> None:
    bench.insert(fault("mute", at=2, seconds=0.6))
    _, first, second, third = bench.ask("connect", SELECT, SELECT, SELECT)
    assert [first[:2], second[:2], third[:2]] == [[SUCCESS, ANSWER]] * 3
    assert second[2] >= 0.6
    assert min(first[2], third[2]) < 0.6
    bench.slot.remove()
    bench.insert(fault("mute", at=20, seconds=0.3))
    assert bench.read() == "read"
    bench.slot.remove()
    bench.insert(fault("mute", at=20, seconds=60))
    assert bench.read(timeout_s=3) == "vitale_mute"


def test_slow(bench: Bench) -> None:
    bench.insert(fault("slow", seconds=0.05))
    answers = bench.ask("connect", *[SELECT] * 5)[1:]
    assert all(more == ANSWER and spent >= 0.05 for _, more, spent in answers)
    bench.slot.remove()
    bench.insert(fault("slow", seconds=0.005))
    assert bench.read() == "read"


def test_no_answer(bench: Bench) -> None:
    bench.insert(fault("no_answer", at=2))
    first, second, third = bench.told("connect", SELECT, SELECT, SELECT)[1:]
    assert [first, second] == [(SUCCESS, ANSWER), (SUCCESS, "")]
    assert third[0] in GONE
    bench.wait_empty()
    bench.insert(fault("no_answer", at=20))
    assert bench.read() == "vitale_removed", "vpcd cannot tell a mute card from one that left"


@pytest.mark.parametrize(
    ("one", "seen", "code"),
    [
        (fault("wrong_sw", at=2, sw="6A82"), "6a82", "read"),
        (fault("wrong_sw", sw="6A82", ins="A4", always=True), None, "vitale_unknown"),
        (fault("truncated", at=2), "61", "vitale_removed"),
        (fault("truncated", at=2, bytes=99), "61", "vitale_removed"),
        (fault("padded", at=2, bytes=2, value="AA"), "611caaaa", "read"),
        (fault("padded", at=2, place="data"), "00611c", "read"),
        (fault("flipped_bit", at=2, seed=1), None, "read"),
    ],
    ids=str,
)
def test_changed_answers(bench: Bench, one: Fault, seen: str | None, code: str) -> None:
    bench.insert(one)
    first, second, third = bench.told("connect", SELECT, SELECT, SELECT)[1:]
    if one.parameters.get("always"):
        assert first == second == third == (SUCCESS, "6a82")
    else:
        assert first == third == (SUCCESS, ANSWER)
        assert second[0] == SUCCESS
        assert second[1] == seen if seen else second[1] != ANSWER
    bench.slot.remove()
    bench.insert(one)
    assert bench.read() == code


def test_in_pieces(bench: Bench) -> None:
    bench.insert(fault("in_pieces", bytes=10))
    first, *pieces = bench.told("connect", SELECT, "00c000001c", "00c0000012", "00c0000008")[1:]
    assert first == (SUCCESS, ANSWER)
    assert [(len(bytes.fromhex(str(more))) - 2, str(more)[-4:]) for _, more in pieces] == [
        (10, "6112"), (10, "6108"), (8, "9000"),
    ]  # fmt: skip
    assert bench.read() == "read"


def test_atr_lost(bench: Bench) -> None:
    bench.insert(fault("atr_lost"))
    told = bench.told("state", "connect")
    assert told[0] == (SUCCESS, [True, 1, "00"])
    assert told[1][0] == NO_PROTOCOL
    assert bench.read() == "vitale_mute"


class LostLater(FaultyCard):
    """A card that gives no answer to reset once it was asked something: pcscd powers a card that nobody uses down and up again."""

    def transmit(self, command: bytes) -> bytes:
        answer = super().transmit(command)
        self.arm(fault("atr_lost"))
        return answer


def test_atr_lost_at_a_reset(bench: Bench) -> None:
    bench.slot.insert(LostLater(build_card(load_image("specimen"))))
    told = bench.told("connect", SELECT, "reset")
    assert told[1] == (SUCCESS, ANSWER)
    assert told[2][0] == NO_PROTOCOL


def test_wrong_atr(bench: Bench) -> None:
    bench.insert(fault("wrong_atr", atr="3B80800101"))
    told = bench.told("state", "connect", SELECT)
    assert told[0] == (SUCCESS, [True, 1, "3b80800101"])
    assert told[1] == (SUCCESS, 2), "T=1, as that ATR offers"
    assert told[2] == (SUCCESS, ANSWER)
    assert bench.read() == "vitale_unknown"


def test_pin_pad_cancel(bench: Bench) -> None:
    card = build_card(load_image("cps"))
    for reason in ("length", "mismatch", "timeout", "cancel"):  # the last is nearest to the reader
        card = fault("pin_pad_cancel", reason=reason).apply(card)
    bench.slot.insert(card)
    ask, verify = "0020000100", "002000010431323334"
    change = "0024000110" + 2 * "31323334ffffffff"
    told = bench.told("connect", ask, verify, verify, change, verify, verify, ask)[1:]
    assert [more for _, more in told] == ["63c3", "6401", "6400", "6402", "6403", "9000", "9000"]
    assert {code for code, _ in told} == {SUCCESS}, "a question is no entry, and an entry that never came is no try"


def test_every_fault_has_a_test_here() -> None:
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    changed = {"wrong_sw", "truncated", "padded", "flipped_bit"}  # test_changed_answers
    assert set(FAULTS) - tests == changed


def test_a_daemon_of_somebody_else_is_never_killed() -> None:
    with PrivatePcscd(isolated=False) as daemon:
        path = daemon.environment["PCSCLITE_CSOCK_NAME"]
        slot = SharedPcscd(path, Path(path).parent / "conf").slots[0]
        slot.insert(fault("daemon_killed").apply(build_card(load_image("specimen"))))
        bench = Bench(daemon)
        assert bench.told("connect", SELECT)[1] == (SUCCESS, "")
        bench.wait_empty()
        daemon.check()


class AskedCard(CardWrapper):
    """A card that tells when it was asked something."""

    def __init__(self, card: Card) -> None:
        super().__init__(card)
        self.asked = Event()

    def transmit(self, command: bytes) -> bytes:
        self.asked.set()
        return super().transmit(command)


def test_other_readers_are_not_disturbed_by_a_mute_card(bench: Bench) -> None:
    mute = AskedCard(fault("mute", seconds=600).apply(build_card(load_image("specimen"))))
    bench.slot.insert(mute)
    bench.daemon.slots[1].insert(build_card(load_image("cps")))
    waiting = subprocess.Popen(
        [sys.executable, "-c", CLIENT, json.dumps([bench.slot.name, ["connect", SELECT]])],
        env=os.environ | bench.daemon.environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert mute.asked.wait(60)
        other = Bench(bench.daemon)
        other.slot = bench.daemon.slots[1]
        assert other.told("connect")[0][0] == SUCCESS
        assert waiting.poll() is None, "the first still waits"
    finally:
        waiting.kill()
        waiting.wait()
