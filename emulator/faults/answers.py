"""Cards that answer something else than they should."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from emulator.faults.wrapper import CardWrapper, When
from reader_core.iso7816 import Card, StatusKind, StatusWord

Change = Callable[[bytes], bytes]
"""Makes a broken answer of a good one. It never makes an empty one: vpcd would wait for ever for the rest of it."""

_GET_RESPONSE = b"\xc0"
_ALL = 256
_WITHOUT_DATA = 5  # bytes at most: a header, and a length that is Le
_WITH_DATA = frozenset({StatusKind.NORMAL, StatusKind.WARNING, StatusKind.PROPRIETARY})


class ChangedCard(CardWrapper):
    """A card some of whose answers are changed on their way. The card itself has done what it was asked.

    Args:
        card: the card to wrap.
        when: which commands get a changed answer.
        change: what happens to it.
    """

    def __init__(self, card: Card, when: When, change: Change) -> None:
        super().__init__(card)
        self._counting = when.counter()
        self._change = change

    def transmit(self, command: bytes) -> bytes:
        """Answer as the wrapped card does, changed where that is due."""
        broken = self._counting.hits(command)
        answer = super().transmit(command)
        return self._change(answer) if broken else answer


class PiecewiseCard(CardWrapper):
    """A card that gives an answer in pieces: each but the last ends with 61xx, and GET RESPONSE fetches the next.

    Args:
        card: the card to wrap.
        size: how many bytes come at once.
    """

    def __init__(self, card: Card, size: int) -> None:
        super().__init__(card)
        self._size = size
        self._waiting = b""  # bytes that were announced, and the status word at their end

    def power_on(self) -> bytes:
        """Power the card inside; what was waiting is lost."""
        self._waiting = b""
        return super().power_on()

    def reset(self) -> bytes:
        """Reset the card inside; what was waiting is lost."""
        self._waiting = b""
        return super().reset()

    def transmit(self, command: bytes) -> bytes:
        """Answer as the wrapped card does, a piece at a time."""
        size, answer = self._size, self._waiting
        if answer and command[1:2] == _GET_RESPONSE:
            size = min(size, command[4] or _ALL) if len(command) == _WITHOUT_DATA else size
        else:
            answer = super().transmit(command)
        left = len(answer) - 2 - size
        self._waiting = answer[size:] if left > 0 else b""
        return answer[:size] + bytes((0x61, left if left < _ALL else 0)) if left > 0 else answer


class RefusingCard(CardWrapper):
    """A card in front of which a status word is given for a command with data: the card inside never sees it.

    Args:
        card: the card to wrap.
        instructions: the instructions that are counted where they carry data.
        at: the one of them that is refused, counted from 1.
        sw: the status word.
    """

    def __init__(self, card: Card, instructions: frozenset[int], at: int, sw: int) -> None:
        super().__init__(card)
        self._instructions = instructions
        self._left = at
        self._sw = sw

    def transmit(self, command: bytes) -> bytes:
        """Answer as the wrapped card does, but for the one command."""
        if len(command) > _WITHOUT_DATA and command[1] in self._instructions:
            self._left -= 1
            if self._left == 0:
                return self._sw.to_bytes(2, "big")
        return super().transmit(command)


def other_status(sw: int) -> Change:
    """The answer with another status word; the data goes too when that word is an error, since errors carry none."""
    word = StatusWord(sw)

    def change(answer: bytes) -> bytes:
        data = answer[:-2] if word.kind in _WITH_DATA else b""
        return data + sw.to_bytes(2, "big")

    return change


def truncation(count: int, *, data_only: bool = False) -> Change:
    """The answer without its last `count` bytes, one byte always stays; with `data_only` the status word stays whole."""
    if data_only:
        return lambda answer: answer[: max(0, len(answer) - 2 - count)] + answer[-2:]
    return lambda answer: answer[: max(1, len(answer) - count)]


def padding(count: int, value: int, *, after_status: bool) -> Change:
    """The answer with `count` bytes more: behind the status word, or behind the data and before it."""

    def change(answer: bytes) -> bytes:
        more = bytes([value]) * count
        return answer + more if after_status else answer[:-2] + more + answer[-2:]

    return change


def bit_flip(random: Random, *, data_only: bool) -> Change:
    """The answer with one bit turned over; with `data_only`, an answer without data stays whole."""

    def change(answer: bytes) -> bytes:
        room = len(answer) - 2 if data_only else len(answer)
        if room <= 0:
            return answer
        bit = random.randrange(room * 8)
        broken = bytearray(answer)
        broken[bit // 8] ^= 0x80 >> bit % 8
        return bytes(broken)

    return change
