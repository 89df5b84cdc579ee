"""The process of a run: it owns the product, the readers and the stream, and lets pytest drive.

Started as ``python -P -m conformance.runner.session`` with its configuration as the first line of its standard input. That
input stays open: when it ends, the process that asked for the run is gone, and the run is interrupted.
"""

from __future__ import annotations

import difflib
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import msgspec
import pytest

from conformance.attended import AttendedProduct
from conformance.baseline import BaselineError, load_baseline
from conformance.catalogue import CAPABILITIES, Catalogue, CatalogueError
from conformance.catalogue.model import FORMATS, LIMITS
from conformance.events import CaseFinished, RunStarted, Stream, StreamError, StreamWriter, read_stream
from conformance.generated.selection import FAMILY_FILE
from conformance.outcome import ExitCode
from conformance.overlay import OverlayError
from conformance.overlay.model import CATALOGUE
from conformance.play import blank
from conformance.product_sheet import ProductSheetError, load_product_sheet
from conformance.products import ProductUnavailableError
from conformance.runner import worker
from conformance.runner.config import CertifyConfig, ConfigurationError, layouts_of, load_requirements
from conformance.runner.header import check_same_run, make_header
from conformance.runner.overseer import Overseer, lost_with_its_worker
from conformance.runner.plugin import CataloguePlugin
from conformance.runner.progress import Progress
from conformance.runner.recorder import Recorder
from conformance.runner.table import set_table
from conformance.runner.terminal import LeavingOutput
from emulator.readers import ReaderSetupError
from fixtures.vitale import Scenario, ScenarioError
from reader_core.layouts.laying import laid

PYTEST_ARGUMENTS = (
    "-p", "no:cacheprovider",
    "-p", "no:terminal",
    "-p", "no:faulthandler",
    "--noconftest",
    "--capture=no",
    "--import-mode=importlib",
    "-c", os.devnull,
)  # fmt: skip
"""No file of anybody's is read and nothing is printed but our own progress."""


def run(config: CertifyConfig, progress: Progress) -> int:
    """Run it all, in this process or in workers of its own, and return the exit code.

    Raises:
        ConfigurationError: The run cannot start.
        BaselineError: The file of known failures cannot be used.
        ReaderSetupError: The readers cannot be set up.
        ProductUnavailableError: The product cannot be started.
        StreamError: There is nothing to resume.
        OverlayError: The overlay cannot be used.
    """
    with laid(layouts_of(config)):
        return _run(config, progress)


def _run(config: CertifyConfig, progress: Progress) -> int:
    catalogue, scenarios, selected = load_requirements(config)
    every = catalogue.select(())
    baseline = load_baseline(Path(config.baseline), every) if config.baseline else {}
    with ExitStack() as stack:
        table, description = stack.enter_context(set_table(config))
        _name_unknown(description.capabilities)
        header = make_header(config, catalogue, description, selected, _sheet(config))
        if config.workers:
            stack.close()  # it is known that everything can be set up; the workers have products and readers of their own
        begun, writer = _open_stream(config, header)
        with writer:
            recorder = Recorder(writer, progress, baseline)
            if begun is None:
                recorder.start(header)
                left = selected
            else:
                recorder.resume(header, begun.cases)
                left = list(begun.missing)
            if isinstance(table.product, AttendedProduct):
                table.product.expect(left, len(selected), catalogue.plan)
            overseer = Overseer(recorder, config, _lost(config, catalogue, scenarios))
            if not left:
                status = int(pytest.ExitCode.OK)
            elif config.workers:
                status = _distributed(config, overseer, left)
            else:
                status = _pytest(
                    config, [CataloguePlugin(table, scenarios, left, Path(config.events).parent), overseer]
                )
            interrupted = status == pytest.ExitCode.INTERRUPTED and not overseer.stopped and not overseer.trouble
            trouble = overseer.trouble
            if not (trouble or interrupted or overseer.stopped) and recorder.outcome.total != len(selected):
                trouble = (
                    f"{recorder.outcome.total} of {len(selected)} cases were recorded (pytest ended with {status})"
                )
            code = recorder.finish(interrupted=interrupted, failed=bool(trouble))
            if trouble:
                _tell(f"the harness failed: {trouble}", "Run it again; if it happens again, report it.")
            return code


def _name_unknown(capabilities: Sequence[str]) -> None:
    """Warn of a capability that no requirement asks for: a misspelled one would take its cases away without a word."""
    known = (*CAPABILITIES, *FORMATS, *LIMITS)
    for one in capabilities:
        if one not in known:
            near = difflib.get_close_matches(one, known, n=1)
            meant = f"; is {near[0]!r} meant?" if near else ""
            sys.stderr.write(
                f"vitale: warning: the product declares the capability {one!r}, which no requirement asks for{meant}\n"
                f"  next: capabilities are {', '.join(known)}\n"
            )


