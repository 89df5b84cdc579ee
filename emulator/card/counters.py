"""Counters that survive reset and power: what is left of the tries of a PIN, a PUK or a key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Counter:
    """A number that use brings down to zero.

    Args:
        name: its name in `CardSystem.counters()`, unique on the card: `pin.1.tries`.
        limit: where it starts, at least 1.

    Attributes:
        left: what is left of it, 0 to `limit`.
    """

    def __init__(self, name: str, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"{name}: a counter starts at 1 or more, not {limit}")
        self.name = name
        self.limit = limit
        self.left = limit

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left."""
        return self.left == 0

    def spend(self) -> None:
        """Take one away.

        Raises:
            ValueError: nothing is left.
        """
        if self.exhausted:
            raise ValueError(f"{self.name} is exhausted")
        self.left -= 1

    def refill(self) -> None:
        """Put the counter back to its limit, as a right code does."""
        self.left = self.limit

    def __repr__(self) -> str:
        return f"<{self.name} {self.left} of {self.limit}>"


def read_counters(counters: Iterable[Counter]) -> dict[str, int]:
    """What is left of each counter, by name: the state of a card that a card image keeps."""
    return {counter.name: counter.left for counter in counters}


def restore_counters(counters: Iterable[Counter], values: Mapping[str, int]) -> None:
    """Set counters to what was read before; those that are not named stay as they are.

    Raises:
        ValueError: a name that no counter has, or a value above its limit or below 0. Nothing is changed then.
    """
    known = {counter.name: counter for counter in counters}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"this card has no counter {name!r}; it has {', '.join(sorted(known)) or 'none'}")
        if not 0 <= value <= known[name].limit:
            raise ValueError(f"{name} goes from 0 to {known[name].limit}, not to {value}")
    for name, value in values.items():
        known[name].left = value
