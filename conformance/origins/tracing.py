"""A wrong value traced back: from its path in the answer to the fields that the card gave in that reading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import msgspec

from conformance.events import Check, Exchange, FieldSeen, Origin, OriginFile
from conformance.origins.content import FileContent, contents
from conformance.origins.table import ROWS, TITLES_FR, Row
from reader_core.layouts import (
    APPLICATIONS,
    VITALE2_BY_NAME,
    Encoding,
    Entry,
    FieldLayout,
    FileLayout,
    LayoutError,
    decode,
)
from reader_core.layouts.cps import NUMERO, PORTEUR
from reader_core.layouts.cps2ter import ICC, ID, PROFESSION, SITUATIONS
from reader_core.layouts.laying import PUBLIC

_LAYOUTS: Final[Mapping[str, FileLayout[object]]] = {
    **VITALE2_BY_NAME,
    **{one.name: one for one in (NUMERO, PORTEUR, ICC, ID, PROFESSION, SITUATIONS)},
}

_MOST_FIELDS = 60
"""Fields of one file that are told; the exchanges have the rest."""

_BY_POSITION = frozenset({"IDENTITE"})
"""Files whose n-th record is the n-th beneficiary's, without saying so."""

_MARKED_BY_NUMBER = re.compile(r"\[(\d+|\*)\]")

_ON_VITALE = frozenset(application.label for application in APPLICATIONS)


@dataclass(frozen=True, slots=True)
class _Place:
    """A path taken apart: the row it belongs to, its last step, and which beneficiary and record it names, from 1."""

    row: Row
    leaf: str
    beneficiary: int
    record: int


def with_origins(checks: Sequence[Check], trace: Sequence[Exchange]) -> tuple[Check, ...]:
    """Return the checks, those that are wrong with where their value comes from.

    Args:
        checks: Of a case.
        trace: What the cards saw during the case.
    """
    if all(check.ok for check in checks):
        return tuple(checks)
    seen = {
        number: contents([one for one in trace if one.reading == number])
        for number in {check.reading for check in checks if not check.ok}
    }
    return tuple(
        check if check.ok else msgspec.structs.replace(check, origin=origin_of(check.path, seen[check.reading]))
        for check in checks
    )


def origin_of(path: str, seen: Mapping[tuple[str, str], FileContent]) -> Origin | None:
    """Return where the value of a path comes from, None for a path that no card object has.

    Args:
        path: ``beneficiaires[0].exoneration.nature``; a star or nothing for an index is every one.
        seen: What the cards gave, by slot and file.
    """
    place = _place(path)
    if place is None:
        return None
    holders = _holders(seen)
    files = tuple(
        _file(name, wanted, place, holders, seen)
        for names, wanted in place.row.files.items()
        for name in [_the_one_there(names.split("|"), seen)]
    )
    return Origin(rule=place.row.rule.en, rule_fr=place.row.rule.fr, files=files)


@cache
def _place(path: str) -> _Place | None:
    steps = [_MARKED_BY_NUMBER.sub("", step) for step in path.split(".")]
    for end in range(len(steps), 0, -1):
        row = ROWS.get(".".join(steps[:end]))
        if row is not None:
            first, *others = path.split(".")
            later = [found for step in others if (found := _number(step))]
            record = _number(first) if steps[0] == "accidents" else (later[0] if later else 0)
            if steps[1:2] == ["amc"]:
                record = 1
            elif steps[1:2] == ["autres_amc"] and record:
                record += 1  # they begin with the second
            return _Place(
                row=row,
                leaf=steps[-1],
                beneficiary=_number(first) if steps[0] == "beneficiaires" else 0,
                record=record,
            )
    return None


def _number(step: str) -> int:
    """Return the index in a step, counted from 1; 0 for none and for a star."""
    found = _MARKED_BY_NUMBER.search(step)
    return int(found[1]) + 1 if found and found[1] != "*" else 0


def _the_one_there(names: Sequence[str], seen: Mapping[tuple[str, str], FileContent]) -> str:
    """Of files of which a card has one, the one that was asked for, else the first."""
    asked = {name for _, name in seen}
    return next((name for name in names if name in asked), names[0])


