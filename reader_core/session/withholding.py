"""What is taken out of a reading where the access table refuses a function: the fields that are the function's, and no other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from reader_core.access import Function
from reader_core.records import Assure, BeneficiaireRecords, ServiceAmo, VitaleRecords

_NONE = ServiceAmo()
_NOBODY = Assure()


def withhold(records: VitaleRecords, refused: Collection[Function]) -> VitaleRecords:
    """Take out of the records of a card what belongs to refused functions.

    Groups that no layout knows (`bruts`) belong to nobody: they go as soon as anything does, and so does the order of the
    stream, which is then not the card's any more.
    """
    if not refused:
        return records
    if Function.READ_RIGHTS in refused:
        records = _without_rights(records)
    if Function.READ_COMPLEMENTARY in refused:
        records = _each(records, mutuelle=None, periodes_mutuelle=(), amc=None, autres_amc=())
    if Function.READ_MATERNITY in refused:
        records = _each(records, maternite=None)
    if Function.READ_EXEMPTIONS in refused:
        records = replace(_each(records, couvertures=(), maternite=None), bruts_proteges=())
    free = {Function.READ_RIGHTS, Function.READ_COMPLEMENTARY}
    return replace(records, bruts=(), bruts_proteges=(), ordre=None) if free & set(refused) else records


def _without_rights(records: VitaleRecords) -> VitaleRecords:
    assure = replace(
        records.assure,
        regime=_NOBODY.regime,
        caisse=_NOBODY.caisse,
        centre=_NOBODY.centre,
        code_gestion=_NOBODY.code_gestion,
    )
    holders = tuple(
        replace(
            each,
            droits=(),
            beneficiaire=replace(
                each.beneficiaire,
                code_service_amo=_NONE.code,
                debut_service_amo=_NONE.debut,
                fin_service_amo=_NONE.fin,
            ),
        )
        for each in records.beneficiaires
    )
    return replace(records, assure=assure, service_amo=_NONE, accidents=None, zone_commune=None, beneficiaires=holders)


def _each(records: VitaleRecords, **changes: object) -> VitaleRecords:
    def changed(holder: BeneficiaireRecords) -> BeneficiaireRecords:
        return replace(holder, **changes)  # pyright: ignore[reportArgumentType] -- values of the fields named by the caller

    return replace(records, beneficiaires=tuple(changed(each) for each in records.beneficiaires))
