"""Readers that are wrong about Mayotte, the Mines and the RATP."""

from __future__ import annotations

from conformance.broken_readers.model import Card, beneficiaries, exemptions, wrong_value
from conformance.protocol import ReadRequest

_MAYOTTE = "Régime général - Mayotte"


@wrong_value("VIT-MAY-001", "does not know Mayotte", "ne connaît pas Mayotte")
def no_mayotte(card: Card, _request: ReadRequest) -> None:
    card["assure"].update(regime_particulier=None)


@wrong_value("VIT-MAY-001", "loses the caisse of Mayotte", "perd la caisse de Mayotte")
def mayotte_without_caisse(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["caisse"] == "976":
        card["assure"].update(caisse="", centre="")


@wrong_value(
    "VIT-MAY-002",
    "shows Mayotte by the rules before 4.10 as well",
    "affiche Mayotte aussi selon les règles d'avant la 4.10",
)
def mayotte_before_its_time(card: Card, _request: ReadRequest) -> None:
    if (card["assure"]["regime"], card["assure"]["caisse"]) == ("01", "976"):
        card["assure"].update(regime_particulier="mayotte", regime_libelle=_MAYOTTE)


@wrong_value(
    "VIT-MAY-003",
    "takes whoever was born in Mayotte for insured there",
    "croit assuré à Mayotte quiconque y est né",
)
def mayotte_by_birth(card: Card, request: ReadRequest) -> None:
    if request.api == "4.10" and card["assure"]["nir"][5:8] == "976":
        card["assure"].update(regime_particulier="mayotte", regime_libelle=_MAYOTTE)


@wrong_value("VIT-MAY-003", "sees caisse 976 and not the régime", "voit la caisse 976 sans regarder le régime")
def mayotte_by_caisse(card: Card, request: ReadRequest) -> None:
    if request.api == "4.10" and card["assure"]["caisse"] == "976":
        card["assure"].update(regime_particulier="mayotte", regime_libelle=_MAYOTTE)


@wrong_value("VIT-MAY-004", "exempts everybody insured in Mayotte", "exonère tous les assurés de Mayotte")
def mayotte_exempts(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["caisse"] == "976":
        for one in exemptions(card):
            one.update(nature="regime_special", justificatif="6")


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
