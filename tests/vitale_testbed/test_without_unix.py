"""What works in process and over sockets needs nothing that only UNIX has: the nearest thing to Windows that runs here.

The commands are played by a Python from which what Windows' Python lacks was taken away. It is no proof for Windows: paths,
encodings and processes are still those of this system.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

WITHOUT = """
import os, runpy, signal, socket, sys

for module in ("fcntl", "grp", "pwd", "pty", "resource", "syslog", "termios", "tty"):
    sys.modules[module] = None
for module, names in (
    (os, "fchmod fork getegid geteuid getgid getpgid getuid setsid O_CLOEXEC O_DIRECTORY O_NOFOLLOW"),
    (signal, "SIGALRM SIGHUP SIGQUIT SIGUSR1 pthread_sigmask"),
    (socket, "AF_UNIX"),
):
    for name in names.split():
        delattr(module, name)
while sys.argv[1] != "-m":  # as `python -P -m MODULE ...`
    del sys.argv[1]
module = sys.argv[2]
del sys.argv[1:3]
sys.path[0] = ""
sys.executable = os.environ["WITHOUT_UNIX"]  # the run of `certify` is a process of its own
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Play a command."""
    program = folder / "python"
    (folder / "without.py").write_text(WITHOUT, encoding="utf-8")
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{folder}/without.py' \"$@\"\n", encoding="utf-8")
    program.chmod(0o755)
    return subprocess.run(
        [str(program), "-m", "vitale_testbed", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "WITHOUT_UNIX": str(program), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_a_product_is_certified_over_sockets(tmp_path: Path) -> None:
    product = f"exec:'{sys.executable}' '{ROOT}/examples/python/reader.py'"
    done = run(tmp_path, "certify", "--product", product, "--only", "VIT-ERR-001", "-o", "run")
    assert done.returncode == 0, done.stdout + done.stderr
    events = [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_text("utf-8").splitlines()]
    assert events[0]["reader"] == "socket"
    assert {event["verdict"] for event in events if event["event"] == "case_finished"} == {"PASS"}
    assert (tmp_path / "run" / "report.html").exists()


def test_doctor_says_what_is_missing(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor", "--format", "text")
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in {0, 1}
    assert "shared pcscd" in done.stdout
