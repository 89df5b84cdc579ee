"""What holds for every test run: nothing is skipped where that is forbidden, no daemon outlives it, coverage is of the tests
that are about what is measured.
"""

import os
import signal
import sys
import time
import uuid
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest
from hypothesis import HealthCheck, settings

# One run of the suite is like another, on a slow machine too; `--hypothesis-profile=explore` looks further, and as far as
# VITALE_EXPLORE_EXAMPLES says (with `--timeout=0`).
settings.register_profile("stable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_EXPLORE = int(os.environ.get("VITALE_EXPLORE_EXAMPLES", "500"))
settings.register_profile("explore", deadline=None, max_examples=_EXPLORE, print_blob=True)
settings.load_profile("stable")

_RUN = "VITALE_TESTS_RUN"
"""In the environment of this run and of every process it starts: whose daemons are whose when two runs share a machine."""


def _daemons() -> set[int]:
    """Every `pcscd` that was started, however indirectly, by this run."""
    if sys.platform != "linux":
        return set()
    mark = f"{_RUN}={os.environ[_RUN]}".encode()
    return {int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit() and _is_ours(each, mark)}


def _is_ours(process: Path, mark: bytes) -> bool:
    try:
        if (process / "comm").read_text().strip() != "pcscd":
            return False
        return mark in (process / "environ").read_bytes().split(b"\0")
    except OSError:  # it has ended, or it is another user's
        return False


_TESTS = Path(__file__).parent
_MEASURED = (_TESTS / "reader_core", _TESTS / "emulator")
"""The tests whose coverage counts. Under measurement every program takes twice its time, and what certifies a product or
starts the command runs the same lines again and again without asking what each of them is for."""

_CHILDREN = "COVERAGE_PROCESS_CONFIG"
"""In the environment of a process that is measured: its children are measured too."""


class _Coverage:
    """Stops the measurement of this process and of its children, and goes on with it."""

    def __init__(self) -> None:
        self._measurement = coverage.Coverage.current()
        self._children = os.environ.get(_CHILDREN)
        self._on = True

    def switch(self, on: bool) -> None:
        if self._measurement is None or on == self._on:
            return
        self._on = on
        if on:
            self._measurement.start()
        else:
            self._measurement.stop()
        if self._children is not None:
            os.environ.pop(_CHILDREN, None)
            if on:
                os.environ[_CHILDREN] = self._children


_coverage = _Coverage()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    _coverage.switch(any(folder in item.path.parents for folder in _MEASURED))
    return (yield)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    # A shell that starts the run in the background has it ignore SIGINT, and so every program that a test interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not _is_worker(config):
        os.environ[_RUN] = uuid.uuid4().hex


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run that left a `pcscd` behind, or that skipped a test where `make test` forbids it."""
    if _is_worker(session.config):
        return
    problems: list[str] = []
    deadline = time.monotonic() + 60
    while (left := _daemons()) and time.monotonic() < deadline:
        time.sleep(0.1)  # one that was just told to end
    if left:
        problems.append(f"pcscd left running: {sorted(left)}")
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("VITALE_TESTS_FORBID_SKIPS") == "1" and reporter is not None and reporter.stats.get("skipped"):
        problems.append("tests were skipped, which this run forbids")
    for problem in problems:
        print(f"\nERROR: {problem}", file=sys.stderr)
    if problems and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
