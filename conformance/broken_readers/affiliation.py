"""Readers that are wrong about who insures a person, and until when."""

from __future__ import annotations

from conformance.broken_readers.model import Card, beneficiaries, rights, wrong_value
from conformance.protocol import ReadRequest


@wrong_value(
    "VIT-IDE-006",
    "takes codes for numbers and loses their zeros",
    "prend les codes pour des nombres et perd leurs zéros",
)
def codes_as_numbers(card: Card, _request: ReadRequest) -> None:
    for name in ("caisse", "centre"):
        card["assure"][name] = card["assure"][name].lstrip("0")


@wrong_value("VIT-IDE-007", "says of all rights that they are open", "dit ouverts tous les droits")
def rights_always_open(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["droits_ouverts"] = True


@wrong_value(
    "VIT-IDE-007",
    "takes the last day of a period for the first day without rights",
    "prend le dernier jour d'une période pour le premier jour sans droits",
)
def last_day_is_out(card: Card, request: ReadRequest) -> None:
    for one in beneficiaries(card):
        if any(period["fin"] == request.on for period in rights(one)):
            one["droits_ouverts"] = False


@wrong_value("VIT-IDE-007", "drops the second period of rights", "perd la deuxième période de droits")
def one_period_of_rights(card: Card, request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["droits"] = rights(one)[:1]
        one["droits_ouverts"] = any(
            (each["debut"] or "0") <= request.on <= (each["fin"] or "9") for each in rights(one)
        )


@wrong_value(
    "VIT-IDE-008",
    "says of every complementary cover that the caisse runs it",
    "dit de toute couverture complémentaire qu'elle est gérée par la caisse",
)
def every_mutuelle_is_the_caisse(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["mutuelle"] = one["mutuelle"] and one["mutuelle"] | {"geree_par_amo": True}


@wrong_value(
    "VIT-IDE-008",
    "does not know the cover that the caisse itself runs",
    "ne reconnaît pas la couverture que la caisse gère elle-même",
)
def no_mutuelle_is_the_caisse(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["mutuelle"] = one["mutuelle"] and one["mutuelle"] | {"geree_par_amo": False}


@wrong_value(
    "VIT-REG-001",
    "has one name for every régime but the general one",
    "n'a qu'un nom pour tous les régimes autres que le régime général",
)
def other_scheme(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["regime"] != "01":
        card["assure"]["regime_libelle"] = "Autre régime"


@wrong_value(
    "VIT-REG-002",
    "takes a code that no régime has for the general scheme",
    "prend pour le régime général un code qu'aucun régime ne porte",
)
def unattributed_is_general(card: Card, _request: ReadRequest) -> None:
    card["assure"]["regime_libelle"] = card["assure"]["regime_libelle"] or "Régime général"


@wrong_value(
    "VIT-REG-003",
    "shows the centre as a number, without its zeros",
    "affiche le centre comme un nombre, sans ses zéros",
)
def centre_as_number(card: Card, _request: ReadRequest) -> None:
    card["assure"]["centre"] = card["assure"]["centre"].lstrip("0") or "0"


@wrong_value("VIT-REG-004", "keeps the digits of the code gestion only", "ne garde que les chiffres du code gestion")
def gestion_as_number(card: Card, _request: ReadRequest) -> None:
    digits = "".join(one for one in card["assure"]["code_gestion"] if one.isdigit())
    card["assure"]["code_gestion"] = digits.lstrip("0")


@wrong_value(
    "VIT-REG-005",
    "knows insured persons, spouses and children, and calls everybody else a child",
    "ne connaît qu'assurés, conjoints et enfants, et prend tous les autres pour des enfants",
)
def three_qualities(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        if one["qualite"] not in "026":
            one.update(qualite="6", qualite_libelle="Enfant")


@wrong_value(
    "VIT-REG-006",
    "hides a beneficiary whose quality it does not know",
    "cache un bénéficiaire dont il ne connaît pas la qualité",
)
def hides_the_unknown(card: Card, _request: ReadRequest) -> None:
    card["beneficiaires"] = [one for one in beneficiaries(card) if one["qualite"].isdigit()]


@wrong_value("VIT-DRO-001", "sorts the periods of rights", "trie les périodes de droits")
def sorted_periods(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["droits"] = sorted(rights(one), key=lambda each: each["debut"] or "")


@wrong_value("VIT-DRO-001", "shows the period in force only", "n'affiche que la période en cours")
def period_in_force_only(card: Card, request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["droits"] = [each for each in rights(one) if _holds(each, request.on)]


@wrong_value(
    "VIT-DRO-002", "opens the rights on the day after the first", "ouvre les droits le lendemain du premier jour"
)
def first_day_is_out(card: Card, request: ReadRequest) -> None:
    for one in beneficiaries(card):
        if any(each["debut"] == request.on for each in rights(one)):
            one["droits_ouverts"] = False


@wrong_value(
    "VIT-DRO-003",
    "takes everything from the first begin to the last end for open",
    "croit ouvert tout ce qui va du premier début à la dernière fin",
)
def no_gap_between_periods(card: Card, request: ReadRequest) -> None:
    for one in beneficiaries(card):
        if one["droits"]:
            first = min(each["debut"] or "0" for each in rights(one))
            last = max(each["fin"] or "9" for each in rights(one))
            one["droits_ouverts"] = first <= request.on <= last


@wrong_value(
    "VIT-DRO-004",
    "takes the absent last day of a period for one long past",
    "prend le dernier jour absent d'une période pour un jour très ancien",
)
def no_end_is_long_past(card: Card, request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["droits_ouverts"] = any(
            (each["debut"] or "0") <= request.on <= (each["fin"] or "0") for each in rights(one)
        )


@wrong_value(
    "VIT-DRO-005",
    "takes a bound that no calendar has for an open one",
    "prend pour ouverte une borne qu'aucun calendrier ne connaît",
)
def impossible_bound_is_open(card: Card, request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["droits_ouverts"] = any(_holds(each, request.on) for each in rights(one))


@wrong_value(
    "VIT-DRO-006", "shows the insured person's rights for everybody", "affiche pour tous les droits de l'assuré"
)
def one_person_s_rights(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["droits_ouverts"] = beneficiaries(card)[0]["droits_ouverts"]


@wrong_value(
    "VIT-DRO-007",
    "says that the rights are closed because the card has expired",
    "dit les droits fermés parce que la carte est périmée",
)
def expired_card_closes_rights(card: Card, request: ReadRequest) -> None:
    last = card["vitale"].get("fin_validite")
    if last and last < request.on:
        for one in beneficiaries(card):
            one["droits_ouverts"] = False


@wrong_value("VIT-DRO-008", "loses the zero of a service's code", "perd le zéro du code d'un service")
def service_as_number(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["service_amo"]["code"] = one["service_amo"]["code"].lstrip("0") or "0"


@wrong_value("VIT-DRO-009", "shows the family's service for everybody", "affiche pour tous le service de la famille")
def family_service_for_all(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["service_amo"] = dict(card["service_amo"])


def _holds(period: Card, on: str) -> bool:
    return (period["debut"] or "0") <= on <= (period["fin"] or "9")


@wrong_value(
    "VIT-REG-007",
    "reads a prisoner out of code gestion 65 whatever the régime",
    "lit un détenu dans le code gestion 65 quel que soit le régime",
)
def prisoner_of_every_scheme(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["code_gestion"] == "65":
        card["assure"]["statut_particulier"] = "detenu"


@wrong_value(
    "VIT-REG-008",
    "gives the name of a caisse's first centre to its others",
    "donne aux autres centres d'une caisse le nom du premier",
)
def first_centre_for_all(card: Card, _request: ReadRequest) -> None:
    if (card["assure"]["regime"], card["assure"]["caisse"]) == ("06", "200"):
        card["assure"]["caisse_libelle"] = "ENIM, centre de Bordeaux"


@wrong_value(
    "VIT-REG-009",
    "shows the first centre of a caisse, whatever the card says",
    "affiche le premier centre d'une caisse, quoi que dise la carte",
)
def first_centre_of_the_caisse(card: Card, _request: ReadRequest) -> None:
    first = {("06", "200"): "0200", ("90", "100"): "0000"}
    assure = card["assure"]
    assure["centre"] = first.get((assure["regime"], assure["caisse"]), assure["centre"])
