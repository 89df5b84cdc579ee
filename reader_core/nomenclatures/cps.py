"""Codes of the professional cards: G01 to G104 of the GIP-CPS dictionary, and what has been added to them since."""

from __future__ import annotations

from typing import Final

from reader_core.nomenclatures.model import Nomenclature
from reader_core.sourced import Sourced

_DICTIONARY: Final = Sourced("observed", "dictionary of the GIP-CPS, version 01.10 of 19 May 2003")
_OLD: Final = "of 2003: later codes are not in it and show no label"

G01: Final = Nomenclature(
    "G01",
    "Catégorie de carte",
    {
        "00": "Carte de professionnel ou de personnel de santé",
        "01": "Carte de patient ou d'assuré",
        "02": "Module de sécurité",
        "80": "Carte de test de professionnel ou de personnel de santé",
        "81": "Carte de test de patient ou d'assuré",
        "82": "Module de sécurité de test",
    },
    _DICTIONARY,
)
G02: Final = Nomenclature(
    "G02",
    "Type de carte",
    {
        "00": "Carte de professionnel de santé (CPS)",
        "01": "Carte de professionnel de santé en formation (CPF)",
        "02": "Carte de personnel d'établissement de santé (CDE, CPE)",
        "03": "Carte de personnel autorisé (CPA)",
        "04": "Carte de serveur applicatif (CSA)",
    },
    Sourced("observed", f"{_DICTIONARY.source}; TRE_R87-TypeCarte of the ANS"),
)
G04: Final = Nomenclature(
    "G04",
    "Niveau de responsabilité",
    {
        "00": "Sans objet",
        "01": "Responsable de la structure",
        "02": "Assistant ou adjoint du responsable de la structure",
    },
    _DICTIONARY,
    "01 makes a CDE of a card of type 02 (assumption)",
)
G07: Final = Nomenclature(
    "G07",
    "Type d'identifiant de structure",
    {"0": "ADELI-rang", "1": "FINESS", "2": "SIREN", "3": "SIRET", "4": "RPPS-rang"},
    Sourced("observed", f"{_DICTIONARY.source} (0 to 3); an open program and a billing wrapper (4)"),
)
G08: Final = Nomenclature(
    "G08",
    "Type d'identifiant du porteur",
    {
        "0": "ADELI",
        "1": "ADELI-rang et numéro de registre",
        "2": "DRASS",
        "3": "FINESS et numéro de registre",
        "4": "SIREN et numéro de registre",
        "5": "SIRET et numéro de registre",
        "6": "Cabinet RPPS et numéro de registre",
        "8": "RPPS",
        "9": "Étudiant",
    },
    Sourced("observed", f"{_DICTIONARY.source}; FHIR profile PSIdNat of the ANS (6, 8)"),
    "6, 7 and 8 were server cards in 2003; 6 and 8 have been reused since, 7 is left out",
)
G15: Final = Nomenclature(
    "G15",
    "Profession",
    {
        "10": "Médecin",
        "21": "Pharmacien",
        "26": "Audioprothésiste",
        "28": "Opticien-lunetier",
        "31": "Assistant dentaire",
        "32": "Physicien médical",
        "35": "Aide-soignant",
        "36": "Ambulancier",
        "37": "Auxiliaire de puériculture",
        "38": "Préparateur en pharmacie hospitalière",
        "39": "Préparateur en pharmacie (officine)",
        "40": "Chirurgien-dentiste",
        "50": "Sage-femme",
        "60": "Infirmier",
        "69": "Infirmier psychiatrique",
        "70": "Masseur-kinésithérapeute",
        "80": "Pédicure-podologue",
        "81": "Orthoprothésiste",
        "82": "Podo-orthésiste",
        "83": "Orthopédiste-orthésiste",
        "84": "Oculariste",
        "85": "Épithésiste",
        "86": "Technicien de laboratoire médical",
        "91": "Orthophoniste",
        "92": "Orthoptiste",
        "93": "Psychologue",
        "94": "Ergothérapeute",
        "95": "Diététicien",
        "96": "Psychomotricien",
        "98": "Manipulateur en électroradiologie médicale",
    },
    Sourced("observed", "TRE_G15-ProfessionSante of the ANS, version 20250328; GIP-CPS dictionary of 2003"),
    "35 to 39 were withdrawn on 13 December 2024; cards made before carry them",
)
G16: Final = Nomenclature(
    "G16",
    "Future profession (CPF)",
    {
        "10": "Médecin en formation",
        "21": "Pharmacien en formation",
        "40": "Chirurgien-dentiste en formation",
        "50": "Sage-femme en formation",
    },
    _DICTIONARY,
)
G17: Final = Nomenclature(
    "G17",
    "Mode d'exercice",
    {
        "00": "Libéral, exploitant ou commerçant",
        "01": "Salarié",
        "04": "Remplaçant",
        "07": "Non rétribué",
    },
    _DICTIONARY,
)
G19: Final = Nomenclature(
    "G19",
    "Secteur d'activité",
    {
        "10": "Établissement public de santé, SAMU et SMUR compris",
        "11": "Hôpital militaire",
        "16": "Établissement de santé privé participant au service public (PSPH)",
        "17": "Établissement de santé privé à but non lucratif, hors PSPH",
        "25": "Dispensaire, centre de santé, établissement de soins sans hospitalisation",
        "26": "Autre structure de soins du Service de santé des armées",
        "31": "Cabinet individuel",
        "32": "Cabinet libéral de groupe ou association",
        "33": "Exercice en société",
        "35": "Transport sanitaire privé",
        "37": "Entreprise d'intérim",
        "41": "Établissement de soins et de prévention",
        "42": "Prévention et soins en entreprise, médecine du travail comprise",
        "43": "Santé scolaire et universitaire",
        "45": "PMI, planification familiale",
        "51": "Établissement pour personnes handicapées ou en difficulté",
        "53": "Établissement pour personnes âgées",
        "54": "Aide à la famille",
        "55": "Formation et enseignement",
        "56": "Protection de l'enfance",
        "57": "Hébergement et réadaptation",
        "58": "Recherche publique ou à but non lucratif",
        "61": "Expertise pour les assurances privées",
        "62": "Organisme de sécurité sociale",
        "63": "Praticien de l'aide sociale",
        "65": "Ministère chargé de la santé et ses services déconcentrés",
        "66": "Collectivité territoriale",
        "71": "Laboratoire d'analyses médicales hors hôpital",
        "75": "Autre établissement sanitaire (transfusion, produits humains, centre antipoison)",
        "81": "Production et commerce de gros de produits à usage médical",
        "85": "Commerce de détail de biens à usage médical (lunettes, orthopédie, prothèses)",
        "86": "Pharmacie d'officine",
        "91": "Autre secteur, activité non médicale comprise",
        "92": "Secteur non défini",
    },
    _DICTIONARY,
    _OLD,
)
G101: Final = Nomenclature(
    "G101",
    "Code conventionnel",
    {
        "0": "Non conventionné",
        "1": "Conventionné",
        "2": "Conventionné avec dépassement",
        "3": "Conventionné avec honoraires libres",
        "9": "Établissement ou centre de santé",
    },
    _DICTIONARY,
)
G102: Final = Nomenclature(
    "G102",
    "Zone tarifaire",
    {
        "24": "Zone B",
        "25": "Zone B",
        "30": "Zone B ou zone C",
        "31": "Zone A",
        "32": "Zone B",
        "33": "Zone B",
        "34": "Zone B",
        "35": "Zone B",
        "40": "Zone A",
        "50": "Zone B",
        "60": "Zone C",
        "70": "Zone D",
        "80": "Zone B",
        "81": "Zone A",
        "82": "Zone B",
        "83": "Zone B",
        "84": "Zone B",
        "85": "Zone B",
        "99": "Non définie",
    },
    _DICTIONARY,
    "the dictionary has 30 twice, as zone B and as zone C, and does not say when it is which",
)
G103: Final = Nomenclature(
    "G103",
    "Indemnités kilométriques (IK)",
    {
        "0": "Aucune indemnité kilométrique",
        "1": "Plaine",
        "2": "Montagne",
        "3": "Indemnités spéciales",
        "9": "Non définie",
    },
    _DICTIONARY,
)
G104: Final = Nomenclature(
    "G104",
    "Agrément",
    {
        "00": "Aucun agrément",
        "01": "Agrément D ou agrément DDASS",
        "02": "Agréments A, B, C, E et F",
        "03": "Agréments G, H et J",
        "04": "Agrément K",
        "05": "Agrément L",
        "06": "Agrément M",
        "99": "Non défini",
    },
    _DICTIONARY,
)
HABILITATION: Final = Nomenclature(
    "habilitation",
    "Habilitation à signer (factures, lots)",
    {"0": "Non", "1": "Oui"},
    Sourced("assumption", "the fields are those of SSV_LireCartePS; nothing public gives their values"),
)
