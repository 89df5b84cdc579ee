"""Readers that show one wrong value: the requirement that is about it catches them.

Each is the reader core with its card object changed before it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import pytest

from conformance.events import Verdict
from conformance.protocol import Answer, ReadRequest
from reader_core.iso7816 import Connection
from vitale_testbed.builtin import BuiltinReader

CAUGHT = frozenset({Verdict.FAIL, Verdict.WARN})
Card = dict[str, Any]
Break = Callable[[Card, ReadRequest], None]


class BrokenReader(BuiltinReader):
    """The reader core, with its card object changed before it is given."""

    def __init__(self, change: Break) -> None:
        self._change = change

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        answer = super().read_connections(request, vitale, cps)
        if answer.card is not None:
            self._change(answer.card, request)
        return answer


def each(field: str, change: Callable[[Any], Any]) -> Break:
    """Change a field of every beneficiary."""

    def apply(card: Card, _request: ReadRequest) -> None:
        for beneficiary in card["beneficiaires"]:
            beneficiary[field] = change(beneficiary[field])

    return apply


def exemption(change: Callable[[Card], None]) -> Break:
    """Change every exemption that is shown."""

    def apply(card: Card, _request: ReadRequest) -> None:
        for beneficiary in card["beneficiaires"]:
            if beneficiary["exoneration"]:
                change(beneficiary["exoneration"])

    return apply


def never_withheld(card: Card, _request: ReadRequest) -> None:
    for beneficiary in card["beneficiaires"]:
        beneficiary["exoneration"] = beneficiary["exoneration"] or {"nature": "aucune"}


def first_for_all(card: Card, _request: ReadRequest) -> None:
    for beneficiary in card["beneficiaires"]:
        beneficiary["exoneration"] = card["beneficiaires"][0]["exoneration"]


def number(card: Card, _request: ReadRequest) -> None:
    for name in ("caisse", "centre"):
        card["assure"][name] = card["assure"][name].lstrip("0")


def no_letter(card: Card, _request: ReadRequest) -> None:
    card["assure"]["nir"] = card["assure"]["nir"].replace("A", "0").replace("B", "0")


def without_reason(card: Card, _request: ReadRequest) -> None:
    card["protected"]["code"] = None


def sorted_by_name(card: Card, _request: ReadRequest) -> None:
    card["beneficiaires"].sort(key=itemgetter("prenom"))


def first_only(card: Card, _request: ReadRequest) -> None:
    del card["beneficiaires"][1:]


def no_particular_scheme(card: Card, _request: ReadRequest) -> None:
    card["assure"]["regime_particulier"] = None


def mayotte_by_birth(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["nir"][5:8] == "976":
        card["assure"].update(regime_particulier="mayotte", regime_libelle="Régime général - Mayotte")


def justificatif_5(exempt: Card) -> None:
    if exempt["justificatif"] == "6":
        exempt["justificatif"] = "5"


def seventy(exempt: Card) -> None:
    exempt["taux_standard"] = exempt["taux_standard"] or 70


def mayotte_exempts(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["caisse"] == "976":
        exemption(lambda exempt: exempt.update(nature="regime_special", justificatif="6"))(card, _request)


def every_card_a_cps(card: Card, _request: ReadRequest) -> None:
    if card["professionnel"]:
        card["professionnel"]["type"] = "CPS"


def maternity_whatever_the_day(card: Card, _request: ReadRequest) -> None:
    for beneficiary in card["beneficiaires"]:
        if beneficiary["maternite"]:
            beneficiary["exoneration"]["nature"] = "maternite"


def hides_maternity_behind_ald(card: Card, _request: ReadRequest) -> None:
    for beneficiary in card["beneficiaires"]:
        exempt = beneficiary["exoneration"]
        if exempt and exempt["code_couverture"] and exempt["code_couverture"][0] != "0":
            exempt.update(nature="ald", justificatif="4")


def expected_date_as_delivery(card: Card, _request: ReadRequest) -> None:
    for beneficiary in card["beneficiaires"]:
        if beneficiary["maternite"]:
            beneficiary["maternite"]["date_accouchement"] = beneficiary["maternite"]["date_presumee"]


def scheme_label(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["regime"] == "05":
        exemption(lambda exempt: exempt.update(nature="regime_special", justificatif="5"))(card, _request)


def scheme_exempts_nobody(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["regime"] == "05":
        exemption(lambda exempt: exempt.update(nature="aucune", justificatif="0"))(card, _request)


def nothing_else(card: Card, _request: ReadRequest) -> None:
    card["vitale"] = {}
    card["accidents"] = card["accidents"][:1]


def exempt_or_not(exempt: Card) -> None:
    if exempt["nature"] not in {"aucune", "ald"}:
        exempt.update(nature="exonere", justificatif="5")


def ignores_ald(exempt: Card) -> None:
    if exempt["nature"] == "ald":
        exempt.update(nature="aucune", justificatif="0")


WRONG_VALUES: list[tuple[Break, set[str]]] = [
    (each("prenom", str.upper), {"VIT-IDE-001"}),
    (each("prenom", str.split), {"VIT-IDE-001", "VIT-IDE-003", "VIT-IDE-004"}),
    (each("rang_naissance", lambda _: "1"), {"VIT-IDE-003", "VIT-IDE-004"}),
    (each("naissance", lambda born: born | {"lunaire": False}), {"VIT-IDE-005"}),
    (each("naissance", lambda born: born | {"date": born["date"] or "1950-01-01"}), {"VIT-IDE-005"}),
    (each("droits_ouverts", lambda _: True), {"VIT-IDE-007"}),
    (each("mutuelle", lambda m: m and m | {"geree_par_amo": True}), {"VIT-IDE-008"}),
    (number, {"VIT-IDE-006"}),
    (no_letter, {"VIT-IDE-002"}),
    (sorted_by_name, {"VIT-IDE-003", "VIT-IDE-004"}),
    (first_only, {"VIT-IDE-003", "VIT-IDE-004"}),
    (mayotte_by_birth, {"VIT-MAY-002", "VIT-MAY-003"}),
    (no_particular_scheme, {"VIT-MAY-001"}),
    (exemption(justificatif_5), {"VIT-MIN-002", "VIT-MIN-007"}),
    (exemption(lambda e: e.update(avec=[])), {"VIT-MIN-006"}),
    (exemption(lambda e: e.update(libelle="Exonéré")), {"VIT-MIN-004", "VIT-MIN-005"}),
    (exemption(seventy), {"VIT-UNC-001", "VIT-UNC-004"}),
    (exemption(lambda e: e.update(taux_standard=None)), {"VIT-UNC-002", "VIT-UNC-005"}),
    (first_for_all, {"VIT-PRO-005", "VIT-MAT-005", "VIT-MIN-003"}),
    (exemption(lambda e: e.update(connu=True)), {"VIT-PRO-004"}),
    (each("couvertures", lambda periods: periods and periods[-1:]), {"VIT-PRO-007"}),
    (never_withheld, {"VIT-ACC-001", "VIT-MIN-001", "VIT-RAT-004", "VIT-MAT-006"}),
    (without_reason, {"VIT-ACC-002", "VIT-ACC-005", "VIT-ACC-006", "VIT-ACC-012", "VIT-ACC-013"}),
    (mayotte_exempts, {"VIT-MAY-004"}),
    (every_card_a_cps, {"VIT-ACC-004"}),
    (maternity_whatever_the_day, {"VIT-MAT-001", "VIT-MAT-002", "VIT-MAT-004"}),
    (hides_maternity_behind_ald, {"VIT-MAT-003"}),
    (expected_date_as_delivery, {"VIT-MAT-007"}),
    (scheme_label, {"VIT-RAT-001", "VIT-RAT-003"}),
    (scheme_exempts_nobody, {"VIT-RAT-002", "VIT-RAT-003"}),
    (exemption(exempt_or_not), {"VIT-PRO-002", "VIT-PRO-004"}),
    (exemption(ignores_ald), {"VIT-PRO-001", "VIT-PRO-003", "VIT-PRO-005", "VIT-ACC-003", "VIT-MIN-003"}),
    (exemption(lambda e: e.update(libelle="Exonéré à 70 %")), {"VIT-UNC-001", "VIT-UNC-003"}),
    (nothing_else, {"VIT-IDE-009", "VIT-IDE-011"}),
]


@pytest.mark.parametrize(("change", "caught"), WRONG_VALUES)
def test_a_wrong_value_is_caught_by_the_requirement_that_is_about_it(
    play_cases: Any, change: Break, caught: set[str]
) -> None:
    events = play_cases(BrokenReader(change), *caught)
    assert caught == {event.requirement for event in events.values() if event.verdict in CAUGHT}
    assert all(event.reason for event in events.values() if event.verdict is not Verdict.PASS)
