"""How fast the virtual cards are: every benchmark, one after the other, as Markdown tables.

    python -m benchmarks.run                             about four minutes
    python -m benchmarks.run --quick                     a fifth of the rounds
    python -m benchmarks.run --vicc PYTHON DIRECTORY     beside Debian's vicc too: see docs/benchmarks.md

Each runs in a process of its own, as libpcsclite looks for its daemon once per process.
"""

from __future__ import annotations

import argparse
import subprocess
import sys


def main() -> None:
    """Run them; the exit code is that of the first one that could not measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a fifth of the rounds")
    parser.add_argument("--vicc", nargs=2, metavar=("PYTHON", "DIRECTORY"), help="where vicc can be run")
    options = parser.parse_args()
    quick = ["--quick"] if options.quick else []
    benchmarks = {
        "One command": ["latency", *quick],
        "A whole reading": ["reading", *quick],
        "A case of the catalogue": ["cases", *quick],
        "Many cards": ["many", *quick],
        "Beside vicc": ["vicc", *(options.vicc or ())],
    }
    for title, (name, *arguments) in benchmarks.items():
        if name == "vicc" and not options.vicc:
            continue
        print(f"\n## {title}\n", flush=True)
        code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], check=False).returncode
        if code:
            sys.exit(code)


if __name__ == "__main__":
    main()
