"""From a reading to the card object: the records as they are, and beside them what the rules make of them."""

from __future__ import annotations

from datetime import date

from reader_core.formats import card
from reader_core.records import Beneficiaire as BeneficiaireRecord
from reader_core.records import BeneficiaireRecords, CardDate, is_valid
from reader_core.records import Mutuelle as MutuelleRecord
from reader_core.records import ServiceAmo as ServiceAmoRecord
from reader_core.rules import QUALITES, covers, exoneration, maternity_period, regime_libelle, regime_particulier
from reader_core.rules.affiliation import CAISSE_COMPLEMENTAIRE
from reader_core.session import Protection, ProtectionStatus, VitaleReading
from reader_core.session.reading import printed_number


def build_card(reading: VitaleReading) -> card.Card:
    """Make the card object of a reading."""
    records = reading.records
    return card.Card(
        schema=card.SCHEMA,
        api=reading.api,
        on=reading.on.isoformat(),
        vitale=card.Carte(
            profile=reading.profile,
            atr=reading.atr.hex().upper(),
            numero_serie=records.assure.numero_serie or printed_number(reading.pan),
            type_carte=records.assure.type_carte,
            debut_validite=_day(records.carte.debut_validite),
            fin_validite=_day(records.assure.fin_validite),
        ),
        assure=_assure(reading),
        service_amo=_service(records.service_amo),
        accidents=tuple(
            card.Accident(each.organisme, each.code_gestion, each.identifiant)
            for each in (records.accidents.entries if records.accidents else ())
        ),
        zone_commune=records.zone_commune.contenu if records.zone_commune else None,
        beneficiaires=tuple(_beneficiaire(reading, index, each) for index, each in enumerate(records.beneficiaires, 1)),
        professionnel=_professionnel(reading),
        protected=_protected(reading.protection),
        anomalies=tuple(card.Anomalie(each.file, each.offset, each.reason) for each in reading.anomalies),
        refus=tuple(card.Refus(each.function.value, each.code.value, each.message) for each in reading.refusals),
    )


def _assure(reading: VitaleReading) -> card.Assure:
    record = reading.records.assure
    nir, key = record.nir, record.cle_nir
    if not nir and reading.records.beneficiaires:
        # A card without our group 101, such as a real one: the first holder's number is the insured person's.
        number = reading.records.beneficiaires[0].inscription.nir
        nir, key = number[:13], number[13:]
    return card.Assure(
        nir=nir,
        cle=key,
        nir_valide=is_valid(nir, key),
        regime=record.regime,
        caisse=record.caisse,
        centre=record.centre,
        code_gestion=record.code_gestion,
        regime_libelle=regime_libelle(record.regime, record.caisse, reading.api),
        regime_particulier=regime_particulier(record.regime, record.caisse, reading.api),
    )


def _beneficiaire(reading: VitaleReading, index: int, every: BeneficiaireRecords) -> card.Beneficiaire:
    record, read = every.beneficiaire, reading.protection.status is ProtectionStatus.READ
    known = record != BeneficiaireRecord()
    return card.Beneficiaire(
        index=index,
        nom_usuel=record.nom_usuel if known else every.identite.nom,
        nom_patronymique=record.nom_patronymique,
        prenom=record.prenom if known else every.identite.prenom,
        nationalite=every.identite.nationalite,
        adresse=record.adresse,
        nir_certifie=record.nir_certifie,
        cle_nir_certifie=record.cle_nir_certifie,
        date_certification=_day(record.date_certification),
        naissance=_naissance(record.date_naissance if known else every.identite.naissance),
        rang_naissance=record.rang_naissance,
        qualite=record.qualite,
        qualite_libelle=QUALITES.get(record.qualite),
        service_amo=_service(record.service_amo),
        droits=tuple(card.Periode(_day(each.debut), _day(each.fin)) for each in every.droits),
        droits_ouverts=any(covers(each.debut, each.fin, reading.on) for each in every.droits),
        mutuelle=_mutuelle(every),
        amc=_amc(every),
        couvertures=_couvertures(every) if read else None,
        exoneration=_exoneration(reading, every) if read else None,
        maternite=_maternite(reading, every) if read else None,
    )


def _naissance(born: CardDate) -> card.Naissance:
    en_carte = "" if born.is_absent else born[:8]
    return card.Naissance(en_carte, _day(born), born.is_lunar)


def _service(record: ServiceAmoRecord) -> card.ServiceAmo:
    return card.ServiceAmo(record.code, _day(record.debut), _day(record.fin))


def _mutuelle(every: BeneficiaireRecords) -> card.Mutuelle | None:
    record = every.mutuelle
    if record is None or record == MutuelleRecord():
        return None
    return card.Mutuelle(
        record.identification,
        record.garanties,
        record.indicateur_traitement,
        record.type_services,
        record.services_associes,
        record.aiguillage_sts,
        tuple(card.Periode(_day(each.debut), _day(each.fin)) for each in every.periodes_mutuelle),
        record.identification.strip() == CAISSE_COMPLEMENTAIRE,
    )


def _amc(every: BeneficiaireRecords) -> card.Amc | None:
    record = every.amc
    if record is None:
        return None
    return card.Amc(
        record.numero_b2,
        record.numero_edi,
        record.numero_adherent,
        record.indicateur_traitement,
        _day(record.debut),
        _day(record.fin),
        record.code_routage,
        record.identifiant_hote,
        record.nom_domaine,
        record.aiguillage_sts,
        record.type_services,
        record.services_associes,
    )


def _couvertures(every: BeneficiaireRecords) -> tuple[card.Couverture, ...]:
    return tuple(
        card.Couverture(_day(each.debut), _day(each.fin), each.ald, each.situation) for each in every.couvertures
    )


def _exoneration(reading: VitaleReading, every: BeneficiaireRecords) -> card.Exoneration:
    regime = reading.records.assure.regime
    found = exoneration(regime, every.couvertures, every.maternite, reading.on, reading.api)
    return card.Exoneration(
        found.code_couverture,
        found.connu,
        found.nature.value,
        found.justificatif,
        found.libelle,
        found.taux_standard,
        _iso(found.debut),
        _iso(found.fin),
        found.avec,
    )


def _maternite(reading: VitaleReading, every: BeneficiaireRecords) -> card.Maternite | None:
    period = maternity_period(every.maternite, reading.api)
    if period is None:
        return None
    return card.Maternite(
        _iso(period.date_presumee), _iso(period.date_accouchement), period.debut.isoformat(), period.fin.isoformat()
    )


def _professionnel(reading: VitaleReading) -> card.Professionnel | None:
    if reading.professional is None:
        return None
    porteur = reading.professional.porteur
    return card.Professionnel(
        type=None if porteur.card_type is None else porteur.card_type.value,
        categorie="test" if porteur.is_test else "reelle",
        identifiant=porteur.numero,
        cle=porteur.cle,
        civilite=porteur.civilite,
        nom=porteur.nom,
        prenom=porteur.prenom,
        numero_carte=reading.professional.numero_carte,
        debut_validite=_day(CardDate(porteur.debut_validite)),
        fin_validite=_day(CardDate(porteur.fin_validite)),
    )


def _protected(protection: Protection) -> card.Protected:
    if protection.code is None:
        return card.Protected(protection.status.value, None, None, None)
    return card.Protected(protection.status.value, protection.code.value, protection.message, protection.next_step)


def _day(written: CardDate) -> str | None:
    return _iso(written.as_date())


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
