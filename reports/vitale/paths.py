"""Paths of the card object in words: ``beneficiaires[0].exoneration.nature`` is "Bénéficiaire 1", "exonération", "nature"."""

import re

from .bilingual import Text

_STEP_INTO = " \u203a "  # a single right-pointing angle quotation mark: what is right of it is part of what is left

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")

_NAMES: dict[str, tuple[str, str]] = {
    "abondement": ("abondement", "top-up"),
    "accidents": ("accidents du travail", "work accidents"),
    "adresse": ("adresse", "address"),
    "age": ("âge", "age"),
    "aiguillage_sts": ("aiguillage STS", "STS routing"),
    "ald": ("ALD", "long-term illness (ALD)"),
    "amc": ("complémentaire (AMC)", "complementary cover (AMC)"),
    "anomalies": ("anomalies signalées", "anomalies reported"),
    "answer": ("réponse", "answer"),
    "api": ("version de l'API", "API version"),
    "assure": ("assuré", "insured person"),
    "avec": ("s'applique aussi", "also applies"),
    "beneficiaires": ("bénéficiaires", "beneficiaries"),
    "caisse": ("caisse", "fund"),
    "caisse_libelle": ("nom de la caisse", "name of the fund"),
    "card": ("carte lue", "card read"),
    "categorie": ("catégorie", "category"),
    "centre": ("centre", "centre"),
    "civilite": ("civilité", "title"),
    "cle": ("clé", "key"),
    "cle_nir_certifie": ("clé du NIR certifié", "key of the certified NIR"),
    "cmu": ("CMU ou C2S", "CMU or C2S"),
    "code": ("code", "code"),
    "code_couverture": ("code couverture", "cover code"),
    "code_gestion": ("code gestion", "management code"),
    "code_routage": ("code de routage", "routing code"),
    "commands": ("commandes reçues", "commands received"),
    "connu": ("code connu", "known code"),
    "couvertures": ("couvertures", "covers"),
    "cps": ("carte de professionnel", "professional card"),
    "date": ("date", "date"),
    "date_accouchement": ("date d'accouchement", "date of delivery"),
    "date_calcul": ("date pour calculer l'âge", "date to compute the age with"),
    "date_certification": ("date de certification", "date of certification"),
    "date_presumee": ("date présumée", "expected date"),
    "debut": ("début", "start"),
    "debut_en_carte": ("début, texte en carte", "start, text on the card"),
    "debut_validite": ("début de validité", "valid from"),
    "droits": ("droits", "rights"),
    "droits_ouverts": ("droits ouverts", "rights open"),
    "en_carte": ("texte en carte", "text on the card"),
    "en_cours": ("en cours à la date de lecture", "in force on the date of the reading"),
    "error": ("refus", "refusal"),
    "exoneration": ("exonération", "exemption"),
    "fin": ("fin", "end"),
    "fin_en_carte": ("fin, texte en carte", "end, text on the card"),
    "fin_validite": ("fin de validité", "valid until"),
    "garanties": ("garanties", "guarantees"),
    "geree_par_amo": ("gérée par l'AMO", "run by the AMO"),
    "gestion": ("gestion", "run by"),
    "identifiant": ("identifiant", "identifier"),
    "identifiant_hote": ("identifiant de l'hôte", "identifier of the host"),
    "identifiant_valide": ("identifiant valide", "valid identifier"),
    "identification": ("identification", "identification"),
    "index": ("rang sur la carte", "position on the card"),
    "indicateur_traitement": ("indicateur de traitement", "processing indicator"),
    "justificatif": ("justificatif", "proof code"),
    "libelle": ("libellé", "label"),
    "lunaire": ("date lunaire", "lunar date"),
    "maternite": ("maternité", "maternity"),
    "message": ("message", "message"),
    "mutuelle": ("complémentaire gérée par l'AMO", "cover run by the AMO"),
    "naissance": ("naissance", "birth"),
    "nationalite": ("nationalité", "nationality"),
    "nature": ("nature", "nature"),
    "nature_assurance": ("nature d'assurance", "nature of insurance"),
    "next_step": ("marche à suivre", "next step"),
    "nir": ("NIR", "NIR"),
    "nir_certifie": ("NIR certifié", "certified NIR"),
    "nir_certifie_valide": ("NIR certifié valide", "valid certified NIR"),
    "nir_nature": ("nature du NIR", "nature of the NIR"),
    "nir_valide": ("NIR valide", "valid NIR"),
    "nom": ("nom", "name"),
    "nom_domaine": ("nom de domaine", "domain name"),
    "nom_patronymique": ("nom de naissance", "birth name"),
    "nom_usuel": ("nom d'usage", "usual name"),
    "numero_adherent": ("numéro d'adhérent", "member number"),
    "numero_b2": ("numéro B2", "B2 number"),
    "numero_carte": ("numéro de carte", "card number"),
    "numero_edi": ("numéro EDI", "EDI number"),
    "numero_serie": ("numéro de série", "serial number"),
    "on": ("date de lecture", "date of the reading"),
    "organisme": ("organisme", "body"),
    "origine": ("origine", "origin"),
    "periodes": ("périodes", "periods"),
    "prenom": ("prénom", "first name"),
    "profile": ("profil", "profile"),
    "professionnel": ("professionnel", "professional"),
    "protected": ("données protégées", "protected data"),
    "qualite": ("qualité", "capacity"),
    "qualite_libelle": ("libellé de la qualité", "capacity in words"),
    "rang": ("rang", "rank"),
    "rang_naissance": ("rang de naissance", "birth rank"),
    "refusal": ("refus", "refusal"),
    "regime": ("régime", "scheme"),
    "regime_libelle": ("libellé du régime", "scheme in words"),
    "regime_particulier": ("régime particulier", "special scheme"),
    "schema": ("schéma", "schema"),
    "service_amo": ("service AMO", "AMO service"),
    "services_associes": ("services associés", "associated services"),
    "situation": ("situation", "situation"),
    "status": ("état", "status"),
    "statut_particulier": ("statut particulier", "special status"),
    "statut_particulier_libelle": ("libellé du statut particulier", "special status in words"),
    "taux_standard": ("taux standard", "standard rate"),
    "trace": ("vu du côté des cartes", "seen from the cards' side"),
    "type": ("type", "type"),
    "type_carte": ("type de carte", "card type"),
    "type_cmu": ("type de couverture, en mots", "kind of cover, in words"),
    "type_services": ("type de services", "kind of services"),
    "verify": ("codes présentés", "PINs presented"),
    "vitale": ("carte Vitale", "Vitale card"),
    "zone_commune": ("zone commune", "common zone"),
}

_NUMBERED: dict[str, tuple[str, str]] = {
    "beneficiaires": ("bénéficiaire", "beneficiary"),
    "couvertures": ("couverture", "cover"),
    "droits": ("droits, période", "rights, period"),
    "periodes": ("période", "period"),
    "accidents": ("accident", "accident"),
    "adresse": ("adresse, ligne", "address, line"),
}


def in_words(path: str) -> Text | None:
    """Return a path in words, counted from 1, or None when a step of it has no name here."""
    steps = [(name, index) for name, index in _STEP.findall(path)]
    french: list[str] = []
    english: list[str] = []
    for position, (name, index) in enumerate(steps):
        if index:
            if not french:
                return None
            french[-1] += f" {int(index) + 1}"
            english[-1] += f" {int(index) + 1}"
            continue
        followed_by_index = position + 1 < len(steps) and steps[position + 1][1]
        names = _NUMBERED.get(name) if followed_by_index else None
        names = names or _NAMES.get(name)
        if names is None:
            return None
        french.append(names[0])
        english.append(names[1])
    if not french:
        return None
    return Text(_sentence(_STEP_INTO.join(french)), _sentence(_STEP_INTO.join(english)))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
