"""Readers that are wrong about the miners' scheme."""

from __future__ import annotations

from conformance.broken_readers.model import Card, beneficiaries, exemptions, wrong_value
from conformance.protocol import ReadRequest


@wrong_value(
    "VIT-MIN-001",
    "sees régime 07, which is free to read, and shows the miners' exemption without any professional card",
    "voit le régime 07, qui est en lecture libre, et affiche l'exonération des Mines sans carte de professionnel",
)
def deduces_mines(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["regime"] == "07":
        for one in beneficiaries(card):
            one["exoneration"] = one["exoneration"] or {"nature": "regime_special", "justificatif": "6"}


@wrong_value(
    "VIT-MIN-002",
    "gives the miners' exemption the justificatif 5 of an invalidity",
    "donne à l'exonération des Mines le justificatif 5 d'une invalidité",
)
def mines_justificatif_5(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["code_couverture"] == "00700":
            one["justificatif"] = "5"


@wrong_value(
    "VIT-MIN-003",
    "lets the miners' scheme go before a long-term illness",
    "fait passer le régime minier avant l'ALD",
)
def mines_before_ald(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if (one["code_couverture"] or "").endswith("0700"):
            one.update(nature="regime_special", justificatif="6")


@wrong_value(
    "VIT-MIN-004",
    "still says that the miners' exemption holds in the scheme's own network only",
    "dit encore que l'exonération des Mines ne vaut que dans le réseau propre au régime",
)
def mines_network_in_410(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if request.api == "4.10" and one["code_couverture"] == "00700":
            one["libelle"] = "Régime minier : exonération limitée au réseau de soins propre au régime"


@wrong_value(
    "VIT-MIN-005",
    "shows the miners' label of 4.10 by the rules before it",
    "affiche le libellé minier de la 4.10 selon les règles d'avant",
)
def mines_label_of_410(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if request.api == "before" and one["code_couverture"] == "00700":
            one["libelle"] = "Régime minier : exonération du ticket modérateur"


@wrong_value(
    "VIT-MIN-006",
    "loses what stands beside an exemption",
    "perd ce qui accompagne une exonération",
)
def nothing_beside(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        one["avec"] = []


@wrong_value(
    "VIT-MIN-007",
    "with a professional card, takes everybody of régime 07 for exempted, whatever the code in force",
    "avec une carte de professionnel, croit exonéré tout assuré du régime 07, quel que soit le code en cours",
)
def mines_by_regime(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["regime"] == "07":
        for one in exemptions(card):
            if one["nature"] != "ald":
                one.update(nature="regime_special", justificatif="6", taux_standard=100)


@wrong_value(
    "VIT-MIN-008",
    "knows 10700 as the only long-term illness of a miner",
    "ne connaît que 10700 comme ALD d'un mineur",
)
def knows_10700_alone(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["code_couverture"] in {"20700", "30700"}:
            one.update(nature="regime_special", justificatif="6")


@wrong_value(
    "VIT-MIN-009",
    "asks for régime 07 as well before it believes the code 00700",
    "exige aussi le régime 07 pour croire le code 00700",
)
def mines_need_the_regime(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if card["assure"]["regime"] != "07" and one["code_couverture"] == "00700":
            one.update(nature="aucune", justificatif="0")


@wrong_value(
    "VIT-MIN-010",
    "falls back on régime 07 when no code is in force",
    "se rabat sur le régime 07 quand aucun code n'est en cours",
)
def mines_without_a_code(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if card["assure"]["regime"] == "07" and one["code_couverture"] is None:
            one.update(code_couverture="00700", nature="regime_special", justificatif="6")


@wrong_value(
    "VIT-MIN-012",
    "deduces the miners' exemption from régime 07 by the rules before 4.10",
    "déduit l'exonération des Mines du régime 07 selon les règles d'avant la 4.10",
)
def deduces_mines_before_410(card: Card, request: ReadRequest) -> None:
    if request.api == "before" and card["assure"]["regime"] == "07":
        for one in beneficiaries(card):
            one["exoneration"] = one["exoneration"] or {"nature": "regime_special", "justificatif": "6"}
