"""The words of a layout: which file of which application holds which tags.

A layout is data. One table serves the encoder (cards), the decoder (readers) and the documentation; what keeps the table
honest are hand-written dumps of whole files in the tests, and card software that nobody here wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

R_co = TypeVar("R_co", covariant=True)
"""The record that a file holds."""


class Basis(StrEnum):
    """How well founded an entry is."""

    LAW = "law"
    STANDARD = "standard"
    OBSERVED = "observed"
    ASSUMPTION = "assumption"


class Access(StrEnum):
    """What opens a file for reading."""

    FREE = "free"
    PROTECTED = "protected"
    """Refused with 6982 until a card of the CPS family has been authenticated; until reset."""
    PIN = "pin"
    """Refused with 6982 until the holder's secret code has been verified; until reset."""


class Encoding(StrEnum):
    """How a field's value becomes bytes. No encoding interprets: a value comes back as it was written."""

    TEXT = "text"
    """Latin-1, as long as it is; may be empty."""
    NAME = "name"
    """Latin-1, filled with spaces on the right to 27 characters; trailing spaces are dropped on reading."""
    DATE12 = "date12"
    """ASCII ``AAAAMMJJhhmm``; zeros for none."""
    DATE8 = "date8"
    """ASCII ``AAAAMMJJ``."""
    HEX = "hex"
    """Packed digits, two a byte, high half first; the value is the hexadecimal text, upper case."""
    BINARY = "binary"
    """Bytes as they are."""
    DIGITS = "digits"
    """Packed digits, two a byte, high half first, filled with F on the right; the value is the digits, 0 to 9 and A to E."""
    DATE_BCD = "date_bcd"
    """``AAAAMMJJ`` as packed digits, four bytes."""


NAME_WIDTH = 27
"""Characters of a padded name (assumption: public traces show padding, none says how wide)."""


@dataclass(frozen=True, slots=True)
class Application:
    """An application of a card: its dedicated file name (AID), its label, its entry number in POINTERS."""

    label: str
    aid: bytes
    entry: int
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class FieldLayout:
    """One field: its BER tag or its place, the attribute of the record that it fills, how it is written, what it means.

    Attributes:
        tag: its BER tag; 0 in a file whose fields stand at places of their own, without tags.
        name: the attribute of the record; that of a field with a `constant` is no attribute of any.
        encoding: how it is written.
        title: what it means.
        offset: where it stands in the record, from 0, when it has a place instead of a tag.
        length: bytes that its value always has, filled up; None when it is as long as the value.
        kept: the encoding by whose rules the record holds the value; None when that is `encoding`.
        constant: what is written whatever the record says, and skipped on reading.

    """

    tag: int
    name: str
    encoding: Encoding
    title: str
    offset: int | None = None
    length: int | None = None
    kept: Encoding | None = None
    constant: bytes | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FileLayout(Generic[R_co]):
    """One elementary file: an entry of the table, and the name by which the program holds on to it.

    An entry is itself, whatever it says: `reader_core.layouts.laying` is the one place that lets an entry say something
    else, for all who hold it at once. So no module may keep a copy of what an entry says; what is worked out of entries
    and kept is a `laying.derived` function.

    Attributes:
        name: at most 8 characters, as POINTERS gives it (there filled with spaces).
        title: what it holds, for people.
        application: where it lives.
        fid: file identifier.
        sfi: short file identifier, or None.
        tag: tag of the constructed template of each record; None when the fields stand alone, without a template.
        record: the record type (a frozen dataclass of `reader_core.records` or of this package).
        fields: in the order in which they are written; all of them always are, empty ones with length 0.
        access: what opens it for reading.
        multiple: whether it may hold several records (of each beneficiary, when `per_beneficiary`).
        per_beneficiary: whether each template begins with ``9E 01 index``, the beneficiary's index from 1.
        size: fixed size in bytes, filled with 00; None when the file is as long as its content.
        usual_size: bytes of a file whose content is always as long, unless a field of it is empty; None when that varies.
        group: number of the group in the SSV stream, when it has one.
        partial: whether fields may be missing, since real cards are known to vary; a missing one reads as its default.
        record_size: bytes of each record when the fields have places; None when they have tags.
        index_offset: then, where in a record the beneficiary's index stands, one byte; None when it is not per beneficiary.
        source: where this is known from, or why we chose so.
        basis: how well founded the content is: tags and encodings.
        place_basis: how well founded the place is: application and identifiers.

    """

    name: str
    title: str
    application: Application
    fid: int
    sfi: int | None
    tag: int | None
    record: type[R_co]
    fields: tuple[FieldLayout, ...]
    access: Access
    source: str
    basis: Basis
    place_basis: Basis
    multiple: bool = False
    per_beneficiary: bool = False
    size: int | None = None
    usual_size: int | None = None
    group: int | None = None
    partial: bool = False
    record_size: int | None = None
    index_offset: int | None = None

    @property
    def expected_size(self) -> int | None:
        """Bytes that a reader may expect in the file; a card may have more or fewer. None when nobody can tell."""
        return self.usual_size if self.size is None else self.size


class LayoutError(Exception):
    """The content of a file is not what its layout says.

    Attributes:
        file: name of the file in the layout.
        offset: first byte in the file that is wrong, from 0.
        reason: what is wrong there, an English sentence without the full stop.

    """

    def __init__(self, file: str, offset: int, reason: str) -> None:
        super().__init__(f"file {file}, offset {offset}: {reason}")
        self.file = file
        self.offset = offset
        self.reason = reason
