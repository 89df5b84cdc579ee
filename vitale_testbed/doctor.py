"""What is installed, what is missing, and the one next step for each."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from emulator.readers import ReaderSetupError
from emulator.readers.system import find_pcscd, find_vpcd
from reader_core.formats.errors import FormatError
from reader_core.formats.registry import FORMATS


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what was looked at.
        ok: whether it is as it should be.
        needed_for: what does not work without it.
        detail: what was found.
        next_step: the command or sentence that mends it; empty when it is fine.
    """

    name: str
    ok: bool
    needed_for: str
    detail: str
    next_step: str


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    ok = sys.version_info >= (3, 11)
    return Finding("Python", ok, "everything", version, "" if ok else "apt-get install python3.11 python3.11-venv")


def _found(name: str, find: Callable[[], Path]) -> Finding:
    try:
        return Finding(name, True, "PC/SC slots", str(find()), "")
    except ReaderSetupError as error:
        return Finding(name, False, "PC/SC slots", error.message, error.next_step.removeprefix("Run: "))


def _pcscd() -> Finding:
    return _found("pcscd", find_pcscd)


def _vpcd() -> Finding:
    return _found("vpcd driver", find_vpcd)


def _pyscard() -> Finding:
    ok = importlib.util.find_spec("smartcard") is not None
    return Finding(
        "pyscard",
        ok,
        "reading cards over PC/SC, and pyscard programs without a daemon",
        "installed" if ok else "not installed",
        "" if ok else "apt-get install libpcsclite-dev gcc python3-dev; pip install 'vitale-testbed[pcsc]'",
    )


def _namespaces() -> Finding:
    unshare = shutil.which("unshare")
    ok = False
    if unshare:
        done = subprocess.run([unshare, "-Urn", "true"], capture_output=True, check=False, timeout=10)
        ok = done.returncode == 0
    return Finding(
        "user namespaces",
        ok,
        "keeping a private pcscd unreachable from the network (it works without, on a port of its own)",
        "allowed" if ok else "not allowed here",
        "" if ok else "sysctl kernel.unprivileged_userns_clone=1, or close vpcd's ports with a firewall",
    )


def _socket_permission() -> Finding:
    path = Path("/run/pcscd/pcscd.comm")
    if not path.exists():
        return Finding("shared pcscd", True, "programs that use the system's readers", "not running", "")
    ok = os.access(path, os.R_OK | os.W_OK)
    return Finding(
        "shared pcscd",
        ok,
        "programs that use the system's readers",
        f"running at {path}" if ok else f"{path} refuses this user",
        "" if ok else "add this user to the group that owns the socket, or allow it with a polkit rule",
    )


def _weasyprint() -> Finding:
    problem = ""
    try:
        FORMATS["pdf"].check()
    except FormatError as error:
        problem, step = error.message, error.next_step
    else:
        step = ""
    return Finding("WeasyPrint", not problem, "vitale read -o FILE.pdf", problem or "installed", step)


def _web() -> Finding:
    missing = [name for name in ("starlette", "uvicorn") if importlib.util.find_spec(name) is None]
    detail = f"not installed: {', '.join(missing)}" if missing else "installed"
    step = "pip install 'vitale-testbed[web]'" if missing else ""
    return Finding("consultation page", not missing, "vitale consult", detail, step)


_CHECKS: tuple[Callable[[], Finding], ...] = (
    _python,
    _pyscard,
    _pcscd,
    _vpcd,
    _namespaces,
    _socket_permission,
    _weasyprint,
    _web,
)


def examine() -> list[Finding]:
    """Look at everything once, in a stable order."""
    return [check() for check in _CHECKS]
