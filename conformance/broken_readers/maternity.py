"""Readers that are wrong about maternity."""

from __future__ import annotations

from datetime import date, timedelta

from conformance.broken_readers.model import Card, beneficiaries, exemptions, wrong_value
from conformance.protocol import ReadRequest


def _covered(one: Card, on: str, *, earlier: int = 0, later: int = 0) -> bool:
    period = one["maternite"]
    first = date.fromisoformat(period["debut"]) - timedelta(days=earlier)
    last = date.fromisoformat(period["fin"]) + timedelta(days=later)
    return first <= date.fromisoformat(on) <= last


def _nothing(one: Card) -> None:
    one["exoneration"].update(nature="aucune", justificatif="0")


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
            _nothing(one)


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


@wrong_value(
    "VIT-MAT-008",
    "finds that a maternity ends before it begins, where the child came early, and shows nothing",
    "trouve, quand l'enfant est né tôt, une maternité qui finit avant de commencer, et n'affiche rien",
)
def early_birth_shows_nothing(card: Card, request: ReadRequest) -> None:
    for one in _expecting(card):
        if request.api == "4.10" and one["maternite"]["date_presumee"] and _began_with_the_delivery(one):
            _nothing(one)


@wrong_value(
    "VIT-MAT-009",
    "needs the expected day of delivery to show a maternity",
    "exige la date présumée d'accouchement pour afficher une maternité",
)
def needs_the_expected_day(card: Card, _request: ReadRequest) -> None:
    for one in _expecting(card):
        if one["maternite"]["date_presumee"] is None:
            _nothing(one)


@wrong_value(
    "VIT-MAT-010",
    "waits for the delivery to show a maternity by the rules before 4.10",
    "attend l'accouchement pour afficher une maternité selon les règles d'avant la 4.10",
)
def waits_for_the_delivery(card: Card, request: ReadRequest) -> None:
    for one in _expecting(card):
        if request.api == "before" and one["maternite"]["date_accouchement"] is None:
            _nothing(one)


@wrong_value(
    "VIT-MAT-011",
    "puts the maternity before a full exemption by the rules before 4.10 as well",
    "met la maternité avant une exonération complète aussi selon les règles d'avant la 4.10",
)
def maternity_first_before_410(card: Card, request: ReadRequest) -> None:
    for one in _expecting(card):
        if request.api == "before" and _covered(one, request.on):
            one["exoneration"].update(nature="maternite", justificatif="0")


@wrong_value(
    "VIT-MAT-012",
    "loses what stands beside a maternity",
    "perd ce qui accompagne une maternité",
)
def nothing_beside_maternity(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature"] == "maternite":
            one["avec"] = []


@wrong_value(
    "VIT-MAT-013",
    "counts a maternity as sickness, nature of insurance 10",
    "compte une maternité comme de la maladie, nature d'assurance 10",
)
def maternity_as_sickness(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature"] == "maternite":
            one["nature_assurance"] = "10"


@wrong_value(
    "VIT-MAT-014",
    "counts the twelve days from the expected day though the child came later",
    "compte les douze jours depuis la date présumée alors que l'enfant est né plus tard",
)
def twelve_days_from_the_expected_day(card: Card, request: ReadRequest) -> None:
    for one in _expecting(card):
        period = one["maternite"]
        if request.api == "4.10" and period["date_presumee"] and period["date_accouchement"]:
            last = date.fromisoformat(period["date_presumee"]) + timedelta(days=12)
            if last.isoformat() < period["fin"]:
                period["fin"] = last.isoformat()
                if request.on > period["fin"]:
                    _nothing(one)


@wrong_value(
    "VIT-MAT-015",
    "lets no maternity begin in the year before the expected day",
    "ne fait commencer aucune maternité l'année d'avant la date présumée",
)
def maternity_in_one_year(card: Card, _request: ReadRequest) -> None:
    for one in _expecting(card):
        period = one["maternite"]
        if period["date_presumee"] and period["debut"][:4] < period["date_presumee"][:4]:
            _nothing(one)


@wrong_value(
    "VIT-MAT-016",
    "gives each woman on a card the maternity of the first",
    "donne à chaque femme d'une carte la maternité de la première",
)
def first_maternity_for_each(card: Card, _request: ReadRequest) -> None:
    for one in _expecting(card):
        first = _expecting(card)[0]
        one.update(maternite=first["maternite"], exoneration=first["exoneration"])


def _began_with_the_delivery(one: Card) -> bool:
    return bool(one["maternite"]["debut"] == one["maternite"]["date_accouchement"])
