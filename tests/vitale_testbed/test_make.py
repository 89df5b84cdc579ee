"""The Makefile's first words to a machine that lacks something."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def check(python: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", ROOT / "scripts/check-python.sh", str(python)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def python_without(tmp_path: Path) -> Callable[[str], Path]:
    """An interpreter in which `import NAME` fails, as Debian's does before python3-venv is installed."""

    def make(name: str) -> Path:
        program = tmp_path / "python3"
        program.write_text(
            f'#!/bin/sh\ncase "$2" in *"{name}"*) exit 1;; esac\nexec {sys.executable} "$@"\n', encoding="utf-8"
        )
        program.chmod(0o755)
        return program

    return make


def test_a_good_interpreter_passes_in_silence() -> None:
    done = check(sys.executable)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_venv_the_one_command_is_printed(python_without: Callable[[str], Path]) -> None:
    done = check(python_without("ensurepip"))
    assert done.returncode == 2
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"apt-get install python{version}-venv" in done.stderr


def test_an_old_interpreter_is_named(python_without: Callable[[str], Path]) -> None:
    done = check(python_without("exit(sys.version_info"))
    assert done.returncode == 2
    assert "3.11 or later" in done.stderr


def test_no_interpreter_at_all() -> None:
    done = check("")
    assert done.returncode == 2
    assert "apt-get install python3" in done.stderr


def test_make_certify_stops_there_and_says_so(python_without: Callable[[str], Path]) -> None:
    done = subprocess.run(
        ["make", "-s", "-C", ROOT, "VENV=/nonexistent/venv", f"PYTHON={python_without('ensurepip')}", "certify"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "apt-get install python3" in done.stderr
    assert "-venv" in done.stderr
