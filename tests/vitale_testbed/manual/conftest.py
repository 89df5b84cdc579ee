"""The command as a user starts it for a person, and a person who reads the screen of the reader core."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Running:
    """A running `vitale certify --product manual`, and the address it printed."""

    process: subprocess.Popen[str]
    address: str
    folder: Path

    @property
    def origin(self) -> str:
        return self.address.partition("/?")[0]

    def kill(self) -> int:
        """Kill the process of the run as a power cut would; the command's exit code."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        return self.end()[0]

    def end(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out, err


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the command with a folder of its own, on any free port, without a browser."""
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> Running:
        folder = tmp_path / "run"
        process = subprocess.Popen(
            [sys.executable, "-m", "vitale_testbed", "certify", "--no-open", "-o", str(folder), *arguments],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        assert lines[0] == "ready\n", process.communicate()
        found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", lines[1])
        assert found is not None
        return Running(process, found[0], folder)

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def png() -> bytes:
    """A picture of two by one pixels."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress(b"\0" + b"\x10\x80\x40" * 2)
    header = struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
