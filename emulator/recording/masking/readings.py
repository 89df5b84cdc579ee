"""The ways in which bytes can be a text or a number: each reading says which bytes a letter or digit comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """Bytes read as letters.

    Attributes:
        text: one letter a unit; what is no letter of this encoding is a `\\0`.
        starts: first byte of each unit.
        encoding: how one letter becomes the bytes of its unit.
    """

    text: str
    starts: tuple[int, ...]
    encoding: str

    def encode(self, index: int, letter: str, old: str) -> tuple[int, bytes]:
        """Where a letter stands, and its bytes; `old` is the letter it replaces, which has as many."""
        if self.encoding == "mixed":
            wide = not old.isascii() and self._width(index) == 2
            return self.starts[index], letter.encode("utf-8" if wide else "latin-1")
        if self.encoding == "unpacked":
            return self.starts[index], bytes([int(letter)])
        return self.starts[index], letter.encode(self.encoding)

    def _width(self, index: int) -> int:
        return self.starts[index + 1] - self.starts[index]


def readings(data: bytes) -> Iterator[Reading]:
    """Latin-1 and UTF-8 at once, UTF-16 of both orders, and digits of one byte each."""
    yield _mixed(data)
    for first in (0, 1):
        pairs = [data[index : index + 2] for index in range(first, len(data) - 1, 2)]
        starts = tuple(range(first, len(data) - 1, 2))
        for encoding, zero in (("utf-16-be", 0), ("utf-16-le", 1)):
            text = "".join(chr(pair[1 - zero]) if pair[zero] == 0 else "\0" for pair in pairs)
            if text.strip("\0"):
                yield Reading(text, starts, encoding)
    unpacked = "".join(chr(byte + 0x30) if byte < 10 else "\0" for byte in data)
    yield Reading(unpacked, tuple(range(len(data))), "unpacked")


def _mixed(data: bytes) -> Reading:
    """Latin-1, but a pair that UTF-8 makes of a letter of Latin-1 is that letter: C3 and a control are not both text."""
    letters: list[str] = []
    starts: list[int] = []
    position = 0
    while position < len(data):
        starts.append(position)
        pair = data[position : position + 2]
        if len(pair) == 2 and pair[0] in {0xC2, 0xC3} and 0x80 <= pair[1] <= 0xBF:
            letters.append(pair.decode("utf-8"))
            position += 2
        else:
            letters.append(chr(data[position]))
            position += 1
    return Reading("".join(letters), (*starts, len(data)), "mixed")
