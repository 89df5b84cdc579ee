"""Looking for known names and numbers anywhere, in any encoding that a card or a certificate may have them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

from emulator.recording.masking.pseudonyms import Pseudonyms, folded
from emulator.recording.masking.readings import Reading, readings

_LONG = 5
"""From this length on a name is found inside of longer words; a shorter one has to stand alone."""
_TELLING = 5
"""Runs of equal digits that a number needs. `1000000000000` has two: padding after a counter is as much like it."""


class Weight(IntEnum):
    """How much a find says; each place of a recording asks for some."""

    SHORT_NAME = 0
    NAME = 1
    NUMBER = 2
    NOTHING = 3


@dataclass(frozen=True, slots=True)
class Edit:
    """A find: where, the bytes that stand there instead, and how much it says."""

    start: int
    value: bytes
    weight: Weight


class Search:
    """Finds what was collected.

    Args:
        words: names, as they were found; any case, with or without accents. A single letter is not looked for.
        numbers: each known number with its pseudonym, as long. One of few runs of digits is not looked for: bytes that
            mean something else are too often like it.
        pseudonyms: what stands for the names.
    """

    def __init__(self, words: set[str], numbers: Mapping[str, str], pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self._numbers = {number: other for number, other in numbers.items() if _is_telling(number)}
        plain = sorted({folded(word) for word in words if len(word) > 1}, key=len, reverse=True)
        self._words = re.compile("|".join(_word_pattern(word) for word in plain)) if plain else None
        known = sorted(self._numbers, key=len, reverse=True)
        self._digits = re.compile("|".join(r"[ .\-]?".join(number) for number in known)) if known else None

    def edits(self, data: bytes) -> Iterator[Edit]:
        """Everything that was found in these bytes and what to put there."""
        for reading in readings(data):
            if self._words is not None and reading.encoding != "unpacked":
                yield from self._found_words(reading, self._words)
            if self._digits is not None:
                yield from self._found_numbers(reading, self._digits)
        yield from self._packed(data)
        yield from self._binary(data)

    def _found_words(self, reading: Reading, pattern: re.Pattern[str]) -> Iterator[Edit]:
        for found in pattern.finditer(folded(reading.text)):
            start = found.start()
            old = reading.text[start : found.end()]
            weight = Weight.NAME if len(old) >= _LONG else Weight.SHORT_NAME
            for offset, letter in enumerate(self._pseudonyms.word(old)):
                yield Edit(*reading.encode(start + offset, letter, old[offset]), weight)

    def _found_numbers(self, reading: Reading, pattern: re.Pattern[str]) -> Iterator[Edit]:
        for found in pattern.finditer(reading.text):
            places = [index for index in range(*found.span()) if reading.text[index].isalnum()]
            number = "".join(reading.text[index] for index in places)
            for index, digit in zip(places, self._numbers[number], strict=True):
                yield Edit(*reading.encode(index, digit, reading.text[index]), Weight.NUMBER)

    def _packed(self, data: bytes) -> Iterator[Edit]:
        """Two digits a byte, the high half first or the low one, beginning at either half of a byte."""
        for swapped in (False, True):
            digits = _digits_of(data, swapped=swapped)
            for number, other in self._numbers.items():
                at = digits.find(number)
                while at >= 0:
                    digits = digits[:at] + other + digits[at + len(number) :]
                    first, last = at // 2, (at + len(number) + 1) // 2
                    new = bytes.fromhex(digits[2 * first : 2 * last])
                    value = bytes(_swap(byte) for byte in new) if swapped else new
                    yield Edit(first, value, Weight.NUMBER)
                    at = digits.find(number, at + len(number))

    def _binary(self, data: bytes) -> Iterator[Edit]:
        """A number as an integer of six bytes or more."""
        for number, other in self._numbers.items():
            if not number.isdigit() or len(number) < 13:
                continue
            width = (int("9" * len(number)).bit_length() + 7) // 8
            for order in ("big", "little"):
                sought = int(number).to_bytes(width, order)
                at = data.find(sought)
                while at >= 0:
                    yield Edit(at, int(other).to_bytes(width, order), Weight.NUMBER)
                    at = data.find(sought, at + width)


def _is_telling(number: str) -> bool:
    return sum(1 for _ in groupby(number)) >= _TELLING


def _word_pattern(word: str) -> str:
    plain = re.escape(word)
    if len(word) >= _LONG:
        return plain
    alone = rf"(?<![A-Z]){plain}(?![A-Z])"
    # Two or three letters are found in any random bytes: they count after their length in bytes, or in running text.
    before = re.escape("".join(map(chr, range(len(word), 2 * len(word) + 1))))
    return alone if len(word) > 3 else rf"(?<=[ '\-=,/{before}]){plain}(?![A-Z])"


def _swap(byte: int) -> int:
    return (byte & 0x0F) << 4 | byte >> 4


def _digits_of(data: bytes, *, swapped: bool) -> str:
    raw = bytes(_swap(byte) for byte in data) if swapped else data
    return raw.hex().upper()
