"""`vitale serve`: cards for programs without PC/SC."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

Vitale = Callable[..., Any]


@pytest.fixture
def served(tmp_path: Path) -> Generator[tuple[subprocess.Popen[str], list[str]]]:
    """A running `vitale serve famille cps`, and its two addresses."""
    command = [sys.executable, "-m", "vitale_testbed", "serve", "famille", "cps"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(3)]
    assert lines[0] == "ready\n"
    yield process, [line.split()[0] for line in lines[1:]]
    process.kill()
    process.communicate()


def test_the_cards_are_read_at_the_printed_addresses(
    served: tuple[subprocess.Popen[str], list[str]], vitale: Vitale
) -> None:
    process, (first, second) = served
    ended = vitale("read", "--vitale", first, "--cps", second, "--pin", "1234", "--format", "json")
    assert json.loads(ended.out)["protected"]["status"] == "read"
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "readers closed" in out


def test_a_port_already_taken_is_named(served: tuple[subprocess.Popen[str], list[str]], vitale: Vitale) -> None:
    taken = re.search(r":(\d+)$", served[1][0])
    assert taken is not None
    ended = vitale("serve", "specimen", "--port", taken[1])
    assert ended.code == 2
    assert taken[1] in ended.err
    assert "next:" in ended.err


def test_an_unknown_image(vitale: Vitale) -> None:
    assert vitale("serve", "nobody").code == 2
