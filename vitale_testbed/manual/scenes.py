"""What the run waits for: the moments of a manual run, as values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conformance.attended import Review, Task
from conformance.protocol import Description
from emulator.readers import ReaderSetupError, TraceEntry


@dataclass(frozen=True, slots=True)
class Introducing:
    """Who reads the screen, and of what product.

    Attributes:
        product: known from a sheet or an earlier part of the run; None: the person says it.
        offered: capabilities that the person may say it has.
    """

    product: Description | None
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preparing:
    """A reading whose cards are not in the readers yet."""

    task: Task


@dataclass(frozen=True, slots=True)
class Observing:
    """A reading whose cards are in the readers; `seen` is what they have seen so far."""

    task: Task
    seen: Callable[[], Sequence[TraceEntry]]

    def commands(self) -> dict[str, int]:
        """How many commands each card got."""
        slots = [entry.slot for entry in self.seen() if entry.kind == "apdu"]
        return {slot: slots.count(slot) for slot in ("vitale", "cps")}

    def left(self) -> list[str]:
        """Whose readers a card has left by itself."""
        return sorted({entry.slot for entry in self.seen() if entry.kind == "removed"})


@dataclass(frozen=True, slots=True)
class Reviewing:
    """A case whose verdict is shown."""

    review: Review


@dataclass(frozen=True, slots=True)
class Working:
    """Nothing to do for the person: cards are moved, or the run begins."""


@dataclass(frozen=True, slots=True)
class Over:
    """The run has ended; `finished` when every case was answered, `lost` when the readers went away."""

    finished: bool
    lost: ReaderSetupError | None = None


Scene = Introducing | Preparing | Observing | Reviewing | Working | Over
