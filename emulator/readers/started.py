"""What the pcscds that we start have in common: a directory, a configuration with vpcd slots, a supervisor."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from emulator.readers.configuration import check_slots, slot_ports, write_configuration
from emulator.readers.daemon import Daemon, DaemonPlan, NamespacesRefusedError
from emulator.readers.errors import ReaderSetupError
from emulator.readers.system import check_ports, find_pcscd, find_vpcd, free_ports
from emulator.readers.vpcd import FIRST_PORT, VpcdSlot
from reader_core.iso7816 import Card

_TRIES = 3
_LONGEST_DIRECTORY = 80  # a socket's path has at most 107 bytes


class StartedPcscd:
    """A pcscd that we start, with vpcd slots. A context manager; ends with this process at the latest.

    Args:
        cards: cards to insert, at most one a slot; construction returns when pcscd shows them present.
        ladder: sets of namespaces to leave, tried in turn until the system allows one, and none at last: with "net"
            nobody else reaches the vpcd ports, with "mount" the files of other pcscds are out of reach.
        port: the first of the vpcd ports; None for the usual ones in a namespace, else for free ones.
        public: path of the socket where every program looks for pcscd; empty for one of our own.
        slots: how many slots, an even number up to 16.

    Raises:
        ValueError: more cards than slots, or a number of slots that vpcd cannot have.
        ReaderSetupError: `pcscd_missing`, `vpcd_missing`, `unsupported_system`, `pcscd_failed`, `port_taken`.
    """

    def __init__(
        self,
        cards: Sequence[Card],
        ladder: Sequence[tuple[str, ...]],
        port: int | None,
        *,
        public: str = "",
        slots: int = 2,
    ) -> None:
        check_slots(slots)
        if len(cards) > slots:
            raise ValueError(f"{len(cards)} cards do not fit into {slots} slots")
        self._count = slots
        self._pcscd, self._vpcd = find_pcscd(), find_vpcd()
        self._public = public
        self._daemon, self._slots = self._start(ladder, port)
        try:
            for slot, card in zip(self._slots, cards, strict=False):
                slot.insert(card, wait=False)
            for slot, _ in zip(self._slots, cards, strict=False):
                slot.wait_seen()
        except BaseException:
            self.close()
            raise

    @property
    def slots(self) -> tuple[VpcdSlot, ...]:
        """The slots, in the order that programs list them."""
        return self._slots

    @property
    def pid(self) -> int:
        """The process id of the daemon."""
        return self._daemon.pid

    @property
    def isolated(self) -> bool:
        """Whether the vpcd ports are in a network namespace of their own, out of reach for everybody else."""
        return self._isolated

    def check(self) -> None:
        """Make sure that the daemon still runs.

        Raises:
            ReaderSetupError: `daemon_died`, with what it said last.
        """
        self._daemon.check()

    def close(self) -> None:
        """Remove the cards and stop the daemon. Closing twice is allowed."""
        for slot in self._slots:
            slot.release()
        self._daemon.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def _start(self, ladder: Sequence[tuple[str, ...]], port: int | None) -> tuple[Daemon, tuple[VpcdSlot, ...]]:
        for namespaces in (*ladder, ()):
            try:
                return self._try_ports(namespaces, port)
            except NamespacesRefusedError:
                continue
        raise AssertionError("without namespaces, none can be refused")

    def _try_ports(self, namespaces: tuple[str, ...], port: int | None) -> tuple[Daemon, tuple[VpcdSlot, ...]]:
        if "net" in namespaces:
            return self._try(namespaces, port or FIRST_PORT)
        if port:
            check_ports(port, self._count)
            return self._try(namespaces, port)
        for _ in range(_TRIES - 1):
            with contextlib.suppress(_PortTakenError):  # since we looked
                return self._try(namespaces, free_ports(self._count))
        return self._try(namespaces, free_ports(self._count))

    def _try(self, namespaces: tuple[str, ...], port: int) -> tuple[Daemon, tuple[VpcdSlot, ...]]:
        directory = _directory()
        try:
            config = write_configuration(directory, self._vpcd, port, self._count)
            own_socket = "" if self._public else str(directory / "pcscd.comm")
            # Real readers belong to the machine's own pcscd: ours must not find the drivers for them.
            drivers = self._vpcd.parent.parent
            hide = (str(drivers),) if "mount" in namespaces and drivers.name == "drivers" else ()
            plan = DaemonPlan(
                pcscd=str(self._pcscd),
                config=str(config),
                log=str(directory / "log"),
                directory=str(directory),
                socket=own_socket,
                namespaces=namespaces,
                hide=hide,
            )
            self._listening = own_socket or self._public
            self._isolated = "net" in namespaces
            daemon = Daemon(plan, self._listening)
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise
        try:
            return daemon, self._find_slots(daemon, port)
        except BaseException:
            daemon.stop()
            raise

    def _find_slots(self, daemon: Daemon, port: int) -> tuple[VpcdSlot, ...]:
        with daemon.client() as client:
            found = slot_ports({state.name for state in client.states()}, port, self._count)
        if len(found) != self._count:
            raise _PortTakenError(
                "port_taken",
                f"vpcd opened {len(found)} of its {self._count} slots on TCP ports {port} to {port + self._count - 1}. "
                f"pcscd said:\n{daemon.log}",
                "End the program that uses these ports, or choose another port.",
            )
        return tuple(VpcdSlot(daemon, name, number) for name, number in found)


class _PortTakenError(ReaderSetupError):
    """Another program was quicker; other ports may do."""


def _directory() -> Path:
    """A new directory of ours whose path leaves room for a socket's name, and which is not under a hidden /run."""
    base = Path(tempfile.gettempdir()).resolve()
    if base.is_relative_to("/run") or len(str(base)) > _LONGEST_DIRECTORY:
        base = Path("/tmp")  # noqa: S108 -- mkdtemp makes a directory that only we may enter
    return Path(tempfile.mkdtemp(prefix="vitale-pcscd-", dir=base))
