"""One command: the same card in process, over a bare TCP loop, and through pcscd and vpcd, side by side.

    python -m benchmarks.latency [--quick]

Each path sends the same two commands: SELECT by name, READ BINARY of 16 bytes. Paths take turns in short rounds, so that what
else the machine does falls on all of them alike, and a ratio is one of neighbouring rounds. Where the system puts a program and
the cards decides as much as the paths do, so it is decided here: the program on one processor and the cards (with their pcscd)
on another, then all on one, then as the system likes.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import sys
import time
from contextlib import ExitStack

from benchmarks.noise import ratio, spread, watched
from benchmarks.paths import Transmit, bare_tcp, cards_elsewhere, in_process, pcsc, place, pyscard

SELECT = bytes.fromhex("00A4040C0BD250000002564954414C45")
READ = bytes.fromhex("00B0820010")
LOOP, INSIDE, PCSC = "bare TCP loop", "in process", "SCardTransmit, pcscd, vpcd"


def one_round(transmit: Transmit, pairs: int) -> list[float]:
    """Time SELECT and READ BINARY of 16 bytes; returns microseconds per APDU, one value per pair."""
    times: list[float] = []
    for _ in range(pairs):
        start = time.perf_counter()
        transmit(SELECT)
        answer = transmit(READ)
        times.append((time.perf_counter() - start) * 1e6 / 2)
        if len(answer) != 18:
            sys.exit(f"the card answered {answer.hex()}: nothing is measured")
    return times


def places() -> dict[str, tuple[set[int], set[int]]]:
    """Where the program runs, and where the cards: two sets of processors each."""
    every = os.sched_getaffinity(0)
    if len(every) == 1:
        return {"the only processor": (every, every)}
    first, second, *_ = sorted(every)
    return {
        "a processor each": ({first}, {second}),
        "one processor": ({second}, {second}),
        "as the system likes": (every, every),
    }


def latency(rounds: int, pairs: int) -> None:
    """Print the table, and the two ratios that goals are set for."""
    every = os.sched_getaffinity(0)
    with ExitStack() as stack:
        loop = stack.enter_context(cards_elsewhere("tcp", "specimen"))
        slots = stack.enter_context(cards_elsewhere("pcsc", "specimen"))
        paths: dict[str, Transmit] = {
            INSIDE: stack.enter_context(in_process()),
            LOOP: stack.enter_context(bare_tcp(loop.port)),
            PCSC: stack.enter_context(pcsc(slots.readers[0])),
            "pyscard, pcscd, vpcd": stack.enter_context(pyscard(slots.readers[0])),
        }
        measured: dict[tuple[str, str], list[list[float]]] = {}
        for _ in range(rounds):
            for where, (program, cards) in places().items():
                place([*loop.processes, *slots.processes], cards)
                os.sched_setaffinity(0, program)
                for name, transmit in paths.items():
                    measured.setdefault((where, name), []).append(one_round(transmit, pairs))
        os.sched_setaffinity(0, every)
    medians = {key: [statistics.median(one) for one in each] for key, each in measured.items()}
    print("| program and cards on | path | median | p99 | APDU/s | times the loop (half of the rounds) | rounds |")
    print("|---|---|---|---|---|---|---|")
    for (where, name), each in measured.items():
        times = sorted(itertools.chain.from_iterable(each))
        median = statistics.median(times)
        against = ratio(medians[where, name], medians[where, LOOP])
        print(
            f"| {where} | {name} | {median:.1f} us | {times[int(len(times) * 0.99)]:.1f} us | {1e6 / median:,.0f} "
            f"| {against} | {spread(medians[where, name])} us |"
        )
    print()
    for where in places():
        over, under = medians[where, PCSC], medians[where, LOOP]
        print(f"{where}: PC/SC takes {ratio(over, under)} times the loop (goal: at most 2),")
        print(f"    in process answers {ratio(under, medians[where, INSIDE])} times as many (goal: at least 6)")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a fifth of the rounds")
    rounds = 5 if parser.parse_args().quick else 25
    with watched():
        latency(rounds, pairs=300)


if __name__ == "__main__":
    main()