def _slot(layout: FileLayout[object]) -> str:
    return "vitale" if layout.application.label in _ON_VITALE else "cps"


def _holders(seen: Mapping[tuple[str, str], FileContent]) -> tuple[int, ...]:
    """Return the indices of the beneficiaries in the order of the answer, as far as the card told them."""
    layout = _LAYOUTS["BENEFIC"]
    entries = _entries(layout, seen.get(("vitale", layout.name)))
    return tuple(entry.beneficiary or 0 for entry in entries) if isinstance(entries, tuple) else ()


def _entries(layout: FileLayout[object], file: FileContent | None) -> tuple[Entry[object], ...] | LayoutError:
    if file and file.given and not file.content:
        return LayoutError(layout.name, 0, "the file was not read from its beginning")
    try:
        return decode(layout, file.content) if file else ()
    except LayoutError as error:
        return error


def _file(
    name: str,
    wanted: tuple[str, ...],
    place: _Place,
    holders: tuple[int, ...],
    seen: Mapping[tuple[str, str], FileContent],
) -> OriginFile:
    layout = _LAYOUTS[name]
    known = {one.name: one for one in layout.fields if one.constant is None}
    if not wanted and place.leaf in known:
        wanted = (place.leaf,)
    fields = tuple(known[one] for one in wanted if one in known) or tuple(known.values())
    whole = len(fields) == len(known)
    file = seen.get((_slot(layout), name))
    entries = _entries(layout, file)
    damaged = entries if isinstance(entries, LayoutError) else None
    told = () if isinstance(entries, LayoutError) else _told(layout, fields, entries, place, holders)
    state = "unread"
    if file and file.asked:
        state = "damaged" if damaged else "read"
    elif file and file.refusal:
        state = "refused"
    return OriginFile(
        name=name,
        title=layout.title,
        title_fr=TITLES_FR[name] if layout.title == PUBLIC[name].title else layout.title,
        application=layout.application.label,
        fid=f"{layout.fid:04X}",
        slot=_slot(layout),
        access=layout.access.value,
        wanted=tuple(f"{_where(one)} {one.name}" for one in fields) if not whole else (),
        state=state,
        status=file.refusal if file and state == "refused" else "",
        problem=f"offset {damaged.offset}: {damaged.reason}" if damaged else "",
        fields=told[:_MOST_FIELDS],
    )


def _told(
    layout: FileLayout[object],
    fields: Sequence[FieldLayout],
    entries: Sequence[Entry[object]],
    place: _Place,
    holders: tuple[int, ...],
) -> tuple[FieldSeen, ...]:
    return tuple(
        FieldSeen(
            tags=f"{layout.tag:02X} {_where(one)}" if layout.tag is not None else _where(one),
            name=one.name,
            title=one.title,
            value=_text(getattr(entry.record, one.name), one.encoding),
            record=number,
            beneficiary=entry.beneficiary or 0,
        )
        for number, entry in _concerned(layout, entries, place, holders)
        for one in fields
    )


def _where(field: FieldLayout) -> str:
    """Return the tag of a field, or its place in the record where it has no tag: ``@12``."""
    return f"{field.tag:02X}" if field.offset is None else f"@{field.offset}"


def _concerned(
    layout: FileLayout[object], entries: Sequence[Entry[object]], place: _Place, holders: tuple[int, ...]
) -> Iterator[tuple[int, Entry[object]]]:
    """Give the records that the path is about, each with its number in the file or, of a beneficiary, among theirs."""
    holder = place.beneficiary
    if holder and holder <= len(holders):
        holder = holders[holder - 1]
    numbers: dict[int, int] = {}
    for position, entry in enumerate(entries, 1):
        mine = entry.beneficiary or (position if layout.name in _BY_POSITION else 0)
        number = numbers[mine] = numbers.get(mine, 0) + 1
        if holder and mine and mine != holder:
            continue
        several = layout.multiple and layout.name not in _BY_POSITION
        if several and place.record and number != place.record:
            continue
        yield number, entry


def _text(value: object, encoding: Encoding) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1") if encoding in {Encoding.TEXT, Encoding.NAME} else value.hex().upper()
    return str(value)
