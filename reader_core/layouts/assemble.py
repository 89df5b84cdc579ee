"""From the records of a whole card to its files, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

from reader_core.layouts.codec import Entry, decode, encode
from reader_core.layouts.model import FileLayout, LayoutError
from reader_core.layouts.stream_order import stream_of_records
from reader_core.layouts.vitale import VITALE2_BY_NAME
from reader_core.layouts.vitale_groups import (
    ACCIDENTS,
    AMC,
    ASSURE,
    BENEFICIAIRE,
    COUVERTURE,
    DROITS,
    MATERNITE,
    MUTUELLE,
    PERIODE_MUTUELLE,
    SERVICE_AMO,
    ZONE_COMMUNE,
)
from reader_core.layouts.vitale_public import CARTE, IDENTITE, NIR, PAN
from reader_core.layouts.vitale_stream import BRUTS, BRUTS_PROTEGES, ORDRE
from reader_core.records import (
    Amc,
    Assure,
    BeneficiaireRecords,
    CarteVitale,
    Identite,
    Inscription,
    Pan,
    ServiceAmo,
    VitaleRecords,
)

R = TypeVar("R")
D = TypeVar("D")

_Decoded = Mapping[str, tuple[Entry[object], ...]]


def encode_files(records: VitaleRecords) -> dict[str, bytes]:
    """Write every file of records of a card, by the layout's name; technical files (DIR, CERT) are not among them.

    Raises:
        LayoutError: a record does not fit its file, or the order of the group stream does not fit the records.

    """
    if records.ordre is not None:
        stream_of_records(records)
    holders = tuple(enumerate(records.beneficiaires, 1))
    one_each = (
        (BENEFICIAIRE, [(index, holder.beneficiaire) for index, holder in holders]),
        (DROITS, [(index, record) for index, holder in holders for record in holder.droits]),
        (COUVERTURE, [(index, record) for index, holder in holders for record in holder.couvertures]),
        (MUTUELLE, [(index, holder.mutuelle) for index, holder in holders if holder.mutuelle]),
        (PERIODE_MUTUELLE, [(index, record) for index, holder in holders for record in holder.periodes_mutuelle]),
        (AMC, [(index, record) for index, holder in holders for record in _amcs(holder)]),
        (MATERNITE, [(index, holder.maternite) for index, holder in holders if holder.maternite]),
    )
    of_the_card = (
        (PAN, [records.pan] if records.pan.numero else []),
        (IDENTITE, [holder.identite for _, holder in holders]),
        (NIR, [holder.inscription for _, holder in holders]),
        (ASSURE, [records.assure]),
        (SERVICE_AMO, [records.service_amo]),
        (ACCIDENTS, [records.accidents] if records.accidents else []),
        (ZONE_COMMUNE, [records.zone_commune] if records.zone_commune else []),
        (CARTE, [records.carte]),
        (ORDRE, [records.ordre] if records.ordre is not None else []),
        (BRUTS, list(records.bruts)),
        (BRUTS_PROTEGES, list(records.bruts_proteges)),
    )
    files = {layout.name: encode(layout, [Entry(record) for record in found]) for layout, found in of_the_card}
    for layout, rows in one_each:
        entries = [Entry(record, index) for index, record in rows]
        files[layout.name] = encode(layout, entries)
    return files


def decode_files(files: Mapping[str, bytes]) -> tuple[VitaleRecords, tuple[LayoutError, ...]]:
    """Read the files of a card, by the layout's name. What cannot be read is left out and reported; the rest stays.

    Args:
        files: content of each file that was read; names without a layout are skipped. A file that is not given, a
            protected one for instance, leaves its records empty.

    """
    decoded: dict[str, tuple[Entry[object], ...]] = {}
    problems: list[LayoutError] = []
    for name, raw in files.items():
        layout = VITALE2_BY_NAME.get(name)
        if layout is None:
            continue
        try:
            decoded[name] = decode(layout, raw)
        except LayoutError as error:
            problems.append(error)
    return _assemble(decoded, problems), tuple(problems)


def _assemble(decoded: _Decoded, problems: list[LayoutError]) -> VitaleRecords:
    holders = _holders(decoded, problems)
    accidents, zone = _of(decoded, ACCIDENTS), _of(decoded, ZONE_COMMUNE)
    return VitaleRecords(
        assure=_first(decoded, ASSURE, Assure()),
        service_amo=_first(decoded, SERVICE_AMO, ServiceAmo()),
        accidents=accidents[0].record if accidents else None,
        beneficiaires=holders,
        zone_commune=zone[0].record if zone else None,
        carte=_first(decoded, CARTE, CarteVitale()),
        pan=_first(decoded, PAN, Pan()),
        ordre=_first(decoded, ORDRE, None),
        bruts=tuple(entry.record for entry in _of(decoded, BRUTS)),
        bruts_proteges=tuple(entry.record for entry in _of(decoded, BRUTS_PROTEGES)),
    )


def _holders(decoded: _Decoded, problems: list[LayoutError]) -> tuple[BeneficiaireRecords, ...]:
    """Join the files of beneficiaries on the index; D001 and the NIR file join by their order."""
    people = _single(decoded, BENEFICIAIRE, problems, None)
    known = set(people)
    droits = _several(decoded, DROITS, problems, known)
    couvertures = _several(decoded, COUVERTURE, problems, known)
    periodes = _several(decoded, PERIODE_MUTUELLE, problems, known)
    mutuelles = _single(decoded, MUTUELLE, problems, known)
    amcs = _several(decoded, AMC, problems, known)
    maternites = _single(decoded, MATERNITE, problems, known)
    identites = dict(enumerate((entry.record for entry in _of(decoded, IDENTITE)), 1))
    inscriptions = dict(enumerate((entry.record for entry in _of(decoded, NIR)), 1))
    return tuple(
        BeneficiaireRecords(
            beneficiaire=people[index],
            droits=tuple(droits.get(index, ())),
            couvertures=tuple(couvertures.get(index, ())),
            mutuelle=mutuelles.get(index),
            periodes_mutuelle=tuple(periodes.get(index, ())),
            amc=next(iter(amcs.get(index, ())), None),
            autres_amc=tuple(amcs.get(index, ())[1:]),
            maternite=maternites.get(index),
            identite=identites.get(index, Identite()),
            inscription=inscriptions.get(index, Inscription()),
        )
        for index in sorted(people)
    )


def _amcs(holder: BeneficiaireRecords) -> tuple[Amc, ...]:
    return (() if holder.amc is None else (holder.amc,)) + holder.autres_amc


def _of(decoded: _Decoded, layout: FileLayout[R]) -> tuple[Entry[R], ...]:
    # The layout decoded these entries, so they hold its record; the mapping by name has lost that.
    return cast("tuple[Entry[R], ...]", decoded.get(layout.name, ()))


def _first(decoded: _Decoded, layout: FileLayout[R], default: D) -> R | D:
    found = _of(decoded, layout)
    return found[0].record if found else default


def _several(
    decoded: _Decoded, layout: FileLayout[R], problems: list[LayoutError], known: set[int] | None
) -> dict[int, list[R]]:
    grouped: dict[int, list[R]] = {}
    for entry in _of(decoded, layout):
        index = entry.beneficiary or 0
        if known is not None and index not in known:
            problems.append(LayoutError(layout.name, entry.offset, f"there is no beneficiary {index} on this card"))
            continue
        grouped.setdefault(index, []).append(entry.record)
    return grouped


def _single(
    decoded: _Decoded, layout: FileLayout[R], problems: list[LayoutError], known: set[int] | None
) -> dict[int, R]:
    found: dict[int, R] = {}
    for index, records in _several(decoded, layout, problems, known).items():
        if len(records) > 1:
            second = [entry for entry in _of(decoded, layout) if entry.beneficiary == index][1]
            problems.append(LayoutError(layout.name, second.offset, f"a second record of beneficiary {index}"))
        found[index] = records[0]
    return found
