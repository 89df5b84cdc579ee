"""From a group stream to the records of a card and back, byte for byte, whatever order the groups come in.

The usual order is 101, 102, 103, then for each beneficiary 104, 105, 106, 107, 108, 109, then 111. A stream that differs
leaves an `Ordre` behind: a code for each group, in the order of the stream. A group that has no place in the record
files (a second 101, a 105 before the first 104, another number of fields, a length written at length) is kept as it came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from reader_core.layouts.group_stream import GROUPS, Group, encode_group, parse_stream
from reader_core.layouts.model import FieldLayout, LayoutError
from reader_core.layouts.vitale import (
    MAX_BENEFICIARIES,
    MAX_COUVERTURES,
    MAX_DROITS,
    MAX_PERIODES_MUTUELLE,
    VITALE2_FILES,
)
from reader_core.layouts.vitale_stream import BRUTS, BRUTS_PROTEGES, ORDRE
from reader_core.records import BeneficiaireRecords, CardDate, GroupeBrut, Ordre, VitaleRecords

R = TypeVar("R")

FREE_RAW, PROTECTED_RAW = 0x20, 0x21
"""Codes of a group kept as it came: the next one of BRUTS, and of BRUTSPRO."""

PROTECTED_GROUP = 106
"""The group that only a professional card opens."""

_BASE = 100
_BENEFICIARY = 104


@dataclass(frozen=True, slots=True)
class _Shape:
    """A group as the stream has it, which stays so whatever is laid over the layouts of the card's files."""

    record: type[object]
    fields: tuple[FieldLayout, ...]


_SHAPES = {file.group: _Shape(file.record, file.fields) for file in VITALE2_FILES if file.group is not None}
_SINGLE = {101: "assure", 102: "service_amo", 103: "accidents", 111: "zone_commune"}
_LIMITS = {
    105: ("droits", MAX_DROITS),
    106: ("couvertures", MAX_COUVERTURES),
    107: ("mutuelle", 1),
    108: ("periodes_mutuelle", MAX_PERIODES_MUTUELLE),
    109: ("amc", None),
}


def code_of(number: int) -> int:
    """The code in ORDRE of a group whose record stands in its file.

    Args:
        number: of the group, 101 to 111.
    """
    return number - _BASE


def number_of(code: int) -> int | None:
    """The group that a code of ORDRE names; None for one that stands for a group kept as it came.

    Args:
        code: one byte of ORDRE.
    """
    return code + _BASE if code + _BASE in GROUPS else None


def records_of_stream(raw: bytes) -> VitaleRecords:
    """Read a group stream into the records of a card.

    What a stream does not say (the identity files, the card's number) stays empty.

    Raises:
        reader_core.layouts.group_stream.StreamError: the bytes are no group stream.

    """
    collected = _Collected()
    groups = parse_stream(raw)
    with_mutuelle = _sections_with_mutuelle(groups)
    section = 0
    for group in groups:
        section += group.number == _BENEFICIARY
        collected.add(group, may_have_periods=section in with_mutuelle)
    records = collected.records()
    usual = replace(records, ordre=None, bruts=(), bruts_proteges=())
    return usual if stream_of_records(usual) == raw else records


def stream_of_records(records: VitaleRecords, *, protected: bool = True) -> bytes:
    """Write the group stream of a card.

    Args:
        records: what the card says.
        protected: whether the protected groups were read; otherwise they are left out.

    Raises:
        LayoutError: ORDRE and the records contradict each other; the offset is that of the code, from 0.

    """
    codes = bytes(_usual_codes(records)) if records.ordre is None else records.ordre.codes
    supply = _Supply(records, protected=protected)
    written: list[bytes] = []
    for position, code in enumerate(codes):
        if not protected and code in {code_of(PROTECTED_GROUP), PROTECTED_RAW}:
            continue
        written.append(supply.next(position, code))
    supply.check_empty(len(codes))
    return b"".join(written)


def fields_of(record: object, number: int) -> tuple[bytes, ...]:
    """The values of a record's fields, in the order of its group."""
    return tuple(cast("str", getattr(record, each.name)).encode("latin-1") for each in _SHAPES[number].fields)


def _record_of(group: Group) -> object | None:
    """The record of a group, or None when it has another shape than its layout."""
    layout = _SHAPES[group.number]
    if not group.is_plain or len(group.fields) != len(layout.fields):
        return None
    dates = {each.name for each in layout.fields if each.encoding.value.startswith("date")}
    texts = {each.name: value.decode("latin-1") for each, value in zip(layout.fields, group.fields, strict=True)}
    return layout.record(**{name: CardDate(text) if name in dates else text for name, text in texts.items()})


def _sections_with_mutuelle(groups: tuple[Group, ...]) -> set[int]:
    """Beneficiaries, counted from 1, that have a group 107; without one there is nothing periods 108 could belong to."""
    found: set[int] = set()
    section = 0
    for group in groups:
        section += group.number == _BENEFICIARY
        if group.number == 107 and _record_of(group) is not None:
            found.add(section)
    return found


@dataclass(slots=True)
class _Holder:
    beneficiaire: object
    parts: dict[int, list[object]] = field(default_factory=dict[int, list[object]])

    def record(self) -> BeneficiaireRecords:
        amcs = tuple(self.parts.get(109, ()))
        mutuelles = self.parts.get(107, ())
        found: dict[str, object] = {
            "beneficiaire": self.beneficiaire,
            "droits": tuple(self.parts.get(105, ())),
            "couvertures": tuple(self.parts.get(106, ())),
            "mutuelle": mutuelles[0] if mutuelles else None,
            "periodes_mutuelle": tuple(self.parts.get(108, ())),
            "amc": amcs[0] if amcs else None,
            "autres_amc": amcs[1:],
        }
        return replace(BeneficiaireRecords(), **found)


