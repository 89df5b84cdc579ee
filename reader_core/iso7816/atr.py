"""Answers to reset: ISO/IEC 7816-3, 8.2.

A Vitale 2, a Vitale 1 and a CPS4, which offers T=1 beside T=0 and so has a check byte:

>>> vitale = Atr.parse(bytes.fromhex("3B75130000 4509EA9000"))
>>> vitale.convention.value, vitale.protocols, vitale.historical.hex()
('direct', (0,), '4509ea9000')
>>> vitale.matches("3B75130000 4x 09 xA 9000")
True
>>> Atr.parse(bytes.fromhex("3F652500 2C09699000")).convention.value
'inverse'
>>> cps4 = Atr.parse(bytes.fromhex("3B9B188001 001225006480040100 0090 44"))
>>> cps4.protocols, f"{cps4.tck:02X}", cps4.tck_ok
((0, 1), '44', True)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Self

from reader_core.iso7816.errors import AtrError

MAX_ATR_BYTES = 33  # TS and at most 32 characters after it
_PATTERN = re.compile(r"(?:[0-9A-Fa-fxX]{2})*")

# Clock rate conversion and baud rate adjustment integers of TA1: ISO/IEC 7816-3, tables 7 and 8. None is reserved.
_FI = (372, 372, 558, 744, 1116, 1488, 1860, None, None, 512, 768, 1024, 1536, 2048, None, None)
_DI = (None, 1, 2, 4, 8, 16, 32, 64, 12, 20, None, None, None, None, None, None)


class Convention(Enum):
    """How the card's bits stand for values, from TS."""

    DIRECT = "direct"  # TS = 3B
    INVERSE = "inverse"  # TS = 3F


_CONVENTIONS = {0x3B: Convention.DIRECT, 0x3F: Convention.INVERSE}


@dataclass(frozen=True, slots=True)
class InterfaceByte:
    """One interface byte: its name in the standard (TA1, TD2, ...) and its value."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Atr:
    """An answer to reset, decoded. A wrong or missing check byte is told, not refused: readers do the same.

    Attributes:
        raw: all bytes, as they came.
        convention: direct or inverse.
        interface: interface bytes, in order.
        historical: historical bytes, 0 to 15.
        protocols: protocol numbers T, in the order offered and each once; (0,) when none is named.
        tck: check byte, None when there is none.
        tck_ok: whether the check byte is there exactly when it has to be (a protocol other than T=0 is offered), and
            makes the exclusive or of all bytes after TS zero.
        trailing: bytes after the end; empty for any sound ATR.
    """

    raw: bytes
    convention: Convention
    interface: tuple[InterfaceByte, ...]
    historical: bytes
    protocols: tuple[int, ...]
    tck: int | None
    tck_ok: bool
    trailing: bytes = b""

    @property
    def default_protocol(self) -> int:
        """The protocol a reader uses when it negotiates nothing: the one in force (TA2) or the first offered."""
        specific = self.interface_byte("TA2")
        return self.protocols[0] if specific is None else specific & 0x0F

    @property
    def negotiable(self) -> bool:
        """Whether the reader may choose protocol and speed; TA2 fixes them."""
        return self.interface_byte("TA2") is None

    @property
    def clock_cycles_per_bit(self) -> int | None:
        """Fi / Di that TA1 offers, rounded down; 372 without TA1, None when TA1 is reserved."""
        ta1 = self.interface_byte("TA1")
        ta1 = 0x11 if ta1 is None else ta1
        fi, di = _FI[ta1 >> 4], _DI[ta1 & 0x0F]
        return None if fi is None or di is None else fi // di

    def interface_byte(self, name: str) -> int | None:
        """Value of an interface byte by its name in the standard, such as "TC2"; None when the card did not send it."""
        return next((byte.value for byte in self.interface if byte.name == name), None)

    def matches(self, pattern: str) -> bool:
        """Whether the ATR is of a family: hexadecimal digits, in which `x` stands for any digit; spaces are ignored.

        Raises:
            ValueError: not a pattern of whole bytes.
        """
        digits = "".join(pattern.split()).upper()
        if not _PATTERN.fullmatch(digits):
            raise ValueError(f"an ATR pattern is made of whole bytes in 0-9, A-F and x, not {pattern!r}")
        mine = self.raw.hex().upper()
        return len(digits) == len(mine) and all(
            wanted in {"X", digit} for wanted, digit in zip(digits, mine, strict=True)
        )

    def __bytes__(self) -> bytes:
        return self.raw

    def __str__(self) -> str:
        return self.raw.hex(" ").upper()

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Decode an ATR as a PC/SC reader gives it (inverse convention already turned to values, so TS is 3B or 3F).

        Raises:
            AtrError: unknown TS, or the bytes end before the interface or historical bytes that are announced.
        """
        raw = bytes(raw)
        if len(raw) > MAX_ATR_BYTES:
            raise AtrError(MAX_ATR_BYTES, f"an ATR has at most {MAX_ATR_BYTES} bytes, this one {len(raw)}")
        if len(raw) < 2:
            raise AtrError(len(raw), "an ATR has at least TS and T0")
        convention = _CONVENTIONS.get(raw[0])
        if convention is None:
            raise AtrError(0, f"TS is 3B or 3F, not {raw[0]:02X}")
        interface, position = _interface_bytes(raw)
        end = position + (raw[1] & 0x0F)
        if end > len(raw):
            raise AtrError(len(raw), f"{raw[1] & 0x0F} historical bytes are announced, {len(raw) - position} came")
        announced = [byte.value & 0x0F for byte in interface if byte.name.startswith("TD")]
        tck_due = any(announced)
        tck = raw[end] if tck_due and end < len(raw) else None
        stop = end + (tck is not None)
        return cls(
            raw=raw,
            convention=convention,
            interface=interface,
            historical=raw[position:end],
            # T=15 is no protocol: it introduces global interface bytes.
            protocols=tuple(dict.fromkeys(t for t in announced if t != 15)) or (0,),
            tck=tck,
            tck_ok=not tck_due if tck is None else not _exclusive_or(raw[1:stop]),
            trailing=raw[stop:],
        )


def _interface_bytes(raw: bytes) -> tuple[tuple[InterfaceByte, ...], int]:
    """The interface bytes, and the offset of the byte after them."""
    found: list[InterfaceByte] = []
    position, group, present = 2, 1, raw[1] >> 4
    while present:
        following = 0
        for bit, letter in enumerate("ABCD"):
            if not present >> bit & 1:
                continue
            name = f"T{letter}{group}"
            if position >= len(raw):
                raise AtrError(position, f"{name} is announced, the bytes end before it")
            found.append(InterfaceByte(name, raw[position]))
            if letter == "D":
                following = raw[position] >> 4
            position += 1
        present, group = following, group + 1
    return tuple(found), position


def _exclusive_or(values: bytes) -> int:
    result = 0
    for value in values:
        result ^= value
    return result
