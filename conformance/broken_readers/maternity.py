"""Readers that are wrong about maternity."""

from __future__ import annotations

from datetime import date, timedelta

from conformance.broken_readers.model import Card, beneficiaries, wrong_value
from conformance.protocol import ReadRequest


def _covered(one: Card, on: str, *, earlier: int = 0, later: int = 0) -> bool:
    period = one["maternite"]
    first = date.fromisoformat(period["debut"]) - timedelta(days=earlier)
    last = date.fromisoformat(period["fin"]) + timedelta(days=later)
    return first <= date.fromisoformat(on) <= last


def _expecting(card: Card) -> list[Card]:
    return [one for one in beneficiaries(card) if one.get("maternite") and one.get("exoneration")]


@wrong_value(
    "VIT-MAT-001",
    "begins the maternity one day too early",
    "fait commencer la maternité un jour trop tôt",
)
def maternity_one_day_early(card: Card, request: ReadRequest) -> None:
    for one in _expecting(card):
        if _covered(one, request.on, earlier=1):
            one["exoneration"].update(nature="maternite", justificatif="0", taux_standard=100)


@wrong_value(
    "VIT-MAT-002",
    "covers one day too many after the delivery",
    "couvre un jour de trop après l'accouchement",
)
def maternity_one_day_long(card: Card, request: ReadRequest) -> None:
    for one in _expecting(card):
        if request.api == "4.10" and _covered(one, request.on, later=1):
            one["exoneration"].update(nature="maternite", justificatif="0", taux_standard=100)


@wrong_value(
    "VIT-MAT-002",
    "ends the maternity on the day of delivery, as before 4.10",
    "termine la maternité le jour de l'accouchement, comme avant la 4.10",
)
def maternity_ends_at_birth(card: Card, request: ReadRequest) -> None:
    for one in _expecting(card):
        last = one["maternite"]["date_accouchement"] or one["maternite"]["date_presumee"]
        if one["exoneration"]["nature"] == "maternite" and last and request.on > last:
            one["exoneration"].update(nature="aucune", justificatif="0")


@wrong_value(
    "VIT-MAT-003",
    "lets a long-term illness go before the maternity",
    "fait passer l'ALD avant la maternité",
)
def ald_before_maternity(card: Card, _request: ReadRequest) -> None:
    for one in _expecting(card):
        code = one["exoneration"]["code_couverture"]
        if code and code[0] != "0":
            one["exoneration"].update(nature="ald", justificatif="4")


@wrong_value(
    "VIT-MAT-004",
    "covers twelve days after the delivery by the rules before 4.10 as well",
    "couvre douze jours après l'accouchement aussi selon les règles d'avant la 4.10",
)
def twelve_days_before_410(card: Card, request: ReadRequest) -> None:
    for one in _expecting(card):
        if request.api == "before" and _covered(one, request.on, later=12):
            one["exoneration"].update(nature="maternite", justificatif="0", taux_standard=100)


@wrong_value(
    "VIT-MAT-005",
    "shows one beneficiary's maternity for everybody on the card",
    "affiche pour tous la maternité d'une bénéficiaire",
)
def maternity_for_all(card: Card, _request: ReadRequest) -> None:
    found = next((one for one in beneficiaries(card) if one.get("maternite")), None)
    if found is not None:
        for one in beneficiaries(card):
            one.update(maternite=found["maternite"], exoneration=found["exoneration"])


@wrong_value(
    "VIT-MAT-006",
    "shows a maternity without any professional card",
    "affiche une maternité sans carte de professionnel",
)
def maternity_without_a_card(card: Card, request: ReadRequest) -> None:
    if request.cps is None:
        for one in beneficiaries(card):
            one["maternite"] = one["maternite"] or {"date_presumee": None, "date_accouchement": None}


@wrong_value(
    "VIT-MAT-007",
    "shows the expected day of delivery as that of the delivery",
    "affiche la date présumée comme date d'accouchement",
)
def expected_day_as_delivery(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        if one.get("maternite"):
            one["maternite"] = one["maternite"] | {"date_accouchement": one["maternite"]["date_presumee"]}
