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
    """One field: its BER tag, the attribute of the record that it fills, how it is written, what it means."""

    tag: int
    name: str
    encoding: Encoding
    title: str


@dataclass(frozen=True, slots=True)
class FileLayout(Generic[R_co]):
    """One elementary file.

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
