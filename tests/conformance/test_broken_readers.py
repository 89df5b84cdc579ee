"""Readers that are wrong in one way: the requirement that names their fault catches them.

The first ones are whole products of about ten lines, run as `vitale certify --product exec:...` does. The others break the
reader core in this process, so that many can be tried.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import msgspec
import pytest

from conformance.events import Verdict
from conformance.products import ProductFault
from conformance.protocol import Answer, ErrorBody, ReadRequest
from reader_core.iso7816 import CommandApdu, Connection
from vitale_testbed.builtin import BuiltinReader

CAUGHT = frozenset({Verdict.FAIL, Verdict.WARN})


@pytest.mark.parametrize(
    ("name", "requirement", "words", "only"),
    [
        (
            "ignores_ald",
            "VIT-PRO-001",
            'beneficiaires[0].exoneration.nature: expected "ald", read "aucune".',
            ("VIT-PRO-001", "VIT-UNC-001"),
        ),
        (
            "deduces_mines",
            "VIT-MIN-001",
            'beneficiaires[0].exoneration: expected null, read {"nature": "regime_special", "justificatif": "6"}.',
            ("VIT-MIN", "VIT-RAT-004"),
        ),
        (
            "mangles_accents",
            "VIT-IDE-001",
            'beneficiaires[0].prenom: expected "Zoé Maëlys Anaïs", read "Zo? Ma?lys Ana?s".',
            ("VIT-IDE-001", "VIT-IDE-002"),
        ),
    ],
)
def test_a_broken_reader_of_ten_lines_is_caught_by_name(
    certify: Any, broken: Any, name: str, requirement: str, words: str, only: tuple[str, ...]
) -> None:
    run = certify(broken(name), *only)
    assert run.code == 1
    caught = {case.requirement for case in run.stream.cases if case.verdict is not Verdict.PASS}
    assert caught == {requirement}, run.out
    assert any(words in case.reason for case in run.stream.cases), run.out
    assert words.partition(":")[0] in run.out
    assert "Not conformant." in run.out


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("crashes", "the product ended with exit code 7 before it answered."),
        ("hangs", "the product gave no answer within 0.5 s."),
        ("garbage", "It began «Traceback: oh no»."),
        ("wrong-id", "the answer has the id 'VIT-XXX-999/1', the request had 'VIT-ERR-001/1'."),
        ("both", "the answer has both a card and an error."),
        ("neither", "the answer has neither a card nor an error."),
    ],
)
def test_a_product_that_breaks_the_protocol_fails_the_case_and_the_run_goes_on(
    certify: Any, broken: Any, how: str, words: str
) -> None:
    run = certify(broken("misbehaves", how), "VIT-ERR-001", "VIT-ERR-002", timeout=0.5)
    assert run.code == 1
    first, second = run.stream.cases
    assert first.verdict is second.verdict is Verdict.FAIL
    assert first.reason.endswith(words)
    assert first.stderr == f"reading {first.id}\n"
    assert run.stream.finished


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


@pytest.mark.parametrize(
    ("change", "caught", "families"),
    [
        (each("prenom", str.upper), {"VIT-IDE-001"}, {"VIT-IDE"}),
        (each("prenom", str.split), {"VIT-IDE-001", "VIT-IDE-003", "VIT-IDE-004"}, {"VIT-IDE"}),
        (each("rang_naissance", lambda _: "1"), {"VIT-IDE-003", "VIT-IDE-004"}, {"VIT-IDE"}),
        (each("naissance", lambda born: born | {"lunaire": False}), {"VIT-IDE-005"}, {"VIT-IDE"}),
        (each("naissance", lambda born: born | {"date": born["date"] or "1950-01-01"}), {"VIT-IDE-005"}, {"VIT-IDE"}),
        (each("droits_ouverts", lambda _: True), {"VIT-IDE-007"}, {"VIT-IDE"}),
        (each("mutuelle", lambda m: m and m | {"geree_par_amo": True}), {"VIT-IDE-008"}, {"VIT-IDE"}),
        (number, {"VIT-IDE-006"}, {"VIT-IDE"}),
        (no_letter, {"VIT-IDE-002"}, {"VIT-IDE"}),
        (sorted_by_name, {"VIT-IDE-003", "VIT-IDE-004"}, {"VIT-IDE"}),
        (
            lambda card, _: card["beneficiaires"].__delitem__(slice(1, None)),
            {"VIT-IDE-003", "VIT-IDE-004"},
            {"VIT-IDE"},
        ),
        (mayotte_by_birth, {"VIT-MAY-002", "VIT-MAY-003"}, {"VIT-MAY"}),
        (no_particular_scheme, {"VIT-MAY-001"}, {"VIT-MAY"}),
        (exemption(justificatif_5), {"VIT-MIN-002", "VIT-MIN-007"}, {"VIT-MIN"}),
        (exemption(lambda e: e.update(avec=[])), {"VIT-MIN-006"}, {"VIT-MIN"}),
        (exemption(lambda e: e.update(libelle="Exonéré")), {"VIT-MIN-004", "VIT-MIN-005"}, {"VIT-MIN"}),
        (exemption(seventy), {"VIT-UNC-001", "VIT-UNC-004"}, {"VIT-UNC"}),
        (exemption(lambda e: e.update(taux_standard=None)), {"VIT-UNC-002", "VIT-UNC-005"}, {"VIT-UNC"}),
        (first_for_all, {"VIT-PRO-005"}, {"VIT-PRO"}),
        (first_for_all, {"VIT-MAT-005"}, {"VIT-MAT"}),
        (first_for_all, {"VIT-MIN-003"}, {"VIT-MIN"}),
        (exemption(lambda e: e.update(connu=True)), {"VIT-PRO-004"}, {"VIT-PRO"}),
        (each("couvertures", lambda periods: periods and periods[-1:]), {"VIT-PRO-007"}, {"VIT-PRO"}),
        (never_withheld, {"VIT-RAT-004"}, {"VIT-RAT"}),
        (never_withheld, {"VIT-MAT-006"}, {"VIT-MAT"}),
        (without_reason, {"VIT-ACC-002", "VIT-ACC-006"}, {"VIT-ACC"}),
    ],
)
def test_a_wrong_value_is_caught_by_the_requirement_that_is_about_it(
    play_cases: Any, change: Break, caught: set[str], families: set[str]
) -> None:
    events = play_cases(BrokenReader(change), *families)
    assert caught <= {event.requirement for event in events.values() if event.verdict in CAUGHT}
    assert all(event.reason for event in events.values() if event.verdict is not Verdict.PASS)


def _with(request: ReadRequest, **changes: Any) -> ReadRequest:
    return msgspec.structs.replace(request, **changes)


class AlwaysNow(BuiltinReader):
    """Asks its own clock for the date."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        return super().read_connections(_with(request, on="2026-11-22"), vitale, cps)


