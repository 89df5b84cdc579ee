"""`vitale insert` and readers over the real PC/SC stack, as other programs see them."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.pcsc, pytest.mark.xdist_group("public pcscd")]
Vitale = Callable[..., Any]


@contextmanager
def inserted(*arguments: str, cwd: Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Run `vitale insert` until the end of the block; gives the process and what it printed up to its slots."""
    process = subprocess.Popen(
        [sys.executable, "-m", "vitale_testbed", "insert", *arguments],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    printed = ""
    try:
        cards = sum(not argument.startswith("-") for argument in arguments)
        while printed.count("Virtual PCD") < cards:
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            printed += line
        yield process, printed
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def atr_in(slot: int, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        ["opensc-tool", "-a", "-r", str(slot)],
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        timeout=30,
    )
    return done.stdout.strip() or done.stderr.strip()


def test_every_program_sees_the_cards_until_ctrl_c(tmp_path: Path, vitale: Vitale) -> None:
    with inserted("specimen", "cps", cwd=tmp_path) as (process, printed):
        assert printed.startswith("ready")
        assert atr_in(0) == "3b:75:13:00:00:43:09:ea:90:00"
        assert atr_in(1) == "3b:ac:00:40:2a:00:12:25:00:64:80:00:03:10:00:90:00"
        readers = ["--vitale", "pcsc:Virtual PCD 00 00", "--cps", "Virtual PCD 00 01", "--pin"]
        wrong = [json.loads(vitale("read", *readers, "0000", "--format", "json").out) for _ in range(2)]
        assert [card["protected"]["code"] for card in wrong] == ["pin_wrong", "pin_wrong"], "the card keeps its counter"
        assert json.loads(vitale("read", *readers, "1234", "--format", "json").out)["protected"]["status"] == "read"
    assert process.returncode == 0
    assert "No smart card readers" in atr_in(0), "the daemon that was started is stopped"


def test_private_slots_are_seen_by_those_who_know(tmp_path: Path) -> None:
    with inserted("--private", "famille", cwd=tmp_path) as (process, printed):
        name = re.search(r"PCSCLITE_CSOCK_NAME=(\S+)", printed)
        assert name is not None
        assert atr_in(0, {"PCSCLITE_CSOCK_NAME": name[1]}) == "3b:75:13:00:00:43:09:ea:90:00"
        assert "No smart card readers" in atr_in(0)
    assert process.returncode == 0


def test_sigterm_and_sigkill_leave_no_daemon(tmp_path: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with inserted("specimen", cwd=tmp_path) as (process, _):
            process.send_signal(number)
            process.wait(timeout=20)
        deadline = time.monotonic() + 10
        while subprocess.run(["pgrep", "-x", "pcscd"], capture_output=True, check=False).returncode == 0:
            assert time.monotonic() < deadline, f"pcscd survives {number.name}"
            time.sleep(0.1)


def test_a_second_insert_is_told_that_the_slots_are_taken(tmp_path: Path, vitale: Vitale) -> None:
    with inserted("specimen", "cps", cwd=tmp_path):
        second = vitale("insert", "famille")
        assert second.code == 2
        assert "--private" in second.err


def test_a_missing_pcscd_names_the_package(tmp_path: Path) -> None:
    # The whole system but the daemon: a private mount namespace hides the binary.
    script = 'mount --bind /dev/null /usr/sbin/pcscd && exec "$@"'
    done = subprocess.run(
        ["unshare", "-Urm", "sh", "-c", script, "sh", sys.executable, "-m", "vitale_testbed", "insert", "specimen"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "apt-get install pcscd" in done.stderr


def test_a_port_already_taken_is_no_obstacle(tmp_path: Path) -> None:
    """vpcd's usual port is taken in a network of its own: another one is found, and the card is there."""
    taker = "import socket, time; s = socket.create_server(('0.0.0.0', 35963)); time.sleep(60)"
    script = 'ip link set lo up; "$PYTHON" -c "$TAKER" & sleep 0.5; timeout -s INT 4 "$@"; code=$?; kill %1; exit $code'
    done = subprocess.run(
        ["unshare", "-Urn", "bash", "-c", script, "bash", sys.executable, "-m", "vitale_testbed", "insert", "specimen"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHON": sys.executable, "TAKER": taker},
    )  # fmt: skip
    assert done.returncode == 124, done.stderr  # `timeout` ended it; it had put the card in
    assert "ready" in done.stdout
