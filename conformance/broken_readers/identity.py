"""Readers that show a person otherwise than the card does."""

from __future__ import annotations

import unicodedata
from operator import itemgetter

from conformance.broken_readers.model import Card, beneficiaries, wrong_value
from conformance.protocol import ReadRequest

_NAMES = ("nom_usuel", "nom_patronymique", "prenom")


@wrong_value("VIT-IDE-001", "shows names in capitals", "affiche les noms en majuscules")
def capital_names(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        for name in _NAMES:
            one[name] = one[name].upper()


@wrong_value(
    "VIT-IDE-001",
    "reads the card's Latin-1 names as UTF-8 and puts a question mark where that fails",
    "lit en UTF-8 les noms que la carte porte en Latin-1 et met un point d'interrogation où cela échoue",
)
def mangles_accents(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        for name in _NAMES:
            one[name] = one[name].encode("latin-1", "replace").decode("utf-8", "replace").replace("\ufffd", "?")


@wrong_value("VIT-IDE-001", "drops the accents of names", "supprime les accents des noms")
def strips_accents(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        for name in _NAMES:
            apart = unicodedata.normalize("NFD", one[name])
            one[name] = "".join(letter for letter in apart if not unicodedata.combining(letter))


@wrong_value(
    "VIT-IDE-001",
    "shows the name of birth where the used name belongs",
    "affiche le nom de naissance à la place du nom d'usage",
)
def name_of_birth(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["nom_usuel"] = one["nom_patronymique"] or one["nom_usuel"]


@wrong_value("VIT-IDE-001", "shows the first given name only", "n'affiche que le premier prénom")
def first_given_name(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["prenom"] = one["prenom"].split(" ")[0]


@wrong_value("VIT-IDE-001", "leaves out the last line of the address", "omet la dernière ligne de l'adresse")
def four_address_lines(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["adresse"] = [*one["adresse"][:4], ""]


@wrong_value(
    "VIT-IDE-002",
    "takes the NIR for a number and loses the letter of Corsica",
    "prend le NIR pour un nombre et perd la lettre de la Corse",
)
def nir_as_number(card: Card, _request: ReadRequest) -> None:
    card["assure"]["nir"] = card["assure"]["nir"].replace("A", "0").replace("B", "0")


@wrong_value(
    "VIT-IDE-002",
    "computes the key of a Corsican NIR as if there were no letter",
    "calcule la clé d'un NIR corse comme s'il n'y avait pas de lettre",
)
def corsican_key(card: Card, _request: ReadRequest) -> None:
    nir, key = card["assure"]["nir"], card["assure"]["cle"]
    digits = nir.replace("A", "0").replace("B", "0")
    if digits != nir:
        card["assure"]["nir_valide"] = key == f"{97 - int(digits) % 97:02d}"


@wrong_value("VIT-IDE-002", "never checks the key of the NIR", "ne vérifie jamais la clé du NIR")
def any_key_is_right(card: Card, _request: ReadRequest) -> None:
    card["assure"]["nir_valide"] = True


@wrong_value("VIT-IDE-003", "sorts the beneficiaries by given name", "trie les bénéficiaires par prénom")
def sorted_by_name(card: Card, _request: ReadRequest) -> None:
    card["beneficiaires"] = sorted(beneficiaries(card), key=itemgetter("prenom"))


@wrong_value("VIT-IDE-003", "shows the insured person only", "n'affiche que l'assuré")
def insured_person_only(card: Card, _request: ReadRequest) -> None:
    del card["beneficiaires"][1:]


@wrong_value(
    "VIT-IDE-003",
    "takes two beneficiaries born on one day for one person",
    "prend pour une seule personne deux bénéficiaires nés le même jour",
)
def one_of_the_twins(card: Card, _request: ReadRequest) -> None:
    seen: set[str] = set()
    kept: list[Card] = []
    for one in beneficiaries(card):
        if one["naissance"]["en_carte"] not in seen:
            kept.append(one)
        seen.add(one["naissance"]["en_carte"])
    card["beneficiaires"] = kept


@wrong_value("VIT-IDE-004", "ignores the rank of birth", "ignore le rang de naissance")
def rank_is_one(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["rang_naissance"] = "1"


@wrong_value(
    "VIT-IDE-004",
    "shows the quality of a beneficiary as their rank of birth, and the rank as the quality",
    "affiche la qualité du bénéficiaire comme rang de naissance, et inversement",
)
def rank_and_quality_swapped(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["rang_naissance"], one["qualite"] = one["qualite"], one["rang_naissance"]


@wrong_value(
    "VIT-IDE-005",
    "replaces a month and a day that no calendar has by the first of January",
    "remplace par le 1er janvier un mois et un jour qui n'existent pas",
)
def lunar_date_repaired(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        born = one["naissance"]
        one["naissance"] = born | {"date": born["date"] or f"{born['en_carte'][:4]}-01-01"}


@wrong_value(
    "VIT-IDE-005", "does not say that a date of birth is a lunar one", "ne signale pas une date de naissance lunaire"
)
def no_lunar_dates(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["naissance"] = one["naissance"] | {"lunaire": False}


@wrong_value("VIT-IDE-005", "swaps day and month of birth", "intervertit le jour et le mois de naissance")
def day_and_month_swapped(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        born = one["naissance"]
        if born["date"]:
            year, month, day = born["date"].split("-")
            one["naissance"] = born | {"date": f"{year}-{day}-{month}"}


@wrong_value(
    "VIT-IDE-009", "shows no number and no validity of the card", "n'affiche ni numéro ni validité de la carte"
)
def anonymous_card(card: Card, _request: ReadRequest) -> None:
    card["vitale"] = {}


@wrong_value("VIT-IDE-011", "shows one accident at work only", "n'affiche qu'un accident du travail")
def one_accident(card: Card, _request: ReadRequest) -> None:
    card["accidents"] = card["accidents"][:1]


@wrong_value("VIT-IDE-011", "leaves out the complementary insurer", "omet l'organisme complémentaire")
def no_complementary_insurer(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["amc"] = None


@wrong_value("VIT-IDE-012", "subtracts the years to say an age", "soustrait les années pour donner un âge")
def age_by_years_alone(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        if counted := one["naissance"]["date_calcul"]:
            one["naissance"]["age"] = int(card["on"][:4]) - int(counted[:4])


@wrong_value(
    "VIT-IDE-013",
    "checks the insured person's key alone and calls the others right",
    "ne vérifie que la clé de l'assuré et dit justes les autres",
)
def other_keys_taken_for_right(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["nir_certifie_valide"] = True


@wrong_value(
    "VIT-IDE-014",
    "takes a number of the agricultural scheme for one of somebody passing through",
    "prend un numéro du régime agricole pour un numéro de passage",
)
def agricultural_as_passing(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["nir_nature"] == "agricole":
        card["assure"]["nir_nature"] = "passage"


@wrong_value(
    "VIT-IDE-015",
    "takes a NIR for false whose first digit is not 1 or 2",
    "dit faux un NIR dont le premier chiffre n'est ni 1 ni 2",
)
def two_sexes_only(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["nir"][:1] not in {"1", "2"}:
        card["assure"]["nir_valide"] = False


@wrong_value("VIT-IDE-016", "knows ranks of birth up to 3", "ne connaît les rangs de naissance que jusqu'à 3")
def triplets_at_most(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["rang_naissance"] = min(one["rang_naissance"], "3")


@wrong_value(
    "VIT-IDE-017",
    "takes whoever has no régime on the card for somebody of the general scheme",
    "rattache au régime général toute personne dont la carte ne dit pas le régime",
)
def general_scheme_by_default(card: Card, _request: ReadRequest) -> None:
    card["assure"]["regime"] = card["assure"]["regime"] or "01"
