"""Our cards beside Debian's `vicc -t iso7816`: two slots of one pcscd, the same two commands, turn and turn about.

    python -m benchmarks.vicc PYTHON DIRECTORY

PYTHON is an interpreter that has pycryptodome; DIRECTORY is where Debian's vsmartcard-vpicc and python3-virtualsmartcard were
unpacked (docs/benchmarks.md has the commands). vicc's card has no file to read, so the pair is SELECT of the master file and GET
CHALLENGE of eight bytes. It is measured as shipped, and with TCP_QUICKACK set again before every message that it reads.
"""

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

from benchmarks.paths import Transmit, connected
from emulator.image import build_card, load_image
from emulator.readers import PrivatePcscd

SELECT, CHALLENGE = bytes.fromhex("00A4000C023F00"), bytes.fromhex("0084000008")
_SEEN_S, _ROUNDS = 10.0, 9
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


def pair(transmit: Transmit) -> float:
    """Microseconds per APDU of one pair."""
    start = time.perf_counter()
    selected, challenge = transmit(SELECT), transmit(CHALLENGE)
    spent = (time.perf_counter() - start) * 1e6 / 2
    if selected != b"\x90\x00" or len(challenge) != 10:
        sys.exit(f"answers {selected.hex()} and {challenge.hex()}: nothing is measured")
    return spent


def compare(python: str, directory: Path, *, quickack: bool, pairs: int) -> None:
    """Print one line of the table: rounds of 100 pairs of ours, and of `pairs` of vicc's."""
    with PrivatePcscd([build_card(load_image("specimen"))], isolated=False) as daemon, ExitStack() as stack:
        os.environ.update(daemon.environment)
        ours, theirs = daemon.slots[0], daemon.slots[1]
        stack.enter_context(vicc(python, directory, theirs.port, quickack=quickack))
        mine = stack.enter_context(connected(ours.name))
        other = stack.enter_context(connected(theirs.name, patience=_SEEN_S))
        rounds = [([pair(mine) for _ in range(100)], [pair(other) for _ in range(pairs)]) for _ in range(_ROUNDS)]
    columns = [[statistics.median(one) for one in column] for column in zip(*rounds, strict=True)]
    medians = [statistics.median(column) for column in columns]
    mine_us, other_us = medians
    spread = [(max(column) - min(column)) / median * 100 for column, median in zip(columns, medians, strict=True)]
    title = "with TCP_QUICKACK" if quickack else "as shipped"
    print(
        f"| {title} | {mine_us:.0f} us | {other_us:,.0f} us | {other_us / mine_us:,.1f} x | {spread[0]:.0f} %, {spread[1]:.0f} % |"
    )


def main() -> None:
    """Print the table; each line in a process of its own, as libpcsclite looks for its daemon once per process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--quickack", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--line", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.line:
        compare(options.python, options.directory, quickack=options.quickack, pairs=100 if options.quickack else 4)
        return
    print("| vicc | our card | vicc | ratio | spread between rounds, ours and vicc's |")
    print("|---|---|---|---|---|", flush=True)
    again = [sys.executable, "-m", "benchmarks.vicc", options.python, str(options.directory), "--line"]
    for more in ([], ["--quickack"]):
        subprocess.run([*again, *more], check=True)


if __name__ == "__main__":
    main()
