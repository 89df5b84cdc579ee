"""Which fields of a card say who somebody is, by the card's layouts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from reader_core.layouts import VITALE2_FILES, Encoding, FieldLayout, FileLayout
from reader_core.layouts.cps import CPS_FILES
from reader_core.layouts.laying import CPS2TER_FILES, PUBLIC, derived, in_force
from reader_core.layouts.vitale import STREAM_FILES


class Kind(Enum):
    """What a field holds, and so what stands in its place."""

    OWN = "the card's own words and numbers, the same whoever it belongs to: applications, pointers, keys"
    KEPT = "anything else that is searched, not replaced: objects of PKCS#15, certificates, answers that are no file"
    CODE = "nothing personal by its layout: a code, a right, a date of a right"
    NIR = "a NIR, perhaps with its key"
    NIR_KEY = "the key of the NIR in the same template"
    NAME = "a name"
    BIRTH = "a date of birth"
    TEXT = "a text or number that may name a person: an address, a member number, a free text"
    LUHN_KEY = "the key of the number in the field before it: right or wrong as it was"
    HOLDER_KIND = "the first digit of a professional's identifier"
    HOLDER = "the number of a professional"
    HOLDER_KEY = "its key"


_BY_FIELD: Mapping[str, Kind] = {
    "nir": Kind.NIR,
    "nir_certifie": Kind.NIR,
    "cle_nir": Kind.NIR_KEY,
    "cle_nir_certifie": Kind.NIR_KEY,
    "nom": Kind.NAME,
    "prenom": Kind.NAME,
    "nom_usuel": Kind.NAME,
    "nom_patronymique": Kind.NAME,
    "naissance": Kind.BIRTH,
    "date_naissance": Kind.BIRTH,
    **{f"adresse{line}": Kind.TEXT for line in range(1, 6)},
    **{f"identifiant{entry}": Kind.TEXT for entry in range(1, 4)},
    "numero_adherent": Kind.TEXT,
    "contenu": Kind.TEXT,
    "raison_sociale": Kind.TEXT,
    "identifiant_structure": Kind.TEXT,
    **{f"numero_{of}": Kind.TEXT for of in ("structure", "facturation", "remplacant")},
    **{f"cle_{of}": Kind.LUHN_KEY for of in ("structure", "facturation", "remplacant")},
    "type_identifiant": Kind.HOLDER_KIND,
    "numero": Kind.HOLDER,
    "cle": Kind.HOLDER_KEY,
}

_PACKED = frozenset({Encoding.DIGITS, Encoding.DATE_BCD})

Rules = Mapping[int, Mapping[int, Kind]]
"""By the tag of a template and the tag of the field in it."""

STRUCTURAL = frozenset({0x61, 0x62, 0x64, 0x6F, 0x70, 0x7F21, 0x7F41, 0x7F48, 0x5A, 0x4D})
"""Templates of the card's own: applications, file information, its number, keys. Nothing in them is a person's."""


_VITALE_FILES: tuple[FileLayout[Any], ...] = (*VITALE2_FILES, *STREAM_FILES)
_OTHER_FILES: tuple[FileLayout[Any], ...] = (*CPS_FILES, *CPS2TER_FILES)


def _kind(field: FieldLayout) -> Kind:
    return _BY_FIELD.get(field.name, Kind.TEXT if field.encoding is Encoding.BINARY else Kind.CODE)


def _told_by_tags(layouts: Iterable[FileLayout[Any]]) -> Iterator[tuple[FileLayout[Any], int]]:
    """The files whose templates are looked into, each with its tag."""
    for layout in layouts:
        if layout.tag is not None and layout.tag not in STRUCTURAL:
            yield layout, layout.tag


def _rules(layouts: Iterable[FileLayout[Any]]) -> Rules:
    rules: dict[int, dict[int, Kind]] = {}
    for layout, tag in _told_by_tags(layouts):
        rules.setdefault(tag, {}).update({field.tag: _kind(field) for field in layout.fields})
    return rules


@derived
def _vitale_rules() -> Rules:
    return _rules(_VITALE_FILES)


@derived
def _other_rules() -> Rules:
    return _rules(_OTHER_FILES)


@derived
def unmaskable() -> tuple[str, ...]:
    """Names of the files in force whose fields cannot be told by tags, or are no text: nothing in them can be masked."""
    laid = in_force()
    alone = (layout.name for layout in (*laid.files.values(), *laid.additional) if _hides(layout))
    return tuple(dict.fromkeys((*alone, *_mixed(_VITALE_FILES), *_mixed(_OTHER_FILES))))


def _hides(layout: FileLayout[Any]) -> bool:
    """Whether a file, as it is laid, has a person's fields where nobody looks for them, or in another form than text."""
    if layout.record_size is not None or any(_is_packed(field) for field in layout.fields):
        return True
    public = PUBLIC.get(layout.name)
    if public is None or public.tag is None or public.tag in STRUCTURAL:
        return False  # the card's own, or the overlay's own constants
    if layout.tag is None:
        return any(field.name in _BY_FIELD for field in layout.fields)
    return layout.tag in STRUCTURAL


def _is_packed(field: FieldLayout) -> bool:
    laid_as_hex = field.encoding is Encoding.HEX and field.kept not in {None, Encoding.HEX}
    return laid_as_hex or field.encoding in _PACKED


def _mixed(layouts: Iterable[FileLayout[Any]]) -> list[str]:
    """Names of the files of one card in which one tag of one template is a name here and a code there, say."""
    kinds: dict[tuple[int, int], set[Kind]] = {}
    names: dict[tuple[int, int], list[str]] = {}
    for layout, tag in _told_by_tags(layouts):
        for field in layout.fields:
            kinds.setdefault((tag, field.tag), set()).add(_kind(field))
            names.setdefault((tag, field.tag), []).append(layout.name)
    return [name for place, each in names.items() if len(kinds[place]) > 1 for name in each]


@derived
def packed_numbers() -> tuple[str, ...]:
    """Names of the files in force that hold a NIR as packed digits: a trace that masks digits of text would show it."""
    return tuple(
        layout.name
        for layout in in_force().files.values()
        if any(
            field.encoding in {*_PACKED, Encoding.HEX} and _BY_FIELD.get(field.name) is Kind.NIR
            for field in layout.fields
        )
    )


def is_vitale(atr: bytes) -> bool:
    """Whether an ATR is a Vitale's (observed: pcsc-tools' list); every other card is taken for one of the CPS family."""
    return atr[:4] in {bytes.fromhex("3B751300"), bytes.fromhex("3F652500")}


def rules_for(atr: bytes) -> Rules:
    """The fields of the card that gave an ATR."""
    return _vitale_rules() if is_vitale(atr) else _other_rules()
