"""Real pcscds of our own, and the cards that programs nobody here wrote see in them."""

import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from waiting import has_ended, until

from emulator.readers import InsertSession, PrivatePcscd, PulledCard, ReaderSetupError, SharedPcscd, system
from emulator.readers.pcscd_client import PcscdClient
from reader_core.iso7816 import CardMuteError

pytestmark = pytest.mark.pcsc

VITALE = bytes.fromhex("3B751300004309EA9000")
ECHO = "00DA000002CAFE"
USUAL_PORT = 35963
"""Where the vpcd of a distribution listens."""


def tool(daemon: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    """OpenSC's `opensc-tool`, in the environment that the daemon asks for."""
    environment = os.environ | {"LC_ALL": "C"} | daemon.environment
    return subprocess.run(
        ["opensc-tool", *arguments], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def states(daemon: PrivatePcscd) -> list[tuple[bool, bytes, int]]:
    with PcscdClient(daemon.environment["PCSCLITE_CSOCK_NAME"]) as client:
        return [(state.present, state.atr, state.events) for state in client.states()]


def has_died(daemon: PrivatePcscd) -> bool:
    try:
        daemon.check()
    except ReaderSetupError:
        return True
    return False


def parent_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"^PPid:\s+(\d+)$", status, re.MULTILINE)[0])


def listening(pid: int, network: object) -> set[int]:
    """The ports on which a process listens in the network of a process; others may do so beside it."""
    files = [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()]
    rows = [line.split() for line in Path(f"/proc/{network}/net/tcp").read_text().splitlines()[1:]]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in files}


def test_two_cards_are_seen_by_opensc_and_nobody_elses_port_is_used(tiny: Any) -> None:
    vitale, cps = tiny(atr=VITALE), tiny()
    with PrivatePcscd([vitale, cps]) as daemon:
        assert [slot.address for slot in daemon.slots] == ["pcsc:Virtual PCD 00 00", "pcsc:Virtual PCD 00 01"]
        assert daemon.slots[0].card is vitale
        listed = tool(daemon, "-l").stdout
        assert re.findall(r"^(\d) +(\w+) +(Virtual PCD .*)$", listed, re.MULTILINE) == [
            ("0", "Yes", "Virtual PCD 00 00"),
            ("1", "Yes", "Virtual PCD 00 01"),
        ]
        assert tool(daemon, "-a", "-r", "0").stdout.strip() == VITALE.hex(":")
        assert tool(daemon, "-a", "-r", "1").stdout.strip() == cps.atr.hex(":")
        answer = tool(daemon, "-r", "1", "-c", "default", "-s", ECHO).stdout
        assert "Received (SW1=0x90, SW2=0x00):\nCA FE" in answer
        assert ECHO.lower() in cps.log
        assert daemon.isolated
        assert USUAL_PORT in listening(daemon.pid, daemon.pid), "in a network of its own"
        assert listening(daemon.pid, "self") == set()
        directory = Path(daemon.environment["PCSCLITE_CSOCK_NAME"]).parent
    assert has_ended(daemon.pid)
    assert not directory.exists()
    assert vitale.powered is False


def test_a_hundred_commands_take_no_time(tiny: Any) -> None:
    with PrivatePcscd([tiny()]) as daemon:
        spent = 5.0
        for _ in range(5):  # the best of five: it is not how busy the machine is that is measured
            start = time.monotonic()
            answered = tool(daemon, "-r", "0", "-c", "default", *["-s", ECHO] * 100)
            assert answered.stdout.count("SW1=0x90") == 100
            if (spent := time.monotonic() - start) < 3:
                break
    assert spent < 3  # 4.4 s and more with delayed acknowledgements


