"""Command APDUs: ISO/IEC 7816-3, 12.1 and ISO/IEC 7816-4, 5.2.

The seven forms, `B` being the bytes after the header:

| form | data | Le | B |
|---|---|---|---|
| 1 | no | no | none |
| 2S | no | short | `Le` |
| 3S | 1 to 255 bytes | no | `Lc data` |
| 4S | 1 to 255 bytes | short | `Lc data Le` |
| 2E | no | extended | `00 Le Le` |
| 3E | 1 to 65535 bytes | no | `00 Lc Lc data` |
| 4E | 1 to 65535 bytes | extended | `00 Lc Lc data Le Le` |

A short Lc with an extended Le is none of them. An extended Le alone (2E) may be sent to a card that knows only short
lengths, and is understood all the same: only the answer could be long, and the card decides how long it is.

>>> for text in ("00A4000C", "00B0820000", "00A4000C023F00", "00A40400023F0000", "00B00000000100"):
...     command = CommandApdu.parse(bytes.fromhex(text))
...     print(command.case.value, command.data.hex() or None, command.ne)
1 None None
2S None 256
3S 3f00 None
4S 3f00 256
2E None 256
>>> CommandApdu.parse(bytes.fromhex("00A40400023F000000"))
Traceback (most recent call last):
    ...
reader_core.iso7816.errors.ApduFormatError: malformed APDU at byte 7: 2 bytes follow the data, a short Le is one byte; a short Lc cannot be followed by an extended Le
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import Self

from reader_core.iso7816.errors import ApduFormatError

SHORT_DATA_MAX = 255
SHORT_NE_MAX = 256
EXTENDED_DATA_MAX = 65_535
EXTENDED_NE_MAX = 65_536
CHAINING_BIT = 0x10


class ApduCase(Enum):
    """The seven forms of a command APDU; the value is the standard's own name of the form."""

    CASE_1 = "1"
    CASE_2S = "2S"
    CASE_3S = "3S"
    CASE_4S = "4S"
    CASE_2E = "2E"
    CASE_3E = "3E"
    CASE_4E = "4E"


