"""Readers that read in a wrong way: they ask their own clock, remember, try again, or stop half-way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from conformance.events import Verdict
from conformance.products import ProductFault
from conformance.protocol import Answer, ErrorBody, ReadRequest
from reader_core.iso7816 import CommandApdu, Connection
from vitale_testbed.builtin import BuiltinReader

Card = dict[str, Any]


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


class OneDayLate(BuiltinReader):
    """Counts days from one where the others count from zero."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        yesterday = date.fromisoformat(request.on) - timedelta(days=1)
        return super().read_connections(_with(request, on=yesterday.isoformat()), vitale, cps)


class MustBeStartedAgain(BuiltinReader):
    """Does not recover from a card that was pulled out."""

    lost = False

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        answer = super().read_connections(request, vitale, cps)
        self.lost = self.lost or answer.error is not None
        return Answer(id=request.id, error=ErrorBody(code="vitale_removed")) if self.lost else answer


class AddsUp(BuiltinReader):
    """Adds the beneficiaries of each card to those it has."""

    def __init__(self) -> None:
        self._seen: list[Card] = []

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        answer = super().read_connections(request, vitale, cps)
        if answer.card:
            self._seen = answer.card["beneficiaires"] = [*self._seen, *answer.card["beneficiaires"]]
        return answer


class TakesItForPulled(BuiltinReader):
    """Reports a professional card that leaves as a wrong code."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        answer = super().read_connections(request, vitale, cps)
        if answer.refusal in {"cps_removed", "cps_unknown", "pin_blocked"}:
            return Answer(id=request.id, error=ErrorBody(code="pin_wrong"))
        return answer


WRONG_WAYS: list[tuple[type[BuiltinReader], dict[str, str]]] = [
    (OneDayLate, {"VIT-IDE-007/3": "FAIL", "VIT-PRO-003/2": "FAIL", "VIT-MAT-002/2": "FAIL", "VIT-ACC-009/2": "FAIL"}),
    (MustBeStartedAgain, {"VIT-ERR-006/1": "FAIL", "VIT-ERR-006/2": "FAIL"}),
    (AddsUp, {"VIT-IDE-010/1": "FAIL", "VIT-PRO-006/1": "FAIL"}),
    (TakesItForPulled, {"VIT-ERR-003/1": "FAIL", "VIT-ERR-005/1": "FAIL", "VIT-ACC-008/1": "FAIL"}),
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
]


@pytest.mark.parametrize(("product", "verdicts"), WRONG_WAYS)
def test_a_wrong_way_of_reading_is_caught(
    play_cases: Any, product: type[BuiltinReader], verdicts: dict[str, str]
) -> None:
    for case_id, verdict in verdicts.items():
        (event,) = play_cases(product(), case_id).values()
        assert (case_id, event.verdict) == (case_id, Verdict(verdict)), event.reason


def test_an_exception_of_a_product_in_this_process_is_the_products(play_cases: Any) -> None:
    (event,) = play_cases(Raises(), "VIT-IDE-001/1").values()
    assert event.reason == "The product failed with KeyError: 'beneficiaires'."
    assert event.reason_fr == "Le produit a échoué avec KeyError: 'beneficiaires'."
    assert "raise KeyError" in event.stderr
    (event,) = play_cases(SaysItsFault(), "VIT-IDE-001/1").values()
    assert (event.reason, event.stderr) == ("The product lost its connection.", "trace of the product")
