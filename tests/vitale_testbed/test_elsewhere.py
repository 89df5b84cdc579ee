"""What Windows and macOS lack is not needed by what is said to work there, as far as a Linux machine can tell."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vitale_testbed import doctor

ROOT = Path(__file__).parents[2]
PACKAGES = ("reader_core", "emulator", "fixtures", "conformance", "reports", "vitale_testbed")
POSIX_ONLY = {"fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
_USED = re.compile(rf"^\s*(import|from) ({'|'.join(sorted(POSIX_ONLY))})\b|\bos\.fchmod\b", re.MULTILINE)
"""`fchmod` is looked for here, and not taken away below: filelock's lock for a system without fcntl calls it when it is on Linux."""
FOR_LINUX = {"emulator/readers/supervisor.py"}
"""Programs that are started, never imported, and by what needs Linux anyway."""

PYTHON_ELSEWHERE = f"""#!{sys.executable}
import os, runpy, signal, socket, sys

for name in {POSIX_ONLY!r}:
    sys.modules[name] = None
for name in ("chown", "fork", "forkpty", "getegid", "geteuid", "getgid", "getloadavg", "getpgid", "getuid", "mkfifo",
             "pidfd_open", "sched_getaffinity", "setsid", "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW"):
    delattr(os, name)
for name in ("SIGALRM", "SIGCHLD", "SIGHUP", "SIGPIPE", "SIGQUIT", "SIGUSR1", "SIGUSR2",
             "pthread_sigmask"):
    delattr(signal, name)
del socket.AF_UNIX
if "PRODUCT" not in os.environ:  # one that is a program is ended by these two here: which way it is asks for the name of the system
    del os.killpg, signal.SIGKILL
sys.executable = __file__  # so that the processes it starts are no better off
sys.argv = sys.argv[sys.argv.index("-m") + 1:]
sys.path.pop(0)
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def test_no_module_uses_what_is_of_posix_alone() -> None:
    guilty = {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        if _USED.search(file.read_text(encoding="utf-8"))
    }
    assert guilty == FOR_LINUX


Vitale = Callable[..., str]


@pytest.fixture
def vitale(tmp_path: Path) -> Vitale:
    """Plays the command without anything of POSIX: arguments, environment -> what it printed; it has to end with 0."""
    python = tmp_path / "python"
    python.write_text(PYTHON_ELSEWHERE, encoding="utf-8")
    python.chmod(0o755)

    def play(*arguments: str, **more: str) -> str:
        done = subprocess.run(
            [python, "-m", "vitale_testbed", *arguments],
            cwd=tmp_path,
            # A console of western Europe on Windows.
            env={"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "PATH": "", "USERNAME": "Amélie", **more},
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr.decode("cp1252")
        return done.stdout.decode("cp1252", "replace")

    return play


def test_certify_and_read_without_anything_of_posix(vitale: Vitale, tmp_path: Path) -> None:
    assert "4 PASS" in vitale("certify", "--only", "VIT-IDE-001", "--reader", "socket")
    assert "1 PASS" in vitale("certify", "--only", "VIT-MIN-003/1", "-o", "run")
    journal = str(tmp_path / "journal.jsonl")
    cards = ("--vitale", "famille", "--cps", "cps", "--pin", "1234")
    text = vitale("read", *cards, "--journal", journal, "--format", "text")
    assert "Protected data: read" in text


def test_a_product_is_certified_over_sockets_without_anything_of_posix(vitale: Vitale, tmp_path: Path) -> None:
    product = f"exec:'{sys.executable}' '{ROOT}/examples/python/reader.py'"
    vitale("certify", "--product", product, "--only", "VIT-ERR-001", "-o", "other", PRODUCT="exec")
    events = [json.loads(line) for line in (tmp_path / "other" / "events.jsonl").read_text("utf-8").splitlines()]
    assert events[0]["reader"] == "socket"
    assert {event["verdict"] for event in events if event["event"] == "case_finished"} == {"PASS"}
    assert (tmp_path / "other" / "report.html").exists()


def test_doctor_says_what_is_missing_without_anything_of_posix(vitale: Vitale) -> None:
    found = {each["name"]: each for each in json.loads(vitale("doctor", "--format", "json"))}
    assert found["Python"]["ok"]
    # There is no program to be found: PATH is empty.
    assert (found["C compiler"]["ok"], found["C compiler"]["detail"]) == (
        False,
        "a C compiler (cc, gcc or clang) was not found",
    )
    # Neither has this system the sockets of the daemon, which is said, and is no crash.
    assert (found["shared pcscd"]["ok"], found["user namespaces"]["ok"]) == (True, False)


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_doctor_elsewhere_sends_nobody_to_apt_get(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    found = {each.name: each for each in doctor.examine()}
    assert "need Linux" in found["pcscd"].detail
    assert "socket" in found["pcscd"].next_step
    assert not {"shared pcscd", "vpcd's port", "user namespaces"} & found.keys()
    assert "apt-get" not in found["pyscard"].next_step
