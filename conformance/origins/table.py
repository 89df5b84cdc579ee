"""Which fields of which files each value of the card object is made of, and by which rule; docs/card-object.md in one table.

A path here has no indices. The longest beginning of a value's path that stands here says where it comes from; a row that names a
file alone means the field that is called like the last step of the path, or the whole record where none is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from conformance.words import Words

TITLES_FR: Final[Mapping[str, str]] = {
    "ACCIDENT": "accidents du travail",
    "AMC": "organisme complémentaire",
    "ASSURE": "la carte et l'assuré",
    "BENEFIC": "un bénéficiaire",
    "CARTE": "validité de la carte",
    "COMMUNE": "zone commune",
    "COUVERT": "périodes de code couverture",
    "CPS2ICC": "numéro de la carte",
    "CPS2ID": "le porteur et sa carte",
    "CPS2INFO": "profession du porteur",
    "CPS2SITF": "situations d'exercice et de facturation",
    "DROITS": "périodes de droits",
    "IDENTITE": "identité de chaque porteur",
    "MATERN": "maternité",
    "MUTUELLE": "couverture complémentaire gérée par le régime obligatoire",
    "PERMUTU": "périodes de la mutuelle",
    "PORTEUR": "le porteur et sa carte",
    "SERVAMO": "service de l'assurance obligatoire de la famille",
    "SN.ICC": "numéro de la carte",
}
"""Titles of the files named below, in French; the layouts have the English ones."""


@dataclass(frozen=True, slots=True)
class Row:
    """Where a value comes from.

    Attributes:
        rule: How it is made of the fields.
        files: Name of a file, or names of files of which a card has one, joined by ``|`` -> names of fields; empty: as the path says.
    """

    rule: Words
    files: Mapping[str, tuple[str, ...]]


_CARD_OBJECT = "docs/card-object.md"

_AS_IS = Words(
    f"the text of the field as it stands on the card, spaces and zeros included ({_CARD_OBJECT})",
    f"le texte du champ tel qu'il est sur la carte, espaces et zéros compris ({_CARD_OBJECT})",
)
_DATE = Words(
    f"the first eight digits of the field as a day, null for zeros and for a day that the calendar does not have ({_CARD_OBJECT})",
    f"les huit premiers chiffres du champ, lus comme un jour ; null pour des zéros et pour un jour qui n'existe pas ({_CARD_OBJECT})",
)
_RECORDS = Words(
    f"one element for each record of the file, in their order ({_CARD_OBJECT})",
    f"un élément pour chaque enregistrement du fichier, dans leur ordre ({_CARD_OBJECT})",
)
_IN_FORCE = Words(
    f"whether the period covers the day of the reading, both its days included; zeros are an open end ({_CARD_OBJECT})",
    f"si la période couvre le jour de la lecture, ses deux jours compris ; des zéros sont une borne ouverte ({_CARD_OBJECT})",
)
_LABEL = Words(
    "the words of the code in docs/nomenclatures.md, null for a code that is not there",
    "le libellé du code dans docs/nomenclatures.md, null pour un code qui n'y est pas",
)
_KEY = Words(
    f"the key is 97 minus (number modulo 97), where 2A counts as 19 and 2B as 18 ({_CARD_OBJECT}, worked out)",
    f"la clé est 97 moins (numéro modulo 97), où 2A compte pour 19 et 2B pour 18 ({_CARD_OBJECT}, « worked out »)",
)
_WORKED_OUT = Words(
    f"worked out of these fields ({_CARD_OBJECT}, worked out)",
    f"déduit de ces champs ({_CARD_OBJECT}, « worked out »)",
)
_EXEMPTION = Words(
    "the rules of docs/4.10.md applied on the day of the reading: the code couverture in force, then maternity, scheme and special cases; "
    "null unless a professional card opened the protected files",
    "les règles de docs/4.10.md appliquées au jour de la lecture : le code couverture en cours, puis maternité, régime et cas "
    "particuliers ; null tant qu'aucune carte de professionnel n'a ouvert les fichiers protégés",
)
_MATERNITY = Words(
    "the period of maternity worked out of the two days (docs/4.10.md, 2. Maternity)",
    "la période de maternité déduite des deux jours (docs/4.10.md, « 2. Maternity »)",
)
_PROTECTED = Words(
    f"whether a professional card opened the protected files, and else why not ({_CARD_OBJECT}, protected; docs/access.md)",
    f"si une carte de professionnel a ouvert les fichiers protégés, et sinon pourquoi ({_CARD_OBJECT}, « protected » ; docs/access.md)",
)
_REFUSAL = Words(
    "the code that says why nothing can be read (docs/codes.md)",
    "le code qui dit pourquoi rien n'est lu (docs/codes.md)",
)
_ANOMALIES = Words(
    f"what could not be read or understood, file by file ({_CARD_OBJECT}, damaged cards)",
    f"ce qui n'a pas pu être lu ou compris, fichier par fichier ({_CARD_OBJECT}, « damaged cards »)",
)
_EXPORT = Words(
    "the export must say what the card object of the same reading says (docs/formats.md)",
    "l'export doit dire ce que dit l'objet carte de la même lecture (docs/formats.md)",
)
_TRACE = Words(
    "counted on the cards' side, in the exchanges below",
    "compté du côté des cartes, dans les échanges ci-dessous",
)
_ASKED = Words(
    f"what the reading was asked with ({_CARD_OBJECT})",
    f"ce avec quoi la lecture a été demandée ({_CARD_OBJECT})",
)
_ATR = Words(
    "what the card is, by its answer to reset",
    "ce qu'est la carte, d'après sa réponse à la mise sous tension",
)


def _row(rule: Words, files: str = "") -> Row:
    """Read ``COUVERT/ald COUVERT/situation MATERN``: files with their fields, or whole."""
    found: dict[str, tuple[str, ...]] = {}
    for one in files.split():
        name, _, field = one.partition("/")
        found[name] = (*found.get(name, ()), *([field] if field else []))
    return Row(rule, found)


_COVER = "COUVERT/debut COUVERT/fin COUVERT/ald COUVERT/situation"
_SERVICE = "BENEFIC/code_service_amo BENEFIC/debut_service_amo BENEFIC/fin_service_amo"
_HOLDER, _NUMBER = "PORTEUR|CPS2ID", "SN.ICC|CPS2ICC"

ROWS: Final[Mapping[str, Row]] = {
    "schema": _row(_ASKED),
    "api": _row(_ASKED),
    "on": _row(_ASKED),
    "refusal": _row(_REFUSAL),
    "refus": _row(_REFUSAL),
    "anomalies": _row(_ANOMALIES),
    "trace": _row(_TRACE),
    "exports": _row(_EXPORT),
    "vitale": _row(_AS_IS, "ASSURE"),
    "vitale.profile": _row(_ATR),
    "vitale.atr": _row(_ATR),
    "vitale.debut_validite": _row(_DATE, "CARTE"),
    "vitale.fin_validite": _row(_DATE, "ASSURE"),
    "assure": _row(_AS_IS, "ASSURE"),
    "assure.cle": _row(_AS_IS, "ASSURE/cle_nir"),
    "assure.nir_valide": _row(_KEY, "ASSURE/nir ASSURE/cle_nir"),
    "assure.nir_nature": _row(_WORKED_OUT, "ASSURE/nir"),
    "assure.regime_libelle": _row(_LABEL, "ASSURE/regime ASSURE/caisse"),
    "assure.regime_particulier": _row(_WORKED_OUT, "ASSURE/regime ASSURE/caisse"),
    "assure.caisse_libelle": _row(_LABEL, "ASSURE/regime ASSURE/caisse ASSURE/centre"),
    "assure.code_gestion_libelle": _row(_LABEL, "ASSURE/regime ASSURE/code_gestion"),
    "assure.statut_particulier": _row(_WORKED_OUT, "ASSURE/regime ASSURE/code_gestion"),
    "assure.statut_particulier_libelle": _row(_LABEL, "ASSURE/regime ASSURE/code_gestion"),
    "service_amo": _row(_AS_IS, "SERVAMO"),
    "service_amo.debut": _row(_DATE, "SERVAMO"),
    "service_amo.fin": _row(_DATE, "SERVAMO"),
    "service_amo.libelle": _row(_LABEL, "SERVAMO/code"),
    "service_amo.en_cours": _row(_IN_FORCE, "SERVAMO"),
    "accidents": _row(_AS_IS, "ACCIDENT"),
    "accidents.rang": _row(_WORKED_OUT, "ACCIDENT"),
    "accidents.organisme_libelle": _row(_LABEL, "ACCIDENT"),
    "accidents.code_gestion_libelle": _row(_LABEL, "ACCIDENT"),
    "accidents.identifiant_valide": _row(_WORKED_OUT, "ACCIDENT"),
    "zone_commune": _row(_AS_IS, "COMMUNE/contenu"),
    "beneficiaires": _row(_AS_IS, "BENEFIC"),
    "beneficiaires.index": _row(_RECORDS, "BENEFIC"),
    "beneficiaires.cle_nir_certifie": _row(_AS_IS, "BENEFIC"),
    "beneficiaires.date_certification": _row(_DATE, "BENEFIC"),
    "beneficiaires.nationalite": _row(_AS_IS, "IDENTITE/nationalite"),
    "beneficiaires.adresse": _row(_AS_IS, " ".join(f"BENEFIC/adresse{line}" for line in range(1, 6))),
    "beneficiaires.nir_certifie_valide": _row(_KEY, "BENEFIC/nir_certifie BENEFIC/cle_nir_certifie"),
    "beneficiaires.naissance": _row(_WORKED_OUT, "BENEFIC/date_naissance"),
    "beneficiaires.service_amo": _row(_AS_IS, _SERVICE),
    "beneficiaires.service_amo.code": _row(_AS_IS, "BENEFIC/code_service_amo"),
    "beneficiaires.service_amo.debut": _row(_DATE, "BENEFIC/debut_service_amo"),
    "beneficiaires.service_amo.fin": _row(_DATE, "BENEFIC/fin_service_amo"),
    "beneficiaires.service_amo.libelle": _row(_LABEL, "BENEFIC/code_service_amo"),
    "beneficiaires.service_amo.en_cours": _row(_IN_FORCE, _SERVICE),
    "beneficiaires.qualite_libelle": _row(_LABEL, "BENEFIC/qualite"),
    "beneficiaires.qualite_hprim": _row(_LABEL, "BENEFIC/qualite"),
    "beneficiaires.droits": _row(_RECORDS, "DROITS"),
    "beneficiaires.droits.debut": _row(_DATE, "DROITS/debut"),
    "beneficiaires.droits.fin": _row(_DATE, "DROITS/fin"),
    "beneficiaires.droits.debut_en_carte": _row(_AS_IS, "DROITS/debut"),
    "beneficiaires.droits.fin_en_carte": _row(_AS_IS, "DROITS/fin"),
    "beneficiaires.droits.en_cours": _row(_IN_FORCE, "DROITS"),
    "beneficiaires.droits_ouverts": _row(_IN_FORCE, "DROITS"),
    "beneficiaires.cmu": _row(
        _WORKED_OUT, f"SERVAMO/code SERVAMO/debut SERVAMO/fin {_SERVICE} MUTUELLE/identification PERMUTU"
    ),
    "beneficiaires.mutuelle": _row(_AS_IS, "MUTUELLE"),
    "beneficiaires.mutuelle.geree_par_amo": _row(_WORKED_OUT, "MUTUELLE/identification"),
    "beneficiaires.mutuelle.identification_libelle": _row(_LABEL, "MUTUELLE/identification"),
    "beneficiaires.mutuelle.indicateur_traitement_libelle": _row(_LABEL, "MUTUELLE/indicateur_traitement"),
    "beneficiaires.mutuelle.aiguillage_sts_libelle": _row(_LABEL, "MUTUELLE/aiguillage_sts"),
    "beneficiaires.mutuelle.periodes": _row(_RECORDS, "PERMUTU"),
    "beneficiaires.mutuelle.periodes.debut": _row(_DATE, "PERMUTU/debut"),
    "beneficiaires.mutuelle.periodes.fin": _row(_DATE, "PERMUTU/fin"),
    "beneficiaires.mutuelle.en_cours": _row(_IN_FORCE, "PERMUTU"),
    "beneficiaires.amc": _row(_AS_IS, "AMC"),
    "beneficiaires.amc.debut": _row(_DATE, "AMC/debut"),
    "beneficiaires.amc.fin": _row(_DATE, "AMC/fin"),
    "beneficiaires.amc.aiguillage_sts_libelle": _row(_LABEL, "AMC/aiguillage_sts"),
    "beneficiaires.amc.en_cours": _row(_IN_FORCE, "AMC/debut AMC/fin"),
    "beneficiaires.autres_amc": _row(_AS_IS, "AMC"),
    "beneficiaires.autres_amc.debut": _row(_DATE, "AMC/debut"),
    "beneficiaires.autres_amc.fin": _row(_DATE, "AMC/fin"),
    "beneficiaires.autres_amc.aiguillage_sts_libelle": _row(_LABEL, "AMC/aiguillage_sts"),
    "beneficiaires.autres_amc.en_cours": _row(_IN_FORCE, "AMC/debut AMC/fin"),
    "beneficiaires.couvertures": _row(_RECORDS, "COUVERT"),
    "beneficiaires.couvertures.debut": _row(_DATE, "COUVERT/debut"),
    "beneficiaires.couvertures.fin": _row(_DATE, "COUVERT/fin"),
    "beneficiaires.couvertures.debut_en_carte": _row(_AS_IS, "COUVERT/debut"),
    "beneficiaires.couvertures.fin_en_carte": _row(_AS_IS, "COUVERT/fin"),
    "beneficiaires.couvertures.ald": _row(_AS_IS, "COUVERT/ald"),
    "beneficiaires.couvertures.situation": _row(_AS_IS, "COUVERT/situation"),
    "beneficiaires.couvertures.en_cours": _row(_IN_FORCE, "COUVERT/debut COUVERT/fin"),
    "beneficiaires.couvertures.nature": _row(_EXEMPTION, "COUVERT/ald COUVERT/situation"),
    "beneficiaires.couvertures.libelle": _row(_EXEMPTION, "COUVERT/ald COUVERT/situation"),
    "beneficiaires.exoneration": _row(_EXEMPTION, f"{_COVER} MATERN ASSURE/regime ASSURE/caisse ASSURE/code_gestion"),
    "beneficiaires.exoneration.code_couverture": _row(_EXEMPTION, _COVER),
    "beneficiaires.maternite": _row(_MATERNITY, "MATERN"),
    "beneficiaires.maternite.date_presumee": _row(_DATE, "MATERN/date_presumee"),
    "beneficiaires.maternite.date_accouchement": _row(_DATE, "MATERN/date_accouchement"),
    "protected": _row(_PROTECTED, "COUVERT MATERN"),
    "professionnel": _row(_AS_IS, _HOLDER),
    "professionnel.identifiant": _row(_AS_IS, f"{_HOLDER}/numero"),
    "professionnel.identifiant_national": _row(
        _WORKED_OUT, f"{_HOLDER}/type_identifiant {_HOLDER}/numero {_HOLDER}/cle"
    ),
    "professionnel.identifiant_valide": _row(_WORKED_OUT, f"{_HOLDER}/type_identifiant {_HOLDER}/numero {_HOLDER}/cle"),
    "professionnel.type_libelle": _row(_LABEL, f"{_HOLDER}/type {_HOLDER}/responsabilite"),
    "professionnel.responsabilite_libelle": _row(_LABEL, f"{_HOLDER}/responsabilite"),
    "professionnel.type_identifiant_libelle": _row(_LABEL, f"{_HOLDER}/type_identifiant"),
    "professionnel.debut_validite": _row(_DATE, f"{_HOLDER}/debut_validite"),
    "professionnel.fin_validite": _row(_DATE, f"{_HOLDER}/fin_validite"),
    "professionnel.numero_carte": _row(_AS_IS, f"{_NUMBER}/numero"),
    "professionnel.profession": _row(_AS_IS, "CPS2INFO/profession"),
    "professionnel.profession_libelle": _row(_LABEL, "CPS2INFO/profession"),
    "professionnel.future_profession": _row(_AS_IS, "CPS2INFO/future_profession"),
    "professionnel.future_profession_libelle": _row(_LABEL, "CPS2INFO/future_profession"),
    "professionnel.langue": _row(_AS_IS, "CPS2INFO/langue"),
    "professionnel.situations": _row(_AS_IS, "CPS2SITF"),
    "professionnel.situations.agrements": _row(_AS_IS, "CPS2SITF/agrement1 CPS2SITF/agrement2 CPS2SITF/agrement3"),
}
"""Where each value comes from, by its path without indices."""
