"""Many cards: sixteen in the sixteen slots of one pcscd, read at once; a thousand in memory.

python -m benchmarks.many
"""

import os
import statistics
import sys
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

from benchmarks.paths import Transmit, connected
from emulator.image import build_card, load_image
from emulator.readers import PrivatePcscd

SLOTS, CARDS, ROUNDS = 16, 1000, 5
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


def slots(files: int = 50) -> None:
    """Print what 1, 4 and 16 programs read at once, a card each."""
    with ExitStack() as stack:
        cards = [build_card(load_image("specimen")) for _ in range(SLOTS)]
        daemon = stack.enter_context(PrivatePcscd(cards, slots=SLOTS))
        os.environ.update(daemon.environment)
        paths = [stack.enter_context(connected(slot.name)) for slot in daemon.slots]
        pool = stack.enter_context(ThreadPoolExecutor(SLOTS))
        print("| cards read at once, over PC/SC | APDU/s in all | each waits for an APDU | spread |\n|---|---|---|---|")
        for count in (1, 4, SLOTS):
            rates: list[float] = []
            for _ in range(ROUNDS):
                ready = Barrier(count + 1)

                def work(transmit: Transmit, ready: Barrier = ready) -> int:
                    ready.wait()
                    return sum(read_file(transmit) for _ in range(files))

                running = [pool.submit(work, path) for path in paths[:count]]
                ready.wait()
                start = time.perf_counter()
                apdus = sum(each.result() for each in running)
                rates.append(apdus / (time.perf_counter() - start))
            rate = statistics.median(rates)
            spread = (max(rates) - min(rates)) / rate * 100
            print(f"| {count} | {rate:,.0f} | {count / rate * 1e6:.0f} us | {spread:.0f} % |", flush=True)


def memory() -> None:
    """Print what one more card costs, of each kind."""
    print("\n| a thousand cards | one more: time | one more: memory |\n|---|---|---|")
    for name in ("specimen", "famille", "cps"):
        image = load_image(name)
        kept = [build_card(image)]
        start = time.perf_counter()
        kept += [build_card(image) for _ in range(CARDS // 10)]
        spent = (time.perf_counter() - start) / (CARDS // 10)
        tracemalloc.start()
        kept += [build_card(image) for _ in range(CARDS)]
        held = tracemalloc.get_traced_memory()[0] / CARDS
        tracemalloc.stop()
        print(f"| `{name}` | {spent * 1e3:.2f} ms | {held / 1000:.1f} kB |", flush=True)


if __name__ == "__main__":
    slots()
    memory()
