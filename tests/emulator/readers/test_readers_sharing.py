"""Two programs on one reader: the same scenes on the in-process reader and on pcscd, with the same outcome."""

import importlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.readers import InProcessReader, PrivatePcscd, pyscard_readers
from emulator.readers.sharing import SharedReader, SharingViolationError
from reader_core.iso7816 import CardAbsentError, CardMuteError, CardRemovedError, CardResetError

VITALE = bytes.fromhex("3B751300004309EA9000")
ECHO = bytes.fromhex("00DA000002CAFE")

# Plays one scene with pyscard: each step is a program's name, what it does, and a mode or disposition.
PLAYER = """
import smartcard.scard as scard
from smartcard.Exceptions import SmartcardException
from smartcard.System import readers

MODES = {"shared": scard.SCARD_SHARE_SHARED, "exclusive": scard.SCARD_SHARE_EXCLUSIVE, "direct": scard.SCARD_SHARE_DIRECT}
DISPOSITIONS = {"leave": scard.SCARD_LEAVE_CARD, "reset": scard.SCARD_RESET_CARD, "unpower": scard.SCARD_UNPOWER_CARD}

def play(steps, move):
    programs, outcome = {}, []
    for who, what, how in steps:
        if who == "hand":
            move(what)
            continue
        program = programs.setdefault(who, readers()[0].createConnection())
        try:
            if what == "connect":
                told = program.connect(mode=MODES[how])
            elif what == "reconnect":
                told = program.reconnect(disposition=DISPOSITIONS[how])
            elif what == "disconnect":
                told = program.disconnect()
            elif what == "atr":
                told = bytes(program.getATR()).hex()
            else:
                told = program.transmit([0, 0xDA, 0, 0, 2, 0xCA, 0xFE])[1]
            outcome.append(told)
        except SmartcardException as error:
            outcome.append(f"{error.hresult & 0xFFFFFFFF:08x}" if error.hresult not in (0, -1) else "not connected")
    for program in programs.values():
        try:
            program.disconnect()
        except SmartcardException:
            pass
    return outcome
"""

REMOTE = (
    PLAYER
    + """
import json, sys

def move(what):
    print(json.dumps(what), flush=True)
    sys.stdin.readline()

for line in sys.stdin:
    print(json.dumps(play(json.loads(line), move)), flush=True)
"""
)

NO_CARD, VIOLATION, RESET, REMOVED = "8010000c", "8010000b", "80100068", "80100069"

SCENES: dict[str, tuple[list[tuple[str, str, str]], list[Any]]] = {
    "two share, and nobody is reset": (
        [("a", "connect", "shared"), ("b", "connect", "shared"), ("a", "ask", ""), ("b", "ask", ""), ("a", "ask", "")],
        [None, None, 0x90, 0x90, 0x90],
    ),
    "one alone keeps all others out, until it leaves": (
        [
            ("a", "connect", "exclusive"),
            ("b", "connect", "shared"),
            ("b", "connect", "exclusive"),
            ("b", "connect", "direct"),
            ("a", "ask", ""),
            ("a", "disconnect", ""),
            ("b", "connect", "shared"),
            ("b", "ask", ""),
        ],
        [None, VIOLATION, VIOLATION, VIOLATION, 0x90, None, None, 0x90],
    ),
    "one that shares keeps out who wants to be alone": (
        [
            ("a", "connect", "shared"),
            ("b", "connect", "exclusive"),
            ("a", "ask", ""),
            ("a", "disconnect", ""),
            ("b", "connect", "exclusive"),
        ],
        [None, VIOLATION, 0x90, None, None],
    ),
    "a reset is told to the other at every call until it reconnects": (
        [
            ("a", "connect", "shared"),
            ("b", "connect", "shared"),
            ("a", "reconnect", "reset"),
            ("a", "ask", ""),
            ("b", "ask", ""),
            ("b", "atr", ""),
            ("b", "ask", ""),
            ("b", "reconnect", "leave"),
            ("b", "ask", ""),
            ("a", "ask", ""),
        ],
        [None, None, None, 0x90, RESET, RESET, RESET, None, 0x90, 0x90],
    ),
    "who leaves as pyscard does by default resets the card for the other": (
        [
            ("a", "connect", "shared"),
            ("b", "connect", "shared"),
            ("a", "disconnect", ""),
            ("b", "ask", ""),
            ("b", "reconnect", "reset"),
            ("b", "ask", ""),
        ],
        [None, None, None, RESET, None, 0x90],
    ),
    "a card pulled is gone for both": (
        [
            ("a", "connect", "shared"),
            ("b", "connect", "shared"),
            ("hand", "remove", ""),
            ("a", "ask", ""),
            ("b", "ask", ""),
            ("a", "reconnect", "reset"),
            ("a", "ask", ""),
            ("b", "disconnect", ""),
            ("hand", "insert", ""),
            ("a", "connect", "shared"),
            ("a", "ask", ""),
        ],
        [None, None, REMOVED, REMOVED, NO_CARD, "not connected", None, None, 0x90],
    ),
    "an empty reader takes direct connections only": (
        [
            ("hand", "remove", ""),
            ("a", "connect", "shared"),
            ("a", "connect", "exclusive"),
            ("a", "connect", "direct"),
            ("a", "atr", ""),
            ("hand", "insert", ""),
        ],
        [NO_CARD, NO_CARD, None, ""],
    ),
    "a direct connection reads the card when there is one": (
        [("a", "connect", "shared"), ("b", "connect", "direct"), ("b", "atr", ""), ("b", "ask", ""), ("a", "ask", "")],
        [None, None, VITALE.hex(), 0x90, 0x90],
    ),
}


