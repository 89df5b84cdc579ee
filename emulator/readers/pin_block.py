"""How a reader with a PIN pad puts the digits into the command: the formats of PC/SC part 10.

Offsets and lengths are in bits here, counted from the first data byte of the command. What the block does not cover keeps
the bytes of the program's template, which so gives the padding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["binary", "bcd", "ascii"]

_ENCODINGS: dict[int, Encoding] = {0: "binary", 1: "bcd", 2: "ascii"}


class TemplateError(Exception):
    """The program's structure asks for what cannot be done; the reader answers 6B80."""


@dataclass(frozen=True, slots=True)
class PinBlock:
    """Where the digits go, and how they look: `bmFormatString`, `bmPINBlockString` and `bmPINLengthFormat`.

    Attributes:
        encoding: a digit is a byte 00 to 09, four bits, or a character.
        position: of the block, in bits.
        right: whether the digits stand at the end of the block.
        size: of the block, in bytes; 0 for as long as the digits are.
        length_bits: size of the number of digits, in bits; 0 when the command does not tell it.
        length_position: of that number, in bits.
    """

    encoding: Encoding
    position: int
    right: bool
    size: int
    length_bits: int
    length_position: int

    @classmethod
    def parse(cls, form: int, block: int, length: int) -> PinBlock:
        """Read the three bytes.

        Raises:
            TemplateError: an encoding that part 10 does not have.
        """
        encoding = _ENCODINGS.get(form & 0x03)
        if encoding is None:
            raise TemplateError(f"PIN format {form & 0x03}")
        unit = 8 if form & 0x80 else 1
        length_unit = 8 if length & 0x10 else 1
        return cls(
            encoding=encoding,
            position=(form >> 3 & 0x0F) * unit,
            right=bool(form & 0x04),
            size=block & 0x0F,
            length_bits=block >> 4,
            length_position=(length & 0x0F) * length_unit,
        )

    def capacity(self) -> int | None:
        """How many digits the block takes; None for any number."""
        if self.size == 0:
            return None
        return self.size * 2 if self.encoding == "bcd" else self.size

    def put(self, data: bytes, digits: str, offset: int = 0) -> bytes:
        """Put digits into the data of a command.

        Args:
            data: the data of the template, or what an earlier `put` made of it.
            digits: what was typed.
            offset: in bytes, added to the block's position: the insertion offset of a PIN change.

        Returns:
            The data; longer than before only when the block has no size of its own.

        Raises:
            TemplateError: the block reaches beyond the data, or takes fewer digits.
        """
        pin = self._encoded(digits)
        start = offset * 8 + self.position
        if self.size == 0:
            return self._with_length(_inserted(data, pin, start), digits, offset)
        capacity = self.size * 8
        if len(pin) > capacity or start + capacity > len(data) * 8:
            raise TemplateError(f"a block of {self.size} bytes at bit {start} of {len(data)} bytes")
        at = start + (capacity - len(pin) if self.right else 0)
        return self._with_length(_overlaid(data, pin, at), digits, offset)

    def _with_length(self, data: bytes, digits: str, offset: int) -> bytes:
        if not self.length_bits:
            return data
        at = offset * 8 + self.length_position
        if at + self.length_bits > len(data) * 8 or len(digits) >= 1 << self.length_bits:
            raise TemplateError(f"a length of {self.length_bits} bits at bit {at} of {len(data)} bytes")
        return _overlaid(data, f"{len(digits):0{self.length_bits}b}", at)

    def _encoded(self, digits: str) -> str:
        """The digits as a text of bits."""
        match self.encoding:
            case "bcd":
                return "".join(f"{int(digit):04b}" for digit in digits)
            case "ascii":
                return "".join(f"{ord(digit):08b}" for digit in digits)
            case "binary":
                return "".join(f"{int(digit):08b}" for digit in digits)


def _bits(data: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in data)


def _bytes(bits: str) -> bytes:
    """Bits as bytes; half a byte at the end is filled with ones, as BCD of an odd number of digits is."""
    bits += "1" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))


def _overlaid(data: bytes, bits: str, at: int) -> bytes:
    whole = _bits(data)
    return _bytes(whole[:at] + bits + whole[at + len(bits) :])


def _inserted(data: bytes, bits: str, at: int) -> bytes:
    if at > len(data) * 8:
        raise TemplateError(f"bit {at} of {len(data)} bytes")
    whole = _bits(data)
    return _bytes(whole[:at] + bits + whole[at:])