class Always410(BuiltinReader):
    """Knows one set of rules."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        return super().read_connections(_with(request, api="4.10"), vitale, cps)


class AlwaysBefore(BuiltinReader):
    """Was never updated."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        return super().read_connections(_with(request, api="before"), vitale, cps)


class NoRevocation(BuiltinReader):
    """Declares that it looks cards up, and does not."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        return super().read_connections(_with(request, trust=_with(request.trust, crls=())), vitale, cps)  # pyright: ignore[reportArgumentType] - any struct


class Remembers(BuiltinReader):
    """Shows the exemption of its first reading for ever."""

    shown: Any = None

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        answer = super().read_connections(request, vitale, cps)
        if answer.card:
            for beneficiary in answer.card["beneficiaires"]:
                beneficiary["exoneration"] = self.shown or beneficiary["exoneration"]
            self.shown = self.shown or answer.card["beneficiaires"][0]["exoneration"]
        return answer


class KeepsTheCode(BuiltinReader):
    """Keeps the code of the professional's card."""

    code: str | None = None

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        self.code = request.pin or self.code
        return super().read_connections(_with(request, pin=self.code), vitale, cps)


class TriesAgain(BuiltinReader):
    """Presents the code three times to be sure."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        if cps is not None and request.pin:
            cps.power_on()
            verify = CommandApdu(0x00, 0x20, 0x00, 0x01, request.pin.encode().ljust(8, b"\xff"))
            for _ in range(2):
                cps.transmit(bytes(verify))
        return super().read_connections(request, vitale, cps)


class HalfACard(BuiltinReader):
    """Shows what it had read when the card was pulled out, as if that were all."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        answer = super().read_connections(request, vitale, cps)
        return Answer(id=request.id, card={"assure": {}, "beneficiaires": []}) if answer.error else answer


