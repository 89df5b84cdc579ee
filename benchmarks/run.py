"""How fast the virtual cards answer, side by side in one run: figures and ratios, no pass or fail.

    python -m benchmarks.run            all of it, about half a minute
    python -m benchmarks.run --quick    a tenth of the repetitions

Each path reads the same 16 bytes of the same card by the same two commands. Paths take turns in short rounds, so that what
else the machine does falls on all of them alike; the spread between rounds is the machine's noise and is printed.
"""

import argparse
import itertools
import statistics
import sys
import time
from contextlib import ExitStack
from datetime import date

from benchmarks.cards import crowd
from benchmarks.paths import Transmit, bare_tcp, in_process, pcsc
from emulator.image import build_card, load_image
from emulator.readers import InProcessReader, TracedCard
from reader_core import Reader

SELECT = bytes.fromhex("00A4040C0BD250000002564954414C45")
READ = bytes.fromhex("00B0820010")
PATHS = {"in process": in_process, "bare localhost TCP": bare_tcp, "pyscard, pcscd, vpcd": pcsc}


def one_round(transmit: Transmit, repetitions: int) -> list[float]:
    """Time SELECT and READ BINARY of 16 bytes; returns microseconds per APDU, one value per pair."""
    times: list[float] = []
    for _ in range(repetitions):
        start = time.perf_counter()
        transmit(SELECT)
        answer = transmit(READ)
        times.append((time.perf_counter() - start) * 1e6 / 2)
        if len(answer) != 18:
            sys.exit(f"the card answered {answer.hex()}: nothing is measured")
    return times


def latency(rounds: int, repetitions: int) -> None:
    """Print the median, the 99th percentile and the ratio of each path to the bare TCP loop."""
    with ExitStack() as stack:
        paths = {name: stack.enter_context(make()) for name, make in PATHS.items()}
        measured: dict[str, list[list[float]]] = {name: [] for name in paths}
        for _ in range(rounds):
            for name, transmit in paths.items():
                measured[name].append(one_round(transmit, repetitions))
    medians = {name: statistics.median(itertools.chain.from_iterable(each)) for name, each in measured.items()}
    floor = medians["bare localhost TCP"]
    print("| path | median | p99 | APDU/s | against bare TCP | spread between rounds |")
    print("|---|---|---|---|---|---|")
    for name, each in measured.items():
        every = sorted(itertools.chain.from_iterable(each))
        of_rounds = [statistics.median(one) for one in each]
        spread = (max(of_rounds) - min(of_rounds)) / medians[name] * 100
        print(
            f"| {name} | {medians[name]:.1f} us | {every[int(len(every) * 0.99)]:.1f} us | {1e6 / medians[name]:,.0f} "
            f"| {medians[name] / floor:.2f} x | {spread:.0f} % |"
        )


def whole_reading(repetitions: int) -> None:
    """Print the time and the APDUs of a reading of `famille` and of a card with 19 beneficiaries, protected data included."""
    family = load_image("famille")
    print("\n| whole reading, in process | APDUs | median |")
    print("|---|---|---|")
    for title, image in (("`famille`, five beneficiaries", family), ("nineteen beneficiaries", crowd())):
        count, times = 0, []
        for _ in range(repetitions):
            seen: list[object] = []
            vitale = TracedCard(build_card(image), "vitale", seen.append)
            cps = TracedCard(build_card(load_image("cps")), "cps", seen.append)
            start = time.perf_counter()
            with Reader.open(InProcessReader("a", vitale).connect(), InProcessReader("b", cps).connect()) as reader:
                reader.verify_pin("1234")
                reading = reader.read_vitale(date(2026, 1, 15))
            times.append((time.perf_counter() - start) * 1e3)
            count = sum(getattr(each, "kind", "") == "apdu" for each in seen)
            if reading.protection.status != "read":
                sys.exit(f"not read: {reading.protection}")
        print(f"| {title} | {count} | {statistics.median(times):.1f} ms |")


def main() -> None:
    """Run every benchmark and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the repetitions")
    quick = parser.parse_args().quick
    latency(rounds=5, repetitions=200 if quick else 2000)
    whole_reading(repetitions=5 if quick else 50)


if __name__ == "__main__":
    main()
