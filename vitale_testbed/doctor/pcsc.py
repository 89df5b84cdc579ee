"""PC/SC: the daemon, its driver for virtual cards, who may use the one that runs, and vpcd's port."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from emulator.readers import ReaderSetupError
from emulator.readers.pcscd_client import PcscdClient, PcscdError, PcscdRefusedError, default_socket
from emulator.readers.system import check_ports, find_pcscd, find_vpcd
from emulator.readers.vpcd import FIRST_PORT
from vitale_testbed.doctor.finding import Finding
from vitale_testbed.doctor.listeners import listener

_TIMEOUT_S = 10


def _found(name: str, find: Callable[[], Path]) -> Finding:
    try:
        return Finding(name, True, "PC/SC slots", str(find()), "")
    except ReaderSetupError as error:
        return Finding(name, False, "PC/SC slots", error.message, error.next_step.removeprefix("Run: "))


def pcscd() -> Finding:
    """Whether the daemon pcscd is installed."""
    return _found("pcscd", find_pcscd)


def vpcd() -> Finding:
    """Whether its driver for virtual cards is installed."""
    return _found("vpcd driver", find_vpcd)


def namespaces() -> Finding:
    """Whether this user may make a network of its own for a private daemon."""
    unshare = shutil.which("unshare")
    ok = False
    if unshare:
        done = subprocess.run([unshare, "-Urn", "true"], capture_output=True, check=False, timeout=_TIMEOUT_S)
        ok = done.returncode == 0
    return Finding(
        "user namespaces",
        ok,
        "keeping a private pcscd unreachable from the network (it works without, on a port of its own)",
        "allowed" if ok else "not allowed here",
        "" if ok else "sysctl kernel.unprivileged_userns_clone=1, or close vpcd's ports with a firewall",
    )


def shared() -> Finding:
    """The daemon that programs of this user find, asked as they ask it."""
    name, use = "shared pcscd", "programs that use the system's readers"
    path = default_socket()
    try:
        with PcscdClient(path) as client:
            readers = [state.name for state in client.states()]
    except PcscdRefusedError as refusal:
        return Finding(name, False, use, str(refusal), refusal.next_step)
    except PcscdError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return Finding(name, True, use, "not running", "")
        detail = f"nothing that is understood here answers: {error}"
        return Finding(name, False, use, detail, f"sudo rm -f {path}; start pcscd again")
    return Finding(name, True, use, f"running at {path}; readers: {', '.join(readers) or 'none'}", "")


def port() -> Finding:
    """The first port of vpcd: free, or held by the pcscd whose slots it makes."""
    name, use = "vpcd's port", f"a vpcd on its usual port {FIRST_PORT} (private readers take another)"
    try:
        check_ports(FIRST_PORT, 1)
    except ReaderSetupError as error:
        owner = listener(FIRST_PORT)
        if owner is not None and owner.name == "pcscd":
            return Finding(name, True, use, f"{FIRST_PORT} is held by {owner}, as it should be", "")
        if owner is None:
            return Finding(name, False, use, error.message, error.next_step)
        return Finding(name, False, use, f"{FIRST_PORT} is held by {owner}", f"end that program: kill {owner.pid}")
    return Finding(name, True, use, f"{FIRST_PORT} is free", "")
