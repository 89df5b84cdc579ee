"""Whether a card is in a reader, asked without disturbing who uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Presence:
    """What a reader says of its slot at one moment.

    Attributes:
        present: whether a card is there.
        mark: equal at two moments when the slot did not change between them: the reader's count of insertions and
            removals, or the ATR where it counts none.
    """

    present: bool
    mark: int | bytes


class Watch(Protocol):
    """A connection that only looks. It needs one of its own: a connection that reads is busy."""

    def presence(self) -> Presence:
        """Whether a card is there now.

        Raises:
            ReaderUnavailableError: the reader is not there.
        """
        ...

    def close(self) -> None:
        """Leave the reader."""
        ...
