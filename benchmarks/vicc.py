"""Our card beside Debian's `vicc -t iso7816`: two slots of one pcscd, each card in a process of its own, turn and turn about.

    python -m benchmarks.vicc PYTHON DIRECTORY

PYTHON is an interpreter that has pycryptodome; DIRECTORY is where Debian's vsmartcard-vpicc and python3-virtualsmartcard were
unpacked (docs/benchmarks.md has the commands). vicc's card has no file to read, so the pair is SELECT of the master file and GET
CHALLENGE of eight bytes. vicc is measured as shipped, and with TCP_QUICKACK set again before every message that it reads; turns
are of many pairs each, and of one, where our card too is found after a pause.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.noise import ratio, spread, watched
from benchmarks.paths import Transmit, cards_elsewhere, pcsc

SELECT, CHALLENGE = bytes.fromhex("00A4000C023F00"), bytes.fromhex("0084000008")
_SEEN_S = 10.0
_QUICKACK = """
import runpy, socket, sys
class Socket(socket.socket):
    def recv(self, *args):
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return super().recv(*args)
socket.socket = Socket
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@contextmanager
def vicc(python: str, directory: Path, port: int, *, quickack: bool) -> Generator[None]:
    """A running vicc that is the card of the vpcd slot on this port."""
    modules = directory / "usr/lib/python3/site-packages/virtualsmartcard"
    with tempfile.NamedTemporaryFile("w", suffix=".py") as shim, tempfile.TemporaryFile() as log:
        shim.write(_QUICKACK)
        shim.flush()
        start = [python, *([shim.name] if quickack else []), str(directory / "usr/bin/vicc")]
        command = [*start, "-t", "iso7816", "-H", "127.0.0.1", "-P", str(port)]
        process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(modules)}, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.kill()
            process.wait()


def pairs(transmit: Transmit, count: int) -> float:
    """Microseconds per APDU: the median of some pairs."""
    times: list[float] = []
    for _ in range(count):
        start = time.perf_counter()
        selected, challenge = transmit(SELECT), transmit(CHALLENGE)
        times.append((time.perf_counter() - start) * 1e6 / 2)
        if selected != b"\x90\x00" or len(challenge) != 10:
            sys.exit(f"answers {selected.hex()} and {challenge.hex()}: nothing is measured")
    return statistics.median(times)


def compare(python: str, directory: Path, *, quickack: bool) -> None:
    """Print two lines of the table: turns of many pairs, and of one."""
    with ExitStack() as stack:
        slots = stack.enter_context(cards_elsewhere("pcsc", "--shared-network", "specimen"))
        stack.enter_context(vicc(python, directory, slots.ports[1], quickack=quickack))
        ours = stack.enter_context(pcsc(slots.readers[0]))
        theirs = stack.enter_context(pcsc(slots.readers[1], patience=_SEEN_S))
        title = "with TCP_QUICKACK" if quickack else "as shipped"
        for turns, mine, other in ((9, 100, 100 if quickack else 4), (40, 1, 1)):
            rounds = [(pairs(ours, mine), pairs(theirs, other)) for _ in range(turns)]
            ours_us, theirs_us = zip(*rounds, strict=True)
            print(
                f"| {title} | {mine} and {other} | {statistics.median(ours_us):.0f} us | {statistics.median(theirs_us):,.0f} us "
                f"| {ratio(theirs_us, ours_us)} | {spread(ours_us)} us; {spread(theirs_us)} us |",
                flush=True,
            )


def main() -> None:
    """Print the table; each half in a process of its own, as libpcsclite looks for its daemon once per process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--quickack", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--half", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.half:
        compare(options.python, options.directory, quickack=options.quickack)
        return
    with watched():
        print("| vicc | pairs in a turn | our card | vicc | ratio (half of the turns) | turns, ours; vicc's |")
        print("|---|---|---|---|---|---|", flush=True)
        again = [sys.executable, "-m", "benchmarks.vicc", options.python, str(options.directory), "--half"]
        for more in ([], ["--quickack"]):
            subprocess.run([*again, *more], check=True)


if __name__ == "__main__":
    main()
