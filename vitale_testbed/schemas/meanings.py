"""What keys mean that no docstring of their type explains: those of the card object and of a card image.

Most of them are fields of a card, and `reader_core.records.fields` says what those are; the rest is said here. docs/card-object.md
tells how each value is worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FIELDS_OF: Final[Mapping[str, tuple[int, ...]]] = {
    "Accident": (103,),
    "AccidentSection": (103,),
    "Amc": (109,),
    "AmcSection": (109,),
    "Assure": (101,),
    "AssureSection": (101,),
    "Beneficiaire": (104,),
    "BeneficiaireSection": (104,),
    "Carte": (101,),
    "CarteSection": (101,),
    "Couverture": (106,),
    "CouvertureSection": (106,),
    "Mutuelle": (107,),
    "MutuelleSection": (107,),
    "Periode": (105,),
    "PeriodeSection": (105,),
    "Professionnel": (1,),
    "ServiceAmo": (102,),
    "ServiceAmoSection": (102,),
    "Situation": (2,),
}
"""By the name of a schema's part: the groups of the cards whose fields bear the same names as its keys."""

_DAY_COVERED: Final = "whether the period covers the day of the reading; null where nobody can tell"

EVERYWHERE: Final[Mapping[str, str]] = {
    "atr": "answer to reset: hexadecimal, upper case, no spaces",
    "debut": "first day; null where the card has none or no date of the calendar",
    "debut_en_carte": "first day, the eight characters as on the card; empty for none",
    "en_cours": _DAY_COVERED,
    "fin": "last day, included; null where it is open or no date of the calendar",
    "fin_en_carte": "last day, the eight characters as on the card; empty for none",
    "libelle": "label of the code, in French; null for a code that nothing public names",
    "records": "what the card says of its holder",
    "state": "counters of the secret codes, written back after use",
    "title": "one line for a person who chooses a card",
}
"""Keys that mean the same wherever no field of the card bears their name."""

_VITALE_IMAGE: Final = {
    "racines": "authorities whose professional cards open the protected files: `builtin:NAME`, or paths of PEM files from the image's folder",
    "carte": "the card itself",
    "assure": "the insured person",
    "service_amo": "service of the compulsory insurance of the family",
    "accidents": "accidents at work, up to three",
    "beneficiaires": "the beneficiaries, up to 19; the insured person is one of them",
    "zone_commune": "the common zone; no line when the card has none",
    "flux": "order of the group stream the image was imported from, when it is not the usual one",
}

