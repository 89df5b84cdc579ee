"""How a CPS3 writes access conditions: control parameters of files (FCP) and of security data objects (DOCP).

An access mode byte says which operations have a condition; one byte for each of them follows, from the highest bit
down: 00 always, FF never, 1x the holder's PIN as the security environment x says (basis: standard, IAS ECC; the files'
templates are byte for byte those of a public trace of a CPS3, OpenSC issue 2223).
"""

from typing import Final

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


def file_parameters(fid: int, size: int, sfi: int | None, read: int) -> bytes:
    """FCP of an EF.

    Args:
        fid: File identifier.
        size: Length of its content.
        sfi: Short identifier, or None.
        read: Condition byte of READ BINARY.
    """
    return Tlv(
        0x62,
        Tlv(0x80, size.to_bytes(2, "big")),
        Tlv(0x82, b"\x01"),
        Tlv(0x83, fid.to_bytes(2, "big")),
        *(() if sfi is None else (Tlv(0x88, bytes([sfi << 3])),)),
        _conditions(_BY_ISSUER, NEVER, NEVER, NEVER, _BY_ISSUER, read),
        _OPERATIONAL,
    )


def directory_parameters(fid: int, aid: bytes) -> bytes:
    """FCP of a DF; nothing can be created or deleted in it."""
    return Tlv(
        0x62,
        Tlv(0x82, b"\x38"),
        Tlv(0x83, fid.to_bytes(2, "big")),
        Tlv(0x84, aid),
        _conditions(NEVER, NEVER, NEVER, NEVER, NEVER, ALWAYS),
        _OPERATIONAL,
    )
