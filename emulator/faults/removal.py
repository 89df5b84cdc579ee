"""Cards that leave: pulled out, pulled in the middle of an answer or of a write, swapped."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from emulator.faults.events import AnswerCutError, CardReplacedError
from emulator.faults.wrapper import CardWrapper
from reader_core.iso7816 import Card, CardAbsentError, CardRemovedError

UPDATE_INSTRUCTIONS = frozenset({0xD0, 0xD1, 0xD6, 0xD7, 0xDC, 0xDD, 0xDA, 0xDB, 0xE2})
"""WRITE and UPDATE BINARY, UPDATE RECORD, PUT DATA, APPEND RECORD: ISO/IEC 7816-4."""

_CHAINING = 0x10
_PURPOSE = "pulled on purpose by the scenario"


class _LeavingCard(CardWrapper):
    """A card that is gone for good once it has left."""

    def __init__(self, card: Card) -> None:
        super().__init__(card)
        self._gone = False

    def power_on(self) -> bytes:
        """Power the wrapped card. Raises `CardAbsentError` once it has left."""
        self._check_present()
        return super().power_on()

    def reset(self) -> bytes:
        """Reset the wrapped card. Raises `CardAbsentError` once it has left."""
        self._check_present()
        return super().reset()

    def _leave(self, error: CardRemovedError | None = None) -> NoReturn:
        self._gone = True
        self._card.power_off()
        raise error or CardRemovedError("", _PURPOSE)

    def _check_present(self) -> None:
        if self._gone:
            raise CardAbsentError("", _PURPOSE)


class PulledCard(_LeavingCard):
    """A card pulled out of the reader after a number of commands.

    The command after the last one is never answered: it raises `CardRemovedError`, which every reader of
    `emulator.readers` understands as a pull. Resets and power do not count and do not bring the card back.

    Args:
        card: the card to wrap.
        after: how many commands it answers first.
    """

    def __init__(self, card: Card, after: int) -> None:
        super().__init__(card)
        self._left = after

    def transmit(self, command: bytes) -> bytes:
        """Answer as the wrapped card does, until it is pulled. Raises `CardRemovedError` from then on."""
        if self._left <= 0:
            self._leave()
        self._left -= 1
        return super().transmit(command)


class CutCard(_LeavingCard):
    """A card pulled out in the middle of an answer.

    Args:
        card: the card to wrap.
        byte: how many bytes of answers, status words included, go out before it leaves.
    """

    def __init__(self, card: Card, byte: int) -> None:
        super().__init__(card)
        self._left = byte

    def transmit(self, command: bytes) -> bytes:
        """Answer until the bytes are used up. Raises `AnswerCutError` with those that still went out."""
        if self._gone:
            self._leave()
        answer = super().transmit(command)
        if len(answer) > self._left:
            self._leave(AnswerCutError(answer[: self._left], len(answer)))
        self._left -= len(answer)
        return answer


class SwappedCard(_LeavingCard):
    """A card that is taken out, and another one put in its place.

    Args:
        card: the first card.
        after: how many commands it answers.
        other: makes the second.
    """

    def __init__(self, card: Card, after: int, other: Callable[[], Card]) -> None:
        super().__init__(card)
        self._left = after
        self._other = other

    def transmit(self, command: bytes) -> bytes:
        """Answer until the swap. Raises `CardReplacedError`, then `CardRemovedError` for ever."""
        if self._gone:
            self._leave()
        if self._left <= 0:
            self._leave(CardReplacedError(self._other()))
        self._left -= 1
        return super().transmit(command)


class TornCard(_LeavingCard):
    """A card torn out of the reader while it writes. A write is whole or did not happen, as ISO/IEC 7816-4 cards do it.

    Args:
        card: the card to wrap.
        at: which write tears, counted from 1. A chain of commands is one write, torn at its last link.
        written: whether the write was done before the power went; the answer is lost either way.
    """

    def __init__(self, card: Card, at: int, *, written: bool) -> None:
        super().__init__(card)
        self._left = at
        self._written = written

    def transmit(self, command: bytes) -> bytes:
        """Answer until that write. Raises `CardRemovedError` for it and for everything after it."""
        if self._gone:
            self._leave()
        if command[1:2] and command[1] in UPDATE_INSTRUCTIONS and not command[0] & _CHAINING:
            self._left -= 1
            if self._left == 0:
                if self._written:
                    super().transmit(command)
                self._leave()
        return super().transmit(command)