OWN: Final[Mapping[str, Mapping[str, str]]] = {
    "Card": {
        "api": "the rules that were applied",
        "vitale": "the card",
        "assure": "the insured person",
        "service_amo": "the service of the compulsory insurance of the family",
        "accidents": "accidents at work; empty without a record",
        "zone_commune": "the common zone; null without a record",
        "beneficiaires": "the beneficiaries, in the order of the card",
        "professionnel": "the professional card that took part; null when there was none",
        "protected": "what became of the protected data",
        "anomalies": "files that could not be understood; empty when all is well",
        "refus": "functions that the access table refused",
    },
    "Carte": {"profile": "which card: `vitale2`, `vitale1`", "debut_validite": "first day of the card"},
    "Assure": {
        "cle": "key of the NIR as on the card, 2 digits, wrong ones included",
        "nir_valide": "whether the NIR has its shape and its key",
        "nir_nature": "what kind of number the NIR is; null without the shape of one",
        "regime_particulier": "`mayotte`, or null",
        "caisse_libelle": "name of the caisse or centre; null for one that nothing names",
        "statut_particulier": "`detenu`, `coordonne_rss`, `ame`, or null",
    },
    "Accident": {
        "rang": "which of the three entries, from 1",
        "identifiant_valide": "whether the identifier has nine digits and its key; null when it is empty",
    },
    "Beneficiaire": {
        "index": "number of the beneficiary on the card, from 1",
        "nationalite": "nationality, as in the identity file",
        "adresse": "the five lines of the address",
        "nir_certifie_valide": "whether the certified NIR has its shape and its key; null when there is none",
        "naissance": "the date of birth",
        "qualite_hprim": "HPRIM rank of the qualité; null where the table has none",
        "service_amo": "the beneficiary's own service of the compulsory insurance",
        "droits": "periods of rights; null where they were not read",
        "droits_ouverts": "whether a period of rights covers the day of the reading; null where they were not read",
        "cmu": "the complementary cover of the compulsory insurance (CMU-C, C2S, AME); null when nothing speaks of it",
        "mutuelle": "the complementary cover that the compulsory scheme knows of; null without a record",
        "amc": "the complementary insurer, the first of the card; null without a record",
        "autres_amc": "the other complementary insurers",
        "couvertures": "protected: the periods of the code couverture; null unless they were read",
        "exoneration": "protected: what exempts on the day of the reading; null unless it was read",
        "maternite": "protected: maternity; null without a record, or unless it was read",
    },
    "Naissance": {
        "en_carte": "the date as on the card, eight characters, six where the century is missing; empty for zeros",
        "date": "that day; null when the calendar does not have it, or no century is known",
        "lunaire": "whether something is there that the calendar does not have",
        "date_calcul": "a day to compute an age with",
        "age": "whole years on the day of the reading; null when unknown or not yet born",
    },
    "Cmu": {
        "origine": "which record says so",
        "code": "the code of the service, or the identification of the mutuelle",
        "gestion": "who runs it; null for a code that nothing names",
        "type_cmu": "the words of the API de lecture; null for `sortie`, `ame` and unknown codes",
    },
    "Mutuelle": {
        "periodes": "its periods",
        "geree_par_amo": "whether the compulsory insurance runs it: identification 99999997",
    },
    "Couverture": {"nature": "what kind of exemption the code says, whether or not the period is in force"},
    "Exoneration": {
        "code_couverture": "the code in force, ALD character and situation; null for none",
        "connu": "whether the table has the code",
        "nature": "what kind of exemption it is",
        "justificatif": "code of the justificatif d'exonération; null for none",
        "taux_standard": "rate of reimbursement in percent; null where the code fixes none",
        "nature_assurance": "nature of insurance (B2), 2 digits",
        "avec": "labels of what exempts besides",
    },
    "Maternite": {
        "date_presumee": "expected day of delivery",
        "date_accouchement": "day of delivery; null when it is not known",
        "debut": "first day of the period",
        "fin": "last day of the period, included",
    },
    "Professionnel": {
        "categorie": "test card or real card",
        "responsabilite": "responsibility, G04",
        "identifiant": "identifier of the holder, without its key",
        "identifiant_national": "kind, identifier and key in one: IdNat_PS",
        "identifiant_valide": "whether its key fits; null where the kind has none",
        "numero_carte": "the printed number of the card, 8 digits",
        "debut_validite": "first day of the card",
        "fin_validite": "last day of the card",
        "profession": "profession, G15",
        "future_profession": "future profession, G16, of a CPF",
        "langue": "language, two letters",
        "situations": "situations of work and billing; null where the code was not given",
    },
    "Situation": {"agrements": "the three approvals, G104", "agrements_libelles": "their labels, in French"},
    "Protected": {
        "status": "`read`, `withheld` (nobody asked for them), `refused`",
        "code": "why not, as in docs/codes.md; null when they were read",
        "message": "the same as a French sentence",
        "next_step": "what to do next, in French",
    },
    "Anomalie": {
        "fichier": "name of the file",
        "offset": "first byte that is wrong, from 0; null when the card gave no content",
        "raison": "what is wrong there, in English",
    },
    "Refus": {
        "fonction": "as in the access table",
        "code": "as in docs/codes.md",
        "message": "the same as a French sentence",
    },
    "CarteSection": {"categorie": "which professional cards open it; left out, test ones when `type_carte` is T"},
    "BeneficiaireSection": {
        "service_amo": "the beneficiary's own service of the compulsory insurance",
        "droits": "periods of rights, up to 3",
        "couvertures": "protected: periods of the code couverture, up to 7",
        "mutuelle": "the complementary cover that the compulsory scheme knows of",
        "amc": "the first complementary insurer",
        "autres_amc": "those that follow it",
        "maternite": "protected: maternity",
        "identite": "what IDENTITE and NIR say, where it shall differ",
    },
    "MutuelleSection": {"periodes": "its periods, up to 3"},
    "IdentiteSection": {
        "nom": "surname, in place of the usual one",
        "prenom": "first name, in place of the beneficiary's",
        "naissance": "date of birth, in place of the beneficiary's",
        "nir": "NIR with its key, in place of the certified one",
    },
    "Vitale1Image": _VITALE_IMAGE,
    "Cps4Image": {"credentials": "the two certificates and keys"},
    "ActiviteCps": {
        "raison_sociale": "name of the structure",
        "identifiant_structure": "national identifier of the structure",
        "secteur": "sector of activity, SA and two digits",
    },
}
"""By the name of a schema's part and of its key."""
