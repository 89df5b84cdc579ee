"""Many cards: sixteen in the sixteen slots of one pcscd, read at once; a thousand in memory.

    python -m benchmarks.many [--quick]

The cards are in one process, and the programs in as many threads of another; SCardTransmit lets other threads run.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

from benchmarks.noise import spread, watched
from benchmarks.paths import Transmit, cards_elsewhere, pcsc
from emulator.image import build_card, load_image

SLOTS, CARDS = 16, 1000
SELECT = bytes.fromhex("00A4040C0BD250000002564954414C45")
READS = tuple(bytes((0, 0xB0, at >> 8, at & 0xFF, 0x60)) for at in range(0, 0x180, 0x60))
NIR = bytes.fromhex("00A4020C022002")


def read_file(transmit: Transmit) -> int:
    """Read the 384 bytes of one file; returns the number of APDUs."""
    commands = (SELECT, NIR, *READS)
    for command in commands:
        if (answer := transmit(command))[-2:] != b"\x90\x00":
            sys.exit(f"{command.hex()} was answered {answer.hex()}: nothing is measured")
    return len(commands)


def slots(rounds: int, files: int) -> None:
    """Print what 1, 4 and 16 programs read at once, a card each."""
    print("| cards read at once, over PC/SC | APDU/s in all | each waits for an APDU | rounds |\n|---|---|---|---|")
    with ExitStack() as stack:
        elsewhere = stack.enter_context(cards_elsewhere("pcsc", "--slots", str(SLOTS), *["specimen"] * SLOTS))
        paths = [stack.enter_context(pcsc(name)) for name in elsewhere.readers]
        pool = stack.enter_context(ThreadPoolExecutor(SLOTS))
        rates: dict[int, list[float]] = {1: [], 4: [], SLOTS: []}
        for _ in range(rounds):
            for count, found in rates.items():
                ready = Barrier(count + 1)

                def work(transmit: Transmit, ready: Barrier = ready) -> int:
                    ready.wait()
                    return sum(read_file(transmit) for _ in range(files))

                running = [pool.submit(work, path) for path in paths[:count]]
                ready.wait()
                start = time.perf_counter()
                apdus = sum(each.result() for each in running)
                found.append(apdus / (time.perf_counter() - start))
        for count, found in rates.items():
            rate = statistics.median(found)
            print(f"| {count} | {rate:,.0f} | {count / rate * 1e6:,.0f} us | {spread(found)} APDU/s |")


def memory() -> None:
    """Print what one more card costs, of each kind."""
    print("\n| a thousand cards | one more: processor time | one more: memory |\n|---|---|---|")
    for name in ("specimen", "famille", "cps"):
        image = load_image(name)
        kept = [build_card(image)]
        start = time.process_time()
        kept += [build_card(image) for _ in range(CARDS // 10)]
        spent = (time.process_time() - start) / (CARDS // 10)
        tracemalloc.start()
        kept += [build_card(image) for _ in range(CARDS)]
        held = tracemalloc.get_traced_memory()[0] / CARDS
        tracemalloc.stop()
        print(f"| `{name}` | {spent * 1e3:.2f} ms | {held / 1000:.1f} kB |", flush=True)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a fifth of the rounds")
    quick = parser.parse_args().quick
    with watched():
        slots(rounds=3 if quick else 9, files=10 if quick else 50)
        memory()


if __name__ == "__main__":
    main()
