"""What can be wrong with bytes that claim to be an APDU, a TLV or an ATR."""

from __future__ import annotations


class FormatError(ValueError):
    """Bytes that do not have the form a standard asks for.

    Attributes:
        offset: position of the first wrong byte, counted from the start of the bytes that were parsed. It equals
            their length when bytes are missing at the end.
        reason: what is wrong there, as one English sentence without a full stop.
    """

    subject = "bytes"

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(offset, reason)
        self.offset = offset
        self.reason = reason

    def __str__(self) -> str:
        return f"malformed {self.subject} at byte {self.offset}: {self.reason}"


class ApduFormatError(FormatError):
    """A command or response APDU that ISO/IEC 7816-3, 12.1 does not allow."""

    subject = "APDU"


class TlvError(FormatError):
    """A data object that is not BER-TLV as ISO/IEC 7816-4 restricts it."""

    subject = "TLV"


class AtrError(FormatError):
    """An answer to reset that cannot be read as ISO/IEC 7816-3, 8.2 describes it."""

    subject = "ATR"
