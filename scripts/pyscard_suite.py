"""Run pyscard's own test suites, from its source distribution, against two virtual readers, and list what failed.

    .venv/bin/python scripts/pyscard_suite.py [--in-process] [--cards NAME,NAME] [DIRECTORY]

DIRECTORY holds pyscard-VERSION.tar.gz; without it pip downloads the version that is installed here. This needs the network
and most of a minute, so it is no part of `make test`; docs/pcsc.md lists the result and explains each failure.
"""

import argparse
import contextlib
import importlib.metadata
import os
import re
import runpy
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from emulator.image import build_card, load_image, patch_image
from emulator.readers import InProcessReader, PrivatePcscd, pyscard_readers
from reader_core.iso7816 import Card

SUITES = ("framework", "frameworkpcsc", "scard")
# The suite wants two cards of T=0 with different ATRs: a Vitale, and the same with another ATR that Vitale cards have.
CARDS = "specimen,famille"
OTHER_ATR = "3B751300004409EA9000"
BROKEN = re.compile(
    r"^(FAIL|ERROR): (\S+) \((\S+)\).*?^(\w+(?:\.\w+)*(?:Error|Exception)\b.*?)$", re.MULTILINE | re.DOTALL
)


def main() -> int:
    """Run the suites; 0 when all of it passes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", nargs="?", type=Path)
    parser.add_argument("--in-process", action="store_true", help="on the readers of `pyscard_readers`, without pcscd")
    parser.add_argument("--cards", default=CARDS, help=f"the two images (default: {CARDS})")
    parser.add_argument("--suite", help=argparse.SUPPRESS)  # we start ourselves once for each
    options = parser.parse_args()
    if options.suite:
        return play(options.suite, options.cards)
    version = importlib.metadata.version("pyscard")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with tarfile.open((options.directory or download(version, folder)) / f"pyscard-{version}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
        tests = folder / f"pyscard-{version}" / "src" / "smartcard" / "test"
        suites = SUITES[:1] if options.in_process else SUITES  # the others call PC/SC itself
        return max(run(tests / suite, options.cards, in_process=options.in_process) for suite in suites)


def cards(names: str) -> list[Card]:
    """The two cards."""
    first, second = (load_image(name) for name in names.split(","))
    return [build_card(first), build_card(patch_image(second, {"atr": OTHER_ATR} if names == CARDS else {}))]


def download(version: str, folder: Path) -> Path:
    """Have pip fetch the source distribution; returns the folder it is in."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "pyscard"]
    subprocess.run([*command, "--dest", str(folder), f"pyscard=={version}"], check=True)
    return folder


def run(folder: Path, names: str, *, in_process: bool) -> int:
    """Run one suite on readers of its own, and print what became of it."""
    with contextlib.ExitStack() as stack:
        environment = dict(os.environ)
        if in_process:
            environment["VITALE_IN_PROCESS"] = "1"
        else:
            environment |= stack.enter_context(PrivatePcscd(cards(names))).environment
        done = subprocess.run(
            [sys.executable, __file__, "--suite", folder.name, "--cards", names],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    said = done.stdout + done.stderr
    ran = re.search(r"^Ran (\d+) tests?", said, re.MULTILINE)
    print(f"{folder.name}: {ran[1] if ran else 'no'} tests, exit code {done.returncode}")
    for kind, test, place, error in BROKEN.findall(said):
        print(f"  {kind} {place.rpartition('.')[0] or place} {test}: {error}")
    if not ran:
        print(said)
    return done.returncode


def play(suite: str, names: str) -> int:
    """Run one suite in this process, in the folder it is in."""
    sys.path[:0] = [".", ".."]
    with contextlib.ExitStack() as stack:
        if "VITALE_IN_PROCESS" in os.environ:
            readers = [InProcessReader(f"Vitale testbed {n:02}", card) for n, card in enumerate(cards(names))]
            stack.enter_context(pyscard_readers(*readers))
        sys.argv = [f"testsuite_{suite}.py"]
        try:
            runpy.run_path(f"testsuite_{suite}.py", run_name="__main__")
        except SystemExit as end:
            return int(end.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
