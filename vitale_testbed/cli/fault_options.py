"""`--fault`, for every command that puts cards in readers."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from emulator.faults import Fault, FaultError, parse_fault
from reader_core.iso7816 import Card
from vitale_testbed.completing import complete_fault
from vitale_testbed.problems import Problem

F = TypeVar("F", bound=Callable[..., Any])


def fault_option() -> Callable[[F], F]:
    """`--fault [CARD:]NAME[:key=value,...]`, which may be repeated."""
    return click.option(
        "--fault",
        "faults",
        multiple=True,
        metavar="[CARD:]NAME[:KEY=VALUE,...]",
        shell_complete=complete_fault,
        help="Break a card; CARD is its number, 1 unless given. `vitale card faults` lists the names.",
    )


def fault_problem(error: FaultError) -> Problem:
    """A fault that does not exist, or not so."""
    return Problem(error.message, code=error.code, next_step=error.next_step)


def break_cards(cards: Sequence[Card], texts: Sequence[str]) -> tuple[list[Card], list[str]]:
    """Break cards as the command line says.

    Args:
        cards: whole cards.
        texts: what `--fault` was given, in its order; of several for one card the last is nearest to the reader.

    Returns:
        The cards, and for each what was done to it in words, empty for a whole one.

    Raises:
        Problem: no such fault, a wrong setting, or no such card.
    """
    broken, said = list(cards), [""] * len(cards)
    try:
        for text in texts:
            number, one = _numbered(text)
            if not 1 <= number <= len(cards):
                raise Problem(
                    f"--fault {text}: there is no card {number}",
                    code="no_such_card",
                    next_step=f"write a number from 1 to {len(cards)} before the first colon, or none for the first card",
                )
            broken[number - 1] = one.apply(broken[number - 1])
            said[number - 1] += f"   {one}"
    except FaultError as error:
        raise fault_problem(error) from error
    return broken, said


def _numbered(text: str) -> tuple[int, Fault]:
    number, _, rest = text.partition(":")
    return (int(number), parse_fault(rest)) if number.isdecimal() else (1, parse_fault(text))
