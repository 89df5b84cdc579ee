"""Readers that are wrong about the complementary cover."""

from __future__ import annotations

from conformance.broken_readers.model import Card, beneficiaries, wrong_value
from conformance.protocol import ReadRequest


def _covered(card: Card) -> list[Card]:
    return [one for one in beneficiaries(card) if one.get("mutuelle")]


@wrong_value(
    "VIT-AMC-001",
    "takes the identification of a mutuelle for a number",
    "prend pour un nombre l'identification d'une mutuelle",
)
def mutuelle_as_number(card: Card, _request: ReadRequest) -> None:
    for one in _covered(card):
        one["mutuelle"]["identification"] = one["mutuelle"]["identification"].lstrip("0")


@wrong_value("VIT-AMC-001", "shows the guarantees as yes or no", "affiche les garanties par oui ou par non")
def guarantees_yes_or_no(card: Card, _request: ReadRequest) -> None:
    for one in _covered(card):
        one["mutuelle"]["garanties"] = "O" if "O" in one["mutuelle"]["garanties"] else ""


@wrong_value(
    "VIT-AMC-002",
    "shows the last period of the complementary cover only",
    "n'affiche que la dernière période de la couverture complémentaire",
)
def last_period_of_the_mutuelle(card: Card, _request: ReadRequest) -> None:
    for one in _covered(card):
        one["mutuelle"]["periodes"] = one["mutuelle"]["periodes"][-1:]


@wrong_value(
    "VIT-AMC-003",
    "takes service 01 for a cover that the caisse runs, whatever the identification",
    "prend le service 01 pour une couverture gérée par la caisse, quelle que soit l'identification",
)
def service_makes_the_caisse(card: Card, _request: ReadRequest) -> None:
    for one in _covered(card):
        one["mutuelle"]["geree_par_amo"] = card["service_amo"]["code"] == "01"


@wrong_value("VIT-AMC-004", "leaves out the member's number of the insurer", "omet le numéro d'adhérent de l'organisme")
def no_member_number(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        if one["amc"]:
            one["amc"]["numero_adherent"] = ""


@wrong_value(
    "VIT-AMC-005",
    "shows empty fields where there is no complementary cover",
    "affiche des champs vides quand il n'y a pas de couverture complémentaire",
)
def empty_cover(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["mutuelle"] = one["mutuelle"] or {"identification": "", "garanties": "", "periodes": []}


@wrong_value(
    "VIT-AMC-006",
    "withholds the complementary cover together with the exemption",
    "retient la couverture complémentaire avec l'exonération",
)
def cover_is_withheld(card: Card, request: ReadRequest) -> None:
    if request.cps is None:
        for one in beneficiaries(card):
            one["mutuelle"] = None


@wrong_value(
    "VIT-AMC-007",
    "gives the family's complementary cover to whoever has none",
    "donne la couverture complémentaire de la famille à qui n'en a pas",
)
def family_cover_for_all(card: Card, _request: ReadRequest) -> None:
    family = card["service_amo"]
    for one in beneficiaries(card):
        if one["cmu"] is None and family["code"].strip("0"):
            one["cmu"] = {"origine": "famille", "code": family["code"], "en_cours": True}


@wrong_value(
    "VIT-AMC-008",
    "takes an indicator for a number and loses its zero",
    "prend un indicateur pour un nombre et en perd le zéro",
)
def indicator_as_number(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        for cover in (one["mutuelle"], one["amc"]):
            if cover:
                cover["indicateur_traitement"] = cover["indicateur_traitement"].lstrip("0")
