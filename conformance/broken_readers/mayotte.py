"""Readers that are wrong about Mayotte."""

from __future__ import annotations

from conformance.broken_readers.model import Card, exemptions, wrong_value
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
    "VIT-MAY-005",
    "knows one centre of the caisse of Mayotte, 0101",
    "ne connaît qu'un centre de la caisse de Mayotte, 0101",
)
def one_centre_of_mayotte(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["centre"] != "0101":
        card["assure"].update(regime_particulier=None)


@wrong_value(
    "VIT-MAY-006",
    "knows no old-age fund in Mayotte",
    "ne connaît pas de FSV à Mayotte",
)
def no_fsv_in_mayotte(card: Card, _request: ReadRequest) -> None:
    if (card["assure"]["regime"], card["assure"]["caisse"]) == ("01", "976"):
        for one in exemptions(card):
            if one["nature"] == "fsv":
                one.update(nature="aucune", justificatif="0", taux_standard=70)
