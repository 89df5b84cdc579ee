"""Codes of the compulsory health insurance, as a Vitale card carries them."""

from __future__ import annotations

from typing import Final

from reader_core.nomenclatures.model import Nomenclature
from reader_core.sourced import Sourced

_SNIIRAM: Final = Sourced("observed", "schema-snds, CNAM nomenclatures of the SNIIRAM (December 2020)")
_FIDES: Final = Sourced("observed", "published functional specification of hospital billing (FIDES)")

REGIME: Final = Nomenclature(
    "regime",
    "Régime d'affiliation",
    {
        "01": "Régime général",
        "02": "Régime agricole (MSA)",
        "03": "Travailleurs indépendants",
        "04": "SNCF",
        "05": "RATP",
        "06": "Marins (ENIM)",
        "07": "Régime minier",
        "08": "Militaires (CNMSS)",
        "09": "Banque de France",
        "10": "Clercs et employés de notaires (CRPCEN)",
        "12": "Chambre de commerce et d'industrie de Paris",
        "14": "Assemblée nationale",
        "15": "Sénat",
        "16": "Port autonome de Bordeaux",
        "17": "Français de l'étranger (CFE)",
        "80": "Anciens combattants",
        "82": "Monaco",
        "90": "Cultes (CAVIMAC)",
        "91": "Mutuelle de l'Éducation nationale (MGEN)",
        "92": "Mutuelle générale (MG)",
        "93": "Mutuelle de la police (MGP)",
        "94": "Mutuelles de la fonction publique (MFP)",
        "95": "Mutuelle des hospitaliers (MNH)",
        "96": "Mutuelle de l'aviation et de la marine (MNAM)",
        "99": "Autres sections locales mutualistes",
    },
    Sourced("observed", f"{_SNIIRAM.source}; a pharmacy reference table of November 2024; an open program"),
    "11 and 13 are not attributed; Mayotte has no code of its own (01 with caisse 976)",
)

QUALITE: Final = Nomenclature(
    "qualite",
    "Qualité du bénéficiaire",
    {
        "0": "Assuré",
        "1": "Ascendant, descendant ou collatéral",
        "2": "Conjoint",
        "3": "Conjoint divorcé",
        "4": "Concubin",
        "5": "Conjoint séparé",
        "6": "Enfant",
        "7": "Bénéficiaire hors article 313",
        "8": "Conjoint veuf",
        "9": "Autre ayant droit",
    },
    Sourced("observed", f"{_SNIIRAM.source}; two open programs"),
    "there is no value for a PACS: it is 4 or 2, depending on the scheme",
)

QUALITE_HPRIM: Final = Nomenclature(
    "qualite_hprim",
    "Rang HPRIM de la qualité",
    {"0": "00", "1": "31", "2": "01", "6": "11"},
    Sourced("observed", "mapping of a public billing module"),
    "06 was seen for a child too; the other kinds of beneficiary have no rank in the source",
)

CODE_GESTION: Final = Nomenclature(
    "code_gestion",
    "Code gestion (BGDH)",
    {"13": "Invalides de guerre"},
    Sourced("observed", "labels of a public billing module"),
    "the whole list is not public: 10, 11, 12, 18, 29, 87, A1, A2, N1, N3, 04, M1, M2, 09, 16, 23 were seen without a meaning",
)

CODE_GESTION_01: Final = Nomenclature(
    "code_gestion_01",
    "Code gestion, régime général",
    {"65": "Détenu", "70": "Coordonné RSS (code gestion permanent)", "89": "Aide médicale de l'État (AME)"},
    _FIDES,
    "of régime 01 only: 70 was seen in régime 90 too, where nothing public says what it means",
)

SERVICE_AMO: Final = Nomenclature(
    "service_amo",
    "Service AMO",
    {
        "00": "Aucun",
        "01": "Couverture complémentaire gérée par la caisse",
        "02": "Couverture complémentaire gérée par un organisme complémentaire, par délégation",
        "03": "Couverture complémentaire gérée par un organisme complémentaire",
        "10": "Sortie de la couverture complémentaire",
    },
    Sourced("observed", "an open program and a public billing module; values on public test cards"),
    "CMU-C, and C2S after it; 11 was seen on test cards and is explained nowhere",
)

