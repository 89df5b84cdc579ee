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


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist, built from the sources as they are; for tests of the group `packaging`."""
    root, out = Path(__file__).parents[2], tmp_path_factory.mktemp("dist")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "COVERAGE", "VITALE"))}
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", out, root]
    done = subprocess.run(command, cwd=root, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return out


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    """The wheel."""
    (found,) = built.glob("*.whl")
    return found
