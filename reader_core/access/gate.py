"""The gate that every function of the reader passes through: the table in use, and the journal if there is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from reader_core.access.loading import default_table
from reader_core.access.model import Function, Situation
from reader_core.access.table import AccessTable, Decision
from reader_core.errors import ERRORS, ErrorCode, ReadingError
from reader_core.journal import Access, Journal, JournalError
from reader_core.journal.entry import GRANTED
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


@dataclass(frozen=True, slots=True, repr=False)
class Parties:
    """Whose cards an access is about, for the journal; it is not shown in messages or logs.

    Attributes:
        identifier: the professional's national identifier; empty without a card.
        number: the professional card's printed number; empty without a card.
        nir: the insured person's NIR, 13 characters; empty when it is not known.
        serial: the Vitale's number; empty when it is not known.
    """

    identifier: str = ""
    number: str = ""
    nir: str = ""
    serial: str = ""


NOBODY = Parties()


@dataclass(frozen=True, slots=True)
class Gate:
    """What decides for one reader.

    Attributes:
        table: the access table.
        journal: where accesses are written down; None for nowhere.
        parties: whose cards a reading was made from; nobody's for the gate of a reader.
    """

    table: AccessTable
    journal: Journal | None = None
    parties: Parties = field(default=NOBODY, repr=False)

    @classmethod
    def of(cls, table: AccessTable | None, journal: Journal | None = None) -> Gate:
        """Make a gate with a table, or with the default one."""
        return cls(default_table() if table is None else table, journal)

    def decide(self, function: Function, situation: Situation, api: Api) -> Decision:
        """Say whether a function is allowed, and which checks of the professional card that depends on."""
        return self.table.decide(function, situation, api)

    def require(self, function: Function, situation: Situation, api: Api) -> None:
        """Let a function pass, or refuse it. Nothing is written in the journal.

        Raises:
            ReadingError: it is refused; the evidence names the situation and the row that decided.
        """
        decision = self.decide(function, situation, api)
        if decision.code is not None:
            raise ReadingError(decision.code, self.evidence(function, situation, decision))

    def use(self, function: Function, situation: Situation, api: Api, on: date) -> None:
        """Let a function pass, or refuse it, and write either down.

        Args:
            function: what is to be done.
            situation: which cards are there, and the state of the code.
            api: the rules.
            on: the date of the reading, which the journal keeps.

        Raises:
            ReadingError: it is refused, or `journal_unavailable`: what cannot be written down is not given out.
        """
        decision = self.decide(function, situation, api)
        self.record([(function, decision.code)], situation, api, on)
        self.require(function, situation, api)

    def prepare(self) -> None:
        """Make sure that the journal can be written, before anything is read.

        Raises:
            ReadingError: `journal_unavailable`.
        """
        if self.journal is not None:
            try:
                self.journal.prepare()
            except JournalError as error:
                raise _unavailable(error) from error

    def record(
        self, used: Iterable[tuple[Function, ErrorCode | None]], situation: Situation, api: Api, on: date
    ) -> None:
        """Write down what was used, each function with the code that it ended with, or None where it was granted.

        Args:
            used: the functions.
            situation: which cards are there, and the state of the code.
            api: the rules.
            on: the date of the reading, which the journal keeps.

        Raises:
            ReadingError: `journal_unavailable`.
        """
        if self.journal is None:
            return
        accesses = [
            Access(
                function=function.value,
                outcome=GRANTED if code is None else code.value,
                card=situation.card.value,
                code=situation.pin.value,
                identifier=self.parties.identifier,
                number=self.parties.number,
                nir=self.parties.nir,
                serial=self.parties.serial,
                category=situation.category.value,
                api=api,
                on=on.isoformat(),
            )
            for function, code in used
        ]
        try:
            self.journal.append(accesses)
        except JournalError as error:
            raise _unavailable(error) from error

    def evidence(self, function: Function, situation: Situation, decision: Decision) -> str:
        """Name what a refusal was made of, where its code does not say it all: the card, or the row of a deployment's table."""
        if self.table is not default_table():
            row = f"row {decision.row}" if decision.row else "no row"
            seen = f"card {situation.card}, code {situation.pin}, {situation.category}"
            return f"{function}: {seen}; {row} of {self.table.origin}"
        return str(situation.card) if decision.code is ErrorCode.CPS_NOT_ENTITLED else ""


def _unavailable(error: JournalError) -> ReadingError:
    return ReadingError(ErrorCode.JOURNAL_UNAVAILABLE, f"{error}; {error.next_step}")
