"""What a reading does not know, so that nothing which was not read is shown as what the card has not."""

from __future__ import annotations

from reader_core.access import Function
from reader_core.layouts import VITALE2_BY_NAME, Access
from reader_core.layouts.vitale_groups import ACCIDENTS, AMC, BENEFICIAIRE, DROITS, MUTUELLE, PERIODE_MUTUELLE
from reader_core.records import Beneficiaire, BeneficiaireRecords
from reader_core.session import VitaleReading

_EVERY = frozenset({"POINTERS", BENEFICIAIRE.name})
"""Files without which no other one can be found, or given to a person."""
_COMPLEMENTARY = frozenset({MUTUELLE.name, PERIODE_MUTUELLE.name, AMC.name})


def rights_unread(reading: VitaleReading, every: BeneficiaireRecords) -> bool:
    """Whether no rights of a beneficiary in the reading may be rights on the card."""
    # A card without our record groups, such as a real one, keeps its rights where nobody has published.
    foreign = every.beneficiaire == Beneficiaire()
    return _lost(reading, frozenset({DROITS.name}), Function.READ_RIGHTS) or (foreign and not every.droits)


def complementary_unread(reading: VitaleReading, every: BeneficiaireRecords) -> bool:
    """Whether no complementary cover of a beneficiary in the reading may be one on the card."""
    foreign = every.beneficiaire == Beneficiaire()
    return _lost(reading, _COMPLEMENTARY, Function.READ_COMPLEMENTARY) or foreign


def accidents_unread(reading: VitaleReading) -> bool:
    """Whether no accident at work in the reading may be one on the card."""
    foreign = all(each.beneficiaire == Beneficiaire() for each in reading.records.beneficiaires)
    return _lost(reading, frozenset({ACCIDENTS.name}), Function.READ_RIGHTS) or foreign


def beneficiaries_unread(reading: VitaleReading) -> bool:
    """Whether beneficiaries may be missing in the reading."""
    return not reading.complete or any(each.file in _EVERY for each in reading.anomalies)


def lost_files(reading: VitaleReading) -> tuple[str, ...]:
    """Name the free files of the card that could not be read or understood, with the reason."""
    return tuple(
        f"{each.file} ({each.reason})"
        for each in reading.anomalies
        if each.file not in VITALE2_BY_NAME or VITALE2_BY_NAME[each.file].access is Access.FREE
    )


def _lost(reading: VitaleReading, files: frozenset[str], function: Function) -> bool:
    damaged = any(each.file in files | _EVERY for each in reading.anomalies)
    return not reading.complete or damaged or reading.refuses(function)
