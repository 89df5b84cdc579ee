"""The few DER types that the PKCS#15 files of a card are made of (ITU-T X.690)."""

from collections.abc import Iterable

from reader_core.iso7816 import Tlv


def sequence(*values: bytes) -> Tlv:
    """SEQUENCE of encoded values."""
    return Tlv(0x30, *values)


def octets(value: bytes) -> Tlv:
    """OCTET STRING."""
    return Tlv(0x04, value)


def utf8(text: str) -> Tlv:
    """UTF8String."""
    return Tlv(0x0C, text.encode())


def integer(number: int) -> Tlv:
    """INTEGER, zero or positive."""
    return Tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def enumerated(number: int) -> Tlv:
    """ENUMERATED, 0 to 127."""
    return Tlv(0x0A, bytes([number]))


def null() -> Tlv:
    """NULL."""
    return Tlv(0x05)


def named_bits(positions: Iterable[int]) -> Tlv:
    """BIT STRING of a named bit list: the bits at these positions are set, and nothing follows the last one."""
    wanted = sorted(set(positions))
    if not wanted:
        return Tlv(0x03, b"\x00")
    content = bytearray(wanted[-1] // 8 + 1)
    for position in wanted:
        content[position // 8] |= 0x80 >> position % 8
    return Tlv(0x03, bytes([7 - wanted[-1] % 8]), bytes(content))


def object_identifier(dotted: str) -> Tlv:
    """OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return Tlv(0x06, b"".join(_base128(arc) for arc in (first * 40 + second, *rest)))


def _base128(arc: int) -> bytes:
    groups = [arc & 0x7F]
    while arc := arc >> 7:
        groups.append(arc & 0x7F | 0x80)
    return bytes(reversed(groups))
