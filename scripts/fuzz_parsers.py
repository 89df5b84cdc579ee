"""Let a coverage-guided fuzzer (atheris) look for bytes that break a parser.

    pip install 'vitale-testbed[fuzz]'
    python -m scripts.fuzz_parsers --seconds 600                    # each parser, one after the other
    python -m scripts.fuzz_parsers --seconds 600 recording --corpus ~/fuzz

What has to be true is in `scripts/parser_targets.py`. A finding ends the run with its traceback and the file of the bytes. The
suite reads `tests/emulator/fuzz_corpus/PARSER.txt` in every run: `--keep` fills it up with what a run found new ways with, and
`--add FILE PARSER` adds the bytes of a finding.
"""

from __future__ import annotations

import argparse
import base64
import importlib.util
import re
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "tests" / "emulator" / "fuzz_corpus"
NAMES = ("tlv", "image", "stream", "recording")
LONGEST = 4096
"""Bytes of an input that the fuzzer makes; seeds may be longer."""
KEPT = 80
"""Inputs of one parser that the suite reads; `--keep` fills them up."""
_KEPT_BYTES = 1500
_FOUND = " === Uncaught Python exception"
_DONE = re.compile(r"Done (?P<runs>\d+) runs in (?P<seconds>\d+) second")
_STATE = re.compile(r"cov: (?P<cov>\d+) ft: (?P<ft>\d+) corp: (?P<corp>\d+)")


def child(name: str, arguments: list[str]) -> None:
    """Fuzz one parser in this process until libFuzzer ends it."""
    import atheris  # pyright: ignore[reportMissingImports]  # noqa: PLC0415  # an extra that only this program needs

    with atheris.instrument_imports(include=["reader_core", "emulator", "tomllib"], enable_loader_override=False):
        from scripts.parser_targets import TARGETS  # noqa: PLC0415  # imported here, so that its branches are seen

    atheris.Setup([sys.argv[0], *arguments], TARGETS[name].check)
    atheris.Fuzz()


def run(name: str, folder: Path, options: argparse.Namespace) -> bool:
    """Fuzz one parser in a process of its own and print a line of the table.

    Returns:
        Whether nothing was found.
    """
    from scripts.parser_targets import TARGETS  # noqa: PLC0415  # after `child` could instrument it

    target = TARGETS[name]
    corpus, seeds, words = folder / name, folder / f"{name}-seeds", folder / f"{name}.dict"
    for each in (corpus, seeds):
        each.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate([*target.seeds(), *kept(name)]):
        (seeds / f"{number:04}").write_bytes(seed)
    words.write_text("".join(f'"{escaped(word)}"\n' for word in target.words), encoding="utf-8")
    process = subprocess.run(
        [
            sys.executable, "-m", "scripts.fuzz_parsers", "--child", name, str(corpus), str(seeds),
            *([f"-dict={words}"] if target.words else []), f"-artifact_prefix={folder}/{name}-", f"-max_len={LONGEST}", f"-seed={options.seed}",
            f"-max_total_time={options.seconds}", "-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=0",
        ],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip
    states = list(_STATE.finditer(process.stdout))
    done, first, last = _DONE.search(process.stdout), states[0] if states else None, states[-1] if states else None
    if process.returncode or done is None or first is None or last is None:
        said = process.stdout
        print(said[max(0, said.find(_FOUND)) :][-6000:], file=sys.stderr)
        print(f"{name}: a finding; its bytes are in {folder}/{name}-*", file=sys.stderr)
        return False
    print(
        f"| {name} | {int(done['seconds'])} s | {int(done['runs']):,} | {first['cov']} | {last['cov']} "
        f"| {last['ft']} | {last['corp']} | 0 |",
        flush=True,
    )
    if options.keep:
        keep(name, corpus)
    return True


def escaped(word: str) -> str:
    """A word for libFuzzer's dictionary; `\\xAB` in it stays a byte."""
    return re.sub(r'\\(?!x[0-9a-f]{2})|"', lambda found: "\\" + found[0], word)


def kept(name: str) -> list[bytes]:
    """The committed inputs of one parser."""
    path = CORPUS / f"{name}.txt"
    lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    return [zlib.decompress(base64.b64decode(line)) for line in lines]


def keep(name: str, corpus: Path) -> None:
    """Fill the committed inputs up with those of a run, short and long ones alike."""
    there = kept(name)
    new = {raw for raw in (path.read_bytes() for path in corpus.iterdir()) if 0 < len(raw) <= _KEPT_BYTES} - {*there}
    free = max(0, KEPT - len(there))
    ordered = sorted(new, key=lambda raw: (len(raw), raw))
    spread = [ordered[index * len(ordered) // free] for index in range(free)] if len(ordered) > free else ordered
    write(name, [*there, *spread])


def write(name: str, inputs: list[bytes]) -> None:
    """Write the committed inputs of one parser: a line each, compressed, in base64."""
    CORPUS.mkdir(exist_ok=True)
    lines = (base64.b64encode(zlib.compress(raw, 9)).decode() for raw in inputs)
    (CORPUS / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines), encoding="ascii")


def main() -> None:
    """Fuzz the parsers that were named, or all, and print a table."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="for each parser  [default: 60]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="a folder that keeps what was found, for the next run")
    parser.add_argument("--keep", action="store_true", help="write the shortest new inputs to the suite's corpus")
    parser.add_argument("--add", type=Path, metavar="FILE", help="add these bytes to the suite's corpus of one PARSER")
    parser.add_argument("parsers", nargs="*", metavar="PARSER", help=f"{', '.join(NAMES)}; all unless given")
    options = parser.parse_args()
    if unknown := sorted(set(options.parsers) - set(NAMES)):
        parser.error(f"no parser is called {', '.join(unknown)}: write {', '.join(NAMES)}")
    if options.add is not None:
        if len(options.parsers) != 1:
            parser.error("--add takes one PARSER")
        write(options.parsers[0], [*kept(options.parsers[0]), options.add.read_bytes()])
        return
    if importlib.util.find_spec("atheris") is None:
        parser.error("atheris is not installed: pip install 'vitale-testbed[fuzz]' (Linux, CPython)")
    print("| parser | time | inputs | branches at its start | at its end | features | inputs kept | findings |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.corpus or Path(temporary)
        good = [run(name, folder, options) for name in options.parsers or NAMES]
        if not all(good) and options.corpus is None:
            saved = Path(tempfile.mkdtemp(prefix="fuzz-"))
            for path in folder.glob("*-*"):
                if path.is_file():
                    path.rename(saved / path.name)
            print(f"the bytes are kept in {saved}", file=sys.stderr)
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
