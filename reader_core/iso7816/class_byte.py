"""The class byte CLA: ISO/IEC 7816-4, 5.4.1."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Self


class ClassKind(Enum):
    """Who defines the rest of a class byte."""

    FIRST_INTERINDUSTRY = "first interindustry"  # 000x xxxx: channels 0 to 3
    FURTHER_INTERINDUSTRY = "further interindustry"  # 01xx xxxx: channels 4 to 19
    RESERVED = "reserved"  # 001x xxxx: kept by ISO for later
    PROPRIETARY = "proprietary"  # 1xxx xxxx: the card's maker
    INVALID = "invalid"  # FF: no class, a byte of the transmission protocol


class SecureMessaging(Enum):
    """How a command's fields are protected, as the class byte says it."""

    NONE = "none"
    PROPRIETARY = "proprietary"
    STANDARD = "standard, header not authenticated"
    STANDARD_HEADER = "standard, header authenticated"


_FIRST_SECURE_MESSAGING = tuple(SecureMessaging)


@dataclass(frozen=True, slots=True)
class ClassByte:
    """A class byte, decoded.

    Attributes:
        raw: the byte.
        kind: who defines it.
        channel: logical channel 0 to 19; None unless the class is interindustry.
        chaining: whether another link of the same command follows.
        secure_messaging: NONE unless the class is interindustry and says otherwise.

    >>> ClassByte.parse(0x10).chaining, ClassByte.parse(0x41).channel
    (True, 5)
    """

    raw: int
    kind: ClassKind
    channel: int | None = None
    chaining: bool = False
    secure_messaging: SecureMessaging = SecureMessaging.NONE

    @property
    def interindustry(self) -> bool:
        """Whether ISO/IEC 7816-4 defines the commands of this class."""
        return self.channel is not None

    @classmethod
    def parse(cls, cla: int) -> Self:
        """Decode one byte; every value of a byte is some class.

        Raises:
            ValueError: not a byte.
        """
        if not 0 <= cla <= 0xFF:
            raise ValueError(f"a class is one byte, not {cla}")
        if cla == 0xFF:
            return cls(cla, ClassKind.INVALID)
        if cla & 0x80:
            return cls(cla, ClassKind.PROPRIETARY)
        chaining = bool(cla & 0x10)
        if cla & 0x40:
            secure = SecureMessaging.STANDARD if cla & 0x20 else SecureMessaging.NONE
            return cls(cla, ClassKind.FURTHER_INTERINDUSTRY, 4 + (cla & 0x0F), chaining, secure)
        if cla & 0x20:
            return cls(cla, ClassKind.RESERVED)
        secure = _FIRST_SECURE_MESSAGING[cla >> 2 & 0x03]
        return cls(cla, ClassKind.FIRST_INTERINDUSTRY, cla & 0x03, chaining, secure)

    def __int__(self) -> int:
        return self.raw

    def __str__(self) -> str:
        if not self.interindustry:
            return f"{self.raw:02X} {self.kind.value}"
        parts = [f"channel {self.channel}"]
        if self.chaining:
            parts.append("chaining")
        if self.secure_messaging is not SecureMessaging.NONE:
            parts.append(f"secure messaging ({self.secure_messaging.value})")
        return f"{self.raw:02X} {', '.join(parts)}"
