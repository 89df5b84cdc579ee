"""What holds for every test: none is skipped where that is forbidden, and no daemon outlives the run."""

import os
import subprocess
from collections.abc import Iterator

import pytest


def _daemons() -> set[int]:
    found = subprocess.run(["pgrep", "-x", "pcscd"], capture_output=True, text=True, check=False)
    return {int(pid) for pid in found.stdout.split()}


@pytest.fixture(scope="session", autouse=True)
def no_daemon_survives() -> Iterator[None]:
    """A `pcscd` that a test started must be gone when the tests are over."""
    before = _daemons()
    yield
    left = _daemons() - before
    assert not left, f"pcscd left running: {sorted(left)}"


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a run with skipped tests into a failed one when the environment forbids skips (as `make test` does)."""
    if os.environ.get("VITALE_TESTS_FORBID_SKIPS") != "1" or exitstatus:
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
