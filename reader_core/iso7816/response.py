"""Response APDUs: data, then a status word (ISO/IEC 7816-3, 12.1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from reader_core.iso7816.errors import ApduFormatError
from reader_core.iso7816.status import StatusWord


@dataclass(frozen=True, slots=True)
class ResponseApdu:
    """A card's answer.

    Attributes:
        data: response data, often empty.
        sw: status word. A plain integer is accepted and becomes a `StatusWord`.

    >>> ResponseApdu.parse(bytes.fromhex("6A82")).sw.meaning
    'file or application not found'
    """

    data: bytes
    sw: StatusWord

    def __post_init__(self) -> None:
        if type(self.data) is not bytes:
            object.__setattr__(self, "data", bytes(self.data))
        if type(self.sw) is not StatusWord:
            object.__setattr__(self, "sw", StatusWord(self.sw))

    def __bytes__(self) -> bytes:
        return self.data + self.sw.to_bytes(2)

    def __str__(self) -> str:
        return bytes(self).hex(" ").upper()

    @property
    def ok(self) -> bool:
        """Whether the status word tells of normal processing."""
        return self.sw.ok

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a response APDU.

        Raises:
            ApduFormatError: fewer than two bytes: there is no status word.
        """
        if len(raw) < 2:
            raise ApduFormatError(len(raw), f"an answer ends with a status word of 2 bytes, only {len(raw)} came")
        return cls(bytes(raw[:-2]), StatusWord(int.from_bytes(raw[-2:])))