@dataclass(slots=True)
class _Collected:
    """The groups of a stream, each put where it belongs."""

    codes: bytearray = field(default_factory=bytearray)
    single: dict[str, object] = field(default_factory=dict[str, object])
    holders: list[_Holder] = field(default_factory=list[_Holder])
    current: _Holder | None = None
    free: list[GroupeBrut] = field(default_factory=list[GroupeBrut])
    protected: list[GroupeBrut] = field(default_factory=list[GroupeBrut])

    def add(self, group: Group, *, may_have_periods: bool) -> None:
        record = _record_of(group)
        if group.number == _BENEFICIARY:
            self.current = None  # what follows belongs to this one, even if it finds no place
        if group.number == 108 and not may_have_periods:
            record = None
        if record is not None and self._place(group.number, record):
            self.codes.append(code_of(group.number))
        elif group.number == PROTECTED_GROUP:
            self.codes.append(PROTECTED_RAW)
            self.protected.append(GroupeBrut(group.octets))
        else:
            self.codes.append(FREE_RAW)
            self.free.append(GroupeBrut(group.octets))

    def records(self) -> VitaleRecords:
        return replace(
            VitaleRecords(),
            **self.single,
            beneficiaires=tuple(holder.record() for holder in self.holders),
            ordre=Ordre(bytes(self.codes)),
            bruts=tuple(self.free),
            bruts_proteges=tuple(self.protected),
        )

    def _place(self, number: int, record: object) -> bool:
        if number in _SINGLE:
            return self.single.setdefault(_SINGLE[number], record) is record
        if number == _BENEFICIARY:
            if len(self.holders) == MAX_BENEFICIARIES:
                return False
            self.current = _Holder(record)
            self.holders.append(self.current)
            return True
        if self.current is None:
            return False
        already = self.current.parts.setdefault(number, [])
        limit = _LIMITS[number][1]
        if limit is not None and len(already) == limit:
            return False
        already.append(record)
        return True


def _usual_codes(records: VitaleRecords) -> Iterator[int]:
    yield from (code_of(101), code_of(102))
    if records.accidents is not None:
        yield code_of(103)
    for holder in records.beneficiaires:
        yield code_of(_BENEFICIARY)
        for number in _LIMITS:
            for _ in _parts(holder, number):
                yield code_of(number)
    if records.zone_commune is not None:
        yield code_of(111)


def _parts(holder: BeneficiaireRecords, number: int) -> tuple[object, ...]:
    if number == 109:
        return (() if holder.amc is None else (holder.amc,)) + holder.autres_amc
    value: object = getattr(holder, _LIMITS[number][0])
    if value is None:
        return ()
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)


class _Supply:
    """Hands out the groups of a card's records, each once."""

    def __init__(self, records: VitaleRecords, *, protected: bool) -> None:
        self._unseen = () if protected else (PROTECTED_GROUP, PROTECTED_RAW)
        found = {number: cast("object | None", getattr(records, name)) for number, name in _SINGLE.items()}
        self._single = {number: record for number, record in found.items() if record is not None}
        self._holders = list(enumerate(records.beneficiaires, 1))
        self._index = 0
        self._parts: dict[int, list[object]] = {}
        self._raw = {FREE_RAW: list(records.bruts), PROTECTED_RAW: list(records.bruts_proteges)}

    def next(self, position: int, code: int) -> bytes:
        if code in self._raw:
            if not self._raw[code]:
                file = BRUTS if code == FREE_RAW else BRUTS_PROTEGES
                raise LayoutError(ORDRE.name, position, f"code {code:02X}, and {file.name} holds no further group")
            return self._raw[code].pop(0).octets
        number = number_of(code)
        if number is None:
            raise LayoutError(ORDRE.name, position, f"{code:02X} is no code of this file")
        record = self._record(position, number)
        if record is None:
            whose = f" of beneficiary {self._index}" if number in _LIMITS else ""
            raise LayoutError(ORDRE.name, position, f"group {number}{whose} is named, and there is no further record")
        return encode_group(number, fields_of(record, number))

    def check_empty(self, position: int) -> None:
        """Nothing that a card says is lost without a word; 101 and 102 are on every card of ours, said or not."""
        self._check_parts(position)
        left = [number for number in self._single if number not in {101, 102}]
        left += [_BENEFICIARY] if self._holders else []
        if left:
            raise LayoutError(ORDRE.name, position, f"group {left[0]} has a record that is not named")
        for code, groups in self._raw.items():
            if groups and code not in self._unseen:
                file = BRUTS if code == FREE_RAW else BRUTS_PROTEGES
                raise LayoutError(ORDRE.name, position, f"{file.name} holds {len(groups)} more groups than are named")

    def _record(self, position: int, number: int) -> object | None:
        if number in _SINGLE:
            return self._single.pop(number, None)
        if number != _BENEFICIARY:
            parts = self._parts.get(number)
            return parts.pop(0) if parts else None
        self._check_parts(position)
        if not self._holders:
            return None
        self._index, holder = self._holders.pop(0)
        self._parts = {each: list(_parts(holder, each)) for each in _LIMITS}
        return holder.beneficiaire

    def _check_parts(self, position: int) -> None:
        for number, parts in self._parts.items():
            if parts and number not in self._unseen:
                reason = f"group {number} of beneficiary {self._index} has a record that is not named"
                raise LayoutError(ORDRE.name, position, reason)
