"""POINTERS, file 2001 of VITALE: which files the card has, in which application.

Source: cardpeek's vitale_2.lua, which walks it (basis: observed). ``E0 { A0 { 82 ... } 80 ... }``: each 82 is an entry
number (2 bytes), 2 bytes of unknown meaning (zeros here: assumption) and an AID; each 80 is a name of 8 printable
characters, an entry number and a file identifier (2 bytes each).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reader_core.iso7816 import Tlv, TlvError, parse_tlvs
from reader_core.layouts.model import Application, FileLayout, LayoutError
from reader_core.layouts.vitale import UNLISTED, VITALE2_FILES
from reader_core.layouts.vitale_public import APPLICATIONS

_NAME_LENGTH = 8
_UNKNOWN = b"\x00\x00"


@dataclass(frozen=True, slots=True)
class Pointer:
    """One file that POINTERS names: its name without the filling spaces, its application, its file identifier."""

    name: str
    aid: bytes
    fid: int


def encode_pointers(
    applications: Iterable[Application] = APPLICATIONS, files: Iterable[FileLayout[object]] = VITALE2_FILES
) -> bytes:
    """Write POINTERS for these applications and files, but for the files that readers know without it."""
    entries = [Tlv(0x82, _entry(application), _UNKNOWN, application.aid) for application in applications]
    pointers = [
        Tlv(0x80, file.name.ljust(_NAME_LENGTH).encode("ascii"), _entry(file.application), file.fid.to_bytes(2))
        for file in files
        if file.name not in UNLISTED
    ]
    return bytes(Tlv(0xE0, Tlv(0xA0, *entries), *pointers))


def decode_pointers(raw: bytes) -> tuple[Pointer, ...]:
    """Read POINTERS as a card gives it, padding included.

    Raises:
        LayoutError: it is not BER-TLV, has no E0 or A0, has an entry that is too short, or names an application that it
            does not list.

    """
    try:
        top = next((tlv for tlv in parse_tlvs(raw, strict=False) if tlv.tag == 0xE0), None)
        if top is None:
            raise LayoutError("POINTERS", 0, "no template E0")
        children = top.children(strict=False)
        listed = next((tlv for tlv in children if tlv.tag == 0xA0), None)
        if listed is None:
            raise LayoutError("POINTERS", 0, "no list A0 of applications in the template E0")
        aids = {tlv.value[:2]: tlv.value[4:] for tlv in listed.children(strict=False) if tlv.tag == 0x82}
    except TlvError as error:
        raise LayoutError("POINTERS", error.offset, error.reason) from error
    return tuple(_pointer(tlv.value, aids) for tlv in children if tlv.tag == 0x80)


def _entry(application: Application) -> bytes:
    return application.entry.to_bytes(2)


def _pointer(value: bytes, aids: dict[bytes, bytes]) -> Pointer:
    name = value[:_NAME_LENGTH].decode("latin-1").rstrip(" ")
    if len(value) < _NAME_LENGTH + 4:
        raise LayoutError("POINTERS", 0, f"the pointer {name!r} has {len(value)} bytes, not 12")
    entry = value[_NAME_LENGTH : _NAME_LENGTH + 2]
    if entry not in aids:
        raise LayoutError("POINTERS", 0, f"file {name!r} is in application {entry.hex()}, which is not listed")
    return Pointer(name, aids[entry], int.from_bytes(value[_NAME_LENGTH + 2 : _NAME_LENGTH + 4]))