def test_cards_come_and_go_and_every_change_is_announced(tiny: Any) -> None:
    with PrivatePcscd() as daemon:
        slot, other = daemon.slots
        assert [present for present, _, _ in states(daemon)[:2]] == [False, False]
        for turn, atr in enumerate([VITALE, bytes.fromhex("3B00")]):
            card = tiny(atr=atr)
            slot.insert(card)
            assert states(daemon)[0] == (True, atr, 2 * turn + 1)
            with pytest.raises(ReaderSetupError) as caught:
                slot.insert(tiny())
            assert caught.value.code == "slot_taken"
            assert slot.remove() is card
            assert states(daemon)[0][::2] == (False, 2 * turn + 2)
            assert card.powered is False
        assert slot.remove() is None
        assert other.card is None


def test_two_daemons_do_not_see_each_others_cards(tiny: Any) -> None:
    with PrivatePcscd([tiny(atr=VITALE)]) as one, PrivatePcscd([tiny(), tiny()]) as two:
        assert one.environment != two.environment
        assert [present for present, _, _ in states(one)] == [True, False]
        assert [present for present, _, _ in states(two)] == [True, True]
        assert tool(one, "-a", "-r", "0").stdout.strip() == VITALE.hex(":")


def test_a_card_pulled_in_the_middle_leaves_the_slot_and_another_may_follow(tiny: Any) -> None:
    with PrivatePcscd([PulledCard(tiny(), 1)]) as daemon:
        slot = daemon.slots[0]
        answered = tool(daemon, "-r", "0", "-c", "default", "-s", ECHO, "-s", ECHO)
        assert answered.stdout.count("SW1=0x90") == 1
        assert answered.returncode != 0
        until(lambda: not states(daemon)[0][0])
        assert slot.card is None
        slot.insert(tiny(atr=VITALE))
        assert states(daemon)[0][:2] == (True, VITALE)


@pytest.mark.parametrize("answer", [b"", CardMuteError("")])
def test_a_mute_card_does_not_hang_the_daemon(tiny: Any, answer: Any) -> None:
    with PrivatePcscd([tiny(answers=[answer]), tiny()]) as daemon:
        assert tool(daemon, "-r", "0", "-c", "default", "-s", ECHO).returncode != 0
        assert tool(daemon, "-a", "-r", "1").returncode == 0


