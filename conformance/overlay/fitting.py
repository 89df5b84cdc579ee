"""Whether cards can be written, and read again, by layouts that an overlay has: one file by itself, and all together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final

from emulator.cps3 import pkcs15
from emulator.cps4.files import DATA_FID
from reader_core.iso7816 import Tlv
from reader_core.layouts import BENEFICIARY_TAG, MF_VITALE, POINTERS_FID, VITALE, Encoding, FieldLayout, FileLayout
from reader_core.layouts.codec import MAX_FILE
from reader_core.layouts.cps import CPS_PKCS15, CPS_PKCS15_FID, MF
from reader_core.layouts.cps2ter import BILLING_DF_FID, CPS2TER, SITUATIONS
from reader_core.layouts.laying import PUBLIC

_SHORTEST: Final = {Encoding.DATE12: 12, Encoding.DATE8: 8, Encoding.DATE_BCD: 4}
"""Bytes that a date takes."""
_ATTRIBUTES: Final = 8
"""Characters of a name in POINTERS."""

_TAKEN: Final[Mapping[str, frozenset[int]]] = {
    MF_VITALE.label: frozenset({0x2F00, 0x2F01}),
    VITALE.label: frozenset({POINTERS_FID}),
    MF.label: frozenset({0x2F00, 0x2F01, CPS_PKCS15_FID, 0x0002}),
    CPS_PKCS15.label: frozenset(
        {
            *(0x5031, 0x5032, DATA_FID, *pkcs15.FURTHER_FIDS),
            *(pkcs15.AODF_FID, pkcs15.PRKDF_FID, pkcs15.CDF_FID, pkcs15.USEFUL_CDF_FID, pkcs15.DODF_FID),
            *(pkcs15.SIGNATURE_CERTIFICATE_FID, pkcs15.AUTHENTICATION_CERTIFICATE_FID),
            pkcs15.ISSUER_CERTIFICATE_FID,
        }
    ),
    CPS2TER.label: frozenset({BILLING_DF_FID}),
}
"""Identifiers of files that have no layout, by application."""
_TAKEN_SHORT: Final[Mapping[str, frozenset[int]]] = {
    MF_VITALE.label: frozenset({0x1E}),
    MF.label: frozenset({0x1D, 0x1E}),
}
_NO_FILES: Final = frozenset({0x0000, 0x3F00, 0x3FFF, 0xFFFF})
"""Identifiers that ISO/IEC 7816-4 keeps for other uses."""


class MisfitError(Exception):
    """Layouts that do not fit; the text says what and what to do, without the file's name.

    Attributes:
        file: Name of the file in the layouts; empty where whoever asked knows it.
    """

    def __init__(self, reason: str, file: str = "") -> None:
        super().__init__(reason)
        self.file = file


def check_file(layout: FileLayout[Any]) -> None:
    """Make sure that a file can be written and read back.

    Raises:
        MisfitError: It cannot.
    """
    if not 1 <= len(layout.name) <= _ATTRIBUTES or not layout.name.isascii() or not layout.name.isprintable():
        raise MisfitError("a name has 1 to 8 printable ASCII characters, as POINTERS gives it")
    if not 0 <= layout.fid <= 0xFFFF or layout.fid in _NO_FILES:
        raise MisfitError(
            f"fid {layout.fid:#06x} is no file identifier; it has two bytes, and is not 3F00, 3FFF or FFFF"
        )
    if layout.sfi is not None and not 1 <= layout.sfi <= 30:
        raise MisfitError(f"sfi {layout.sfi} is no short identifier; it is 1 to 30, or 0 for none")
    if layout.size is not None and not 1 <= layout.size <= MAX_FILE:
        raise MisfitError(f"size {layout.size}: a file has 1 to {MAX_FILE} bytes, or size 0 for as long as its content")
    for one in layout.fields:
        _check_field(one)
    if layout.record_size is None:
        _check_tags(layout)
    else:
        _check_places(layout, layout.record_size)


def check_together(files: Mapping[str, FileLayout[Any]], additional: Iterable[FileLayout[Any]]) -> None:
    """Make sure that no two files of an application have one identifier.

    Args:
        files: Those laid otherwise than the table, by name.
        additional: Those no table has.

    Raises:
        MisfitError: Two have; `file` is one that is in the overlay.
    """
    further = list(additional)
    whole = [files.get(name, public) for name, public in PUBLIC.items()] + further
    ours = {*files, *(one.name for one in further)}
    for kind, taken in (("fid", _TAKEN), ("sfi", _TAKEN_SHORT)):
        found: dict[tuple[str, int], str] = {}
        for layout in whole:
            number = layout.fid if kind == "fid" else layout.sfi
            if number is None:
                continue
            place = "7F01" if layout.name == SITUATIONS.name else layout.application.label
            if number in taken.get(place, frozenset()):
                raise MisfitError(
                    f"{kind} {number:02X} is that of another file of {place} already; give another one", layout.name
                )
            other = found.setdefault((place, number), layout.name)
            if other != layout.name:
                mine, its = (layout.name, other) if layout.name in ours else (other, layout.name)
                raise MisfitError(
                    f"{kind} {number:02X} is that of the file {its} in {place}, too; give one of them another", mine
                )


def _check_field(one: FieldLayout) -> None:
    where = f"field {one.name}:"
    if one.offset is not None and one.offset < 0:
        raise MisfitError(f"{where} offset {one.offset} is before the record; offsets count from 0")
    if one.length is not None and one.length < 1:
        raise MisfitError(f"{where} length {one.length}: a field has at least one byte")
    if one.offset is not None and one.length is None:
        raise MisfitError(f"{where} has a place, and no length; give the bytes it takes")
    if one.length is None or one.constant is not None:
        return
    if one.encoding is Encoding.BINARY:
        raise MisfitError(f"{where} its bytes have no fixed length; leave offset and length out")
    if one.length < _SHORTEST.get(one.encoding, 1):
        raise MisfitError(
            f"{where} does not fit: {one.encoding} takes {_SHORTEST[one.encoding]} bytes, and it has {one.length}"
        )


def _check_tags(layout: FileLayout[Any]) -> None:
    if layout.tag is not None:
        _check_tag("tag", layout.tag, constructed=True)
    elif layout.multiple or layout.per_beneficiary:
        raise MisfitError("it holds several records: it needs a template, so give a tag, or each field an offset")
    if not layout.fields:
        raise MisfitError("has no field left")
    taken: dict[int, str] = {BENEFICIARY_TAG: "the beneficiary's index"} if layout.per_beneficiary else {}
    for one in layout.fields:
        _check_tag(f"field {one.name}: tag", one.tag, constructed=False)
        other = taken.setdefault(one.tag, one.name)
        if other != one.name:
            raise MisfitError(f"field {one.name}: tag {one.tag:X} is that of {other}, too; give one of them another")


def _check_tag(where: str, tag: int, *, constructed: bool) -> None:
    try:
        made = Tlv(tag, b"")
    except (ValueError, OverflowError) as error:
        raise MisfitError(f"{where} {tag:#x} is no tag of BER-TLV (ISO/IEC 7816-4, 5.2.2); correct it") from error
    if made[0] in {0x00, 0xFF}:
        raise MisfitError(f"{where} {tag:X} begins as padding does; give another tag")
    if made.constructed is not constructed:
        wanted = "holds other objects: bit 6 of its first byte is 1" if constructed else "holds a value: that bit is 0"
        raise MisfitError(
            f"{where} {tag:X} is of the wrong kind; that of {'a template' if constructed else 'a field'} {wanted}"
        )


def _check_places(layout: FileLayout[Any], size: int) -> None:
    if tagged := [one.name for one in layout.fields if one.offset is None]:
        raise MisfitError(
            f"fields {', '.join(tagged)} have no offset, and the others have; in one file each field has a place, or each a tag"
        )
    if layout.tag is not None:
        if Tlv(layout.tag, b"").constructed:
            raise MisfitError(
                f"tag {layout.tag:X} announces objects with tags, and the fields have places; give tag 0 for records that "
                "follow each other bare, or the tag of a value"
            )
        _check_tag("tag", layout.tag, constructed=False)
    _check_index(layout)
    if size > (layout.size or MAX_FILE):
        raise MisfitError(f"record_size {size} is more than the {layout.size or MAX_FILE} bytes of the file")
    _check_apart(layout, size)


def _check_index(layout: FileLayout[Any]) -> None:
    if layout.per_beneficiary and layout.index_offset is None:
        raise MisfitError("belongs to beneficiaries: say by index_offset where in a record the index stands, one byte")
    if not layout.per_beneficiary and layout.index_offset is not None:
        raise MisfitError("belongs to no beneficiary; leave index_offset out")
    if layout.index_offset is not None and layout.index_offset < 0:
        raise MisfitError(f"index_offset {layout.index_offset} is before the record; offsets count from 0")


def _check_apart(layout: FileLayout[Any], size: int) -> None:
    index = () if layout.index_offset is None else ((layout.index_offset, 1, "the beneficiary's index"),)
    places = sorted([*((one.offset or 0, one.length or 0, f"field {one.name}") for one in layout.fields), *index])
    for (start, length, name), (following, _, other) in pairwise(places):
        if start + length > following:
            raise MisfitError(
                f"{other}: stands at {following}, and {name} takes the bytes {start} to {start + length - 1}: they overlap; "
                "move one of them"
            )
    start, length, name = places[-1]
    if start + length > size:
        raise MisfitError(
            f"{name}: does not fit: it ends at byte {start + length - 1}, and a record has {size}; "
            "correct its offset, its length or record_size"
        )
