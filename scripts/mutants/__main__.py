"""Change the reader core in thousands of small ways, and see whether the catalogue of requirements notices each.

    python -m scripts.mutants run                       # everything that has not been tried yet, or has changed
    python -m scripts.mutants run session.files rules   # some modules or packages
    python -m scripts.mutants run --again survived      # what survived last time, after the catalogue grew
    python -m scripts.mutants report                    # rates and survivors, and whether each survivor is explained

Results go to mutants.jsonl, one line a mutant, as they come; a run that was interrupted goes on there.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec

from scripts.mutants.make import Mutant, make
from scripts.mutants.reach import reached
from scripts.mutants.report import explain, load_results, read_explanations
from scripts.mutants.scope import modules, path_of
from scripts.mutants.seen import Seen
from scripts.mutants.stage import Stage
from scripts.mutants.trial import Result, Trials

_EVERY_S = 10.0


def main() -> int:
    """Run or report, as told."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    running = verbs.add_parser("run", help="try the mutants")
    running.add_argument(
        "--again", action="append", default=[], metavar="STATUS", help="try those of a status once more"
    )
    running.add_argument("--explained", action="store_true", help="with --again: those too that are explained already")
    running.add_argument(
        "--first",
        type=int,
        default=0,
        metavar="N",
        help="play the N cases that killed and show the most; a second run with --again survived plays all to what is left",
    )
    running.add_argument(
        "--case", action="append", default=[], metavar="PREFIX", help="play only cases whose id begins so"
    )
    running.add_argument(
        "--shard",
        type=_shard,
        default=(1, 1),
        metavar="K/N",
        help="one of N equal parts, for N processes with a file each",
    )
    reporting = verbs.add_parser("report", help="print rates and survivors as Markdown")
    reporting.add_argument("--diffs", action="store_true", help="show the change of each survivor")
    for each in (running, reporting):
        each.add_argument(
            "--share", type=int, default=100, metavar="PERCENT", help="a sample that stays the same  [default: 100]"
        )
        each.add_argument("--grep", default="", metavar="REGEX", help="only mutants whose place or change fits")
        each.add_argument("--results", type=Path, default=Path("mutants.jsonl"), metavar="FILE")
        each.add_argument(
            "parts", nargs="*", metavar="PART", help="modules or packages below reader_core  [default: all]"
        )
    options = parser.parse_args()
    chosen = [name for name in modules() if not options.parts or any(_within(name, part) for part in options.parts)]
    if not chosen:
        parser.error(f"no mutated module is called {' or '.join(options.parts)}: they are {', '.join(modules())}")
    mutants = [
        mutant
        for name in chosen
        for mutant in make(name, _source(name), reached())
        if int(mutant.id[:4], 16) * 100 < options.share << 16
        and re.search(options.grep, f"{mutant.qualname}: {mutant.before} -> {mutant.after}")
    ]
    if options.verb == "run":
        return run(mutants, options)
    return report(mutants, options.results, diffs=options.diffs)


def _shard(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise argparse.ArgumentTypeError(f"{text!r} is not K/N, such as 1/2")
    return int(number), int(of)


def _within(module: str, part: str) -> bool:
    return module == f"reader_core.{part}" or module.startswith(f"reader_core.{part}.")


def _source(module: str) -> str:
    return path_of(module).read_text(encoding="utf-8")


def run(mutants: list[Mutant], options: argparse.Namespace) -> int:
    """Try what has no result yet, and write each result when it is there."""
    file: Path = options.results
    known = load_results(file)
    explanations = [] if options.explained else read_explanations()
    left = [each for each in mutants if each.id not in known or known[each.id].status in options.again]
    left = [each for each in left if each.id not in known or not any(one.fits(known[each.id]) for one in explanations)]
    number, of = options.shard
    left = [each for each in left if int(each.id[4:], 16) % of == number - 1]
    left.sort(key=lambda each: each.id)  # in no order: what is there of a run is a fair sample of it
    print(f"{len(mutants)} mutants, {len(left)} to try", flush=True)
    if not left:
        return 0
    counted: Counter[str] = Counter()
    with file.open("ab") as stream:
        stage = Stage(options.case)
        trials = Trials(
            stage,
            Seen(stage, file.with_suffix(".seen.json")),
            options.first,
            Counter(each.by for each in known.values() if each.by),
        )
        began = said = time.monotonic()
        for number, mutant in enumerate(left, 1):
            result = trials.run(mutant, _source(mutant.module))
            stream.write(msgspec.json.encode(result) + b"\n")
            stream.flush()
            counted[result.status] += 1
            if time.monotonic() - said > _EVERY_S or number == len(left):
                said = time.monotonic()
                rest = (said - began) / number * (len(left) - number)
                states = ", ".join(f"{count} {status}" for status, count in counted.most_common())
                print(f"{number}/{len(left)}, {rest / 60:.0f} min left: {states}", flush=True)
    return 0


def report(mutants: list[Mutant], file: Path, *, diffs: bool) -> int:
    """Print the table; 1 when a survivor is not explained or a mutant was not tried."""
    known = load_results(file)
    results = [msgspec.structs.replace(known[each.id], line=each.line) for each in mutants if each.id in known]
    missing = len(mutants) - len(results)
    text, unexplained = explain(results, read_explanations(), diffs=diffs)
    print(text)
    if missing:
        print(f"{missing} mutants have not been tried: python -m scripts.mutants run", file=sys.stderr)
    if unexplained:
        print(f"{unexplained} survivors are not explained in scripts/mutants/explained.toml", file=sys.stderr)
    return 1 if missing or unexplained else 0


__all__ = ["Result", "main"]

if __name__ == "__main__":
    sys.exit(main())
