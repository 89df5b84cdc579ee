"""Status words SW1-SW2: ISO/IEC 7816-4, 5.6."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, Self

from reader_core.iso7816._meanings import Meaning, fits, meaning_of

_PATTERN = re.compile(r"[0-9A-Fa-fxX]{4}")


class StatusKind(Enum):
    """What a status word says about the command, from its first byte."""

    NORMAL = "normal"  # 9000, 61xx
    WARNING = "warning"  # 62xx, 63xx: executed, with a remark
    EXECUTION_ERROR = "execution error"  # 64xx to 66xx: aborted
    CHECKING_ERROR = "checking error"  # 67xx to 6Fxx: refused
    PROPRIETARY = "proprietary"  # 9xxx but 9000: the card's maker
    INVALID = "invalid"  # 60xx and everything that is not 6xxx or 9xxx: no status word at all


def _kind_of(sw1: int) -> StatusKind:
    match sw1:
        case 0x61:
            return StatusKind.NORMAL
        case 0x62 | 0x63:
            return StatusKind.WARNING
        case 0x64 | 0x65 | 0x66:
            return StatusKind.EXECUTION_ERROR
        case _ if 0x67 <= sw1 <= 0x6F:
            return StatusKind.CHECKING_ERROR
        case _ if 0x90 <= sw1 <= 0x9F:
            return StatusKind.PROPRIETARY
        case _:
            return StatusKind.INVALID


_OK: Final = 0x9000
_NORMAL: Final = StatusKind.NORMAL
_KINDS: Final = tuple(_kind_of(sw1) for sw1 in range(0x100))  # of every word but 9000


class StatusWord(int):
    """Two status bytes as one number, with what they say. Any 16-bit value is one: unknown words never raise.

    >>> StatusWord(0x63C2).retries
    2
    >>> StatusWord(0x6C10).matches("6Cxx"), StatusWord(0x6C10).exact_length
    (True, 16)
    """

    __slots__ = ()

    def __new__(cls, value: int) -> Self:
        """Make a status word.

        Raises:
            ValueError: not a 16-bit value.
        """
        if not 0 <= value <= 0xFFFF:
            raise ValueError(f"a status word has 16 bits, not {value:#x}")
        return super().__new__(cls, value)

    @property
    def sw1(self) -> int:
        """First byte."""
        return self >> 8

    @property
    def sw2(self) -> int:
        """Second byte."""
        return self & 0xFF

    @property
    def kind(self) -> StatusKind:
        """The family, from SW1."""
        return _NORMAL if self == _OK else _KINDS[self >> 8]

    @property
    def ok(self) -> bool:
        """Whether the command was executed without a remark: 9000, or 61xx with an answer to fetch."""
        return self == _OK or self >> 8 == 0x61

    @property
    def remaining(self) -> int | None:
        """Bytes of answer waiting (61xx), 1 to 256, of which 256 means "256 or more"; None for other words."""
        return (self.sw2 or 256) if self.sw1 == 0x61 else None

    @property
    def exact_length(self) -> int | None:
        """The Ne that fits (6Cxx), 1 to 256; None for other words."""
        return (self.sw2 or 256) if self.sw1 == 0x6C else None

    @property
    def retries(self) -> int | None:
        """Tries left after a failed verification (63Cx), 0 to 15; None for other words."""
        return self.sw2 & 0x0F if self.matches("63Cx") else None

    @property
    def name(self) -> str | None:
        """Name of the constant in `SW`, None when it has none."""
        return _NAMES.get(self)

    @property
    def meaning(self) -> str:
        """What the word says, in English."""
        return self._filled(self._row.english)

    @property
    def meaning_fr(self) -> str:
        """What the word says, in French."""
        return self._filled(self._row.french)

    @property
    def _row(self) -> Meaning:
        return meaning_of(self)

    def _filled(self, text: str) -> str:
        return text.format(low=self.sw2 or 256, count=self.sw2 & 0x0F)

    def matches(self, pattern: str) -> bool:
        """Whether the word fits four hexadecimal digits, in which `x` stands for any digit.

        Raises:
            ValueError: the pattern is not four such characters.
        """
        if not _PATTERN.fullmatch(pattern):
            raise ValueError(f"a status word pattern is four characters of 0-9, A-F and x, not {pattern!r}")
        return fits(self, pattern.upper())

    def __str__(self) -> str:
        return f"{int(self):04X}"

    def __repr__(self) -> str:
        return f"StatusWord(0x{int(self):04X})"


class SW:
    """The status words that have a name. Families with data in them are in `StatusWord`'s properties."""

    OK: Final = StatusWord(0x9000)
    WARNING_UNCHANGED: Final = StatusWord(0x6200)
    CORRUPTED_DATA: Final = StatusWord(0x6281)
    END_OF_FILE: Final = StatusWord(0x6282)
    FILE_DEACTIVATED: Final = StatusWord(0x6283)
    BAD_FILE_CONTROL_INFORMATION: Final = StatusWord(0x6284)
    FILE_TERMINATED: Final = StatusWord(0x6285)
    NO_SENSOR_INPUT: Final = StatusWord(0x6286)
    RECORD_DEACTIVATED: Final = StatusWord(0x6287)
    VERIFICATION_FAILED: Final = StatusWord(0x6300)
    FILE_FILLED_UP: Final = StatusWord(0x6381)
    EXECUTION_ERROR: Final = StatusWord(0x6400)
    IMMEDIATE_RESPONSE_REQUIRED: Final = StatusWord(0x6401)
    CHANNEL_SHARED_ACCESS_DENIED: Final = StatusWord(0x6481)
    CHANNEL_OPENING_DENIED: Final = StatusWord(0x6482)
    EXECUTION_ERROR_MEMORY_CHANGED: Final = StatusWord(0x6500)
    MEMORY_FAILURE: Final = StatusWord(0x6581)
    SECURITY_ERROR: Final = StatusWord(0x6600)
    WRONG_LENGTH: Final = StatusWord(0x6700)
    CLASS_FUNCTION_NOT_SUPPORTED: Final = StatusWord(0x6800)
    CHANNEL_NOT_SUPPORTED: Final = StatusWord(0x6881)
    SECURE_MESSAGING_NOT_SUPPORTED: Final = StatusWord(0x6882)
    LAST_OF_CHAIN_EXPECTED: Final = StatusWord(0x6883)
    CHAINING_NOT_SUPPORTED: Final = StatusWord(0x6884)
    COMMAND_NOT_ALLOWED: Final = StatusWord(0x6900)
    INCOMPATIBLE_FILE_STRUCTURE: Final = StatusWord(0x6981)
    SECURITY_STATUS_NOT_SATISFIED: Final = StatusWord(0x6982)
    AUTHENTICATION_BLOCKED: Final = StatusWord(0x6983)
    REFERENCE_DATA_NOT_USABLE: Final = StatusWord(0x6984)
    CONDITIONS_NOT_SATISFIED: Final = StatusWord(0x6985)
    NO_CURRENT_FILE: Final = StatusWord(0x6986)
    SECURE_MESSAGING_OBJECTS_MISSING: Final = StatusWord(0x6987)
    SECURE_MESSAGING_OBJECTS_INCORRECT: Final = StatusWord(0x6988)
    WRONG_PARAMETERS: Final = StatusWord(0x6A00)
    WRONG_DATA: Final = StatusWord(0x6A80)
    FUNCTION_NOT_SUPPORTED: Final = StatusWord(0x6A81)
    FILE_NOT_FOUND: Final = StatusWord(0x6A82)
    RECORD_NOT_FOUND: Final = StatusWord(0x6A83)
    NOT_ENOUGH_MEMORY: Final = StatusWord(0x6A84)
    LENGTH_INCONSISTENT_WITH_TLV: Final = StatusWord(0x6A85)
    INCORRECT_P1_P2: Final = StatusWord(0x6A86)
    LENGTH_INCONSISTENT_WITH_P1_P2: Final = StatusWord(0x6A87)
    REFERENCED_DATA_NOT_FOUND: Final = StatusWord(0x6A88)
    FILE_ALREADY_EXISTS: Final = StatusWord(0x6A89)
    DF_NAME_ALREADY_EXISTS: Final = StatusWord(0x6A8A)
    OUT_OF_RANGE_P1_P2: Final = StatusWord(0x6B00)
    INS_NOT_SUPPORTED: Final = StatusWord(0x6D00)
    CLA_NOT_SUPPORTED: Final = StatusWord(0x6E00)
    NO_DIAGNOSIS: Final = StatusWord(0x6F00)


def bytes_remaining(count: int) -> StatusWord:
    """The word 61xx for a card with `count` bytes of answer waiting, 1 or more; 256 and more are written 6100."""
    return StatusWord(0x6100 | _length_byte(count, open_ended=True))


def wrong_le(exact: int) -> StatusWord:
    """The word 6Cxx for a card that has exactly `exact` bytes to give, 1 to 256."""
    return StatusWord(0x6C00 | _length_byte(exact, open_ended=False))


def tries_left(count: int) -> StatusWord:
    """The word 63Cx after a failed verification; counters above 15 are written as 15, the most that fits.

    Args:
        count: tries that are left, 0 or more.

    Raises:
        ValueError: the counter is negative.
    """
    if count < 0:
        raise ValueError(f"a counter is not negative: {count}")
    return StatusWord(0x63C0 | min(count, 15))


def _length_byte(count: int, *, open_ended: bool) -> int:
    if count < 1 or (count > 256 and not open_ended):
        raise ValueError(f"a length in a status word is 1 to 256, not {count}")
    return min(count, 256) % 256


_NAMES: Final = {value: name for name, value in vars(SW).items() if isinstance(value, StatusWord)}