class OneCode(BuiltinReader):
    """Has one message for everything."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        answer = super().read_connections(request, vitale, cps)
        return Answer(id=request.id, error=ErrorBody(code="erreur", message="Erreur")) if answer.refusal else answer


class Raises(BuiltinReader):
    """Has a bug."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        del request, vitale, cps
        raise KeyError("beneficiaires")


class SaysItsFault(BuiltinReader):
    """Reports a fault of its own process."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        del request, vitale, cps
        raise ProductFault("the product lost its connection", "trace of the product")


class ReadsLittle(BuiltinReader):
    """Answers without reading the card."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        del vitale, cps
        return Answer(id=request.id, error=ErrorBody(code="vitale_removed"))


@pytest.mark.parametrize(
    ("product", "verdicts"),
    [
        (AlwaysNow, {"VIT-IDE-007/2": "FAIL", "VIT-MAT-001/2": "FAIL", "VIT-ACC-009/3": "FAIL"}),
        (
            Always410,
            {"VIT-MAY-002/1": "FAIL", "VIT-RAT-002/1": "FAIL", "VIT-UNC-004/1": "FAIL", "VIT-ACC-011/1": "FAIL"},
        ),
        (
            AlwaysBefore,
            {"VIT-MAY-001/1": "FAIL", "VIT-RAT-001/1": "FAIL", "VIT-MAT-002/1": "FAIL", "VIT-ACC-010/1": "FAIL"},
        ),
        (NoRevocation, {"VIT-ACC-010/1": "FAIL", "VIT-ACC-011/1": "PASS"}),
        (Remembers, {"VIT-PRO-006/1": "FAIL", "VIT-PRO-006/2": "FAIL", "VIT-ACC-014/1": "FAIL"}),
        (KeepsTheCode, {"VIT-ACC-014/2": "FAIL"}),
        (TriesAgain, {"VIT-ACC-007/2": "FAIL", "VIT-ACC-006/2": "FAIL"}),
        (HalfACard, {"VIT-ERR-001/1": "FAIL", "VIT-ERR-004/1": "FAIL", "VIT-ERR-006/1": "INCONCLUSIVE"}),
        (OneCode, {"VIT-ACC-002/1": "FAIL", "VIT-ACC-005/1": "FAIL", "VIT-ACC-008/1": "FAIL", "VIT-ERR-002/1": "FAIL"}),
        (Raises, {"VIT-IDE-001/1": "FAIL"}),
        (SaysItsFault, {"VIT-IDE-001/1": "FAIL"}),
        (ReadsLittle, {"VIT-ERR-004/1": "INCONCLUSIVE", "VIT-IDE-001/1": "FAIL"}),
    ],
)
def test_a_wrong_way_of_reading_is_caught(
    play_cases: Any, product: type[BuiltinReader], verdicts: dict[str, str]
) -> None:
    for case_id, verdict in verdicts.items():
        (event,) = play_cases(product(), case_id).values()
        assert (case_id, event.verdict) == (case_id, Verdict(verdict)), event.reason


def test_an_exception_of_a_product_in_this_process_is_the_products(play_cases: Any) -> None:
    (event,) = play_cases(Raises(), "VIT-IDE-001/1").values()
    assert event.reason == "the product failed with KeyError: 'beneficiaires'."
    assert "raise KeyError" in event.stderr
    (event,) = play_cases(SaysItsFault(), "VIT-IDE-001/1").values()
    assert (event.reason, event.stderr) == ("the product lost its connection.", "trace of the product")
