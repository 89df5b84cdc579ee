"""How a CPS3 writes access conditions: control parameters of files (FCP) and of security data objects (DOCP).

An access mode byte says which operations have a condition; one byte for each of them follows, from the highest bit
down: 00 always, FF never, 1x the holder's PIN as the security environment x says (basis: standard, IAS ECC; the files'
templates are byte for byte those of a public trace of a CPS3, OpenSC issue 2223).
"""

from collections.abc import Callable
from typing import Final

from emulator.card import ElementaryFile
from reader_core.iso7816 import Tlv

ALWAYS: Final = 0x00
NEVER: Final = 0xFF
BY_PIN: Final = 0x11
"""PIN, by security environment 1."""
BY_PUK: Final = 0x13
"""Unblocking code, by security environment 3 (observed in the access conditions of the PIN itself)."""
_BY_ISSUER: Final = 0x45
"""Secure messaging with the issuer's keys, which no card here has: nobody can write."""

_MODES: Final = 0x7B
_OPERATIONAL: Final = Tlv(0x8A, b"\x05")


def _conditions(*conditions: int) -> Tlv:
    contact = Tlv(0x8C, bytes([_MODES, *conditions]))
    contactless = Tlv(0x9C, bytes([_MODES, NEVER, NEVER, NEVER, NEVER, NEVER, conditions[-1]]))
    return Tlv(0xA1, contact, contactless)


def file_parameters(read: int, update: int = _BY_ISSUER) -> Callable[[ElementaryFile], bytes]:
    """How the FCP of an EF is made.

    Args:
        read: Condition byte of READ BINARY, with contact and without.
        update: Condition byte of UPDATE BINARY.
    """

    def parameters(file: ElementaryFile) -> bytes:
        return Tlv(
            0x62,
            Tlv(0x80, len(file.content).to_bytes(2, "big")),
            Tlv(0x82, b"\x01"),
            Tlv(0x83, file.fid.to_bytes(2, "big")),
            *(() if file.sfi is None else (Tlv(0x88, bytes([file.sfi << 3])),)),
            _conditions(_BY_ISSUER, NEVER, NEVER, NEVER, update, read),
            _OPERATIONAL,
        )

    return parameters


def directory_parameters(fid: int, aid: bytes) -> bytes:
    """FCP of a DF; nothing can be created or deleted in it.

    Args:
        fid: its file identifier.
        aid: its name, 5 to 16 bytes.
    """
    return Tlv(
        0x62,
        Tlv(0x82, b"\x38"),
        Tlv(0x83, fid.to_bytes(2, "big")),
        Tlv(0x84, aid),
        _conditions(NEVER, NEVER, NEVER, NEVER, NEVER, ALWAYS),
        _OPERATIONAL,
    )
