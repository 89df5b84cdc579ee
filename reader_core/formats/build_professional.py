"""The professional card of the card object, and the names of its codes."""

from __future__ import annotations

from reader_core.formats import card
from reader_core.formats.dates import iso_day
from reader_core.nomenclatures import cps
from reader_core.nomenclatures.specialites import G100
from reader_core.records import CardDate
from reader_core.records.cps_situations import ProfessionCps, SituationCps
from reader_core.session import Professional


def build_professional(professional: Professional) -> card.Professionnel:
    """Make the professional card; what only the code opens is null until it was presented."""
    porteur = professional.porteur
    work = professional.profession or ProfessionCps(langue="")
    read = professional.profession is not None
    return card.Professionnel(
        type=None if porteur.card_type is None else porteur.card_type.value,
        type_libelle=cps.G02.libelle(porteur.type),
        categorie="test" if porteur.is_test else "reelle",
        responsabilite=porteur.responsabilite,
        responsabilite_libelle=cps.G04.libelle(porteur.responsabilite),
        type_identifiant=porteur.type_identifiant,
        type_identifiant_libelle=cps.G08.libelle(porteur.type_identifiant),
        identifiant=porteur.numero,
        cle=porteur.cle,
        identifiant_national=porteur.identifiant_national,
        identifiant_valide=porteur.identifiant_valide,
        civilite=porteur.civilite,
        nom=porteur.nom,
        prenom=porteur.prenom,
        numero_carte=professional.numero_carte,
        debut_validite=iso_day(CardDate(porteur.debut_validite)),
        fin_validite=iso_day(CardDate(porteur.fin_validite)),
        profession=work.profession if read else None,
        profession_libelle=cps.G15.libelle(work.profession),
        future_profession=work.future_profession if read else None,
        future_profession_libelle=cps.G16.libelle(work.future_profession),
        langue=work.langue if read else None,
        situations=None
        if professional.situations is None
        else tuple(_situation(each) for each in professional.situations),
    )


def _situation(record: SituationCps) -> card.Situation:
    agrements = (record.agrement1, record.agrement2, record.agrement3)
    first, second, third = (cps.G104.libelle(each) for each in agrements)
    return card.Situation(
        numero_logique=record.numero_logique,
        mode_exercice=record.mode_exercice,
        mode_exercice_libelle=cps.G17.libelle(record.mode_exercice),
        statut=record.statut,
        secteur=record.secteur,
        secteur_libelle=cps.G19.libelle(record.secteur),
        type_structure=record.type_structure,
        type_structure_libelle=cps.G07.libelle(record.type_structure),
        numero_structure=record.numero_structure,
        cle_structure=record.cle_structure,
        raison_sociale=record.raison_sociale,
        numero_facturation=record.numero_facturation,
        cle_facturation=record.cle_facturation,
        numero_remplacant=record.numero_remplacant,
        cle_remplacant=record.cle_remplacant,
        code_conventionnel=record.code_conventionnel,
        code_conventionnel_libelle=cps.G101.libelle(record.code_conventionnel),
        specialite=record.specialite,
        specialite_libelle=G100.libelle(record.specialite),
        zone_tarifaire=record.zone_tarifaire,
        zone_tarifaire_libelle=cps.G102.libelle(record.zone_tarifaire),
        zone_ik=record.zone_ik,
        zone_ik_libelle=cps.G103.libelle(record.zone_ik),
        agrements=agrements,
        agrements_libelles=(first, second, third),
        habilitation_signature=record.habilitation_signature,
        habilitation_lot=record.habilitation_lot,
    )
