"""What Windows and macOS lack is not needed by what is said to work there, as far as a Linux machine can tell."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from vitale_testbed import doctor

ROOT = Path(__file__).parents[2]
PACKAGES = ("reader_core", "emulator", "fixtures", "conformance", "reports", "vitale_testbed")
POSIX_ONLY = {"fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
_IMPORTED = re.compile(rf"^\s*(import|from) ({'|'.join(sorted(POSIX_ONLY))})\b", re.MULTILINE)
FOR_LINUX = {"emulator/readers/supervisor.py"}
"""Programs that are started, never imported, and by what needs Linux anyway."""

PYTHON_ELSEWHERE = f"""#!{sys.executable}
import os, runpy, signal, socket, sys, sysconfig

class Gone:
    def find_spec(self, name, path=None, target=None):
        if name not in {POSIX_ONLY!r}:
            return None
        frame = sys._getframe(1)
        while "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        # Python's own library asks for some of them because it knows that this is Linux.
        if frame.f_code.co_filename.startswith(sysconfig.get_path("stdlib")):
            return None
        raise ModuleNotFoundError("not on this system: " + name)

sys.meta_path.insert(0, Gone())
for name in {POSIX_ONLY!r}:
    sys.modules.pop(name, None)
for name in ("chown", "fork", "forkpty", "getegid", "geteuid", "getgid", "getloadavg", "getuid", "killpg", "mkfifo",
             "pidfd_open", "sched_getaffinity", "setsid"):
    delattr(os, name)
for name in ("SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGUSR1", "SIGUSR2"):
    delattr(signal, name)
del socket.AF_UNIX
sys.executable = __file__  # so that the processes it starts are no better off
sys.argv = sys.argv[sys.argv.index("-m") + 1:]
sys.path.pop(0)
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def test_no_module_imports_what_is_of_posix_alone() -> None:
    guilty = {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        if _IMPORTED.search(file.read_text(encoding="utf-8"))
    }
    assert guilty == FOR_LINUX


def test_certify_read_and_serve_without_anything_of_posix(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(PYTHON_ELSEWHERE, encoding="utf-8")
    python.chmod(0o755)

    def vitale(*arguments: str) -> str:
        done = subprocess.run(
            [python, "-m", "vitale_testbed", *arguments],
            cwd=tmp_path,
            # A console of western Europe on Windows.
            env={"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "PATH": "", "USERNAME": "Amélie"},
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr.decode("cp1252")
        return done.stdout.decode("cp1252", "replace")

    assert "4 PASS" in vitale("certify", "--only", "VIT-IDE-001", "--reader", "socket")
    assert "1 PASS" in vitale("certify", "--only", "VIT-MIN-003/1", "-o", "run")
    journal = str(tmp_path / "journal.jsonl")
    cards = ("--vitale", "famille", "--cps", "cps", "--pin", "1234")
    text = vitale("read", *cards, "--journal", journal, "--format", "text")
    assert "Protected data: read" in text


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_doctor_elsewhere_sends_nobody_to_apt_get(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    found = {each.name: each for each in doctor.examine()}
    assert "need Linux" in found["pcscd"].detail
    assert "socket" in found["pcscd"].next_step
    assert not {"shared pcscd", "vpcd's port", "user namespaces"} & found.keys()
    assert "apt-get" not in found["pyscard"].next_step
