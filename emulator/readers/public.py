"""A pcscd where every program looks for one, for machines on which none runs."""

from __future__ import annotations

import os
from collections.abc import Sequence

from emulator.readers.errors import ReaderSetupError
from emulator.readers.pcscd_client import DEFAULT_SOCKET, PcscdClient, PcscdError
from emulator.readers.started import StartedPcscd
from emulator.readers.system import find_pcscd, find_vpcd, require_linux
from reader_core.iso7816 import Card


class PublicPcscd(StartedPcscd):
    """A running pcscd with two vpcd slots that every program of the machine sees, until `close`.

    Its vpcd ports are in a network namespace of their own where the system allows that.

    Args:
        cards: at most two cards to insert; construction returns when pcscd shows them present.

    Raises:
        ReaderSetupError: as `StartedPcscd`, and `pcscd_running`, or `pcscd_not_running` when this user may not put a
            socket where programs look.
    """

    def __init__(self, cards: Sequence[Card] = ()) -> None:
        require_linux()
        try:
            PcscdClient(DEFAULT_SOCKET).close()
        except PcscdError:
            pass
        else:
            raise ReaderSetupError(
                "pcscd_running",
                f"A pcscd answers at {DEFAULT_SOCKET} already.",
                "Use that one: unset PCSCLITE_CSOCK_NAME, where it is set.",
            )
        if not _may_write():
            raise ReaderSetupError(
                "pcscd_not_running",
                f"No pcscd answers at {DEFAULT_SOCKET}, and only root may start one there.",
                "Run: sudo pcscd -- or use `--private`, which needs no privilege.",
            )
        ladder = [("net",), ("user", "net")]  # the first is root's
        super().__init__(cards, ladder, None, public=str(DEFAULT_SOCKET))

    @staticmethod
    def possible() -> bool:
        """Whether this user may start one, where none runs and both programs are installed."""
        try:
            find_pcscd()
            find_vpcd()
        except ReaderSetupError:
            return False
        return _may_write()

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to find this pcscd: nothing."""
        return {}


def _may_write() -> bool:
    directory = DEFAULT_SOCKET.parent
    return os.access(directory if directory.is_dir() else directory.parent, os.W_OK)
