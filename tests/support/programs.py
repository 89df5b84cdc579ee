"""Programs that start others: ended with all that they started."""

import contextlib
import os
import signal
import subprocess

PATIENCE_S = 280
"""Below the time that a test may take, since a test that is ended leaves its programs."""


def end(program: "subprocess.Popen[str]") -> str:
    """End a program that leads its session with all that it started; what it said on its standard error."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return program.communicate(timeout=5)[1] or ""
    return ""
