"""What SELECT tells about a file: FCP, FMD and FCI templates (ISO/IEC 7816-4, file control information)."""

from __future__ import annotations

from emulator.card.files import MF_FID, CardFile, DedicatedFile, ElementaryFile
from reader_core.iso7816 import Tlv

_FCP, _FMD, _FCI = 0x62, 0x64, 0x6F
_DESCRIPTOR_DF = 0x38
_LIFE_CYCLE = Tlv(0x8A, b"\x05")  # operational, activated: nothing here is ever deactivated


def file_control_parameters(file: CardFile) -> bytes:
    """The answer to P2 = 04: the file's own FCP, or one built of size, descriptor, identifiers and life cycle."""
    own = file.fcp
    if isinstance(own, bytes):
        return own
    return own(file) if own is not None and isinstance(file, ElementaryFile) else Tlv(_FCP, *_parameters(file))


def file_management_data(file: CardFile) -> bytes:
    """The answer to P2 = 08: the DF's own FMD; nothing is known of others, so their template is empty."""
    own = file.fmd if isinstance(file, DedicatedFile) else None
    return own if own is not None else Tlv(_FMD)


def file_control_information(file: CardFile) -> bytes:
    """The answer to P2 = 00: the file's own FCI, or one that holds the control parameters."""
    return file.fci if file.fci is not None else Tlv(_FCI, *_parameters(file))


def _parameters(file: CardFile) -> list[Tlv]:
    if isinstance(file, ElementaryFile):
        return _ef_parameters(file)
    fid = MF_FID if file.parent is None else file.fid
    return [
        Tlv(0x82, bytes((_DESCRIPTOR_DF,))),
        *([] if fid is None else [Tlv(0x83, fid.to_bytes(2))]),
        *([] if file.aid is None else [Tlv(0x84, file.aid)]),
        _LIFE_CYCLE,
    ]


def _ef_parameters(file: ElementaryFile) -> list[Tlv]:
    size = len(file.content)
    # Without object 88 the last five bits of the identifier would be the short one; empty, it says there is none.
    sfi = b"" if file.sfi is None else bytes((file.sfi << 3,))
    return [
        Tlv(0x80, size.to_bytes(max(2, (size.bit_length() + 7) // 8))),
        Tlv(0x82, bytes((file.structure,))),
        Tlv(0x83, file.fid.to_bytes(2)),
        Tlv(0x88, sfi),
        _LIFE_CYCLE,
    ]
