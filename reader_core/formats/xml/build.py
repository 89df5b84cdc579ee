"""From a reading to the document of the API de lecture."""

from __future__ import annotations

from datetime import date

from reader_core.formats import card
from reader_core.formats.build import build_card
from reader_core.formats.xml import model
from reader_core.records import Accidents, BeneficiaireRecords, CardDate
from reader_core.rules import SITUATIONS, Nature
from reader_core.rules.complementaire import droit_complementaire
from reader_core.session import VitaleReading

PERIODS, EXEMPTIONS, MODULATIONS = 3, 2, 1
"""How many periods of rights and labels of each kind the document holds (observed)."""

_ASSURE = "0"
_MODULATES = frozenset(
    row.libelle for row in SITUATIONS.values() if row.nature in {Nature.REGIME_LOCAL, Nature.FSV, Nature.NON_REMBOURSE}
)
"""Labels that change the rate without exempting; that they are the modulation labels is an assumption."""


def document_of(reading: VitaleReading) -> model.DonneesVitale:
    """Make the document of a reading: the card's texts, and the labels that the rules give."""
    said = build_card(reading)
    insured = [index for index, each in enumerate(said.beneficiaires) if each.qualite == _ASSURE] or [0]
    return model.DonneesVitale(
        tuple(
            model.Beneficiaire(
                ident=_ident(said.assure, each, every),
                amo=_amo(reading, said.assure, each, every),
                cmu=_cmu(reading, every),
                mutuelle=None if each.mutuelle is None else model.Mutuelle(each.mutuelle.identification),
                amc=_amc(every),
                listeat=_listeat(reading.records.accidents) if index in insured else None,
            )
            for index, (each, every) in enumerate(zip(said.beneficiaires, reading.records.beneficiaires, strict=True))
        )
    )


def jjmmaaaa(written: str) -> str:
    """Turn a card's date round: `AAAAMMJJ` (and what follows it) to `JJMMAAAA`, `AAMMJJ` to `JJMMAA`.

    The calendar is not asked: month 19 stays month 19. A text of another shape is kept, an absent date is empty.
    """
    if CardDate(written).is_absent:
        return ""
    if not (written.isascii() and written.isdigit() and len(written) in {6, 8, 12}):
        return str(written)  # the text itself, for it may be a CardDate
    year = 2 if len(written) == 6 else 4
    return written[year + 2 : year + 4] + written[year : year + 2] + written[:year]


def _ident(assure: card.Assure, said: card.Beneficiaire, every: BeneficiaireRecords) -> model.Ident:
    return model.Ident(
        nom_usuel=said.nom_usuel,
        nom_patronymique=said.nom_patronymique,
        prenom_usuel=said.prenom,
        naissance=model.Naissance(jjmmaaaa(said.naissance.en_carte), said.naissance.en_carte),
        adresse=model.Adresse(*said.adresse),
        nir=assure.nir + assure.cle,
        nir_certifie=said.nir_certifie + said.cle_nir_certifie,
        date_certification=jjmmaaaa(every.beneficiaire.date_certification),
        rang_de_naissance=said.rang_naissance,
    )


def _amo(reading: VitaleReading, assure: card.Assure, said: card.Beneficiaire, every: BeneficiaireRecords) -> model.Amo:
    return model.Amo(
        qual_benef=said.qualite,
        code_regime=assure.regime,
        caisse=assure.caisse,
        centre_gestion=assure.centre,
        centre_carte=assure.centre,
        code_gestion=assure.code_gestion,
        liste_periodes_droits=tuple(_period(each.debut, each.fin) for each in every.droits[:PERIODS]),
        libelle_exo=None if said.exoneration is None else _libelle_exo(said.exoneration),
        service=_service(reading, every),
    )


def _libelle_exo(exoneration: card.Exoneration) -> str:
    # "No exemption" is no label: programs take any text here for an exemption.
    first = () if exoneration.nature == Nature.AUCUNE.value else (exoneration.libelle,)
    labels = (*first, *exoneration.avec)
    exempting = [label for label in labels if label not in _MODULATES]
    modulating = [label for label in labels if label in _MODULATES]
    return "\r\n".join([*exempting[:EXEMPTIONS], *modulating[:MODULATIONS]])


def _service(reading: VitaleReading, every: BeneficiaireRecords) -> str:
    own = every.beneficiaire.code_service_amo
    return own if own.strip() else reading.records.service_amo.code


def _cmu(reading: VitaleReading, every: BeneficiaireRecords) -> model.Cmu | None:
    found = droit_complementaire(
        every.beneficiaire.service_amo,
        reading.records.service_amo,
        every.mutuelle,
        every.periodes_mutuelle,
        reading.on,
    )
    if found is None or found.libelle is None:
        return None
    return model.Cmu(found.libelle, model.Periode(_day(found.debut), _day(found.fin)))


def _amc(every: BeneficiaireRecords) -> model.Amc | None:
    amc = every.amc
    if amc is None:
        return None
    return model.Amc(
        num_compl_b2=amc.numero_b2,
        code_routage_flux=amc.code_routage,
        validite_donnees=_period(amc.debut, amc.fin),
        num_adherent=amc.numero_adherent,
        indic_traitement=amc.indicateur_traitement,
    )


def _listeat(record: Accidents | None) -> model.ListeAt | None:
    if record is None:
        return None
    found = model.ListeAt(
        at1=model.OrganismeAt(record.organisme1) if record.organisme1 else None,
        at2=_at(record.organisme2, record.identifiant2),
        at3=_at(record.organisme3, record.identifiant3),
    )
    return None if found == model.ListeAt() else found


def _at(organisme: str, identifiant: str) -> model.At | None:
    return model.At(organisme, identifiant) if organisme or identifiant else None


def _period(debut: CardDate, fin: CardDate) -> model.Periode:
    return model.Periode(jjmmaaaa(debut), jjmmaaaa(fin))


def _day(day: date | None) -> str:
    return "" if day is None else jjmmaaaa(CardDate.of(day))
