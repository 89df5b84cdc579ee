"""The layouts of an overlay from their files: what is written in them, and entries of the table made of that."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Annotated, Any, Final, cast

import msgspec

from conformance.overlay.fitting import MisfitError, check_file, check_together
from conformance.overlay.model import OverlayError
from reader_core.layouts import ADELE, MF_VITALE, VITALE, Access, Application, Basis, Encoding, FieldLayout, FileLayout
from reader_core.layouts.cps import CPS_PKCS15, MF
from reader_core.layouts.cps2ter import CPS2TER
from reader_core.layouts.laying import PUBLIC, Constant, Laid

APPLICATIONS: Final[Mapping[str, Application]] = {
    one.label: one for one in (MF_VITALE, VITALE, ADELE, MF, CPS_PKCS15, CPS2TER)
}
"""The applications that a file of an editor's own may be in, by label."""

_FAMILIES: Final = (
    (Encoding.DATE12, Encoding.DATE8, Encoding.DATE_BCD),
    (Encoding.TEXT, Encoding.NAME, Encoding.DIGITS, Encoding.HEX),
)
"""Encodings that one value may have: none of them interprets, so that the value comes back as it was written."""

_OF_HEX: Final = (Encoding.HEX, Encoding.TEXT)

Text = Annotated[str, msgspec.Meta(min_length=1)]


class FieldEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What differs about a field; see `reader_core.layouts.FieldLayout`.

    Attributes:
        name: Of the field in the public table, or of one that the card has besides, with its `constant`.
        tag: Its BER tag.
        offset: Where it stands in the record, from 0, in a file whose fields have places.
        length: Bytes it always has.
        encoding: One of `reader_core.layouts.Encoding`.
        title: What it means.
        constant: Hexadecimal: what stands there on every card, in a field that no record of ours has.
        removed: Whether the card has no such field.
    """

    name: Text
    tag: int | None = None
    offset: int | None = None
    length: int | None = None
    encoding: str | None = None
    title: str | None = None
    constant: str | None = None
    removed: bool = False


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What differs about a file; see `reader_core.layouts.FileLayout`.

    Attributes:
        name: Of the file in the public table, or of one that the cards have besides, with its `application`.
        source: Where this is known from.
        basis: How well founded that is.
        application: Label of the application of a file that no table has.
        title: What it holds.
        fid: File identifier.
        sfi: Short file identifier; 0 for none.
        tag: Tag of the template of each record; 0 for none.
        size: Bytes of the file, filled with 00; 0 when it is as long as its content.
        record_size: Bytes of a record whose fields have places.
        index_offset: Where in such a record the beneficiary's index stands.
        access: What opens it, for a file that no table has: `free` or `pin`. That of ours stays.
        field: Its fields that differ.
    """

    name: Text
    source: Text
    basis: Basis
    application: str | None = None
    title: str | None = None
    fid: int | None = None
    sfi: int | None = None
    tag: int | None = None
    size: int | None = None
    record_size: int | None = None
    index_offset: int | None = None
    access: str | None = None
    field: tuple[FieldEntry, ...] = ()


class LayoutsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file of layouts.

    Attributes:
        file: The files of the cards that differ.
    """

    file: Annotated[tuple[FileEntry, ...], msgspec.Meta(min_length=1)]


def load_layouts(files: Iterable[Path]) -> Laid:
    """Read the layouts of an overlay, and check that cards can be written by them.

    Args:
        files: TOML files of tables ``[[file]]``.

    Raises:
        OverlayError: Something is missing, unknown or misspelt, or does not fit; it names the file, the entry and the field.
    """
    made: dict[str, FileLayout[Any]] = {}
    where: dict[str, Path] = {}
    for file in files:
        for entry in _entries(file):
            if entry.name in where:
                reason = f"is laid in {where[entry.name].name} already; put both in one entry"
                raise OverlayError(file, f"file {entry.name}: {reason}")
            where[entry.name] = file
            try:
                public = PUBLIC.get(entry.name)
                made[entry.name] = _additional(entry) if public is None else _laid(public, entry)
            except MisfitError as error:
                raise OverlayError(file, f"file {entry.name}: {error}") from error
    laid = {name: layout for name, layout in made.items() if name in PUBLIC}
    additional = tuple(layout for name, layout in made.items() if name not in PUBLIC)
    try:
        check_together(laid, additional)
    except MisfitError as error:
        raise OverlayError(where[error.file], f"file {error.file}: {error}") from error
    return Laid(laid, additional)


def _entries(file: Path) -> list[FileEntry]:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OverlayError(file, f"not a TOML file ({error})") from error
    tables: Any = document.get("file")
    if unknown := sorted(document.keys() - {"file"}):
        raise OverlayError(file, f"{unknown[0]}: a file of layouts has tables [[file]] and nothing else")
    if not isinstance(tables, list) or not tables:
        raise OverlayError(file, "has no table [[file]]; write one for each file of the cards that differs")
    return [_entry(file, number, table) for number, table in enumerate(cast("list[Any]", tables), 1)]


def _entry(file: Path, number: int, table: Any) -> FileEntry:  # noqa: ANN401 - whatever TOML has
    try:
        return msgspec.convert(table, FileEntry)
    except msgspec.ValidationError as error:
        name = cast("dict[str, Any]", table).get("name") if isinstance(table, dict) else None
        raise OverlayError(file, f"file {name or f'number {number}'}: {error}") from error


def _laid(public: FileLayout[Any], entry: FileEntry) -> FileLayout[Any]:
    if entry.application not in {None, public.application.label}:
        raise MisfitError(f"stays in the application {public.application.label}; leave application out")
    if entry.access not in {None, public.access.value}:
        loosened = " would be loosened" if entry.access == Access.FREE else " would change"
        raise MisfitError(
            f"access:{loosened}: it is {public.access.value}, and what opens a file is what requirements test, "
            "so that it stays; leave access out"
        )
    laid = replace(
        public,
        title=public.title if entry.title is None else entry.title,
        fid=public.fid if entry.fid is None else entry.fid,
        sfi=public.sfi if entry.sfi is None else entry.sfi or None,
        tag=public.tag if entry.tag is None else entry.tag or None,
        size=public.size if entry.size is None else entry.size or None,
        fields=_fields(public, entry),
        source=entry.source,
        basis=entry.basis,
        place_basis=entry.basis,
    )
    laid = _placed(laid, entry)
    if (laid.tag, laid.fields) != (public.tag, public.fields):
        laid = replace(laid, usual_size=None)
    check_file(laid)
    return laid


def _additional(entry: FileEntry) -> FileLayout[Constant]:
    """A file that no reader of ours looks at: every byte of it is in the overlay."""
    known = ", ".join(PUBLIC)
    if entry.application is None:
        raise MisfitError(
            f"there is no such file in the tables, which have {known}; a file of your own has an application"
        )
    if entry.application not in APPLICATIONS:
        raise MisfitError(f"there is no application {entry.application!r}; there are {', '.join(APPLICATIONS)}")
    if entry.fid is None or entry.title is None or not entry.field:
        raise MisfitError("a file of your own has fid, title and at least one field with its constant")
    if entry.access not in {None, Access.FREE, Access.PIN}:
        raise MisfitError("access: a file of your own is free or pin; what is protected is what the requirements name")
    application = APPLICATIONS[entry.application]
    on_vitale = application in {MF_VITALE, VITALE, ADELE}
    access = Access(entry.access or Access.FREE)
    if on_vitale and access is Access.PIN:
        raise MisfitError("access: a Vitale asks its holder for no code; leave access out")
    laid = FileLayout(
        name=entry.name,
        title=entry.title,
        application=application,
        fid=entry.fid,
        sfi=entry.sfi or None,
        tag=entry.tag or None,
        record=Constant,
        fields=tuple(_own_field(one) for one in _each_once(entry.field)),
        access=access,
        source=entry.source,
        basis=entry.basis,
        place_basis=entry.basis,
        size=entry.size or None,
    )
    laid = _placed(laid, entry)
    check_file(laid)
    return laid


def _placed(laid: FileLayout[Any], entry: FileEntry) -> FileLayout[Any]:
    """The layout with the size of its records, where its fields have places."""
    if any(one.offset is not None for one in laid.fields):
        end = max((one.offset or 0) + (one.length or 0) for one in laid.fields)
        index = 0 if entry.index_offset is None else entry.index_offset + 1
        return replace(
            laid,
            record_size=entry.record_size if entry.record_size is not None else max(end, index),
            index_offset=entry.index_offset,
        )
    if entry.record_size is not None or entry.index_offset is not None:
        raise MisfitError("record_size and index_offset are for a file whose fields have places; give each an offset")
    return laid


def _each_once(entries: Sequence[FieldEntry]) -> Sequence[FieldEntry]:
    names = [one.name for one in entries]
    if twice := next((one for one in names if names.count(one) > 1), None):
        raise MisfitError(f"field {twice}: is there twice; put both in one entry")
    return entries


def _fields(public: FileLayout[Any], entry: FileEntry) -> tuple[FieldLayout, ...]:
    changes = {one.name: one for one in _each_once(entry.field)}
    made: list[FieldLayout] = []
    for one in public.fields:
        change = changes.pop(one.name, None)
        if change is None:
            made.append(one)
        elif change.removed:
            _check_removable(public, one)
        else:
            made.append(_field(one, change))
    for change in changes.values():
        if change.constant is None:
            names = ", ".join(one.name for one in public.fields)
            raise MisfitError(
                f"field {change.name}: there is none of that name, there are {names}; a field that no record of ours "
                "has gets a constant"
            )
        made.append(_own_field(change))
    return tuple(made)


def _check_removable(public: FileLayout[Any], one: FieldLayout) -> None:
    defaults = {each.name for each in fields(public.record) if each.default is not MISSING}
    if not one.name.startswith("ruf") or one.name not in defaults:
        raise MisfitError(
            f"field {one.name}: cannot be removed, the reading of a card needs it; only reserved fields (ruf...) can be "
            "left out, so give it the tag or the place that it has"
        )


def _field(public: FieldLayout, change: FieldEntry) -> FieldLayout:
    if change.constant is not None:
        raise MisfitError(f"field {public.name}: its value comes from the card's records; leave constant out")
    encoding = public.encoding if change.encoding is None else _encoding(change, public)
    placed = change.offset is not None
    if placed and change.tag is not None:
        raise MisfitError(f"field {public.name}: has a tag or an offset, not both")
    laid = replace(
        public,
        tag=0 if placed else public.tag if change.tag is None else change.tag,
        offset=change.offset,
        length=change.length,
        encoding=encoding,
        title=public.title if change.title is None else change.title,
    )
    otherwise = encoding is not public.encoding or change.length is not None
    return replace(laid, kept=public.encoding) if otherwise else laid


def _own_field(change: FieldEntry) -> FieldLayout:
    where = f"field {change.name}:"
    if change.constant is None:
        raise MisfitError(f"{where} a field that no record of ours has gets a constant, in hexadecimal")
    if change.encoding is not None:
        raise MisfitError(f"{where} its constant is written as it is; leave encoding out")
    try:
        constant = bytes.fromhex(change.constant)
    except ValueError as error:
        raise MisfitError(f"{where} constant {change.constant!r} is not hexadecimal") from error
    if change.length not in {None, len(constant)}:
        raise MisfitError(f"{where} its constant has {len(constant)} bytes, not {change.length}; leave length out")
    if (change.tag is None) == (change.offset is None):
        raise MisfitError(f"{where} needs a tag, or an offset, and not both")
    return FieldLayout(
        tag=change.tag or 0,
        name=change.name,
        encoding=Encoding.BINARY,
        title=change.title or "",
        offset=change.offset,
        length=None if change.offset is None else len(constant),
        constant=constant,
    )


def _encoding(change: FieldEntry, public: FieldLayout) -> Encoding:
    where = f"field {public.name}:"
    if change.encoding not in {one.value for one in Encoding}:
        raise MisfitError(f"{where} unknown encoding {change.encoding!r}; there are {', '.join(Encoding)}")
    wanted = Encoding(change.encoding)
    family = next((one for one in _FAMILIES if public.encoding in one), (public.encoding,))
    family = _OF_HEX if public.encoding is Encoding.HEX else family
    if wanted not in family:
        raise MisfitError(
            f"{where} {wanted} cannot hold what is {public.encoding} in the table; it may be {', '.join(family)}"
        )
    return wanted
