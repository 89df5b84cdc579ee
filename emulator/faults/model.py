"""A fault as data: what it is called, how it is set, what a program sees of it, and where that is known from."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import TypeVar

from emulator.faults.errors import FaultError
from emulator.faults.parameters import Parameter, Value, write
from reader_core.iso7816 import Card
from reader_core.layouts import Basis

T = TypeVar("T")


class Settings:
    """The values of a fault's parameters, one for each.

    Args:
        values: values by name, defaults included.
        seed: what everything random starts from.
    """

    def __init__(self, values: Mapping[str, Value | None], seed: int) -> None:
        self._values = values
        self._seed = seed

    def get(self, name: str, kind: type[T]) -> T:
        """The value of a parameter that always has one.

        Raises:
            TypeError: the value is of another kind: the parameter and its fault do not fit.
        """
        value = self._values[name]
        if not isinstance(value, kind):
            raise TypeError(f"{name} is {value!r}")
        return value

    def instruction(self) -> int | None:
        """The instruction byte that is meant; None for all."""
        value = self._values["ins"]
        return value if isinstance(value, int) else None

    def random(self) -> Random:
        """A new source of numbers, the same at every call: two cards with the same fault break alike."""
        return Random(self._seed)  # noqa: S311 -- repeatable on purpose


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One way to break, as the table has it.

    Attributes:
        name: what it is called.
        description: what happens to the card, a sentence.
        parameters: what can be set.
        pcsc: what a PC/SC client sees, by pcscd and vpcd.
        in_process: what a program on the in-process reader sees.
        reader: the codes of our reader core when it happens to a Vitale card during a reading, such as
            "vitale_removed"; several where it depends on the command that is hit. "read" where the reading goes on:
            what it could not understand is then in its anomalies.
        cps: the same for a professional card; there "read" means that the protected data are read.
        source: where the PC/SC part is known from.
        basis: how sure it is.
        wrap: makes a card that breaks so.
    """

    name: str
    description: str
    parameters: tuple[Parameter, ...]
    pcsc: str
    in_process: str
    reader: tuple[str, ...]
    cps: tuple[str, ...]
    source: str
    basis: Basis
    wrap: Callable[[Card, Settings], Card]

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name.

        Raises:
            FaultError: `unknown_parameter`.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        names = [parameter.name for parameter in self.parameters] + ["seed"]
        raise FaultError(
            "unknown_parameter", f"The fault {self.name} has no parameter {name!r}.", f"It has {', '.join(names)}."
        )


@dataclass(frozen=True)
class Fault:
    """A way to break with its settings: data that can be compared, printed and applied to any number of cards.

    Attributes:
        kind: the row of the table.
        parameters: the parameters that were given, checked; the others have their defaults.
        seed: what everything random starts from.
    """

    kind: FaultKind
    parameters: Mapping[str, Value | None]
    seed: int = 0

    @property
    def name(self) -> str:
        """What it is called."""
        return self.kind.name

    def __hash__(self) -> int:
        return hash(str(self))

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes as text."""
        from emulator.faults.table import parse_fault  # noqa: PLC0415 -- the table is made of this module's classes

        return parse_fault, (str(self),)

    def apply(self, card: Card) -> Card:
        """Make a card that breaks this way; the card inside stays usable by itself.

        Each call counts its commands anew. Faults nest: the one applied last is nearest to the reader.

        Raises:
            FaultError: `bad_value`: the card that `swapped` puts in does not exist.
        """
        values = {one.name: self.parameters.get(one.name, one.default) for one in self.kind.parameters}
        return self.kind.wrap(card, Settings(values, self.seed))

    def __str__(self) -> str:
        """The text that `parse_fault` reads."""
        settings = [
            f"{name}={write(self.kind.parameter(name), value)}"
            for name, value in self.parameters.items()
            if value is not None
        ]
        settings += [f"seed={self.seed}"] if self.seed else []
        return ":".join([self.name, *([",".join(settings)] if settings else [])])


def make(kinds: Mapping[str, FaultKind], name: str, seed: object, given: Mapping[str, object]) -> Fault:
    """Look a fault up and check its settings.

    Raises:
        FaultError: `unknown_fault`, `unknown_parameter`, `bad_value`.
    """
    kind = kinds.get(name)
    if kind is None:
        raise FaultError("unknown_fault", f"There is no fault {name!r}.", _suggestion(name, kinds))
    try:
        number = int(seed) if isinstance(seed, str | int) else None
    except ValueError:
        number = None
    if number is None:
        raise FaultError("bad_value", f"seed={seed} is no value for seed.", "Give a whole number.")
    values = {key: kind.parameter(key).value(value) for key, value in given.items()}
    return Fault(kind, MappingProxyType(values), number)


def _suggestion(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {near[0]}? `vitale card faults` lists all." if near else "`vitale card faults` lists all."