def test_a_hanging_card_does_not_keep_the_daemon_from_ending(tiny: Any) -> None:
    card = tiny(hold=threading.Event())
    with PrivatePcscd([card]) as daemon:
        program = subprocess.Popen(
            ["opensc-tool", "-r", "0", "-c", "default", "-s", ECHO],
            env=os.environ | daemon.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert card.busy.wait(60)
    assert has_ended(daemon.pid)
    card.hold.set()
    assert program.wait(60) != 0


def test_without_namespaces_it_takes_free_ports_below_the_ephemeral_ones(tiny: Any) -> None:
    with PrivatePcscd([tiny(atr=VITALE)], isolated=False) as one, PrivatePcscd([tiny()], isolated=False) as two:
        assert not one.isolated
        assert {slot.port for daemon in (one, two) for slot in daemon.slots} < set(range(20_000, 32_768))
        assert tool(one, "-a", "-r", "0").stdout.strip() == VITALE.hex(":")


def test_a_port_already_taken_is_said(tiny: Any) -> None:
    port = system.free_ports()
    with PrivatePcscd(port=port, isolated=False), pytest.raises(ReaderSetupError) as caught:
        PrivatePcscd(port=port, isolated=False)
    assert caught.value.code == "port_taken"
    assert str(port) in caught.value.message


def test_a_port_taken_after_we_looked_is_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    port = system.free_ports()

    def overlook(*_: int) -> None:
        return None

    monkeypatch.setattr("emulator.readers.started.check_ports", overlook)
    with PrivatePcscd(port=port, isolated=False), pytest.raises(ReaderSetupError) as caught:
        PrivatePcscd(port=port, isolated=False)
    assert caught.value.code == "port_taken"


def test_a_pcscd_that_ends_at_once_is_told_with_its_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    liar = tmp_path / "pcscd"
    liar.write_text("#!/bin/sh\necho cannot create /run/pcscd\nexit 3\n")
    liar.chmod(0o755)
    monkeypatch.setattr("emulator.readers.started.find_pcscd", lambda: liar)
    with pytest.raises(ReaderSetupError) as caught:
        PrivatePcscd()
    assert caught.value.code == "pcscd_failed"
    assert "pcscd: cannot create /run/pcscd" in caught.value.message
    assert "mkdir -p /run/pcscd" in caught.value.next_step


def test_a_killed_daemon_is_noticed_by_everything_that_needs_it(tiny: Any) -> None:
    with PrivatePcscd([tiny()]) as daemon:
        daemon.check()
        os.kill(daemon.pid, signal.SIGKILL)
        until(lambda: daemon.slots[0].card is None)
        until(lambda: has_died(daemon))  # its supervisor tells
        calls = [daemon.check, lambda: daemon.slots[1].insert(tiny()), daemon.slots[1].wait_seen]
        for call in calls:
            with pytest.raises(ReaderSetupError) as caught:
                call()
            assert caught.value.code == "daemon_died"
            assert "SIGKILL" in caught.value.message
            assert str(daemon.pid) in caught.value.message
        daemon.slots[0].remove()


def test_a_killed_supervisor_takes_the_daemon_along(tiny: Any) -> None:
    with PrivatePcscd([tiny()]) as daemon:
        directory = Path(daemon.environment["PCSCLITE_CSOCK_NAME"]).parent
        os.kill(parent_of(daemon.pid), signal.SIGKILL)
        until(lambda: has_ended(daemon.pid))
        with pytest.raises(ReaderSetupError) as caught:
            daemon.slots[1].insert(tiny())
        assert caught.value.code == "daemon_died"
    assert not directory.exists()


def test_a_card_that_never_appears_is_said(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with PrivatePcscd() as daemon:
        slot = daemon.slots[0]
        slot.insert(tiny(), wait=False)
        with pytest.raises(ReaderSetupError) as caught:
            slot.wait_seen(0)
        assert caught.value.code == "card_not_seen"
        assert "no card" in caught.value.message


def test_a_running_daemon_lends_its_free_slots(tiny: Any) -> None:
    with PrivatePcscd([tiny(atr=VITALE)], isolated=False) as daemon:
        path = daemon.environment["PCSCLITE_CSOCK_NAME"]
        shared = SharedPcscd(path, Path(path).parent / "conf")
        (slot,) = shared.free_slots()
        assert slot.name == "Virtual PCD 00 01"
        slot.insert(tiny())
        assert tool(daemon, "-a", "-r", "1").stdout.strip() == "3b:80:80:01:01"
        assert shared.free_slots() == ()
        slot.remove()
        assert shared.free_slots() == (slot,)


def test_a_session_ends_by_a_signal_and_puts_the_handlers_back(tiny: Any) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    card = tiny(atr=VITALE)
    timer = threading.Timer(1, os.kill, (os.getpid(), signal.SIGTERM))
    with InsertSession([card], private=True) as session:
        assert session.started
        assert [slot.name for slot in session.slots] == ["Virtual PCD 00 00"]
        assert tool(session, "-a", "-r", "0").stdout.strip() == VITALE.hex(":")

        def wait() -> None:
            timer.start()
            session.wait()

        with pytest.raises(KeyboardInterrupt):
            wait()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
    assert card.powered is False


def test_a_session_borrows_the_slots_of_a_running_daemon(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with PrivatePcscd(isolated=False) as daemon:
        path = daemon.environment["PCSCLITE_CSOCK_NAME"]

        def running() -> SharedPcscd:
            return SharedPcscd(path, Path(path).parent / "conf")

        monkeypatch.setattr("emulator.readers.insert.SharedPcscd", running)
        with InsertSession([tiny(atr=VITALE), tiny()]) as session:
            assert not session.started
            assert session.environment == {}
            assert [present for present, _, _ in states(daemon)] == [True, True]
            with pytest.raises(ReaderSetupError) as caught, InsertSession([tiny()]):
                pass
            assert caught.value.code == "slots_busy"
        assert [present for present, _, _ in states(daemon)] == [False, False]
