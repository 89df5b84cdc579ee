"""What a case of the catalogue costs, for each way of presenting cards: the harness alone, and with the built-in reader.

    python -m benchmarks.cases [--quick]

"The harness alone" is a product that refuses at once: cards are made, put where they belong and taken out, and the answer is
judged. The processor time includes the processes that were started for it, other than pcscd.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

from benchmarks.noise import watched
from conformance.bench import Bench, ReaderKind
from conformance.catalogue import Case, Requirement, load_catalogue
from conformance.events import Verdict
from conformance.play import Table, play
from conformance.products import Product
from conformance.protocol import Answer, Description, ErrorBody, ReadRequest, Trust
from emulator.pki import revocation_list_paths, trusted_root_paths
from fixtures.vitale import load_scenarios
from vitale_testbed.builtin import BuiltinReader

KINDS: dict[ReaderKind, str] = {"inprocess": "in process", "socket": "over the socket", "pcsc": "over PC/SC"}
TRUST = Trust(roots=tuple(map(str, trusted_root_paths())), crls=tuple(map(str, revocation_list_paths())))


class Refusing:
    """A product that reads nothing."""

    def describe(self) -> Description:
        """Claim everything, so that every case is played."""
        return Description(name="Refusing", version="1", capabilities=("protected", "revocation", "api-before"))

    def read(self, request: ReadRequest) -> Answer:
        """Refuse."""
        return Answer(id=request.id, error=ErrorBody(code="nothing_read"))

    def stop(self) -> None:
        """Nothing was started."""


def processor_s() -> float:
    """Processor time of this process and of those it has waited for."""
    used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure(kind: ReaderKind, product: Product, cases: Sequence[tuple[Requirement, Case]]) -> tuple[float, float]:
    """Play cases one after the other; milliseconds and milliseconds of processor time a case."""
    scenarios = load_scenarios()
    with Bench(kind) as bench:
        os.environ.update(bench.environment)
        table = Table(product, product.describe().capabilities, bench, TRUST, ())
        began, used = time.perf_counter(), processor_s()
        for position, (requirement, case) in enumerate(cases):
            for later, its_case in cases[position + 1 : position + 1 + bench.ahead]:
                table.prepare(later, its_case, scenarios[its_case.scenario])
            event = play(table, requirement, case, scenarios[case.scenario])
            if event.verdict is Verdict.ERROR or (isinstance(product, BuiltinReader) and not event.conformant):
                sys.exit(f"{event.id}: {event.verdict}: {event.reason}")
        return 1000 * (time.perf_counter() - began) / len(cases), 1000 * (processor_s() - used) / len(cases)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="every tenth case")
    options = parser.parse_args()
    cases = [(requirement, case) for _, requirement, case in load_catalogue().cases][:: 10 if options.quick else 1]
    measure("inprocess", Refusing(), cases)  # images and certificates are read once in a process
    with watched():
        print(
            f"| {len(cases)} cases | the harness alone | of it processor | with the built-in reader | of it processor |"
        )
        print("|---|---|---|---|---|")
        for kind, name in KINDS.items():
            row = [figure for product in (Refusing(), BuiltinReader()) for figure in measure(kind, product, cases)]
            print(f"| {name} | {' | '.join(f'{figure:.1f} ms' for figure in row)} |", flush=True)


if __name__ == "__main__":
    main()
