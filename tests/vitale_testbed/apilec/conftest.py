"""The library as it is built for a user, and C programs that use it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
CHECKS = "-fsanitize=address,undefined -fno-sanitize-recover=all"
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-pthread")


def _build(folder: Path, **environment: str) -> Path:
    """Build the library as a user does; gives its path."""
    command = [sys.executable, "-m", "vitale_testbed", "apilec", "build", "-o", str(folder)]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder / "libapilec.so"


def _compile(name: str, library: Path, target: Path, *flags: str) -> Path:
    """Compile one of the programs, linked to the library by its name."""
    folder = str(library.parent)
    command = ["cc", *STRICT, *flags, f"-I{folder}", str(PROGRAMS / f"{name}.c"), "-o", str(target)]
    command += [f"-L{folder}", "-lapilec", f"-Wl,-rpath,{folder}"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target


@dataclass(frozen=True)
class Read:
    """What a reading gave to the C program."""

    returned: int
    error: int
    state: int
    length: int
    intact: bool
    document: bytes


class Driver:
    """The program `driver.c`, asked line by line."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | (environment or {}),
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._input, self._output = self.process.stdin, self.process.stdout

    def ask(self, line: str) -> None:
        self._input.write(f"{line}\n".encode())
        self._input.flush()

    def say(self, line: str) -> list[int]:
        self.ask(line)
        name, *numbers = self._output.readline().decode().split()
        assert name == line.split(maxsplit=1)[0]
        return [int(number) for number in numbers]

    def init(self, path: str | Path) -> int:
        returned, error = self.say(f"init {path}")
        assert returned == error
        return returned

    def read(self, wait: int = 0, capacity: int = 65536) -> Read:
        returned, error, state, length, intact = self.say(f"read {wait} {capacity}")
        assert returned == error
        return Read(returned, error, state, length, bool(intact), self._output.read(length) if returned == 0 else b"")

    def finir(self) -> int:
        returned, error = self.say("finir")
        assert returned == error
        return returned

    @property
    def child(self) -> int:
        """The reader process, the only child."""
        (child,) = Processes.children(self.process.pid)
        return child

    def close(self) -> int:
        """Let it end; gives its exit code."""
        with contextlib.suppress(BrokenPipeError):
            self._input.close()
        code = self.process.wait(120)
        self._output.close()
        return code


class Processes:
    """What runs on this machine."""

    @staticmethod
    def children(pid: int) -> list[int]:
        """The processes, zombies too, whose parent this one is."""
        found: list[int] = []
        for each in Path("/proc").iterdir():
            if each.name.isdigit():
                try:
                    status = (each / "stat").read_text()
                except OSError:
                    continue
                if int(status.rpartition(")")[2].split()[1]) == pid:
                    found.append(int(each.name))
        return found


@pytest.fixture
def processes() -> Processes:
    return Processes()


@pytest.fixture
def build_library() -> Callable[..., Path]:
    return _build


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(tmp_path_factory.mktemp("apilec") / "built")


@pytest.fixture(scope="session")
def checked_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library with the compiler's own checks at run time."""
    return _build(tmp_path_factory.mktemp("apilec") / "checked", CFLAGS=f"-g {CHECKS}", LDFLAGS=CHECKS)


Program = Callable[[str], Path]


@pytest.fixture(scope="session")
def program(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Compiles a program of `programs/` once, linked to the library."""
    folder = tmp_path_factory.mktemp("programs")

    def compiled(name: str) -> Path:
        target = folder / name
        return target if target.exists() else _compile(name, library, target)

    return compiled


@pytest.fixture(scope="session")
def checked_program(checked_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The same with the compiler's checks."""
    folder = tmp_path_factory.mktemp("checked")

    def compiled(name: str) -> Path:
        target = folder / name
        return target if target.exists() else _compile(name, checked_library, target, *CHECKS.split())

    return compiled


@pytest.fixture
def drive() -> Iterator[Callable[..., Driver]]:
    """Starts `driver.c`, by a command of several words where another program runs it."""
    started: list[Driver] = []

    def start(*command: str | Path, **environment: str) -> Driver:
        started.append(Driver([str(word) for word in command], environment))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.close()


@pytest.fixture
def driver(drive: Callable[..., Driver], program: Program) -> Driver:
    return drive(program("driver"))


@pytest.fixture
def ini(tmp_path: Path) -> Callable[..., Path]:
    """Writes an `api_lec.ini` of these keys."""

    def write(text: str | None = None, **keys: str) -> Path:
        path = tmp_path / "api_lec.ini"
        lines = "".join(f"{key}={value}\n" for key, value in keys.items())
        path.write_text(lines if text is None else text, encoding="utf-8")
        return path

    return write
