"""Products that do not read: they fail, say so, answer without reading, or show half a card."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.events import Verdict
from conformance.products import ProductFault
from conformance.protocol import Answer, ErrorBody, ReadRequest
from reader_core.iso7816 import Connection
from vitale_testbed.builtin import BuiltinReader

Card = dict[str, Any]


class HalfACard(BuiltinReader):
    """Shows what it had read when the card was pulled out, as if that were all."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        answer = super().read_connections(request, vitale, cps)
        return Answer(id=request.id, card={"assure": {}, "beneficiaires": []}) if answer.error else answer


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


WRONG_WAYS: list[tuple[type[BuiltinReader], dict[str, str]]] = [
    (HalfACard, {"VIT-ERR-001/1": "FAIL", "VIT-ERR-004/1": "FAIL", "VIT-ERR-006/1": "INCONCLUSIVE"}),
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
