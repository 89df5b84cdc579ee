"""A fault that cannot be made: its name or a parameter is wrong."""

from __future__ import annotations

from typing import Literal

FaultCode = Literal["unknown_fault", "unknown_parameter", "bad_value"]
"""Stable names of the reasons."""


class FaultError(ValueError):
    """A fault was asked for that does not exist, or with a parameter it does not have.

    Attributes:
        code: which reason it is.
        message: what is wrong, one sentence for a person.
        next_step: the one thing to do now.
    """

    def __init__(self, code: FaultCode, message: str, next_step: str) -> None:
        super().__init__(code, message, next_step)
        self.code: FaultCode = code
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}"
