"""What status words mean, in English and French.

Source: ISO/IEC 7816-4:2013, 5.6 (tables 5 and 6), in our own words. A pattern has `x` for a digit that is data.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple


class Meaning(NamedTuple):
    """One line of the table: a pattern of four hexadecimal digits, and what it says."""

    pattern: str
    english: str
    french: str


# The first line that fits wins: exact words stand before the families they belong to.
MEANINGS: Final = tuple(
    Meaning(*row)
    for row in (
        ("9000", "done", "exécuté"),
        ("61xx", "done, {low} bytes of answer are waiting", "exécuté, {low} octets de réponse en attente"),
        ("6200", "warning, memory unchanged", "avertissement, mémoire inchangée"),
        ("6202", "warning: the card has a query of 2 bytes or more", "avertissement : la carte a une requête"),
        ("6281", "part of the data may be corrupted", "une partie des données peut être altérée"),
        ("6282", "end of file reached before Ne bytes", "fin de fichier atteinte avant la longueur demandée"),
        ("6283", "the selected file is deactivated", "le fichier sélectionné est désactivé"),
        ("6284", "the file control information is not in the expected format", "informations de fichier mal formées"),
        ("6285", "the selected file is terminated", "le fichier sélectionné est en fin de vie"),
        ("6286", "no input from a sensor of the card", "pas de donnée d'un capteur de la carte"),
        ("6287", "a referenced record is deactivated", "un enregistrement référencé est désactivé"),
        ("62xx", "warning, memory unchanged", "avertissement, mémoire inchangée"),
        ("6300", "verification failed", "vérification échouée"),
        ("6381", "file filled up by the last write", "fichier rempli par la dernière écriture"),
        ("63Cx", "verification failed, {count} tries left", "vérification échouée, {count} essais restants"),
        ("63xx", "warning, memory changed", "avertissement, mémoire modifiée"),
        ("6400", "execution error, memory unchanged", "erreur d'exécution, mémoire inchangée"),
        ("6401", "the card needs an immediate response", "la carte demande une réponse immédiate"),
        ("6481", "logical channel with shared access denied", "canal logique : accès partagé refusé"),
        ("6482", "logical channel opening denied", "canal logique : ouverture refusée"),
        ("64xx", "execution error, memory unchanged", "erreur d'exécution, mémoire inchangée"),
        ("6500", "execution error, memory changed", "erreur d'exécution, mémoire modifiée"),
        ("6581", "memory failure", "défaillance de la mémoire"),
        ("65xx", "execution error, memory changed", "erreur d'exécution, mémoire modifiée"),
        ("66xx", "security-related execution error", "erreur d'exécution liée à la sécurité"),
        ("6700", "wrong length", "longueur incorrecte"),
        ("6701", "wrong form of the command APDU", "forme de commande incorrecte"),
        ("6702", "value of Lc not the one expected", "valeur de Lc inattendue"),
        ("67xx", "wrong length", "longueur incorrecte"),
        ("6800", "function in the class byte not supported", "fonction de l'octet de classe non prise en charge"),
        ("6881", "logical channel not supported", "canal logique non pris en charge"),
        ("6882", "secure messaging not supported", "messagerie sécurisée non prise en charge"),
        ("6883", "last command of the chain expected", "dernière commande de la chaîne attendue"),
        ("6884", "command chaining not supported", "chaînage de commandes non pris en charge"),
        ("68xx", "function in the class byte not supported", "fonction de l'octet de classe non prise en charge"),
        ("6900", "command not allowed", "commande non autorisée"),
        ("6981", "command incompatible with the file's structure", "commande incompatible avec le type de fichier"),
        ("6982", "security status not satisfied", "conditions de sécurité non remplies"),
        ("6983", "authentication method blocked", "méthode d'authentification bloquée"),
        ("6984", "reference data not usable", "donnée de référence inutilisable"),
        ("6985", "conditions of use not satisfied", "conditions d'utilisation non remplies"),
        ("6986", "command not allowed: no current file", "commande non autorisée : aucun fichier courant"),
        ("6987", "secure messaging data objects missing", "objets de messagerie sécurisée absents"),
        ("6988", "secure messaging data objects incorrect", "objets de messagerie sécurisée incorrects"),
        ("69xx", "command not allowed", "commande non autorisée"),
        ("6A00", "wrong parameters P1-P2", "paramètres P1-P2 incorrects"),
        ("6A80", "wrong command data", "données de commande incorrectes"),
        ("6A81", "function not supported", "fonction non prise en charge"),
        ("6A82", "file or application not found", "fichier ou application introuvable"),
        ("6A83", "record not found", "enregistrement introuvable"),
        ("6A84", "not enough memory in the file", "mémoire insuffisante dans le fichier"),
        ("6A85", "Nc does not agree with the TLV structure", "longueur incohérente avec la structure TLV"),
        ("6A86", "wrong parameters P1-P2", "paramètres P1-P2 incorrects"),
        ("6A87", "Nc does not agree with P1-P2", "longueur incohérente avec P1-P2"),
        ("6A88", "referenced data not found", "donnée référencée introuvable"),
        ("6A89", "file already exists", "le fichier existe déjà"),
        ("6A8A", "DF name already exists", "le nom de DF existe déjà"),
        ("6Axx", "wrong parameters P1-P2", "paramètres P1-P2 incorrects"),
        ("6B00", "parameters P1-P2 out of range", "paramètres P1-P2 hors limites"),
        ("6Cxx", "wrong Le, exactly {low} bytes are there", "Le incorrect, exactement {low} octets disponibles"),
        ("6D00", "instruction unknown", "instruction inconnue"),
        ("6E00", "class not supported", "classe non prise en charge"),
        ("6F00", "no precise diagnosis", "pas de diagnostic précis"),
    )
)

UNKNOWN: Final = Meaning("xxxx", "not defined by ISO/IEC 7816-4", "non défini par l'ISO/IEC 7816-4")


def fits(word: int, pattern: str) -> bool:
    """Whether the four hexadecimal digits of a word fit a pattern of four, where `x` fits any digit."""
    return all(wanted in {"x", "X", digit} for digit, wanted in zip(f"{word:04X}", pattern, strict=True))


@cache
def meaning_of(word: int) -> Meaning:
    """Give the first line of the table that fits; `UNKNOWN` when none does."""
    return next((row for row in MEANINGS if fits(word, row.pattern)), UNKNOWN)
