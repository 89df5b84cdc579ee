"""What PC/SC result codes mean for a program that reads a card.

Source: PC/SC part 5 and the codes of winscard; how pcsc-lite 1.9.9 uses them was observed on a running daemon.
"""

from __future__ import annotations

from typing import Final

from reader_core.iso7816.connection import (
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    ReaderUnavailableError,
    TransportError,
)

SUCCESS: Final = 0
PYSCARD_MISSING: Final = 0x20000001
WORKER_FAILED: Final = 0x20000002
NOT_TRANSACTED: Final = 0x80100016
NO_CARD: Final = 0x8010000C
RESET_CARD: Final = 0x80100068
NO_READERS: Final = 0x8010002E

STATE_PRESENT: Final = 0x20

_INSTALL_PYSCARD: Final = (
    "Install it: pip install 'vitale-testbed[pcsc]' (on Linux first: apt install libpcsclite-dev gcc)."
)
_START_SERVICE: Final = "Start the PC/SC service: on Debian `apt install pcscd` and `systemctl start pcscd.socket`."
_OTHER_PROGRAM: Final = "Close the other program that uses this reader, then try again."

_CODES: Final[dict[int, tuple[type[TransportError], str, str]]] = {
    PYSCARD_MISSING: (ReaderUnavailableError, "pyscard is not installed", _INSTALL_PYSCARD),
    0x80100009: (ReaderUnavailableError, "unknown reader", ""),
    0x8010000B: (ReaderUnavailableError, "another program holds the card", _OTHER_PROGRAM),
    NO_CARD: (CardAbsentError, "", ""),
    0x8010000F: (CardMuteError, "neither T=0 nor T=1", ""),
    0x80100010: (ReaderUnavailableError, "not ready", ""),
    0x80100013: (ReaderUnavailableError, "communication with the PC/SC service failed", _START_SERVICE),
    0x80100017: (ReaderUnavailableError, "the reader was unplugged", ""),
    0x8010001D: (ReaderUnavailableError, "the PC/SC service is not running", _START_SERVICE),
    0x8010001E: (ReaderUnavailableError, "the PC/SC service has stopped", _START_SERVICE),
    NO_READERS: (ReaderUnavailableError, "no reader is connected", ""),
    0x8010002F: (ReaderUnavailableError, "communication with the reader failed", ""),
    0x80100065: (CardMuteError, "unsupported card", ""),
    0x80100066: (CardMuteError, "unresponsive card", ""),
    0x80100067: (CardMuteError, "unpowered card", ""),
    RESET_CARD: (CardResetError, "", ""),
    0x80100069: (CardRemovedError, "", ""),
    0x8010006A: (ReaderUnavailableError, "access denied", _START_SERVICE),
    NOT_TRANSACTED: (CardMuteError, "the command did not go through", ""),
}


def error_for(code: int, reader: str, text: str = "") -> TransportError:
    """The error that a result code is for a reader of this name.

    Args:
        code: PC/SC result code, or one of the worker's own.
        reader: the reader's name.
        text: what the worker wrote beside the code.
    """
    kind, detail, step = _CODES.get(code, (ReaderUnavailableError, "", ""))
    said = ", ".join(part for part in (detail, text) if part)
    number = "" if code in {PYSCARD_MISSING, WORKER_FAILED} else f"PC/SC {code:08X}"
    return kind(reader, ": ".join(part for part in (number, said) if part), step)
