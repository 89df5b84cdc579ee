"""Readers that are wrong about which card or which reader is there."""

from __future__ import annotations

from conformance.broken_readers.model import Defect, refused_as, wrong_answer, wrong_way
from conformance.protocol import Answer, ErrorBody, ReadRequest
from reader_core.iso7816 import Connection, TransportError

_PROFESSIONALS = tuple(bytes.fromhex(one) for one in ("3BAC0040", "3B8F8001", "3B9B1880", "3BDC18FF"))
_VITALES = tuple(bytes.fromhex(one) for one in ("3B751300", "3F652500"))


def _holds(slot: Connection | None, beginnings: tuple[bytes, ...]) -> bool:
    """Whether the answer to reset of the card in a slot begins as one of these."""
    try:
        return slot is not None and slot.power_on().startswith(beginnings)
    except TransportError:
        return False


@wrong_way(
    "VIT-ERR-012",
    "says that the reader is empty where the two cards are in each other's slot",
    "dit le lecteur vide quand les deux cartes sont interverties",
)
class ExchangedIsEmpty(Defect):
    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        if _holds(vitale, _PROFESSIONALS) and _holds(cps, _VITALES):
            return Answer(id=request.id, error=ErrorBody(code="vitale_absent"))
        return super().read_connections(request, vitale, cps)


@wrong_answer(
    "VIT-ERR-013",
    "says that another Vitale is there whenever one was taken out",
    "dit qu'une autre carte Vitale est là dès que l'une a été retirée",
)
class RemovedIsChanged(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return refused_as(answer, "vitale_changed", instead_of=frozenset({"vitale_removed"}))


@wrong_answer(
    "VIT-ERR-014",
    "says that the code is wrong where a reader was unplugged",
    "dit le code erroné quand un lecteur a été débranché",
)
class UnpluggedIsWrongCode(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        if request.pin is None:
            return answer
        return refused_as(answer, "pin_wrong", instead_of=frozenset({"reader_unavailable"}))
