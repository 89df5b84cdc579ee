"""Readers that use the professional's card and its code otherwise than they may."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from conformance.broken_readers.model import (
    Card,
    Defect,
    Opener,
    not_exempted,
    refused_as,
    wrong_answer,
    wrong_value,
    wrong_way,
)
from conformance.broken_readers.transmission import Altered
from conformance.products import InProcessProduct
from conformance.protocol import Answer, ErrorBody, ReadRequest, Trust
from reader_core.iso7816 import CommandApdu, Connection

_VERIFY = 0x20
_TRIES = 3
_CPS3 = bytes.fromhex("3BAC")
_NOBODYS = bytes.fromhex("3B00")


def verify(pin: str) -> bytes:
    """The command that presents a code, whatever it is."""
    return bytes(CommandApdu(0x00, _VERIFY, 0x00, 0x01, pin.encode("ascii").ljust(8, b"\xff")))


@wrong_way(
    "VIT-ACC-007",
    "presents the code three times to be sure",
    "présente trois fois le code, pour être sûr",
)
class TriesAgain(Defect):
    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        if cps is not None and request.pin:
            cps.power_on()
            for _ in range(2):
                cps.transmit(verify(request.pin))
        return super().read_connections(request, vitale, cps)


@wrong_way(
    "VIT-ACC-007",
    "presents 0000 when no code was typed",
    "présente 0000 quand aucun code n'a été saisi",
)
class TriesZeros(Defect):
    def request(self, request: ReadRequest) -> ReadRequest:
        return msgspec.structs.replace(request, pin=request.pin or "0000")


@wrong_way(
    "VIT-ACC-003",
    "never uses the professional's card",
    "n'utilise jamais la carte du professionnel",
)
class NoProfessional(Defect):
    def request(self, request: ReadRequest) -> ReadRequest:
        return msgspec.structs.replace(request, pin=None)


@wrong_way(
    "VIT-ACC-009",
    "judges validity by its own clock",
    "juge la validité selon sa propre horloge",
)
class OwnClock(Defect):
    def request(self, request: ReadRequest) -> ReadRequest:
        return msgspec.structs.replace(request, on="2026-11-22")


@wrong_way("VIT-ACC-009", "is one day late", "a un jour de retard")
class OneDayLate(Defect):
    def request(self, request: ReadRequest) -> ReadRequest:
        yesterday = date.fromisoformat(request.on) - timedelta(days=1)
        return msgspec.structs.replace(request, on=yesterday.isoformat())


@wrong_way(
    "VIT-ACC-010",
    "declares that it looks cards up in the revocation lists, and does not",
    "déclare consulter les listes de révocation, et ne le fait pas",
)
class NoRevocation(Defect):
    def request(self, request: ReadRequest) -> ReadRequest:
        return msgspec.structs.replace(request, trust=Trust(roots=request.trust.roots))


@wrong_way("VIT-ACC-011", "knows the rules of 4.10 only", "ne connaît que les règles de la 4.10")
class Always410(Defect):
    def request(self, request: ReadRequest) -> ReadRequest:
        return msgspec.structs.replace(request, api="4.10")


@wrong_way("VIT-ACC-010", "was never updated to 4.10", "n'est jamais passé à la 4.10")
class NeverUpdated(Defect):
    def request(self, request: ReadRequest) -> ReadRequest:
        return msgspec.structs.replace(request, api="before")


@wrong_way(
    "VIT-ERR-003",
    "presents the code to whatever card is in the professional's slot",
    "présente le code à n'importe quelle carte de la fente du professionnel",
)
class CodeForAnyCard(Defect):
    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        if cps is not None and request.pin:
            atr = cps.power_on()
            if not atr.startswith(bytes.fromhex("3BAC")):
                cps.transmit(verify(request.pin))
        return super().read_connections(request, vitale, cps)


class _OtherAtr(Altered):
    def power_on(self) -> bytes:
        atr = super().power_on()
        return atr if atr.startswith(_CPS3) else _NOBODYS

    def reset(self) -> bytes:
        atr = super().reset()
        return atr if atr.startswith(_CPS3) else _NOBODYS


@wrong_way(
    "VIT-CPS-001",
    "knows the CPS3 by its answer to reset and no other professional card",
    "connaît la CPS3 à sa réponse au reset et aucune autre carte de professionnel",
)
class KnowsTheCps3Alone(Defect):
    def connection(self, slot: str, connection: Connection) -> Connection:
        return _OtherAtr(connection) if slot == "cps" else connection


@wrong_answer(
    "VIT-CPS-002",
    "says that the code is wrong where the card cannot prove whose it is",
    "dit le code erroné quand la carte ne peut pas prouver à qui elle est",
)
class UnsuitableIsWrongCode(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return refused_as(answer, "pin_wrong", instead_of=frozenset({"cps_unsuitable"}))


@wrong_answer(
    "VIT-CPS-003",
    "counts wrong codes by itself and never begins again",
    "compte lui-même les codes faux et ne repart jamais de zéro",
)
class CountsWrongCodes(Defect):
    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        super().__init__(inner, opener)
        self._wrong = 0

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        self._wrong += answer.refusal == "pin_wrong"
        if self._wrong < _TRIES:
            return answer
        return Answer(id=request.id, error=ErrorBody(code="pin_blocked"))


@wrong_answer(
    "VIT-CPS-004",
    "asks for the code again though the card is blocked",
    "redemande le code alors que la carte est bloquée",
)
class AsksForTheCodeAgain(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return refused_as(answer, "pin_missing", instead_of=frozenset({"pin_blocked"}))


@wrong_way(
    "VIT-CPS-005",
    "presents the code of one card to the card that takes its place",
    "présente le code d'une carte à celle qui prend sa place",
)
class CachedPinAfterSwap(Defect):
    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        super().__init__(inner, opener)
        self._pin: str | None = None

    def request(self, request: ReadRequest) -> ReadRequest:
        return request if request.cps is None else msgspec.structs.replace(request, pin=request.pin or self._pin)

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        opened = answer.card is not None and answer.refusal is None
        self._pin = request.pin if opened else self._pin
        return answer


@wrong_answer(
    "VIT-CPS-006",
    "goes on naming the professional of the first reading",
    "continue de nommer le professionnel de la première lecture",
)
class FirstProfessional(Defect):
    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        super().__init__(inner, opener)
        self._first: Card | None = None

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        if answer.card is None or not answer.card.get("professionnel"):
            return answer
        self._first = self._first or answer.card["professionnel"]
        return msgspec.structs.replace(answer, card=answer.card | {"professionnel": self._first})


@wrong_answer(
    "VIT-CPS-007",
    "looks at the last day of a professional's card only",
    "ne regarde que le dernier jour d'une carte de professionnel",
)
class NoFirstDay(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        holder: Card = (answer.card or {}).get("professionnel") or {}
        if answer.refusal != "cps_expired" or (holder.get("fin_validite") or "") < request.on:
            return answer
        return not_exempted(answer)


@wrong_value(
    "VIT-CPS-008",
    "joins the number of a professional and its key",
    "colle la clé au numéro d'un professionnel",
)
def number_with_its_key(card: Card, _request: ReadRequest) -> None:
    holder: Card | None = card.get("professionnel")
    if holder is not None:
        holder.update(identifiant=holder["identifiant"] + holder["cle"], cle="")


@wrong_answer(
    "VIT-CPS-009",
    "complains of the professional's card when the Vitale is missing",
    "se plaint de la carte du professionnel quand la carte Vitale manque",
)
class BlamesTheProfessional(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        if request.cps is None:
            return answer
        return refused_as(answer, "cps_absent", instead_of=frozenset({"vitale_absent", "vitale_mute"}))


@wrong_value("VIT-CPS-010", "shows every holder as a physician", "affiche tout porteur comme médecin")
def everybody_is_a_physician(card: Card, _request: ReadRequest) -> None:
    holder: Card | None = card.get("professionnel")
    if holder is not None:
        holder["profession"] = "10"


@wrong_value(
    "VIT-CPS-011",
    "takes the specialty and the approvals of a situation of work for numbers and loses their zeros",
    "prend la spécialité et les agréments d'une situation d'exercice pour des nombres et perd leurs zéros",
)
def situations_as_numbers(card: Card, _request: ReadRequest) -> None:
    holder: Card = card.get("professionnel") or {}
    situations: list[Card] = holder.get("situations") or []
    for one in situations:
        one["specialite"] = _number(one["specialite"])
        one["agrements"] = [_number(each) for each in one["agrements"]]


def _number(code: str) -> str:
    return code and (code.lstrip("0") or "0")


@wrong_value("VIT-CPS-013", "calls every number of a professional an RPPS", "dit RPPS tout numéro de professionnel")
def every_number_an_rpps(card: Card, _request: ReadRequest) -> None:
    holder: Card | None = card.get("professionnel")
    if holder is not None:
        holder.update(type_identifiant="8", type_identifiant_libelle="RPPS")
