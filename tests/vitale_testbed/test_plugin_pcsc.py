"""The plugin's real PC/SC slots, and programs written with pyscard."""

import os
import signal
from pathlib import Path

import pytest

from emulator.readers import ReaderSetupError
from vitale_testbed import PcscReaders, virtual_pcsc_readers
from vitale_testbed.plugin.pcsc import DaemonKeeper

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.pcsc

SOURCE = """
import os, subprocess, sys
import pytest

SELECT = bytes.fromhex("00A404000BD250000002564954414C45")
LIST = "from reader_core.connections import pcsc_readers; print(pcsc_readers())"

def pids():
    seen = os.environ["PCSCLITE_CSOCK_NAME"]
    with open(os.environ["SEEN"], "a") as file:
        print(os.environ.get("PYTEST_XDIST_WORKER"), seen, file=file)

@pytest.mark.parametrize("again", range(2))
def test_cards_are_seen_and_leave(pcsc_readers, cps_card, again, apdu_log):
    pids()
    listed = subprocess.run([sys.executable, "-c", LIST], capture_output=True, text=True, check=True).stdout
    assert listed == "('Virtual PCD 00 00', 'Virtual PCD 00 01')\\n"
    connection = pcsc_readers.vitale.connect()
    connection.power_on()
    assert connection.transmit(SELECT)[0] == 0x61
    assert apdu_log.commands("vitale") == [SELECT]
    pcsc_readers.vitale.remove()
    pcsc_readers.vitale.insert("famille")
    connection.power_on()
    connection.close()
    assert pcsc_readers.cps.card is cps_card

def test_environment_is_put_back():
    assert "PCSCLITE_CSOCK_NAME" not in os.environ

def test_a_program_written_with_pyscard(card_reader, apdu_log):
    from smartcard.System import readers

    with card_reader.pyscard():
        first, second = readers()
        assert [str(first), str(second)] == [card_reader.vitale.name, card_reader.cps.name]
        connection = first.createConnection()
        connection.connect()
        assert connection.transmit(list(SELECT))[1] == 0x61
        connection.disconnect()
    assert apdu_log.commands("vitale") == [SELECT]

@pytest.mark.vitale(None)
def test_fails(pcsc_readers):
    pids()
    assert pcsc_readers.vitale.card is None
    pcsc_readers.cps.insert("cps").transmit(bytes.fromhex("00A4040C"))
    raise AssertionError
"""


def test_one_daemon_for_each_worker(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = pytester.path / "seen"
    monkeypatch.setenv("SEEN", str(seen))
    monkeypatch.delenv("PCSCLITE_CSOCK_NAME", raising=False)
    pytester.makeini("[pytest]\naddopts = --strict-markers -p no:cacheprovider\nfilterwarnings = error\n")
    pytester.makepyfile(SOURCE)
    result = pytester.runpytest_subprocess("-n2")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["*APDU exchange (call)*", "cps    power on   ATR 3B AC*"])
    used = {tuple(line.split()) for line in seen.read_text().splitlines()}
    assert {worker for worker, _ in used} <= {"gw0", "gw1"}
    assert len({worker for worker, _ in used}) == len({daemon for _, daemon in used}) == len(used)
    assert not any(Path(daemon).exists() for _, daemon in used)


def test_context_manager_ends_with_everything_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", "/somewhere/else")
    with virtual_pcsc_readers("famille", cps="cps", changes={"assure.regime": "05"}) as readers:
        socket = readers.environment["PCSCLITE_CSOCK_NAME"]
        assert os.environ["PCSCLITE_CSOCK_NAME"] == socket
        assert Path(socket).exists()
        connection = readers.vitale.connect()
        assert connection.power_on() == bytes.fromhex("3B751300004309EA9000")
        connection.close()
        assert readers.vitale.name == "Virtual PCD 00 00"
        assert readers.log[0].kind == "power_on"
    readers.close()
    assert os.environ["PCSCLITE_CSOCK_NAME"] == "/somewhere/else"
    assert not Path(socket).exists()


def test_a_daemon_that_died_is_started_again_for_the_next_test() -> None:
    keeper = DaemonKeeper()
    try:
        first = keeper.running()
        assert keeper.running() is first
        with PcscReaders(first, owned=False) as readers:
            readers.load("specimen", None)
            os.kill(first.pid, signal.SIGKILL)
        second = keeper.running()
        assert second is not first
        with PcscReaders(second, owned=False) as readers:
            readers.load("specimen", "cps")
    finally:
        keeper.close()
    with pytest.raises(ReaderSetupError):
        second.check()


def test_nothing_is_left_of_readers_that_could_not_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PCSCLITE_CSOCK_NAME", raising=False)
    seen: list[str] = []

    def fail(readers: PcscReaders, *_: object) -> None:
        seen.append(readers.environment["PCSCLITE_CSOCK_NAME"])
        raise ReaderSetupError("card_not_seen", "The card was not seen.", "Try again.")

    monkeypatch.setattr(PcscReaders, "load", fail)
    with pytest.raises(ReaderSetupError):
        virtual_pcsc_readers()
    assert not Path(seen[0]).exists()
    assert "PCSCLITE_CSOCK_NAME" not in os.environ
