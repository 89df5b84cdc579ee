"""Nothing that we start outlives us, however we end."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from waiting import has_ended, until

pytestmark = pytest.mark.pcsc

HOLDER = """
import os, sys, time
from emulator.readers import PrivatePcscd
daemon = PrivatePcscd(isolated=sys.argv[1] == "isolated")
supervisor = open(f"/proc/{daemon.pid}/stat").read().rpartition(")")[2].split()[1]
if sys.argv[2] == "forked" and os.fork() == 0:  # a child that keeps every descriptor of ours open
    time.sleep(600)
    os._exit(0)
print(daemon.pid, supervisor, os.path.dirname(daemon.environment["PCSCLITE_CSOCK_NAME"]), flush=True)
if sys.argv[2] == "raise":
    raise SystemExit("an error nobody caught")
time.sleep(60)
"""


@pytest.mark.parametrize("place", ["isolated", "open"])
@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM", "forked", "group", "raise"])
def test_no_daemon_survives(place: str, end: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, place, end],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert holder.stdout is not None
    with holder.stdout:
        daemon, supervisor, directory = holder.stdout.readline().split()
        match end:
            case "group":
                os.killpg(holder.pid, signal.SIGKILL)
            case "SIGTERM":
                holder.terminate()
            case "raise":
                pass
            case _:
                holder.kill()
        holder.wait(60)
    try:
        until(lambda: has_ended(int(daemon)) and has_ended(int(supervisor)))
    finally:
        with suppress(ProcessLookupError):  # a forked child is still there
            os.killpg(holder.pid, signal.SIGKILL)
    assert not Path(directory).exists()