JUSTIFICATIF: Final = Nomenclature(
    "justificatif",
    "Justificatif d'exonération du ticket modérateur",
    {
        "0": "Aucune exonération",
        "1": "Acte coûteux (coefficient)",
        "2": "Séjour de plus de trente jours",
        "3": "Soins particuliers exonérés",
        "4": "Affection de longue durée (ALD)",
        "5": "Assuré ou bénéficiaire exonéré",
        "6": "Régime spécial (SNCF, mines)",
        "7": "Prévention",
        "8": "Réservé au régime général",
        "9": "Fonds de solidarité vieillesse (FSV), ASPA",
        "C": "Acte de la CCAM exonérant",
    },
    Sourced("observed", "notes on B2 annex 9 in public code; the pharmacy reference table of November 2024"),
)

NATURE_ASSURANCE: Final = Nomenclature(
    "nature_assurance",
    "Nature d'assurance (B2)",
    {
        "10": "Maladie",
        "13": "Maladie, régime local d'Alsace-Moselle",
        "30": "Maternité",
        "41": "Accident du travail, maladie professionnelle",
        "90": "Prévention",
    },
    Sourced("observed", f"notes on B2 annex 9 in public code; {_FIDES.source}"),
)

NATURE_ASSURANCE_FSE: Final = Nomenclature(
    "nature_assurance_fse",
    "Nature d'assurance (interface FSE)",
    {
        "0": "Maladie",
        "1": "Maternité",
        "2": "Accident du travail",
        "3": "Prévention",
        "4": "Soins médicaux gratuits",
    },
    _FIDES,
)

NATURE_ASSURANCE_SNIIRAM: Final = Nomenclature(
    "nature_assurance_sniiram",
    "Nature d'assurance (SNIIRAM, ASU_NAT)",
    {
        "0": "Sans objet",
        "10": "Maladie",
        "11": "Maladie en cours de navigation, plus de six mois",
        "12": "Maladie en cours de navigation, moins de six mois",
        "22": "Soins aux invalides de guerre (CNMSS)",
        "30": "Maternité",
        "40": "Accident du travail et maladie professionnelle",
        "50": "Décès",
        "70": "Prestations supplémentaires",
        "80": "Invalidité",
        "90": "Prévention",
        "99": "Valeur inconnue",
    },
    _SNIIRAM,
)

PIECE_JUSTIFICATIVE: Final = Nomenclature(
    "piece_justificative",
    "Nature de la pièce justificative des droits",
    {
        "0": "Aucune",
        "1": "Attestation",
        "2": "Consultation des droits (CDR)",
        "3": "Prise en charge",
        "4": "Carte Vitale",
        "5": "Consultation des droits en ligne (CDRi, établissement)",
    },
    _FIDES,
    "not on the card: what a program that read the card writes is 4",
)

NATURE_NIR: Final = Nomenclature(
    "nature_nir",
    "Nature du NIR (SNIIRAM, IR_NIR)",
    {
        "00": "NIR normal",
        "01": "NIR fictif, interruption de grossesse",
        "03": "NIR provisoire d'un migrant de passage (commence par 5 ou 6)",
        "04": "NIR provisoire d'un assuré (commence par 7 ou 8)",
        "05": "NIR fictif, infection sexuellement transmissible",
        "06": "NIR fictif, interruption de grossesse d'une mineure",
        "08": "NIR fictif, autre",
        "09": "NIR fictif, aides à la télétransmission",
        "11": "NIR fictif, contraception d'une mineure",
        "12": "ALD d'un mineur",
        "13": "NIR maternité d'un professionnel de santé",
        "14": "NIR paternité d'un professionnel de santé",
        "15": "NIR adoption d'un professionnel de santé",
        "99": "Valeur inconnue",
        "NN": "Sans objet",
    },
    _SNIIRAM,
)

MOTIF_NIR_FICTIF: Final = Nomenclature(
    "motif_nir_fictif",
    "Motif d'un NIR fictif (trois derniers caractères)",
    {"042": "Contraception d'une mineure", "333": "Infection sexuellement transmissible"},
    _FIDES,
    "other reasons exist and are not public",
)
