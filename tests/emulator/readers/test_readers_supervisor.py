"""The parent of a pcscd, spoken to in its own protocol."""

import json
import multiprocessing
import os
import signal
import socket
from collections.abc import Callable, Iterator
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import pytest

from emulator.readers import supervisor, system
from emulator.readers.pcscd_client import PcscdClient

pytestmark = pytest.mark.pcsc

NAMESPACES = ["user", "mount", "net"]


class Parent:
    """Our end of a supervisor's control socket."""

    def __init__(self, pid: int | None = None) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.settimeout(60)
        with theirs:
            self.process: SpawnProcess = multiprocessing.get_context("spawn").Process(
                target=supervisor.main, args=(theirs, pid or os.getpid()), daemon=True
            )
            self.process.start()

    def say(self, message: dict[str, Any]) -> None:
        self.control.send(json.dumps(message).encode())

    def hear(self) -> tuple[dict[str, Any], list[int]]:
        message, descriptors, _, _ = socket.recv_fds(self.control, 0xFFFF, 1)
        return json.loads(message or b"{}"), descriptors

    def ended(self) -> bool:
        self.process.join(60)
        return self.process.exitcode == 0


@pytest.fixture
def plan(tmp_path: Path) -> dict[str, Any]:
    work = tmp_path / "work"
    config = work / "conf"
    config.mkdir(parents=True)
    return {
        "pcscd": str(system.find_pcscd()),
        "config": str(config),
        "log": str(work / "log"),
        "directory": str(work),
        "socket": str(work / "comm"),
        "namespaces": NAMESPACES,
        "hide": ["/usr/lib/pcsc/drivers"],
    }


@pytest.fixture
def start() -> Iterator[Callable[..., Parent]]:
    made: list[Parent] = []

    def make(pid: int | None = None) -> Parent:
        made.append(Parent(pid))
        return made[-1]

    yield make
    for parent in made:
        parent.control.close()
        parent.process.join(30)
        parent.process.kill()


def _running(pid: int) -> bool:
    try:
        return "pcscd" in Path(f"/proc/{pid}/comm").read_text()
    except FileNotFoundError:
        return False


def test_it_starts_connects_and_stops_at_the_end_of_the_control_socket(start: Any, plan: Any) -> None:
    parent = start()
    parent.say(plan)
    started, _ = parent.hear()
    assert started["event"] == "started"
    with PcscdClient(plan["socket"]) as client:
        assert client.states() == ()
    assert _running(started["pid"])
    parent.say({"connect": 1})
    refused, _ = parent.hear()
    assert refused["event"] == "not_connected"
    parent.control.close()
    assert parent.ended()
    assert not _running(started["pid"])
    assert not Path(plan["directory"]).exists()


def test_it_stops_when_it_is_told_to_end(start: Any, plan: Any) -> None:
    parent = start()
    parent.say(plan)
    started, _ = parent.hear()
    parent.process.terminate()
    assert parent.ended()
    assert not _running(started["pid"])


def test_it_tells_how_the_daemon_died_and_what_it_said(start: Any, plan: Any) -> None:
    parent = start()
    parent.say(plan)
    started, _ = parent.hear()
    os.kill(started["pid"], signal.SIGKILL)
    died, _ = parent.hear()
    assert died == {"event": "died", "status": -signal.SIGKILL, "log": died["log"]}
    assert parent.ended()
    assert not Path(plan["directory"]).exists()


def test_it_tells_why_a_daemon_cannot_even_be_executed(start: Any, plan: Any) -> None:
    parent = start()
    parent.say(plan | {"pcscd": "/nonexistent/pcscd", "namespaces": [], "hide": []})
    assert parent.hear()[0]["event"] == "started"
    died, _ = parent.hear()
    assert died["status"] == 127
    assert "/nonexistent/pcscd: No such file or directory" in died["log"]


def test_namespaces_that_cannot_be_made_are_refused_with_the_reason(start: Any, plan: Any) -> None:
    parent = start()
    parent.say(plan | {"hide": ["/nonexistent"]})
    refused, _ = parent.hear()
    assert refused == {"event": "refused", "reason": "mount: No such file or directory"}
    assert parent.ended()
    assert not Path(plan["directory"]).exists()


def test_it_does_nothing_for_a_parent_that_has_gone(start: Any, plan: Any) -> None:
    silent = start()
    silent.control.close()
    assert silent.ended()
    orphan = start(pid=1)
    orphan.say(plan)
    assert orphan.ended()
    assert not Path(plan["log"]).exists()


def test_a_connection_is_handed_over(start: Any, plan: Any) -> None:
    parent = start()
    port = system.free_ports()
    parent.say(plan | {"namespaces": [], "hide": []})
    assert parent.hear()[0]["event"] == "started"
    with socket.create_server(("127.0.0.1", port)) as server:
        parent.say({"connect": port})
        connected, (descriptor,) = parent.hear()
        assert connected == {"event": "connected"}
        accepted, _ = server.accept()
        with accepted, socket.socket(fileno=descriptor) as ours:
            ours.sendall(b"hello")
            assert accepted.recv(5) == b"hello"


@pytest.mark.parametrize("built_with_polkit", [True, False])
def test_a_daemon_of_ours_asks_no_polkit(start: Any, plan: Any, tmp_path: Path, *, built_with_polkit: bool) -> None:
    option = "--disable-polkit" if built_with_polkit else "--version"
    daemon = tmp_path / "pcscd"
    daemon.write_text(f'#!/bin/sh\n[ "$1" = --help ] && echo "  {option}" && exit 0\necho "$@"\nexit 3\n')
    daemon.chmod(0o755)
    parent = start()
    parent.say({**plan, "pcscd": str(daemon)})
    assert parent.hear()[0]["event"] == "started"
    died, _ = parent.hear()
    assert died["status"] == 3
    assert ("--disable-polkit" in died["log"]) is built_with_polkit
    assert "--foreground" in died["log"]
