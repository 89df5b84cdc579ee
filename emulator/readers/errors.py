"""What can go wrong before any card is in a reader."""

from __future__ import annotations

from typing import Literal

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
