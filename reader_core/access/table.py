"""The table: rows that are looked at one after the other, until one decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Literal

import msgspec

from reader_core.access.model import CardType, Category, Check, Function, PinState, Situation
from reader_core.errors import ErrorCode
from reader_core.rules.basis import Api, Basis

Outcome = Literal[
    "allow",
    "cps_absent",
    "cps_unknown",
    "cps_not_entitled",
    "cards_mixed",
    "pin_missing",
    "pin_wrong",
    "pin_blocked",
    "access_denied",
]
"""What a row may decide: the function is allowed, or refused with this code."""

Sentence = Annotated[str, msgspec.Meta(min_length=1)]
_NOT_EMPTY = msgspec.Meta(min_length=1)  # what holds for everything is left out: an empty list is a mistake
APIS: tuple[Api, ...] = ("before", "4.10")


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row. A condition that is left out holds for everything.

    Attributes:
        id: a name for messages, unique in the table.
        function: the functions it speaks of.
        card: professional cards.
        pin: states of the code.
        category: test, real or mixed cards.
        api: rules before 4.10, or those of 4.10.
        checks: what is looked at on the professional card, in this order; the first that fails is the refusal.
        outcome: what the row decides. Without it the row only makes its checks, and the rows after it decide.
        source: where the row comes from.
        basis: how firm that is.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]*$")]
    function: Annotated[tuple[Function, ...], _NOT_EMPTY] = ()
    card: Annotated[tuple[CardType, ...], _NOT_EMPTY] = ()
    pin: Annotated[tuple[PinState, ...], _NOT_EMPTY] = ()
    category: Annotated[tuple[Category, ...], _NOT_EMPTY] = ()
    api: Annotated[tuple[Api, ...], _NOT_EMPTY] = ()
    checks: Annotated[tuple[Check, ...], _NOT_EMPTY] = ()
    outcome: Outcome | None = None
    source: Sentence
    basis: Basis

    def holds(self, function: Function, situation: Situation, api: Api) -> bool:
        """Whether the row speaks of this function in this situation."""
        return (
            (not self.function or function in self.function)
            and (not self.card or situation.card in self.card)
            and (not self.pin or situation.pin in self.pin)
            and (not self.category or situation.category in self.category)
            and (not self.api or api in self.api)
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What a table says about one function in one situation.

    Attributes:
        code: why it is refused; None when it is allowed, as long as the checks hold.
        checks: what has to be looked at on the professional card first, in this order.
        row: id of the row that decided; empty when none did.
    """

    code: ErrorCode | None
    checks: Annotated[tuple[Check, ...], _NOT_EMPTY] = ()
    row: str = ""

    @property
    def allowed(self) -> bool:
        """Whether the function is allowed, as long as the checks hold."""
        return self.code is None


@dataclass(frozen=True, slots=True)
class AccessTable:
    """All rows, in their order.

    Attributes:
        rows: the rows.
        origin: the file they were read from, for messages.
    """

    rows: tuple[Row, ...]
    origin: str = "access table"

    def decide(self, function: Function, situation: Situation, api: Api) -> Decision:
        """Give the decision of the first row that holds and decides. What no row decides is refused, `access_denied`."""
        checks: list[Check] = []
        for row in self.rows:
            if not row.holds(function, situation, api):
                continue
            checks += (check for check in row.checks if check not in checks)
            if row.outcome is not None:
                code = None if row.outcome == "allow" else ErrorCode(row.outcome)
                return Decision(code, tuple(checks), row.id)
        return Decision(ErrorCode.ACCESS_DENIED, tuple(checks))

    def idle_rows(self) -> Iterator[Row]:
        """Rows that can never decide or check anything: the rows before them have decided every case they speak of."""
        used: set[str] = set()
        for function, situation, api in every_case():
            for row in self.rows:
                if row.holds(function, situation, api):
                    used.add(row.id)
                    if row.outcome is not None:
                        break
        return (row for row in self.rows if row.id not in used)


def every_case() -> Iterator[tuple[Function, Situation, Api]]:
    """The whole product: every function, card, state of the code, category and set of rules."""
    for function, card, pin, category, api in product(Function, CardType, PinState, Category, APIS):
        yield function, Situation(card, pin, category), api