def _sheet(config: CertifyConfig) -> dict[str, Any] | None:
    return msgspec.to_builtins(load_product_sheet(Path(config.sheet))) if config.sheet else None


def _open_stream(config: CertifyConfig, header: RunStarted) -> tuple[Stream | None, StreamWriter]:
    """Begin the stream, or open the one that is to be resumed: then with what it says already."""
    if not config.resume:
        return None, StreamWriter(Path(config.events))
    begun = read_stream(Path(config.events))
    check_same_run(begun.header, header)
    return StreamWriter.continuing(Path(config.events))


def _lost(
    config: CertifyConfig, catalogue: Catalogue, scenarios: Mapping[str, Scenario]
) -> Callable[[str], CaseFinished]:
    cases = {requirement.case_id(case): (requirement, case) for _, requirement, case in catalogue.cases}

    def event(case_id: str) -> CaseFinished:
        requirement, case = cases[case_id]
        return lost_with_its_worker(blank(config.replay, requirement, case, scenarios[case.scenario]))

    return event


def _distributed(config: CertifyConfig, overseer: Overseer, left: list[str]) -> int:
    # A worker selects by itself; it is told what is left by the ids.
    overseer.hand_out(left)
    return _pytest(config, [overseer], "-p", "xdist.plugin", "-n", str(config.workers), "-p", worker.__name__)


def _pytest(config: CertifyConfig, plugins: list[object], *more: str) -> int:
    with tempfile.TemporaryDirectory(prefix="vitale-certify-") as empty:
        arguments = [*PYTEST_ARGUMENTS, *more, "--rootdir", empty, config.catalogue, str(FAMILY_FILE)]
        if config.overlay:  # the files that `load_overlay` reads, and no other that lies beside or below them
            arguments += [str(file) for file in sorted((Path(config.overlay) / CATALOGUE).glob("*.toml"))]
        return int(pytest.main(arguments, plugins=plugins))


def _follow_parent() -> None:
    """Interrupt this process once its standard input ends."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=wait, daemon=True).start()


def main() -> int:
    """Take the configuration from standard input, run, and say in one sentence why it could not."""
    line = bytearray()
    while not line.endswith(b"\n"):
        if not (byte := os.read(0, 1)):
            return ExitCode.CONFIGURATION
        line += byte
    # A shell that started the user's command in the background had it ignore SIGINT, and so this process.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform == "win32":  # what the process above sends there in place of SIGINT
        signal.signal(signal.SIGBREAK, signal.default_int_handler)
    _follow_parent()
    config = msgspec.json.decode(bytes(line), type=CertifyConfig)
    try:
        with Progress(None if config.quiet else _output(), color=config.color, bar=config.bar) as progress:
            return run(config, progress)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user who did not ask for one
        return _explain(error)


def _explain(error: Exception) -> int:
    """Say why there was no run, and return the exit code."""
    match error:
        case ProductUnavailableError():
            return _tell(error.reason, error.next_step, error.stderr)
        case ConfigurationError() | StreamError():
            return _tell(error.reason, error.next_step)
        case BaselineError() | ProductSheetError():
            return _tell(f"{error.path}: {error.reason}", error.next_step)
        case ReaderSetupError():
            return _tell(error.message, error.next_step)
        case CatalogueError() | ScenarioError() | OverlayError():
            return _tell(str(error), "Correct the file.")
        case _:
            pass
    if os.environ.get("VITALE_DEBUG"):
        traceback.print_exception(error)
    _tell(f"the harness failed: {type(error).__name__}: {error}", "Run with VITALE_DEBUG=1 and report what it prints.")
    return ExitCode.HARNESS_FAILED


def _output() -> IO[str]:
    # Whatever the locale, a name with an accent must not end the run.
    return LeavingOutput(os.fdopen(os.dup(1), "wb"), encoding=sys.stdout.encoding, errors="replace")


def _tell(reason: str, next_step: str, stderr: str = "") -> int:
    sys.stderr.write(f"vitale: {reason}\n  next: {next_step}\n")
    if stderr.strip():
        sys.stderr.write("  the product wrote:\n" + "".join(f"    {line}\n" for line in stderr.splitlines()[-8:]))
    return ExitCode.CONFIGURATION


if __name__ == "__main__":
    sys.exit(main())
