"""Readers that take the wrong period, the wrong person's, or more than the code says."""

from __future__ import annotations

from conformance.broken_readers.model import Card, beneficiaries, exemptions, wrong_value
from conformance.protocol import ReadRequest

_NOTHING: Card = {
    "code_couverture": None,
    "connu": True,
    "nature": "aucune",
    "justificatif": None,
    "taux_standard": None,
    "debut": None,
    "fin": None,
}


def _with_exemption(card: Card) -> list[tuple[Card, Card]]:
    return [(one, one["exoneration"]) for one in beneficiaries(card) if one.get("exoneration")]


@wrong_value(
    "VIT-EXO-017",
    "of several exemptions of one day, shows the one that stands first on the card",
    "de plusieurs exonérations d'un même jour, affiche la première de la carte",
)
def first_on_the_card(card: Card, _request: ReadRequest) -> None:
    for person, one in _with_exemption(card):
        first = next((each for each in person["couvertures"] or () if each["en_cours"]), None)
        if first is not None and one["nature"] != "maternite":
            one.update(code_couverture=first["ald"] + first["situation"], nature=first["nature"])


@wrong_value(
    "VIT-EXO-018",
    "takes the first day of a period for the day before it begins",
    "prend le premier jour d'une période pour la veille de son début",
)
def first_day_is_not_covered(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["debut"] == request.on:
            one.update(_NOTHING)


@wrong_value(
    "VIT-EXO-019",
    "drops a period whose last day is blank",
    "écarte une période dont le dernier jour est vide",
)
def open_end_is_over(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["fin"] is None:
            one.update(_NOTHING)


@wrong_value(
    "VIT-EXO-020",
    "takes an impossible last day for an open end",
    "prend un dernier jour impossible pour une fin ouverte",
)
def impossible_end_is_open(card: Card, _request: ReadRequest) -> None:
    for person, one in _with_exemption(card):
        for each in person["couvertures"] or ():
            if (each["fin_en_carte"] or "").strip("0 ") and each["fin"] is None:
                one.update(code_couverture=each["ald"] + each["situation"], nature=each["nature"])


@wrong_value(
    "VIT-EXO-021",
    "looks at one fixed day, and not at the date of the reading",
    "regarde un jour fixe, et non la date de la lecture",
)
def another_day(card: Card, _request: ReadRequest) -> None:
    for person, one in _with_exemption(card):
        then = next(
            (
                each
                for each in person["couvertures"] or ()
                if (each["debut"] or "") <= "2026-01-15" <= (each["fin"] or "9")
            ),
            None,
        )
        if then is not None and one["code_couverture"] is not None:
            one["code_couverture"] = then["ald"] + then["situation"]


@wrong_value("VIT-EXO-022", "turns a prisoner into an exempted person", "fait d'un détenu une personne exonérée")
def prisoner_is_exempted(card: Card, _request: ReadRequest) -> None:
    if (card["assure"]["regime"], card["assure"]["code_gestion"]) == ("01", "65"):
        for one in exemptions(card):
            one.update(nature="exonere", justificatif="5", taux_standard=100)


@wrong_value(
    "VIT-EXO-023",
    "takes the code gestion of the AME for an exemption",
    "prend le code gestion de l'AME pour une exonération",
)
def ame_is_exempted(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["code_gestion"] == "89":
        for one in exemptions(card):
            one.update(nature="exonere", justificatif="5", taux_standard=100)


@wrong_value(
    "VIT-EXO-025",
    "gives the insured person the exemption of the last beneficiary",
    "donne à l'assuré l'exonération du dernier bénéficiaire",
)
def last_exemption_for_the_insured(card: Card, _request: ReadRequest) -> None:
    people = beneficiaries(card)
    if people:
        people[0]["exoneration"] = people[-1]["exoneration"]


@wrong_value(
    "VIT-EXO-029",
    "shows the first day of the first period, whichever is in force",
    "affiche le premier jour de la première période, quelle que soit celle en cours",
)
def begins_with_the_first_period(card: Card, _request: ReadRequest) -> None:
    for person, one in _with_exemption(card):
        if person["couvertures"] and one["debut"]:
            one["debut"] = person["couvertures"][0]["debut"]


@wrong_value(
    "VIT-DRO-010",
    "says that a right is no longer in force on its last day",
    "dit échu un droit dont c'est le dernier jour",
)
def last_day_is_over(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        for period in one["droits"] or ():
            if period["fin"] == card["on"]:
                period["en_cours"] = False


@wrong_value(
    "VIT-DRO-011",
    "names the beginning of a file wherever it is damaged",
    "désigne le début d'un fichier, où que soit le dégât",
)
def damage_at_the_beginning(card: Card, _request: ReadRequest) -> None:
    for one in card["anomalies"]:
        one["offset"] = 0
