"""What can go wrong before any card is in a reader."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

SetupCode = Literal[
    "pcscd_missing",
    "vpcd_missing",
    "pyscard_missing",
    "unsupported_system",
    "pcscd_not_running",
    "pcscd_refuses",
    "pcscd_running",
    "pcscd_failed",
    "daemon_died",
    "port_taken",
    "slots_busy",
    "slot_taken",
    "slot_unreachable",
    "card_not_seen",
]
"""Stable names of the reasons; each class of reason has one fix."""

SETUP_CODES: Final[Mapping[SetupCode, str]] = MappingProxyType(
    {
        "pcscd_missing": "Debian's pcscd is not installed",
        "vpcd_missing": "the driver of vsmartcard, by which pcscd sees virtual cards, is not installed",
        "pyscard_missing": "the Python package pyscard (extra `pcsc`) is not installed",
        "unsupported_system": "PC/SC slots are made on Linux only",
        "pcscd_not_running": "the pcscd whose slots were asked for does not run",
        "pcscd_refuses": "pcscd does not let this user in (polkit)",
        "pcscd_running": "a pcscd of ours was to stand at the system's socket, and one answers there already",
        "pcscd_failed": "pcscd did not start",
        "daemon_died": "pcscd ended while it was used",
        "port_taken": "another program listens on a port of the slots",
        "slots_busy": "fewer slots of the running pcscd are free than there are cards to put in",
        "slot_taken": "the slot holds a card already",
        "slot_unreachable": "nobody answers on the slot's TCP port",
        "card_not_seen": "pcscd did not see the card that was put into its slot",
    }
)
"""What each of them means, in words for the documentation; `ReaderSetupError.message` has the evidence."""


class ReaderSetupError(Exception):
    """A reader could not be set up, or was lost while it was in use.

    Attributes:
        code: which reason it is, a `SetupCode`.
        message: what was found, one sentence for a person, with the evidence (path, port, process id, log).
        next_step: the one thing to do now, where possible a command to type.
    """

    def __init__(self, code: SetupCode, message: str, next_step: str) -> None:
        super().__init__(code, message, next_step)
        self.code: SetupCode = code
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}"
