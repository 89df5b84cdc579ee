"""From what a connection reports to what the person in front of the reader has to know."""

from __future__ import annotations

from reader_core.errors import ErrorCode, ReadingError
from reader_core.iso7816 import (
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    ReaderUnavailableError,
    ShortAnswerError,
    TransportError,
)

Table = tuple[tuple[type[TransportError], ErrorCode], ...]

VITALE_POWER_ON: Table = (
    (CardAbsentError, ErrorCode.VITALE_ABSENT),
    (CardRemovedError, ErrorCode.VITALE_ABSENT),
    (ReaderUnavailableError, ErrorCode.READER_UNAVAILABLE),
    (TransportError, ErrorCode.VITALE_MUTE),
)
VITALE_IN_USE: Table = (
    (CardMuteError, ErrorCode.VITALE_MUTE),
    (ReaderUnavailableError, ErrorCode.READER_UNAVAILABLE),
    # Another program reset the card: what was selected and opened is lost, and so is the certainty that it is the same.
    (CardResetError, ErrorCode.READER_UNAVAILABLE),
    # pcscd gives success and too few bytes when the card leaves during a command.
    (ShortAnswerError, ErrorCode.VITALE_REMOVED),
    (CardAbsentError, ErrorCode.VITALE_REMOVED),
    (CardRemovedError, ErrorCode.VITALE_REMOVED),
    (TransportError, ErrorCode.VITALE_MUTE),
)
CPS_POWER_ON: Table = (
    (CardAbsentError, ErrorCode.CPS_ABSENT),
    (CardRemovedError, ErrorCode.CPS_ABSENT),
    (ReaderUnavailableError, ErrorCode.READER_UNAVAILABLE),
    # A card put in the wrong way round gives no ATR: it is there, and nobody can tell what it is.
    (TransportError, ErrorCode.CPS_UNKNOWN),
)
CPS_IN_USE: Table = (
    (ReaderUnavailableError, ErrorCode.READER_UNAVAILABLE),
    (CardResetError, ErrorCode.READER_UNAVAILABLE),
    (TransportError, ErrorCode.CPS_REMOVED),
)


def as_reading_error(error: TransportError, table: Table) -> ReadingError:
    """Translate, by the first row of the table that fits."""
    code = next(code for kind, code in table if isinstance(error, kind))
    return ReadingError(code, str(error))
