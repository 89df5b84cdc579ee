"""The command as a user runs it: a process, its output, its errors and its exit code."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    def __post_init__(self) -> None:
        assert "Traceback" not in self.err, self.err


Vitale = Callable[..., Ended]


@pytest.fixture
def vitale(tmp_path: Path) -> Vitale:
    """Run `vitale ARGUMENTS` in an empty folder; `env` adds to the environment, `stdin` is typed, `wrapped` runs it."""

    def run(
        *arguments: str | Path,
        env: dict[str, str] | None = None,
        stdin: str = "",
        cwd: Path = tmp_path,
        wrapped: Sequence[str] = (),
        timeout: float = 280,
    ) -> Ended:
        done = subprocess.run(
            [*wrapped, sys.executable, "-m", "vitale_testbed", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run
