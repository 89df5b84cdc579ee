"""Files of the cards whose content is a structure of a standard, not records: what a table of fields cannot show.

They complete `reader_core.layouts.vitale`, `.cps` and `.cps2ter`: together with these, every file of every card is in a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader_core.layouts.cps import CPS_PKCS15_FID
from reader_core.layouts.model import Basis
from reader_core.layouts.vitale_public import POINTERS_FID

_CRYPTOLIB: Final = "ANS Cryptolib CPS (files of the CPS3)"
_PKCS15: Final = "ISO/IEC 7816-15 (PKCS#15)"
_CONTACTLESS_FID: Final = 0x0002
_MF: Final = 0x3F00


@dataclass(frozen=True, slots=True)
class StructuredFile:
    """One elementary file that holds no records of ours.

    Attributes:
        name: as the standard or the card calls it.
        title: what it holds, for people.
        form: how it is written.
        directory: file identifier of the DF that it is in, 3F00 for the master file; of a Vitale, the label of its application.
        fid: file identifier.
        source: where this is known from, or why we chose so.
        basis: how well founded the content is.
        place_basis: how well founded the place is.
    """

    name: str
    title: str
    form: str
    directory: int | str
    fid: int
    source: str
    basis: Basis
    place_basis: Basis


def _pkcs15(
    directory: int, fid: int, name: str, title: str, basis: Basis = Basis.ASSUMPTION, place: Basis = Basis.OBSERVED
) -> StructuredFile:
    role = "" if basis is Basis.OBSERVED else "; what it is for: ours"
    source = f"{_CRYPTOLIB}{role}" if place is Basis.OBSERVED else "our choice, as on the contact side"
    return StructuredFile(name, title, _PKCS15, directory, fid, source, basis, place)


def _certificate(directory: int, fid: int, title: str, place: Basis = Basis.OBSERVED) -> StructuredFile:
    source = f"{_CRYPTOLIB}; which certificate stands where: ours" if place is Basis.OBSERVED else "our choice"
    return StructuredFile("certificate", title, "X.509, DER", directory, fid, source, Basis.ASSUMPTION, place)


def _empty(fid: int) -> StructuredFile:
    source = f"{_CRYPTOLIB}; what is in it is not public"
    return StructuredFile(
        "",
        "a directory file that the ODF does not name",
        "no entries",
        CPS_PKCS15_FID,
        fid,
        source,
        Basis.ASSUMPTION,
        Basis.OBSERVED,
    )


_CONTACT, _CONTACTLESS = CPS_PKCS15_FID, _CONTACTLESS_FID
_OBSERVED, _ASSUMED = Basis.OBSERVED, Basis.ASSUMPTION

STRUCTURED_FILES: Final = (
    StructuredFile(
        "POINTERS",
        "which files there are, and in which application",
        "`E0 { A0 { 82 … } 80 … }`",
        "VITALE",
        POINTERS_FID,
        "cardpeek's vitale_2.lua; the two bytes of unknown meaning are zeros here (assumption)",
        _OBSERVED,
        _OBSERVED,
    ),
    StructuredFile(
        "EF.DIR",
        "the PKCS#15 applications",
        "application templates 61 (ISO/IEC 7816-4)",
        _MF,
        0x2F00,
        "OpenSC issue 2223: length, names and shape; labels, order, paths: ours",
        _OBSERVED,
        _OBSERVED,
    ),
    StructuredFile(
        "EF.ATR",
        "sizes and capabilities",
        "compact data objects (ISO/IEC 7816-4)",
        _MF,
        0x2F01,
        "OpenSC issue 2223, byte for byte",
        _OBSERVED,
        _OBSERVED,
    ),
    _pkcs15(_CONTACT, 0x5031, "ODF", "where the directory files are", _OBSERVED),
    _pkcs15(_CONTACT, 0x5032, "TokenInfo", "serial number, label, algorithms", _OBSERVED),
    _pkcs15(_CONTACT, 0x7001, "AODF", "PIN and PUK"),
    _pkcs15(_CONTACT, 0x7002, "PrKDF", "the two private keys"),
    _pkcs15(_CONTACT, 0x7004, "CDF", "the holder's two certificates"),
    _pkcs15(_CONTACT, 0x7005, "CDF, useful certificates", "the issuer's certificate"),
    _pkcs15(_CONTACT, 0x7006, "DODF", "the holder and the activities as data objects"),
    _empty(0x7102),
    _empty(0x7104),
    _empty(0x7105),
    _empty(0x7106),
    _certificate(_CONTACT, 0xA001, "certificate of key 81, signature"),
    _certificate(_CONTACT, 0xA002, "certificate of key 82, authentication"),
    _certificate(_CONTACT, 0xA003, "certificate of the authority that issued both"),
    StructuredFile(
        "CPS_DATA",
        "what the holder's software keeps on a CPS4",
        "bytes, up to 255",
        _CONTACT,
        0xD107,
        "ANS Cryptolib CPS, which never keeps this file in its cache (inferred); access and size: ours",
        _ASSUMED,
        _ASSUMED,
    ),
    _pkcs15(_CONTACTLESS, 0x5031, "ODF", "where the directory files are", _OBSERVED),
    _pkcs15(_CONTACTLESS, 0x5032, "TokenInfo", "serial number, label, algorithms", _OBSERVED),
    _pkcs15(_CONTACTLESS, 0x7002, "PrKDF", "the technical key", _ASSUMED, _ASSUMED),
    _pkcs15(_CONTACTLESS, 0x7004, "CDF", "the technical certificate", _ASSUMED, _ASSUMED),
    _pkcs15(_CONTACTLESS, 0x7005, "CDF, useful certificates", "its issuer's certificate", _ASSUMED, _ASSUMED),
    _certificate(_CONTACTLESS, 0xA001, "technical certificate", _ASSUMED),
    _certificate(_CONTACTLESS, 0xA003, "certificate of the authority that issued it", _ASSUMED),
)
"""Every such file of a Vitale, a CPS3 (both sides) and a CPS4."""
