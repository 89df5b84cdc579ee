"""Readers that are wrong about the RATP."""

from __future__ import annotations

from conformance.broken_readers.model import Card, beneficiaries, exemptions, wrong_value
from conformance.protocol import ReadRequest


def _before(card: Card, request: ReadRequest) -> bool:
    return card["assure"]["regime"] == "05" and request.api == "before"


@wrong_value(
    "VIT-RAT-001", "exempts everybody insured by the RATP, at 100 %", "exonère tous les assurés de la RATP, à 100 %"
)
def ratp_always_exempted(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["regime"] == "05":
        for one in exemptions(card):
            one.update(nature="regime_special", justificatif="5", taux_standard=100)


@wrong_value(
    "VIT-RAT-002",
    "forgets the RATP's label of before 4.10",
    "oublie le libellé RATP d'avant la 4.10",
)
def ratp_label_forgotten(card: Card, request: ReadRequest) -> None:
    if card["assure"]["regime"] == "05" and request.api == "before":
        for one in exemptions(card):
            one.update(nature="aucune", justificatif="0", taux_standard=70)


@wrong_value(
    "VIT-RAT-003",
    "lets no exemption stand for whom the RATP insures",
    "ne laisse aucune exonération aux assurés de la RATP",
)
def ratp_exempts_nobody(card: Card, request: ReadRequest) -> None:
    if card["assure"]["regime"] == "05" and request.api == "4.10":
        for one in exemptions(card):
            one.update(nature="aucune", justificatif="0")


@wrong_value(
    "VIT-RAT-004",
    "sees régime 05 and shows an exemption without any professional card",
    "voit le régime 05 et affiche une exonération sans carte de professionnel",
)
def deduces_ratp(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["regime"] == "05":
        for one in beneficiaries(card):
            one["exoneration"] = one["exoneration"] or {"nature": "regime_special", "justificatif": "5"}


@wrong_value(
    "VIT-RAT-005",
    "applies the RATP's label of before 4.10 to the code 00500 alone",
    "n'applique le libellé RATP d'avant la 4.10 qu'au code 00500",
)
def ratp_label_for_00500_alone(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if _before(card, request) and one["nature"] == "regime_special" and one["code_couverture"] != "00500":
            one.update(nature="aucune", justificatif="0", taux_standard=70)


@wrong_value(
    "VIT-RAT-006",
    "lets the RATP's label of before 4.10 go before a long-term illness",
    "fait passer le libellé RATP d'avant la 4.10 avant une ALD",
)
def ratp_before_ald(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if _before(card, request) and one["nature"] == "ald":
            one.update(nature="regime_special", justificatif="5")


@wrong_value(
    "VIT-RAT-007",
    "takes the old-age fund of the RATP's own table for an exemption",
    "prend le FSV de la table propre à la RATP pour une exonération",
)
def ratp_fund_exempts(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if request.api == "4.10" and one["code_couverture"] == "00504":
            one.update(nature="exonere", justificatif="5", taux_standard=100)


@wrong_value(
    "VIT-RAT-009",
    "gives everybody on a RATP card the long-term illness of one",
    "donne à tous ceux d'une carte RATP l'ALD de l'un d'eux",
)
def one_illness_for_all(card: Card, _request: ReadRequest) -> None:
    ill = next((one for one in exemptions(card) if one["nature"] == "ald"), None)
    if card["assure"]["regime"] == "05" and ill is not None:
        for one in exemptions(card):
            one.update(nature="ald", justificatif="4")


@wrong_value(
    "VIT-RAT-011",
    "shows the RATP's label of before 4.10 though no code is in force",
    "affiche le libellé RATP d'avant la 4.10 alors qu'aucun code n'est en cours",
)
def ratp_label_without_a_code(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if _before(card, request) and one["code_couverture"] is None:
            one.update(nature="regime_special", justificatif="5", taux_standard=100)
