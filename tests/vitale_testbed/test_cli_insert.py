"""`vitale insert` and readers over the real PC/SC stack, as other programs see them.

Each test has a machine of its own: namespaces with an empty /run, where no daemon runs and every port is free.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from waiting import has_ended, until

pytestmark = pytest.mark.pcsc

_KEEP = "mount -t tmpfs tmpfs /run && ip link set lo up && echo up && exec sleep 600"


class Machine:
    """Programs with a /run and a network of their own."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._keeper = subprocess.Popen(["unshare", "-Urmn", "sh", "-c", _KEEP], stdout=subprocess.PIPE, text=True)
        assert self._keeper.stdout is not None
        assert self._keeper.stdout.readline() == "up\n"

    def close(self) -> None:
        self._keeper.kill()
        self._keeper.communicate()

    def _command(self, *words: str | Path) -> list[str]:
        enter = ["nsenter", "-t", str(self._keeper.pid), "-U", "-m", "-n", "--preserve-credentials"]
        return [*enter, "sh", "-c", 'cd "$0" && exec "$@"', *map(str, (self._work, *words))]

    def run(self, *words: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(*words), capture_output=True, text=True, env={**os.environ, **(env or {})}, timeout=200
        )

    @contextmanager
    def started(self, *words: str) -> Generator[subprocess.Popen[str]]:
        """A program that runs until the end of the block."""
        program = subprocess.Popen(self._command(*words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield program
        finally:
            program.kill()
            program.communicate()

    def vitale(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "vitale_testbed", *arguments)

    def read(self, *arguments: str) -> dict[str, Any]:
        return json.loads(self.vitale("read", *arguments, "--format", "json").stdout)

    def atr(self, slot: int, env: dict[str, str] | None = None) -> str:
        done = self.run("opensc-tool", "-a", "-r", str(slot), env=env)
        return done.stdout.strip() or done.stderr.strip()

    @contextmanager
    def inserted(self, *arguments: str) -> Generator[tuple[subprocess.Popen[str], str]]:
        """Run `vitale insert` until the end of the block; gives the process and what it printed up to its slots."""
        process = subprocess.Popen(
            self._command(sys.executable, "-m", "vitale_testbed", "insert", *arguments),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        printed = ""
        try:
            while printed.count("Virtual PCD") < sum(not argument.startswith("-") for argument in arguments):
                line = process.stdout.readline()
                assert line, process.stderr.read()
                printed += line
            yield process, printed
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)


@pytest.fixture
def machine(tmp_path: Path) -> Generator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.close()


def descendants(pid: int) -> set[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    children = {int(each) for each in found.stdout.split()}
    return children.union(*(descendants(child) for child in children))


def test_every_program_sees_the_cards_until_ctrl_c(machine: Machine) -> None:
    with machine.inserted("specimen", "cps") as (process, printed):
        assert printed.startswith("ready")
        assert machine.atr(0) == "3b:75:13:00:00:43:09:ea:90:00"
        assert machine.atr(1) == "3b:ac:00:40:2a:00:12:25:00:64:80:00:03:10:00:90:00"
        readers = ["--vitale", "pcsc:Virtual PCD 00 00", "--cps", "Virtual PCD 00 01", "--pin"]
        codes = [machine.read(*readers, "0000")["protected"]["code"] for _ in range(2)]
        assert codes == ["pin_wrong", "pin_wrong"], "the card keeps its counter"
        assert machine.read(*readers, "1234")["protected"]["status"] == "read"
    assert process.returncode == 0
    assert "No smart card readers" in machine.atr(0), "the daemon that was started is stopped"


def test_private_slots_are_seen_by_those_who_know(machine: Machine) -> None:
    with machine.inserted("--private", "famille") as (process, printed):
        name = re.search(r"PCSCLITE_CSOCK_NAME=(\S+)", printed)
        assert name is not None
        assert machine.atr(0, {"PCSCLITE_CSOCK_NAME": name[1]}) == "3b:75:13:00:00:43:09:ea:90:00"
        assert "No smart card readers" in machine.atr(0)
    assert process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_daemon_is_left(machine: Machine, number: signal.Signals) -> None:
    with machine.inserted("specimen") as (process, _):
        started = descendants(process.pid)
        assert started
        process.send_signal(number)
        process.wait(timeout=60)
    until(lambda: all(has_ended(pid) for pid in started))
    assert "No smart card readers" in machine.atr(0)


def test_a_second_insert_is_told_what_to_do(machine: Machine) -> None:
    with machine.inserted("specimen", "cps"):
        second = machine.vitale("insert", "famille")
        assert second.returncode == 2
        assert "--private" in second.stderr


def test_a_missing_pcscd_names_the_package(machine: Machine) -> None:
    machine.run("mount", "--bind", "/dev/null", "/usr/sbin/pcscd")
    refused = machine.vitale("insert", "specimen")
    assert refused.returncode == 2
    assert "apt-get install pcscd" in refused.stderr


def test_a_port_already_taken_is_no_obstacle(machine: Machine) -> None:
    """vpcd's usual port is taken: another one is found, and the card is there."""
    taker = "import socket; s = socket.create_server(('0.0.0.0', 35963)); print(flush=True); input()"
    with machine.started(sys.executable, "-c", taker) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "\n"
        with machine.inserted("specimen") as (process, printed):
            assert printed.startswith("ready")
            assert machine.atr(0) == "3b:75:13:00:00:43:09:ea:90:00"
        assert other.poll() is None
    assert process.returncode == 0
