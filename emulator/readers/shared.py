"""A pcscd that runs already, and its vpcd slots."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from emulator.readers.errors import ReaderSetupError
from emulator.readers.pcscd_client import PcscdClient, PcscdError, PcscdRefusedError, default_socket
from emulator.readers.system import CONFIG_DIRECTORY, INSTALL, require_linux
from emulator.readers.vpcd import VpcdSlot

_SETTING = re.compile(r'^\s*(FRIENDLYNAME|DEVICENAME|LIBPATH|CHANNELID)\s+(?:"([^"]*)"|(\S+))', re.MULTILINE)
_SLOT_NAME = re.compile(r"(?P<friendly>.*) (?P<reader>[0-9A-F]{2}) (?P<slot>[0-9A-F]{2})")
_TIMEOUT_S = 10.0


class SharedPcscd:
    """The running pcscd that programs find; the vpcd slots of its configuration can be borrowed.

    Args:
        path: the daemon's socket; None for where programs of this environment look.
        configuration: the directory where its readers are configured.

    Raises:
        ReaderSetupError: `unsupported_system`, `pcscd_not_running`, `pcscd_refuses`, or `vpcd_missing` when it has no
            vpcd slot.
    """

    def __init__(self, path: str | None = None, configuration: Path = CONFIG_DIRECTORY) -> None:
        require_linux()
        self._path = path or default_socket()
        try:
            with PcscdClient(self._path) as client:
                names = [state.name for state in client.states()]
        except PcscdRefusedError as refusal:
            raise ReaderSetupError(
                "pcscd_refuses", f"A pcscd runs, but {refusal}.", f"{refusal.next_step} -- or use `--private`."
            ) from refusal
        except PcscdError as error:
            raise ReaderSetupError(
                "pcscd_not_running", f"No pcscd answers: {error}.", "Start it: sudo pcscd -- or use `--private`."
            ) from error
        ports = dict(_ports(names, _entries(configuration)))
        if not ports:
            raise ReaderSetupError(
                "vpcd_missing",
                f"The running pcscd has no vpcd reader; it has {', '.join(names) or 'no reader at all'}.",
                f"Run: {INSTALL} -- then restart pcscd. Or use `--private`.",
            )
        self._slots = tuple(VpcdSlot(self, name, port) for name, port in ports.items())

    @property
    def slots(self) -> tuple[VpcdSlot, ...]:
        """Every vpcd slot, in the order that programs list them."""
        return self._slots

    def free_slots(self) -> tuple[VpcdSlot, ...]:
        """The vpcd slots with no card in them now, in the order that programs list them.

        Raises:
            ReaderSetupError: `daemon_died`.
        """
        with self.client() as client:
            empty = {state.name for state in client.states() if not state.present}
        return tuple(slot for slot in self._slots if slot.name in empty)

    def client(self) -> PcscdClient:
        """A new connection to the daemon. Raises ReaderSetupError `daemon_died`."""
        try:
            return PcscdClient(self._path)
        except PcscdError as error:
            raise ReaderSetupError(
                "daemon_died", f"The pcscd that was used has ended: {error}.", "Start it again, then this command."
            ) from error

    def connect(self, port: int) -> socket.socket:
        """A TCP connection to one of its vpcd ports. Raises OSError.

        Args:
            port: the TCP port, as the slot has it.
        """
        connected = socket.create_connection(("127.0.0.1", port), _TIMEOUT_S)
        connected.settimeout(None)  # the limit is for connecting: a pcscd that is silent for a while loses no card
        return connected

    def check(self) -> None:
        """Make sure that the daemon still runs. Raises ReaderSetupError `daemon_died`."""
        self.client().close()

    def kill(self) -> None:
        """Do nothing: this daemon is somebody else's."""


def _entries(configuration: Path) -> Iterator[tuple[str, int]]:
    """The name and first port of every vpcd in pcscd's configuration, in its order."""
    for file in sorted(configuration.glob("*")):
        if not file.is_file():
            continue
        entry: dict[str, str] = {}
        for key, quoted, bare in _SETTING.findall(file.read_text(errors="replace")):
            if key == "FRIENDLYNAME":
                entry = {}
            entry[key] = quoted or bare
            if len(entry) == 4 and "vpcd" in entry["LIBPATH"]:
                yield entry["FRIENDLYNAME"], _port(entry)
                entry = {}


def _port(entry: dict[str, str]) -> int:
    """The first port: what vpcd finds after the colon of DEVICENAME, else CHANNELID."""
    _, _, port = entry["DEVICENAME"].rpartition(":")
    try:
        return int(port, 0)
    except ValueError:
        return int(entry["CHANNELID"], 0)


def _ports(names: list[str], entries: Iterator[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Pair the readers of a running pcscd with ports: the n-th reader of a name is its n-th entry, slot by slot."""
    waiting = list(entries)
    matches = [match for name in names if (match := _SLOT_NAME.fullmatch(name))]
    for (friendly, _), slots in groupby(matches, lambda match: (match["friendly"], match["reader"])):
        entry = next((entry for entry in waiting if entry[0] == friendly), None)
        if entry is None:
            continue
        waiting.remove(entry)
        for match in slots:
            yield match.string, entry[1] + int(match["slot"], 16)
