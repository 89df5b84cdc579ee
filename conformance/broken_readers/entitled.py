"""Readers that show the protected data to somebody whose card does not open them."""

from __future__ import annotations

from conformance.broken_readers.model import Card, beneficiaries, wrong_value
from conformance.protocol import ReadRequest


def _not_entitled(card: Card) -> bool:
    protected: Card = card.get("protected") or {}
    return bool(protected.get("code") == "cps_not_entitled")


def _show(card: Card, nature: str, justificatif: str, regime: str = "") -> None:
    if _not_entitled(card) and regime in {"", card["assure"]["regime"]}:
        for one in beneficiaries(card):
            one["exoneration"] = {"nature": nature, "justificatif": justificatif}


@wrong_value(
    "VIT-UNC-011",
    "tells a CPA that the patient is not exempted",
    "dit à une CPA que le patient n'est pas exonéré",
)
def tells_a_cpa_no_exemption(card: Card, _request: ReadRequest) -> None:
    _show(card, "aucune", "0")


@wrong_value(
    "VIT-MAT-017",
    "shows the dates of a maternity to a CPA",
    "montre à une CPA les dates d'une maternité",
)
def maternity_for_a_cpa(card: Card, _request: ReadRequest) -> None:
    if _not_entitled(card):
        for one in beneficiaries(card):
            one["maternite"] = {"date_presumee": "2026-06-20", "date_accouchement": None}


@wrong_value(
    "VIT-MAY-008",
    "withholds Mayotte with the exemption, although régime and caisse are free to read",
    "retient Mayotte avec l'exonération, alors que régime et caisse sont en lecture libre",
)
def mayotte_withheld(card: Card, _request: ReadRequest) -> None:
    if _not_entitled(card):
        card["assure"].update(regime_particulier=None)


@wrong_value(
    "VIT-MIN-011",
    "shows the miners' exemption to a CPA, because the régime is free to read",
    "montre à une CPA l'exonération des Mines, parce que le régime est en lecture libre",
)
def mines_for_a_cpa(card: Card, _request: ReadRequest) -> None:
    _show(card, "regime_special", "6", regime="07")


@wrong_value(
    "VIT-RAT-008",
    "shows an exemption of the RATP's scheme to a CPA",
    "montre à une CPA une exonération du régime de la RATP",
)
def ratp_for_a_cpa(card: Card, _request: ReadRequest) -> None:
    _show(card, "exonere", "5", regime="05")
