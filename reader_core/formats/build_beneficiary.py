"""One beneficiary of the card object."""

from __future__ import annotations

from datetime import date

from reader_core.formats import card
from reader_core.formats.dates import build_birth, build_period, build_service, iso, iso_day, on_card
from reader_core.formats.unread import rights_unread
from reader_core.nomenclatures.assurance import JUSTIFICATIF, NATURE_ASSURANCE, QUALITE, QUALITE_HPRIM
from reader_core.nomenclatures.complementaire import AIGUILLAGE_STS, INDICATEUR_MUTUELLE, ORGANISME_COMPLEMENTAIRE
from reader_core.records import Amc as AmcRecord
from reader_core.records import Beneficiaire as BeneficiaireRecord
from reader_core.records import BeneficiaireRecords, is_valid
from reader_core.records import Couverture as CouvertureRecord
from reader_core.records import Mutuelle as MutuelleRecord
from reader_core.rules import covers, droit_complementaire, exoneration, maternity_period, read_code
from reader_core.rules.affiliation import CAISSE_COMPLEMENTAIRE
from reader_core.session import ProtectionStatus, VitaleReading


def build_beneficiary(reading: VitaleReading, index: int) -> card.Beneficiaire:
    """Make a beneficiary.

    Args:
        reading: the reading.
        index: which one, from 1.
    """
    every = reading.records.beneficiaires[index - 1]
    record, read = every.beneficiaire, reading.protection.status is ProtectionStatus.READ
    known = record != BeneficiaireRecord()
    certified = bool(record.nir_certifie.strip())
    is_open = any(covers(each.debut, each.fin, reading.on) for each in every.droits)
    unread = rights_unread(reading, every)
    return card.Beneficiaire(
        index=index,
        nom_usuel=record.nom_usuel if known else every.identite.nom,
        nom_patronymique=record.nom_patronymique,
        prenom=record.prenom if known else every.identite.prenom,
        nationalite=every.identite.nationalite,
        adresse=record.adresse,
        nir_certifie=record.nir_certifie,
        cle_nir_certifie=record.cle_nir_certifie,
        nir_certifie_valide=is_valid(record.nir_certifie, record.cle_nir_certifie) if certified else None,
        date_certification=iso_day(record.date_certification),
        naissance=build_birth(record.date_naissance if known else every.identite.naissance, reading.on),
        rang_naissance=record.rang_naissance,
        qualite=record.qualite,
        qualite_libelle=QUALITE.libelle(record.qualite),
        qualite_hprim=QUALITE_HPRIM.libelle(record.qualite),
        service_amo=build_service(record.service_amo, reading.on),
        droits=None
        if unread and not every.droits
        else tuple(build_period(each.debut, each.fin, reading.on) for each in every.droits),
        droits_ouverts=None if unread and not is_open else is_open,
        cmu=_cmu(reading, every),
        mutuelle=_mutuelle(every, reading.on),
        amc=None if every.amc is None else _amc(every.amc, reading.on),
        autres_amc=tuple(_amc(each, reading.on) for each in every.autres_amc),
        couvertures=tuple(_couverture(reading, each) for each in every.couvertures) if read else None,
        exoneration=_exoneration(reading, every) if read else None,
        maternite=_maternite(reading, every) if read else None,
    )


def _cmu(reading: VitaleReading, every: BeneficiaireRecords) -> card.Cmu | None:
    found = droit_complementaire(
        every.beneficiaire.service_amo,
        reading.records.service_amo,
        every.mutuelle,
        every.periodes_mutuelle,
        reading.on,
    )
    if found is None:
        return None
    return card.Cmu(
        origine=found.origine,
        code=found.code,
        gestion=found.gestion,
        type_cmu=found.libelle,
        debut=iso(found.debut),
        fin=iso(found.fin),
        en_cours=found.en_cours,
    )


def _mutuelle(every: BeneficiaireRecords, on: date) -> card.Mutuelle | None:
    record = every.mutuelle
    if record is None or record == MutuelleRecord():
        return None
    identification = record.identification.strip()
    return card.Mutuelle(
        identification=record.identification,
        identification_libelle=ORGANISME_COMPLEMENTAIRE.libelle(identification),
        garanties=record.garanties,
        indicateur_traitement=record.indicateur_traitement,
        indicateur_traitement_libelle=INDICATEUR_MUTUELLE.libelle(record.indicateur_traitement),
        type_services=record.type_services,
        services_associes=record.services_associes,
        aiguillage_sts=record.aiguillage_sts,
        aiguillage_sts_libelle=AIGUILLAGE_STS.libelle(record.aiguillage_sts),
        periodes=tuple(build_period(each.debut, each.fin, on) for each in every.periodes_mutuelle),
        geree_par_amo=identification == CAISSE_COMPLEMENTAIRE,
        en_cours=any(covers(each.debut, each.fin, on) for each in every.periodes_mutuelle),
    )


def _amc(record: AmcRecord, on: date) -> card.Amc:
    return card.Amc(
        numero_b2=record.numero_b2,
        numero_edi=record.numero_edi,
        numero_adherent=record.numero_adherent,
        indicateur_traitement=record.indicateur_traitement,
        debut=iso_day(record.debut),
        fin=iso_day(record.fin),
        code_routage=record.code_routage,
        identifiant_hote=record.identifiant_hote,
        nom_domaine=record.nom_domaine,
        aiguillage_sts=record.aiguillage_sts,
        aiguillage_sts_libelle=AIGUILLAGE_STS.libelle(record.aiguillage_sts),
        type_services=record.type_services,
        services_associes=record.services_associes,
        en_cours=covers(record.debut, record.fin, on),
    )


def _couverture(reading: VitaleReading, record: CouvertureRecord) -> card.Couverture:
    said = read_code(reading.records.assure.regime, record, reading.api)
    return card.Couverture(
        debut=iso_day(record.debut),
        fin=iso_day(record.fin),
        debut_en_carte=on_card(record.debut),
        fin_en_carte=on_card(record.fin),
        ald=record.ald,
        situation=record.situation,
        nature=said.nature.value,
        libelle=said.libelle,
        en_cours=covers(record.debut, record.fin, reading.on),
    )


def _exoneration(reading: VitaleReading, every: BeneficiaireRecords) -> card.Exoneration:
    assure = reading.records.assure
    found = exoneration(
        assure.regime, every.couvertures, every.maternite, reading.on, reading.api, code_gestion=assure.code_gestion
    )
    return card.Exoneration(
        code_couverture=found.code_couverture,
        connu=found.connu,
        nature=found.nature.value,
        justificatif=found.justificatif,
        justificatif_libelle=JUSTIFICATIF.libelle(found.justificatif or ""),
        libelle=found.libelle,
        taux_standard=found.taux_standard,
        nature_assurance=found.nature_assurance,
        nature_assurance_libelle=NATURE_ASSURANCE.libelle(found.nature_assurance or ""),
        debut=iso(found.debut),
        fin=iso(found.fin),
        avec=found.avec,
    )


def _maternite(reading: VitaleReading, every: BeneficiaireRecords) -> card.Maternite | None:
    period = maternity_period(every.maternite, reading.api)
    if period is None:
        return None
    return card.Maternite(
        date_presumee=iso(period.date_presumee),
        date_accouchement=iso(period.date_accouchement),
        debut=period.debut.isoformat(),
        fin=period.fin.isoformat(),
    )
