"""A whole reading to JSON, protected data included: the number of APDUs and the time, in process and over PC/SC.

    python -m benchmarks.reading [--quick]

Over PC/SC the cards are in another process, and the reader makes its PC/SC calls in two more, one for each slot, so that a card
which hangs cannot hold it. "Opened before" leaves out what it costs to start those.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import date

from benchmarks.cards import image
from benchmarks.noise import spread, watched
from benchmarks.paths import cards_elsewhere
from emulator.image import build_card
from emulator.readers import InProcessReader
from reader_core import Reader, dumps
from reader_core.connections import open_connection
from reader_core.iso7816 import Connection

Opener = Callable[[], tuple[Connection, Connection]]
CARDS = {"famille": "`famille`, five beneficiaries", "crowd": "nineteen beneficiaries"}


class Counted:
    """A connection that counts its APDUs."""

    def __init__(self, inner: Connection) -> None:
        self.name, self.power_on, self.reset, self.close = inner.name, inner.power_on, inner.reset, inner.close
        self._inner = inner
        self.apdus = 0

    def transmit(self, command: bytes) -> bytes:
        """Pass one on."""
        self.apdus += 1
        return self._inner.transmit(command)


def read(vitale: Connection, cps: Connection) -> int:
    """Read both cards, write JSON, and return the number of APDUs."""
    counted = Counted(vitale), Counted(cps)
    with Reader.open(*counted) as reader:
        reader.verify_pin("1234")
        reading = reader.read_vitale(date(2026, 1, 15))
        text = dumps(reading)
    if reading.protection.status != "read" or len(text) < 1000:
        sys.exit(f"not read: {reading.protection}")
    return sum(one.apdus for one in counted)


def inside(name: str) -> Opener:
    """Open readers in this process, with new cards in them."""

    def opened() -> tuple[Connection, Connection]:
        vitale, cps = build_card(image(name)), build_card(image("cps"))
        return InProcessReader("vitale", vitale).connect(), InProcessReader("cps", cps).connect()

    return opened


def over_pcsc(readers: list[str]) -> Opener:
    """Open PC/SC readers."""
    return lambda: (open_connection(f"pcsc:{readers[0]}"), open_connection(f"pcsc:{readers[1]}"))


@contextmanager
def opened_by(opener: Opener) -> Generator[tuple[Connection, Connection]]:
    """Open readers and leave them."""
    connections = opener()
    try:
        yield connections
    finally:
        for one in connections:
            one.close()


def timed(work: Callable[[], int]) -> tuple[float, float]:
    """Milliseconds that some work took, and of these the processor's for this process."""
    start, start_cpu = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - start) * 1e3, (time.process_time() - start_cpu) * 1e3


def reading(rounds: int, warm: int) -> None:
    """Print the table: the two cards, in process and over PC/SC, with opening the readers and without."""
    measured: dict[tuple[str, str], list[list[tuple[float, float]]]] = {}
    apdus: dict[str, int] = {}
    with ExitStack() as stack:
        slots = stack.enter_context(cards_elsewhere("pcsc", "--slots", "4", "famille", "cps", "crowd", "cps"))
        ways = {
            ("famille", "in process"): inside("famille"),
            ("famille", "over PC/SC"): over_pcsc(slots.readers[:2]),
            ("crowd", "in process"): inside("crowd"),
            ("crowd", "over PC/SC"): over_pcsc(slots.readers[2:]),
        }

        def opened_and_read(opener: Opener) -> int:
            with opened_by(opener) as connections:
                return read(*connections)

        for _, ((name, way), opener) in itertools.product(range(rounds), ways.items()):
            first = measured.setdefault((name, f"{way}, readers opened for it"), [])
            first.append([timed(lambda opener=opener: opened_and_read(opener))])
            with opened_by(opener) as connections:
                apdus[name] = read(*connections)
                again = [timed(lambda connections=connections: read(*connections)) for _ in range(warm)]
            measured.setdefault((name, f"{way}, readers opened before"), []).append(again)
    print("| card | way | APDUs | median | rounds | processor time of the reading process |\n|---|---|---|---|---|---|")
    for (name, way), times in measured.items():
        every = [*itertools.chain.from_iterable(times)]
        rounds_ = [statistics.median(wall for wall, _ in one) for one in times]
        print(
            f"| {CARDS[name]} | {way} | {apdus[name]} | {statistics.median(wall for wall, _ in every):.1f} ms "
            f"| {spread(rounds_)} ms | {statistics.median(cpu for _, cpu in every):.1f} ms |"
        )


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a fifth of the rounds")
    with watched():
        reading(rounds=3 if parser.parse_args().quick else 15, warm=5)


if __name__ == "__main__":
    main()
