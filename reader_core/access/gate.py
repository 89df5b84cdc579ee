"""The gate that every function of the reader passes through: the table in use, and the words for what it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reader_core.access.loading import default_table
from reader_core.access.model import Function, Situation
from reader_core.access.table import AccessTable, Decision
from reader_core.errors import ERRORS, ErrorCode, ReadingError
from reader_core.rules.basis import Api


@dataclass(frozen=True, slots=True)
class Refusal:
    """A function that was refused in a reading.

    Attributes:
        function: what was asked for.
        code: why not.
    """

    function: Function
    code: ErrorCode

    @property
    def message(self) -> str:
        """Why not, in French."""
        return self.told("fr")

    def told(self, language: Literal["en", "fr"]) -> str:
        """Why not, in a language."""
        text = ERRORS[self.code]
        return text.message_fr if language == "fr" else text.message


@dataclass(frozen=True, slots=True)
class Gate:
    """What decides for one reader.

    Attributes:
        table: the access table.
    """

    table: AccessTable

    @classmethod
    def of(cls, table: AccessTable | None) -> Gate:
        """Make a gate with a table, or with the default one."""
        return cls(default_table() if table is None else table)

    def decide(self, function: Function, situation: Situation, api: Api) -> Decision:
        """Say whether a function is allowed, and which checks of the professional card that depends on."""
        return self.table.decide(function, situation, api)

    def require(self, function: Function, situation: Situation, api: Api) -> None:
        """Let a function pass, or refuse it.

        Raises:
            ReadingError: it is refused; the evidence names the situation and the row that decided.
        """
        decision = self.decide(function, situation, api)
        if decision.code is not None:
            raise ReadingError(decision.code, self.evidence(function, situation, decision))

    def evidence(self, function: Function, situation: Situation, decision: Decision) -> str:
        """Name what a refusal was made of, where its code does not say it all: the card, or the row of a deployment's table."""
        if self.table is not default_table():
            row = f"row {decision.row}" if decision.row else "no row"
            seen = f"card {situation.card}, code {situation.pin}, {situation.category}"
            return f"{function}: {seen}; {row} of {self.table.origin}"
        return str(situation.card) if decision.code is ErrorCode.CPS_NOT_ENTITLED else ""
