"""What is missing is told apart, each with its one fix. Nothing needs to be installed for these."""

import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.readers import InsertSession, PrivatePcscd, ReaderSetupError, SharedPcscd, system
from emulator.readers.pcscd_client import PcscdClient, PcscdError
from emulator.readers.public import PublicPcscd

ENTRY = 'FRIENDLYNAME "{name}"\nDEVICENAME   {device}\nLIBPATH      {library}\nCHANNELID    {channel}\n'


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without PC/SC. Returns the directory where its programs and drivers would be."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(system, "_SBIN", ())
    monkeypatch.setattr(system, "_DRIVER_PLACES", (str(tmp_path),))
    monkeypatch.setattr(system, "CONFIG_DIRECTORY", tmp_path / "reader.conf.d")
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "pcscd.comm"))
    monkeypatch.setattr("emulator.readers.public.DEFAULT_SOCKET", tmp_path / "pcscd" / "pcscd.comm")
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path


def _program(path: Path) -> Path:
    path.write_text("#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    return path


def _error(call: Any, *args: Any, **more: Any) -> ReaderSetupError:
    with pytest.raises(ReaderSetupError) as caught:
        call(*args, **more)
    assert str(caught.value) == f"{caught.value.message} {caught.value.next_step}"
    return caught.value


def test_a_missing_pcscd_is_named_with_the_command_that_brings_it(bare_machine: Path, tiny: Any) -> None:
    error = _error(PrivatePcscd)
    assert error.code == "pcscd_missing"
    assert error.next_step == "Run: apt-get install pcscd vsmartcard-vpcd"
    assert _error(InsertSession([tiny()], private=True).__enter__).code == "pcscd_missing"
    assert _error(InsertSession([tiny()]).__enter__).code == "pcscd_missing"
    assert list(bare_machine.iterdir()) == []


def test_a_missing_driver_is_told_apart_from_a_missing_pcscd(bare_machine: Path) -> None:
    _program(bare_machine / "pcscd")
    error = _error(PrivatePcscd)
    assert error.code == "vpcd_missing"
    assert "libifdvpcd.so" in error.message
    assert error.next_step == "Run: apt-get install pcscd vsmartcard-vpcd"


def test_the_driver_is_found_where_the_configuration_says(bare_machine: Path) -> None:
    library = bare_machine / "elsewhere-vpcd.so"
    library.touch()
    configuration = bare_machine / "reader.conf.d"
    configuration.mkdir()
    (configuration / "nothing").mkdir()
    (configuration / "ccid").write_text(ENTRY.format(name="C", device="/dev/x", library="/lib/ccid.so", channel=1))
    (configuration / "vpcd").write_text(ENTRY.format(name="V", device="/dev/null:1", library=library, channel=1))
    assert system.find_vpcd() == library


def test_pcscd_is_found_outside_the_path_of_an_ordinary_user(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sbin = bare_machine / "sbin"
    sbin.mkdir()
    monkeypatch.setattr(system, "_SBIN", (str(sbin),))
    program = _program(sbin / "pcscd")
    assert system.find_pcscd() == program


@pytest.mark.parametrize("reader", [PrivatePcscd, PublicPcscd, SharedPcscd])
def test_other_systems_are_sent_to_the_readers_that_work_there(monkeypatch: pytest.MonkeyPatch, reader: Any) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    error = _error(reader)
    assert error.code == "unsupported_system"
    assert "`socket`" in error.next_step


def test_the_readers_that_need_nothing_load_where_there_is_nothing() -> None:
    """No PC/SC library, no pyscard, and not even the modules of Python that only Unix has."""
    program = (
        "import sys, subprocess\n"
        "for missing in ('smartcard', 'fcntl', 'pwd', 'grp'): sys.modules[missing] = None\n"
        "import emulator.readers\n"
        "assert 'ctypes' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


def test_a_public_pcscd_is_not_started_beside_another(
    bare_machine: Path, fake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.readers.public.DEFAULT_SOCKET", Path(fake(("R", 2)).path))
    error = _error(PublicPcscd)
    assert error.code == "pcscd_running"
    assert "PCSCLITE_CSOCK_NAME" in error.next_step


def test_who_may_not_start_a_public_pcscd_learns_the_two_ways_out(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, _mode: int) -> bool:
        return False

    monkeypatch.setattr("os.access", refuse)
    error = _error(PublicPcscd)
    assert error.code == "pcscd_not_running"
    assert "--private" in error.next_step


@pytest.mark.parametrize("which", [0, 1])
def test_a_taken_port_is_named(which: int) -> None:
    first = system.free_ports()
    assert 20_000 <= first < 32_768
    with socket.socket() as other:
        other.bind(("", first + which))
        other.listen()
        error = _error(system.check_ports, first)
    assert error.code == "port_taken"
    assert str(first + which) in error.message
    assert "another port" in error.next_step


def test_no_free_port_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: int) -> None:
        raise ReaderSetupError("port_taken", "", "")

    monkeypatch.setattr(system, "check_ports", taken)
    assert _error(system.free_ports).code == "port_taken"


@pytest.mark.parametrize("count", [0, 3])
def test_one_or_two_cards_can_be_inserted(tiny: Any, count: int) -> None:
    with pytest.raises(ValueError, match="one or two"):
        InsertSession([tiny() for _ in range(count)])


def test_three_cards_do_not_fit_a_private_pcscd(tiny: Any) -> None:
    with pytest.raises(ValueError, match="3 cards do not fit into 2 slots"):
        PrivatePcscd([tiny(), tiny(), tiny()])


# --- a daemon made of twenty lines, for what a real one does not do ---------------------------------------------------


class FakePcscd:
    """Answers the two messages we send; the readers it has are (name, state) pairs."""

    def __init__(self, path: Path, readers: list[tuple[str, int]], version: tuple[int, int, int] = (4, 4, 0)) -> None:
        self.readers, self.version = readers, version
        self.path = str(path)
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(self.path)
        self.server.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            while head := client.recv(8, socket.MSG_WAITALL):
                size, command = struct.unpack("=II", head)
                client.recv(size, socket.MSG_WAITALL) if size else b""
                if command == 0x11:
                    client.sendall(struct.pack("=iiI", *self.version))
                elif not self.readers:
                    return
                else:
                    rows = [struct.pack("=128sIIi33s3xII", n.encode(), 0, s, 0, b"", 0, 0) for n, s in self.readers]
                    client.sendall(b"".join(rows).ljust(184 * 16, b"\0"))


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Any]:
    made: list[FakePcscd] = []

    def make(*readers: tuple[str, int], version: tuple[int, int, int] = (4, 4, 0)) -> FakePcscd:
        made.append(FakePcscd(tmp_path / "comm", list(readers), version))
        return made[-1]

    yield make
    for daemon in made:
        daemon.server.close()


def test_no_daemon_at_all(tmp_path: Path) -> None:
    error = _error(SharedPcscd, str(tmp_path / "nothing"))
    assert error.code == "pcscd_not_running"
    assert "nothing" in error.message


@pytest.mark.parametrize("version", [(5, 0, 0), (4, 4, 0x8010001E)])
def test_a_daemon_of_another_protocol_is_not_guessed_at(fake: Any, version: tuple[int, int, int]) -> None:
    with pytest.raises(PcscdError, match=f"version {version[0]}"):
        PcscdClient(fake(("R", 2), version=version).path)


def test_a_daemon_that_goes_while_it_is_asked(fake: Any) -> None:
    with PcscdClient(fake().path) as client, pytest.raises(PcscdError, match="closed"):
        client.states()


def test_a_running_daemon_without_vpcd_is_named_with_its_readers(fake: Any, tmp_path: Path) -> None:
    configuration = tmp_path / "empty"
    configuration.mkdir()
    error = _error(SharedPcscd, fake(("Gemalto PC Twin Reader 00 00", 2)).path, configuration)
    assert error.code == "vpcd_missing"
    assert "Gemalto" in error.message
    assert "vsmartcard-vpcd" in error.next_step


def test_the_slots_of_a_running_daemon_are_paired_with_their_ports(fake: Any, tmp_path: Path) -> None:
    configuration = tmp_path / "conf"
    configuration.mkdir()
    (configuration / "a-vpcd").write_text(
        ENTRY.format(name="Virtual PCD", device="/dev/null:0x8C7B", library="/x/libifdvpcd.so", channel="0x8C7B")
        + ENTRY.format(name="Virtual PCD", device="/dev/null", library="/y/libifdvpcd.so", channel="30000")
    )
    (configuration / "other").write_text(ENTRY.format(name="Other", device="/dev/x", library="/x.so", channel="1"))
    names = ["Gemalto 00 00", "Virtual PCD 01 00", "Virtual PCD 01 01", "Virtual PCD 02 00", "Virtual PCD 03 00", "odd"]
    daemon = fake(*[(name, 4 if name == "Virtual PCD 01 00" else 2) for name in names])
    shared = SharedPcscd(daemon.path, configuration)
    assert [(slot.name, slot.port) for slot in shared.slots] == [
        ("Virtual PCD 01 00", 35963),
        ("Virtual PCD 01 01", 35964),
        ("Virtual PCD 02 00", 30000),
    ]
    assert [slot.name for slot in shared.free_slots()] == ["Virtual PCD 01 01", "Virtual PCD 02 00"]
    assert shared.slots[0].address == "pcsc:Virtual PCD 01 00"
    shared.check()
    daemon.server.close()
    Path(daemon.path).unlink()
    assert _error(shared.check).code == "daemon_died"


def test_a_slot_that_cannot_be_reached_says_who_may_hold_it(fake: Any, tmp_path: Path, tiny: Any) -> None:
    configuration = tmp_path / "conf"
    configuration.mkdir()
    port = system.free_ports()
    (configuration / "vpcd").write_text(
        ENTRY.format(name="V", device=f"/dev/null:{port}", library="/x/libifdvpcd.so", channel=port)
    )
    (slot,) = SharedPcscd(fake(("V 00 00", 2)).path, configuration).slots
    error = _error(slot.insert, tiny())
    assert error.code == "slot_unreachable"
    assert str(port) in error.message
    assert slot.card is None
