"""Readers that give a wrong reason, or none, where a professional's card or the exchange of the two cards fails."""

from __future__ import annotations

import copy

import msgspec

from conformance.broken_readers.model import Card, Defect, beneficiaries, refused_as, wrong_answer, wrong_way
from conformance.broken_readers.professional import verify
from conformance.protocol import Answer, ReadRequest
from reader_core.iso7816 import Connection

_DIGITS = 4
_AT_FAULT = frozenset({"card_data_invalid", "cps_unknown", "cps_unsuitable", "chain_untrusted"})


def _not_exempted(answer: Answer, instead_of: frozenset[str]) -> Answer:
    """The same answer without a reason: nobody on the card is exempted."""
    if answer.card is None or answer.refusal not in instead_of:
        return answer
    card: Card = copy.deepcopy(answer.card)
    card["protected"] = {"status": "read", "code": None}
    for one in beneficiaries(card):
        one["exoneration"] = {"nature": "aucune", "justificatif": "0"}
    return msgspec.structs.replace(answer, card=card)


@wrong_answer(
    "VIT-CPS-014",
    "says that the code is wrong where the professional's card is damaged",
    "dit le code erroné quand la carte du professionnel est abîmée",
)
class DamagedIsWrongCode(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return refused_as(answer, "pin_wrong", instead_of=_AT_FAULT)


@wrong_way(
    "VIT-CPS-015",
    "presents whatever was typed as the code",
    "présente comme code tout ce qui a été saisi",
)
class AnythingIsACode(Defect):
    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        if cps is not None and request.pin and not (len(request.pin) == _DIGITS and request.pin.isascii()):
            cps.power_on()
            cps.transmit(verify(request.pin.encode("ascii", "replace").decode()))
        return super().read_connections(request, vitale, cps)


@wrong_answer(
    "VIT-CPS-016",
    "calls every answer to the code but a success a wrong code",
    "dit le code erroné quelle que soit la réponse au code, sauf un succès",
)
class EveryRefusalIsAWrongCode(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        codes = frozenset({"pin_blocked", "pin_missing", "cps_unknown"})
        return refused_as(answer, "pin_wrong", instead_of=codes if request.pin else frozenset())


@wrong_answer(
    "VIT-CPS-017",
    "says that the patient is not exempted where the professional's card did not sign",
    "dit que le patient n'est pas exonéré quand la carte du professionnel n'a pas signé",
)
class UnsignedIsNotExempted(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return _not_exempted(answer, _AT_FAULT)


@wrong_answer(
    "VIT-ACC-016",
    "gives one reason whenever the Vitale stays closed: that its authority is unknown",
    "donne une seule raison quand la Vitale reste fermée : que l'autorité est inconnue",
)
class OneReasonForAll(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return refused_as(answer, "chain_untrusted", instead_of=frozenset({"cards_mixed", "cps_not_entitled"}))
