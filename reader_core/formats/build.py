"""From a reading to the card object: the records as they are, and beside them what the rules make of them."""

from __future__ import annotations

from reader_core.formats import card
from reader_core.formats.build_beneficiary import build_beneficiary
from reader_core.formats.build_professional import build_professional
from reader_core.formats.dates import build_service, iso_day
from reader_core.nomenclatures import organisme
from reader_core.numbers import accident
from reader_core.records import Accident as AccidentRecord
from reader_core.records import Nir, is_valid
from reader_core.rules import code_gestion_libelle, regime_libelle, regime_particulier, statut_particulier
from reader_core.session import Protection, VitaleReading
from reader_core.session.reading import printed_number

_REGIME, _CAISSE, _CENTRE = slice(0, 2), slice(2, 5), slice(5, 9)
_ORGANISME_LENGTH = 9
"""A body in group 103: régime, caisse, centre (observed)."""


def build_card(reading: VitaleReading) -> card.Card:
    """Make the card object of a reading."""
    records = reading.records
    professional = reading.professional
    return card.Card(
        schema=card.SCHEMA,
        api=reading.api,
        on=reading.on.isoformat(),
        vitale=card.Carte(
            profile=reading.profile,
            atr=reading.atr.hex().upper(),
            numero_serie=records.assure.numero_serie or printed_number(reading.pan),
            type_carte=records.assure.type_carte,
            debut_validite=iso_day(records.carte.debut_validite),
            fin_validite=iso_day(records.assure.fin_validite),
        ),
        assure=_assure(reading),
        service_amo=build_service(records.service_amo, reading.on),
        accidents=tuple(_accident(each) for each in (records.accidents.entries if records.accidents else ())),
        zone_commune=records.zone_commune.contenu if records.zone_commune else None,
        beneficiaires=tuple(build_beneficiary(reading, number) for number in range(1, len(records.beneficiaires) + 1)),
        professionnel=None if professional is None else build_professional(professional),
        protected=_protected(reading.protection),
        anomalies=tuple(
            card.Anomalie(fichier=each.file, offset=each.offset, raison=each.reason)
            for each in (*reading.anomalies, *(professional.anomalies if professional else ()))
        ),
        refus=tuple(
            card.Refus(fonction=each.function.value, code=each.code.value, message=each.message)
            for each in reading.refusals
        ),
    )


def _assure(reading: VitaleReading) -> card.Assure:
    record = reading.records.assure
    nir, key = record.nir, record.cle_nir
    if not nir and reading.records.beneficiaires:
        # A card without our group 101, such as a real one: the first holder's number is the insured person's.
        number = reading.records.beneficiaires[0].inscription.nir
        nir, key = number[:13], number[13:]
    body = organisme(record.regime, record.caisse, record.centre)
    status = statut_particulier(record.regime, record.code_gestion)
    return card.Assure(
        nir=nir,
        cle=key,
        nir_valide=is_valid(nir, key),
        nir_nature=_nature(nir),
        regime=record.regime,
        caisse=record.caisse,
        caisse_libelle=None if body is None else body.libelle,
        centre=record.centre,
        code_gestion=record.code_gestion,
        code_gestion_libelle=code_gestion_libelle(record.regime, record.code_gestion),
        statut_particulier=None if status is None else status.id,
        statut_particulier_libelle=None if status is None else status.libelle,
        regime_libelle=regime_libelle(record.regime, record.caisse, reading.api),
        regime_particulier=regime_particulier(record.regime, record.caisse, reading.api),
    )


def _nature(nir: str) -> card.NatureNir | None:
    try:
        return Nir(nir).nature.value
    except ValueError:
        return None


def _accident(record: AccidentRecord) -> card.Accident:
    written = record.organisme.strip()
    regime = written[_REGIME]
    body = organisme(regime, written[_CAISSE], written[_CENTRE]) if len(written) == _ORGANISME_LENGTH else None
    return card.Accident(
        rang=record.rang,
        organisme=record.organisme,
        organisme_libelle=None if body is None else body.libelle,
        code_gestion=record.code_gestion,
        code_gestion_libelle=code_gestion_libelle(regime, record.code_gestion),
        identifiant=record.identifiant,
        identifiant_valide=accident.is_valid(record.identifiant) if record.identifiant.strip() else None,
    )


def _protected(protection: Protection) -> card.Protected:
    if protection.code is None:
        return card.Protected(status=protection.status.value, code=None, message=None, next_step=None)
    return card.Protected(
        status=protection.status.value,
        code=protection.code.value,
        message=protection.message,
        next_step=protection.next_step,
    )
