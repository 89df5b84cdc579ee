"""What this machine has of PC/SC: the daemon, the vpcd driver, free ports."""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
import socket
import sys
from pathlib import Path

from emulator.readers.errors import ReaderSetupError

INSTALL = "apt-get install pcscd vsmartcard-vpcd"
"""The command that brings all of it on Debian and Ubuntu."""

CONFIG_DIRECTORY = Path("/etc/reader.conf.d")
"""Where Debian's pcscd finds its serial readers, vpcd among them."""

_SBIN = ("/usr/sbin", "/usr/local/sbin", "/sbin")
_DRIVER_PLACES = (
    "/usr/lib/pcsc/drivers/serial",
    "/usr/local/lib/pcsc/drivers/serial",
    "/usr/lib64/pcsc/drivers/serial",
)
_DRIVER = "libifdvpcd.so"
_LIBPATH = re.compile(r'^\s*LIBPATH\s+"?([^"\s]+)', re.MULTILINE)
_LOWEST_PORT, _HIGHEST_PORT = 20_000, 32_766  # below Linux's ephemeral ports, which any program may be using


def require_linux() -> None:
    """Virtual PC/SC readers need namespaces, pcscd and vpcd as Linux has them.

    Raises:
        ReaderSetupError: `unsupported_system`.
    """
    if sys.platform != "linux":
        raise ReaderSetupError(
            "unsupported_system",
            f"Virtual PC/SC readers need Linux; this is {sys.platform}.",
            "Use the reader `inprocess` or `socket` instead.",
        )


def find_pcscd() -> Path:
    """The daemon's program. An ordinary user's PATH often lacks its directory.

    Raises:
        ReaderSetupError: `unsupported_system` elsewhere than on Linux, `pcscd_missing`.
    """
    require_linux()
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *_SBIN])
    found = shutil.which("pcscd", path=path)
    if found is None:
        raise ReaderSetupError("pcscd_missing", "The PC/SC daemon pcscd is not installed.", f"Run: {INSTALL}")
    return Path(found)


def find_vpcd() -> Path:
    """The driver library of vpcd: where pcscd's configuration says, else where packages put it.

    Raises:
        ReaderSetupError: `vpcd_missing`.
    """
    configured = (
        Path(library)
        for file in sorted(CONFIG_DIRECTORY.glob("*"))
        if file.is_file()
        for library in _LIBPATH.findall(file.read_text(errors="replace"))
        if "vpcd" in library
    )
    for library in (*configured, *(Path(place, _DRIVER) for place in _DRIVER_PLACES)):
        if library.is_file():
            return library
    raise ReaderSetupError(
        "vpcd_missing", f"pcscd's driver for virtual cards, {_DRIVER} (vpcd), is not installed.", f"Run: {INSTALL}"
    )


def check_ports(first: int, count: int = 2) -> None:
    """Make sure that the ports of a vpcd are free on every address, as vpcd takes them.

    Args:
        first: the first port.
        count: how many in a row.

    Raises:
        ReaderSetupError: `port_taken`, naming the port.
    """
    for port in range(first, first + count):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind(("", port))
            except OSError as error:
                if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                    raise
                raise ReaderSetupError(
                    "port_taken",
                    f"TCP port {port}, which vpcd needs, cannot be used: {error.strerror}.",
                    f"End the program that uses it (`ss -ltnp 'sport = :{port}'` names it), or choose another port.",
                ) from error


def free_ports(count: int = 2) -> int:
    """Free ports in a row below Linux's ephemeral range; returns the first.

    Args:
        count: how many in a row.

    Raises:
        ReaderSetupError: `port_taken`, after many tries.
    """
    for _ in range(50):
        first = random.randrange(_LOWEST_PORT, _HIGHEST_PORT - count + 2, 2)  # noqa: S311 -- spreads workers, protects nothing
        try:
            check_ports(first, count)
        except ReaderSetupError:
            continue
        return first
    raise ReaderSetupError(
        "port_taken",
        f"No {count} free TCP ports in a row were found between {_LOWEST_PORT} and {_HIGHEST_PORT}.",
        "End programs that hold many ports, or choose a port.",
    )
