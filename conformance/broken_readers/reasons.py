"""Readers that give a wrong reason, or none, where a professional's card or the exchange of the two cards fails."""

from __future__ import annotations

from conformance.broken_readers.model import Card, Defect, not_exempted, refused_as, wrong_answer, wrong_way
from conformance.broken_readers.professional import verify
from conformance.broken_readers.transmission import Altered
from conformance.protocol import Answer, ReadRequest
from reader_core.iso7816 import Connection

_DIGITS = 4
_HEADER_AND_LC = 5
_VERIFY = 0x20
_SIGNS = ("88", "2A9E9A")
"""How the commands begin, behind their class, by which a CPS3 and a CPS4 sign; a Vitale has another 2A."""
_SUCCESS = bytes.fromhex("9000")
_TWO_TRIES_LEFT = bytes.fromhex("63C2")
_DONE = frozenset({0x61, 0x6C, 0x90})
"""First bytes of status words that refuse nothing: there is more to fetch, the length is another one, done."""


@wrong_answer(
    "VIT-CPS-014",
    "says that the code is wrong where the professional's card is damaged",
    "dit le code erroné quand la carte du professionnel est abîmée",
)
class DamagedIsWrongCode(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        # Without a card, or with a holder, it is the Vitale that is damaged.
        if not request.pin or answer.card is None or _holder_is_shown(answer):
            return answer
        return refused_as(answer, "pin_wrong", instead_of=frozenset({"card_data_invalid"}))


def _holder_is_shown(answer: Answer) -> bool:
    return bool((answer.card or {}).get("professionnel"))


@wrong_way(
    "VIT-CPS-015",
    "presents whatever was typed as the code",
    "présente comme code tout ce qui a été saisi",
)
class AnythingIsACode(Defect):
    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        if cps is not None and request.pin and not _is_a_code(request.pin):
            cps.power_on()
            cps.transmit(verify(request.pin.encode("ascii", "replace").decode()))
        return super().read_connections(request, vitale, cps)


def _is_a_code(typed: str) -> bool:
    return len(typed) == _DIGITS and typed.isascii() and typed.isdigit()


class _WrongUnlessRight(Altered):
    def altered(self, command: bytes, response: bytes) -> bytes:
        presented = command[1] == _VERIFY and len(command) > _HEADER_AND_LC
        return _TWO_TRIES_LEFT if presented and response != _SUCCESS else response


@wrong_way(
    "VIT-CPS-016",
    "calls every answer to the code but a success a wrong code",
    "dit le code erroné quelle que soit la réponse au code, sauf un succès",
)
class EveryRefusalIsAWrongCode(Defect):
    def connection(self, slot: str, connection: Connection) -> Connection:
        return _WrongUnlessRight(connection) if slot == "cps" else connection


class _Signing(Altered):
    """Remembers whether the card refused the last time that it was to sign."""

    refused = False

    def altered(self, command: bytes, response: bytes) -> bytes:
        if command[1:].hex().upper().startswith(_SIGNS):
            self.refused = response[-2] not in _DONE
        return response


@wrong_way(
    "VIT-CPS-017",
    "says that the patient is not exempted where the professional's card did not sign",
    "dit que le patient n'est pas exonéré quand la carte du professionnel n'a pas signé",
)
class UnsignedIsNotExempted(Defect):
    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        watched = None if cps is None else _Signing(cps)
        answer = super().read_connections(request, vitale, watched)
        return not_exempted(answer) if watched is not None and watched.refused else answer


@wrong_answer(
    "VIT-ACC-016",
    "gives one reason whenever the Vitale stays closed: that its authority is unknown",
    "donne une seule raison quand la Vitale reste fermée : que l'autorité est inconnue",
)
class OneReasonForAll(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        if not _holder_is_shown(answer):
            return answer
        reasons = {"cards_mixed", "cps_not_entitled", "vitale_unknown"}
        if _has_no_number(answer.card or {}):
            reasons.add("card_data_invalid")
        return refused_as(answer, "chain_untrusted", instead_of=frozenset(reasons))


def _has_no_number(card: Card) -> bool:
    """Whether the Vitale stays closed for want of the number that is signed; a file damaged behind the lock is another matter."""
    anomalies: list[Card] = card.get("anomalies") or []
    return any(one.get("fichier") == "PAN" for one in anomalies)