@pytest.fixture(scope="module")
def pcscd() -> Iterator[Any]:
    """Plays a scene in a process of its own, on a real pcscd."""
    with PrivatePcscd() as daemon:
        slot = daemon.slots[0]
        player = subprocess.Popen(
            [sys.executable, "-c", REMOTE],
            env={**daemon.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert player.stdin is not None
        assert player.stdout is not None
        to, back = player.stdin, player.stdout

        def play(steps: Any, card: Any) -> Any:
            slot.insert(card)
            to.write(json.dumps(steps) + "\n")
            to.flush()
            said: Any = json.loads(back.readline())
            while isinstance(said, str):  # what the hand shall do, until the outcome comes
                slot.remove() if said == "remove" else slot.insert(card)
                to.write("done\n")
                to.flush()
                said = json.loads(back.readline())
            slot.remove()
            return said

        with to, back:
            yield play
        player.wait(60)


@pytest.mark.pcsc
@pytest.mark.xdist_group("readers-sharing")
@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_on_pcscd(scene: str, pcscd: Any, tiny: Any) -> None:
    steps, expected = SCENES[scene]
    assert pcscd(steps, tiny(atr=VITALE)) == expected


@pytest.mark.pcsc
@pytest.mark.parametrize("scene", SCENES)
def test_the_scene_in_process(scene: str, tiny: Any) -> None:
    steps, expected = SCENES[scene]
    card = tiny(atr=VITALE)
    reader = InProcessReader("Slot", card)

    def move(what: str) -> None:
        reader.remove() if what == "remove" else reader.insert(card)

    namespace: dict[str, Any] = {}
    with pyscard_readers(reader):
        exec(PLAYER, namespace)  # the text that the other process runs too
        assert namespace["play"](steps, move) == expected
    assert card.powered is False


def test_the_second_program_finds_the_card_as_the_first_left_it(tiny: Any) -> None:
    card = tiny()
    shared = SharedReader(InProcessReader("Slot", card))
    first, second = shared.connect(), shared.connect()
    assert first.transmit(ECHO) == second.transmit(ECHO)
    second.close("leave")
    second.close("reset")  # it has left already
    assert first.transmit(ECHO).endswith(b"\x90\x00")
    first.close()
    assert card.log == ["on", *[ECHO.hex()] * 3, "off"]


def test_who_wants_to_be_alone_later_is_told_at_once(tiny: Any) -> None:
    shared = SharedReader(InProcessReader("Slot", tiny()))
    first, second = shared.connect(), shared.connect()
    with pytest.raises(SharingViolationError) as caught:
        first.reconnect("exclusive", "leave")
    assert caught.value.code == "sharing_violation"
    assert caught.value.reader == "Slot"
    second.close("leave")
    first.reconnect("exclusive", "leave")
    with pytest.raises(SharingViolationError):
        shared.connect()
    first.reconnect("shared", "leave")
    assert shared.connect().transmit(ECHO)


def test_the_same_card_inserted_again_is_another_card(tiny: Any) -> None:
    card = tiny()
    reader = InProcessReader("Slot", card)
    shared = SharedReader(reader)
    first, second = shared.connect(), shared.connect()
    reader.remove()
    with pytest.raises(CardAbsentError):
        shared.connect()
    reader.insert(card)
    for program in (first, second):
        with pytest.raises(CardRemovedError):
            program.transmit(ECHO)
    first.reconnect(disposition="leave")
    assert first.transmit(ECHO)
    with pytest.raises(CardRemovedError):
        second.check()
    second.close()  # which must not reset the card that it never saw
    assert first.transmit(ECHO)
    assert card.powered


def test_a_card_that_does_not_come_up_leaves_nobody_connected(tiny: Any) -> None:
    card = tiny()
    good, card.power_on = card.power_on, lambda: (_ for _ in ()).throw(CardMuteError(""))
    shared = SharedReader(InProcessReader("Slot", card))
    with pytest.raises(CardMuteError):
        shared.connect("exclusive")
    card.power_on = good
    assert shared.connect("exclusive").transmit(ECHO)


def test_programs_in_threads_reset_and_ask_without_mixing_answers(tiny: Any) -> None:
    shared = SharedReader(InProcessReader("Slot", tiny()))
    wrong: list[object] = []

    def work(number: int) -> None:
        program = shared.connect()
        for turn in range(100):
            try:
                if turn % 10 == number:
                    program.reconnect()
                answer = program.transmit(bytes([0, 0xDA, 0, 0, 1, number]))
                wrong.extend([answer] if answer != bytes([number, 0x90, 0]) else [])
            except CardResetError:
                program.reconnect(disposition="leave")
        program.close("leave")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


@pytest.mark.pcsc
def test_readers_are_plugged_in_and_out_while_programs_run(tiny: Any) -> None:
    system, scard = (importlib.import_module(f"smartcard.{name}") for name in ("System", "scard"))
    error = importlib.import_module("smartcard.Exceptions").CardConnectionException
    monitoring = importlib.import_module("smartcard.ReaderMonitoring")
    changes: queue.Queue[list[list[str]]] = queue.Queue()

    class Observer(monitoring.ReaderObserver):
        def update(self, _observable: Any, handlers: Any) -> None:
            changes.put([sorted(map(str, each)) for each in handlers])

    card = tiny(atr=VITALE)
    first, second = InProcessReader("First", card), InProcessReader("Second")
    with pyscard_readers(first) as rack:
        monitor, observer = monitoring.ReaderMonitor(period=0.02), Observer()
        monitor.addObserver(observer)
        try:
            assert changes.get(timeout=60) == [["First"], []]
            old = system.readers()[0]
            connection = old.createConnection()
            connection.connect()
            rack.plug(second)
            assert changes.get(timeout=60) == [["Second"], []]
            with pytest.raises(ValueError, match="First is plugged in already"):
                rack.plug(InProcessReader("First"))
            rack.unplug(first)
            assert changes.get(timeout=60) == [[], ["First"]]
            with pytest.raises(ValueError, match="First is not plugged in"):
                rack.unplug(first)
            assert card.powered is False
            for call in (
                lambda: connection.transmit(list(ECHO)),
                connection.reconnect,
                old.createConnection().connect,
            ):
                with pytest.raises(error) as caught:
                    call()
                assert caught.value.hresult == scard.SCARD_E_READER_UNAVAILABLE
            rack.plug(first)
            assert changes.get(timeout=60) == [["First"], []]
            assert [str(reader) for reader in system.readers()] == ["Second", "First"]
            with system.readers()[1].createConnection() as again:
                again.connect()
                assert again.transmit(list(ECHO)) == ([0xCA, 0xFE], 0x90, 0x00)
        finally:
            monitor.deleteObserver(observer)
