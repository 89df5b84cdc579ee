"""The process the user started: it starts the run's own process, passes one Ctrl-C on, and waits.

The run has a process of its own so that nothing of the user's can shadow a package, a plugin or a configuration of ours:
``python -P``, without ``PYTHONPATH`` and without anything that pytest reads from its environment. The product under test
still gets the environment the user started us with.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from types import FrameType

import msgspec

from conformance.events import StreamError, read_stream
from conformance.outcome import ExitCode
from conformance.runner.config import CertifyConfig
from conformance.runner.terminal import SHOW_CURSOR

_DROPPED = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONSAFEPATH", "PYTHONWARNINGS")

_ENDED_BY_SOMEBODY = {
    getattr(signal, name, None) for name in ("SIGINT", "SIGKILL", "SIGTERM")
}  # Windows has no SIGKILL


def run_certify(config: CertifyConfig) -> int:
    """Run the catalogue against a product.

    Progress goes to standard output, what prevents a run to standard error, and everything to the stream.

    Args:
        config: The run.

    Returns:
        The exit code: 0 conformant, 1 not conformant, 2 the run could not start or nothing applies, 3 the harness failed,
        130 interrupted. After 0, 1 and 3 with cases, and mostly after 130, the stream is there.
    """
    theirs = {name: value for name, value in os.environ.items() if _is_dropped(name)}
    config = msgspec.structs.replace(config, dropped=theirs, events=str(Path(config.events).absolute()))
    command = [sys.executable, "-P", "-m", "conformance.runner.session"]
    kept = {name: value for name, value in os.environ.items() if not _is_dropped(name)}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    kept["PYTHONSAFEPATH"] = "1"  # what -P does, for the workers of the run as well
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        env=kept,
        # The terminal sends Ctrl-C to its whole foreground group; in a group of its own the run gets it once, from us.
        process_group=None if sys.platform == "win32" else 0,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    ) as process:
        code = _wait(process, msgspec.json.encode(config) + b"\n")
    if code in set(ExitCode):
        return code
    if config.bar:  # it was killed before it could leave the terminal as it was
        sys.stdout.write(SHOW_CURSOR)
        sys.stdout.flush()
    return _explain(code, Path(config.events))


def _is_dropped(name: str) -> bool:
    return name in _DROPPED or name.startswith("PYTEST_")


def _wait(process: subprocess.Popen[bytes], configuration: bytes) -> int:
    with _passing_interrupts_to(process):
        with contextlib.suppress(BrokenPipeError):
            if process.stdin is not None:  # it stays open: the run ends with us
                process.stdin.write(configuration)
                process.stdin.flush()
        return process.wait()


@contextlib.contextmanager
def _passing_interrupts_to(process: subprocess.Popen[bytes]) -> Generator[None]:
    """Pass the first SIGINT or SIGTERM on, so that the run can end its stream; the second one ends it at once."""
    asked = False

    def pass_on(number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            process.kill()
        elif sys.platform == "win32":
            process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            process.send_signal(signal.SIGINT)
        asked = True
        del number

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _explain(code: int, events: Path) -> int:
    how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
    try:
        done = len(read_stream(events).cases)
        kept = f"{done} finished cases are kept in {events}, which is unfinished."
    except StreamError:
        kept = "Nothing was recorded."
    sys.stderr.write(f"vitale: the process of the run {how}. {kept}\n")
    return ExitCode.INTERRUPTED if -code in _ENDED_BY_SOMEBODY else ExitCode.HARNESS_FAILED