@dataclass(frozen=True, slots=True)
class CommandApdu:
    """A command to a card.

    The expected length is spoken of as Ne, the number of bytes, not as Le, its encoding: an absent Le (`ne=None`) and
    the Le `00` (`ne=256`) are different commands.

    Attributes:
        cla: class byte.
        ins: instruction byte.
        p1: first parameter byte.
        p2: second parameter byte.
        data: command data, at most 65535 bytes. More than 255 without `extended` is a command that has to be chained:
            see `chain`.
        ne: most bytes wanted in the answer, None for no Le field. A short 256 and an extended 65536 are written as
            zeros and mean "all there is, up to"; an extended 256 is written `01 00` and means exactly 256, and a card
            that has fewer may say 6282.
        extended: three-byte lengths. There is no length to extend in a case 1 command: it is then always False.

    Raises:
        ValueError: a byte, the data or `ne` is out of range.

    >>> bytes(CommandApdu(0x00, 0xB0, 0x82, 0x00, ne=256)).hex(" ")
    '00 b0 82 00 00'
    >>> CommandApdu.parse(bytes.fromhex("00B00000000100")).case
    <ApduCase.CASE_2E: '2E'>
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    ne: int | None = None
    extended: bool = False

    def __post_init__(self) -> None:
        # One look at the four bytes together: a bit above 8, or a sign, of any of them shows in all of them.
        if not 0 <= self.cla | self.ins | self.p1 | self.p2 <= 0xFF:
            self._refuse_header()
        if len(self.data) > EXTENDED_DATA_MAX:
            raise ValueError(f"command data is at most {EXTENDED_DATA_MAX} bytes, not {len(self.data)}")
        maximum = EXTENDED_NE_MAX if self.extended else SHORT_NE_MAX
        if self.ne is not None and not 1 <= self.ne <= maximum:
            raise ValueError(f"ne is 1 to {maximum} bytes here, not {self.ne}")
        if type(self.data) is not bytes:
            object.__setattr__(self, "data", bytes(self.data))
        if self.extended and not self.data and self.ne is None:
            object.__setattr__(self, "extended", False)

    def _refuse_header(self) -> None:
        for name, value in (("cla", self.cla), ("ins", self.ins), ("p1", self.p1), ("p2", self.p2)):
            if not 0 <= value <= 0xFF:
                raise ValueError(f"{name} is one byte, not {value}")

    @property
    def header(self) -> bytes:
        """CLA, INS, P1 and P2."""
        return bytes((self.cla, self.ins, self.p1, self.p2))

    @property
    def case(self) -> ApduCase:
        """The form of this command; for a command to be chained, the form of the last link."""
        match bool(self.data), self.ne is not None:
            case False, False:
                return ApduCase.CASE_1
            case False, True:
                return ApduCase.CASE_2E if self.extended else ApduCase.CASE_2S
            case True, False:
                return ApduCase.CASE_3E if self.extended else ApduCase.CASE_3S
            case _:
                return ApduCase.CASE_4E if self.extended else ApduCase.CASE_4S

    @property
    def ne_is_maximum(self) -> bool:
        """Whether Le is written as zeros: "all there is", which a shorter answer satisfies with 9000."""
        return self.ne == (EXTENDED_NE_MAX if self.extended else SHORT_NE_MAX)

    @property
    def needs_chaining(self) -> bool:
        """Whether the data is too long for one short command."""
        return not self.extended and len(self.data) > SHORT_DATA_MAX

    def chain(self, size: int = SHORT_DATA_MAX) -> tuple[CommandApdu, ...]:
        """Cut the command into links that a card without extended length takes.

        Every link but the last has the chaining bit in its class byte, and only the last one has an Le
        (ISO/IEC 7816-4, 5.3.3).

        Args:
            size: most data bytes in a link, 1 to 255.

        Returns:
            The links in order; the command itself, alone, when it is extended or fits.

        Raises:
            ValueError: the size is not 1 to 255.
        """
        if not 1 <= size <= SHORT_DATA_MAX:
            raise ValueError(f"a link holds 1 to {SHORT_DATA_MAX} bytes, not {size}")
        if self.extended or len(self.data) <= size:
            return (self,)
        *parts, last = (self.data[start : start + size] for start in range(0, len(self.data), size))
        links = (CommandApdu(self.cla | CHAINING_BIT, self.ins, self.p1, self.p2, part) for part in parts)
        return tuple(chain(links, (CommandApdu(self.cla, self.ins, self.p1, self.p2, last, self.ne),)))

    def __bytes__(self) -> bytes:
        if self.needs_chaining:
            raise ValueError(f"{len(self.data)} bytes do not fit one short command: use chain() or extended=True")
        if self.extended:
            return self.header + self._extended_body()
        lc = bytes((len(self.data),)) if self.data else b""
        le = b"" if self.ne is None else bytes((self.ne % SHORT_NE_MAX,))
        return self.header + lc + self.data + le

    def _extended_body(self) -> bytes:
        """Lc, data and Le in extended form: one 00 opens the first length field, whichever it is."""
        lc = len(self.data).to_bytes(2) if self.data else b""
        le = b"" if self.ne is None else (self.ne % EXTENDED_NE_MAX).to_bytes(2)
        return b"\x00" + lc + self.data + le

    def __str__(self) -> str:
        return bytes(self).hex(" ").upper() if not self.needs_chaining else f"{self.header.hex(' ').upper()} (chained)"

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a command APDU of any of the seven forms.

        Args:
            raw: the whole APDU, header first.

        Raises:
            ApduFormatError: fewer than four bytes, or lengths that do not agree with the bytes that are there.
        """
        if len(raw) < 4:
            raise ApduFormatError(len(raw), f"a command has a header of 4 bytes, only {len(raw)} came")
        if len(raw) == 4:
            return cls(raw[0], raw[1], raw[2], raw[3])
        if len(raw) == 5:
            return cls(raw[0], raw[1], raw[2], raw[3], b"", raw[4] or SHORT_NE_MAX)
        data, ne = _parse_short(raw[4:]) if raw[4] else _parse_extended(raw[4:])
        return cls(raw[0], raw[1], raw[2], raw[3], data, ne, not raw[4])


def _parse_short(body: bytes) -> tuple[bytes, int | None]:
    """Data and Ne of a command body that begins with a one-byte Lc."""
    lc = body[0]
    data, le = body[1 : 1 + lc], body[1 + lc :]
    if len(data) < lc:
        raise ApduFormatError(4 + len(body), f"Lc announces {lc} bytes of data, {len(data)} came")
    if len(le) > 1:
        hint = "; a short Lc cannot be followed by an extended Le" if len(le) <= 3 else ""
        raise ApduFormatError(5 + lc, f"{len(le)} bytes follow the data, a short Le is one byte{hint}")
    return data, (le[0] or SHORT_NE_MAX) if le else None


def _parse_extended(body: bytes) -> tuple[bytes, int | None]:
    """Data and Ne of a command body that begins with 00 and is longer than a short Le."""
    if len(body) < 3:
        raise ApduFormatError(4 + len(body), "an extended length is 3 bytes, only 2 came")
    length = int.from_bytes(body[1:3])
    if len(body) == 3:
        return b"", length or EXTENDED_NE_MAX
    if not length:
        raise ApduFormatError(4, "an extended Lc of zero announces no data, yet bytes follow")
    data, le = body[3 : 3 + length], body[3 + length :]
    if len(data) < length:
        raise ApduFormatError(4 + len(body), f"Lc announces {length} bytes of data, {len(data)} came")
    if len(le) not in {0, 2}:
        raise ApduFormatError(7 + length, f"{len(le)} byte(s) follow the data, an extended Le after it is two bytes")
    return data, (int.from_bytes(le) or EXTENDED_NE_MAX) if le else None
