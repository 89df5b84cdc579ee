"""Progress of a run: a bar with the estimated time on a terminal, plain lines elsewhere, nothing when that is asked for."""

import codecs
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conformance.catalogue import load_catalogue
from conformance.events import read_stream
from conformance.runner.bar import _clock  # pyright: ignore[reportPrivateUsage]
from conformance.runner.terminal import LeavingOutput

HIDE, SHOW, ERASE = "\x1b[?25l", "\x1b[?25h", "\x1b[2K"
SLOW = """
import json, sys, time
for line in sys.stdin:
    message = json.loads(line)
    if message["cmd"] == "describe":
        print(json.dumps({"name": "Slow", "version": "1"}), flush=True)
    elif message["id"].endswith("001/1"):
        print(json.dumps({"id": message["id"], "card": {}}), flush=True)
    else:
        time.sleep(600)
"""


class Terminal:
    """A window of 100 columns in which `vitale` runs.

    Attributes:
        process: The command.
        shown: What came to the window so far.
    """

    def __init__(self, master: int, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.shown = ""
        self._master = master
        self._decoder = codecs.getincrementaldecoder("utf-8")()  # a letter may come in two pieces

    def until(self, pattern: str, patience: float = 120) -> None:
        """Read on until a regular expression is seen, or until the command has ended for an empty one."""
        deadline = time.monotonic() + patience
        while not (pattern and re.search(pattern, self.shown)):
            assert time.monotonic() < deadline, self.shown[-2000:]
            try:
                chunk = os.read(self._master, 65536)
            except OSError:  # Linux: nobody has the other end any more
                chunk = b""
            if not chunk:
                assert not pattern, self.shown[-2000:]
                return
            self.shown += self._decoder.decode(chunk)


@contextmanager
def terminal(folder: Path, *arguments: str, **variables: str) -> Generator[Terminal]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "vitale_testbed", "certify", *arguments],
        cwd=folder,
        env={**environment, "TERM": "xterm-256color", **variables},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Terminal(master, process)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def test_a_terminal_has_a_bar_that_goes_away(tmp_path: Path) -> None:
    cases = len(load_catalogue().select(("VIT-MAY-006",)))
    assert cases > 1
    with terminal(tmp_path, "--only", "VIT-MAY-006", "-o", "run") as window:
        window.until("")
        assert window.process.wait(120) == 0
    lines = window.shown.split("\r\n")
    assert f"{cases} cases of 1 requirement" in lines[1]
    assert f"0/{cases}" in lines[2]
    assert "-:-- left" in lines[2], "before the first case nothing can be estimated"
    assert re.search(rf"{cases}/{cases}.*\d:\d\d, 0:00 left", window.shown)
    # Each line of a case takes the place of the bar, which is drawn again below it.
    assert f"{ERASE}  \x1b[32mPASS" in window.shown
    assert window.shown.count(HIDE) == window.shown.count(SHOW) == 1
    rest = window.shown.partition(SHOW)[2]
    assert rest.index(ERASE) < rest.index(f"{cases} cases: {cases} PASS")
    assert "left" not in rest
    assert "━" not in rest


def test_a_terminal_that_cannot_move_its_cursor_and_one_without_colours(tmp_path: Path) -> None:
    with terminal(tmp_path, "--only", "VIT-MAY-001", "-o", "run", TERM="dumb", NO_COLOR="1") as window:
        window.until("")
    assert "\x1b" not in window.shown
    assert "  PASS      VIT-MAY-001/1  Insured in Mayotte" in window.shown


def test_an_interrupted_run_and_a_killed_one_leave_the_terminal_as_it_was(tmp_path: Path) -> None:
    script = tmp_path / "slow.py"
    script.write_text(SLOW)
    options = ("--product", f"exec:{sys.executable} {script}", "--only", "VIT-IDE-001", "-o", "run")
    with terminal(tmp_path, *options) as window:
        window.until(r"1/\d+.*1 not conformant")
        window.process.send_signal(signal.SIGINT)
        window.until("")
        assert window.process.wait(120) == 130
    assert window.shown.rindex(SHOW) > window.shown.rindex(HIDE)
    assert "Interrupted: the run is unfinished" in window.shown.rpartition(SHOW)[2]
    assert "Traceback" not in window.shown

    with terminal(tmp_path, *options, "--resume") as window:
        window.until(r"1/\d+.*left")
        run = int(
            re.findall(r"\d+", Path(f"/proc/{window.process.pid}/task/{window.process.pid}/children").read_text())[0]
        )
        os.kill(run, signal.SIGKILL)
        window.until("")
        assert window.process.wait(120) == 130
    assert window.shown.rindex(SHOW) > window.shown.rindex(HIDE)
    assert len(read_stream(tmp_path / "run" / "events.jsonl").cases) == 1


def test_elsewhere_there_are_plain_lines_and_with_quiet_nothing(vitale: Any, tmp_path: Path) -> None:
    plain = vitale("certify", "--only", "VIT-MAY-001", "-o", "plain")
    assert (plain.code, plain.err) == (0, "")
    assert "\x1b" not in plain.out
    assert "VIT-MAY-001/1" in plain.out
    quiet = vitale("certify", "--only", "VIT-MAY-001", "-o", "quiet", "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    assert (tmp_path / "quiet" / "report.html").exists()
    wrong = vitale("certify", "-q", "--product", "exec:/nowhere/reader", "-o", "wrong")
    assert (wrong.code, wrong.out) == (2, "")
    assert "/nowhere/reader was not found" in wrong.err


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59.4, "0:59"), (59.6, "1:00"), (600, "10:00"), (3661, "1:01:01")]
)
def test_times(seconds: float, shown: str) -> None:
    assert _clock(seconds) == shown


def test_a_run_goes_on_when_nobody_reads_along(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    out = LeavingOutput(os.fdopen(writing, "wb"), encoding="utf-8")
    out.write("one\n")
    out.flush()
    os.close(reading)
    for _ in range(3):
        out.write("two\n" * 10_000)
        out.flush()
    out.close()
