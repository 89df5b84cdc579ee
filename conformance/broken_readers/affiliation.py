"""Readers that are wrong about who insures a person, and until when."""

from __future__ import annotations

from conformance.broken_readers.model import Card, beneficiaries, wrong_value
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
        if any(period["fin"] == request.on for period in one["droits"]):
            one["droits_ouverts"] = False


@wrong_value("VIT-IDE-007", "drops the second period of rights", "perd la deuxième période de droits")
def one_period_of_rights(card: Card, request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["droits"] = one["droits"][:1]
        one["droits_ouverts"] = any(
            (each["debut"] or "0") <= request.on <= (each["fin"] or "9") for each in one["droits"]
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
