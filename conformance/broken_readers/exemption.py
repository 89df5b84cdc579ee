"""Readers that misread the code couverture."""

from __future__ import annotations

from conformance.broken_readers.model import Card, beneficiaries, exemptions, wrong_value
from conformance.protocol import ReadRequest


@wrong_value(
    "VIT-PRO-001",
    "looks at the four digits of the situation and never at the ALD character before them",
    "ne regarde que les quatre chiffres de la situation, jamais le caractère ALD qui les précède",
)
def ignores_ald(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature"] == "ald":
            one.update(nature="aucune", justificatif="0", libelle="Non exonéré", avec=[])


@wrong_value(
    "VIT-PRO-002",
    "knows exempted and not exempted, and no kinds of exemption",
    "ne connaît qu'exonéré et non exonéré, sans distinguer les natures d'exonération",
)
def exempted_or_not(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature"] not in {"aucune", "ald", "inconnue", "maternite"}:
            one.update(nature="exonere", justificatif="5")


@wrong_value(
    "VIT-PRO-003",
    "takes the first period of the card, whatever the day",
    "prend la première période de la carte, quel que soit le jour",
)
def first_period_decides(card: Card, _request: ReadRequest) -> None:
    for person, one in [(each, each["exoneration"]) for each in beneficiaries(card) if each.get("exoneration")]:
        if person["couvertures"]:
            first = person["couvertures"][0]
            one["code_couverture"] = first["ald"] + first["situation"]


@wrong_value(
    "VIT-PRO-003",
    "takes the last day of a coverage period for the first day after it",
    "prend le dernier jour d'une période de couverture pour le premier jour d'après",
)
def last_day_is_not_covered(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["fin"] == request.on:
            one.update(
                code_couverture=None, nature="aucune", justificatif=None, taux_standard=None, debut=None, fin=None
            )


@wrong_value("VIT-PRO-004", "takes an unknown code for one it knows", "prend un code inconnu pour un code connu")
def knows_every_code(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        one["connu"] = True


@wrong_value(
    "VIT-PRO-004",
    "shows an unknown code as no exemption",
    "affiche un code inconnu comme une absence d'exonération",
)
def unknown_is_not_exempted(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature"] == "inconnue":
            one.update(nature="aucune", justificatif="0", taux_standard=70)


@wrong_value(
    "VIT-PRO-005",
    "shows the first beneficiary's exemption for everybody",
    "affiche pour tous l'exonération du premier bénéficiaire",
)
def first_exemption_for_all(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["exoneration"] = beneficiaries(card)[0]["exoneration"]


@wrong_value("VIT-PRO-007", "lists the last coverage period only", "ne liste que la dernière période de couverture")
def last_period_only(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["couvertures"] = one["couvertures"] and one["couvertures"][-1:]


@wrong_value(
    "VIT-EXO-031",
    "gives every period the nature of the one in force",
    "donne à chaque période la nature de celle en cours",
)
def nature_of_the_day_for_all(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        for period in one["couvertures"] or ():
            period["nature"] = one["exoneration"]["nature"]
