"""Readers that say something else than what became of the protected data."""

from __future__ import annotations

from conformance.broken_readers.model import Card, Defect, beneficiaries, refused_as, wrong_answer, wrong_value
from conformance.protocol import Answer, ErrorBody, ReadRequest


@wrong_value(
    "VIT-ACC-001",
    "shows «no exemption» where the exemption was not read",
    "affiche « sans exonération » quand l'exonération n'a pas été lue",
)
def never_withheld(card: Card, _request: ReadRequest) -> None:
    for one in beneficiaries(card):
        one["exoneration"] = one["exoneration"] or {"nature": "aucune"}


@wrong_value(
    "VIT-ACC-002",
    "does not say why the protected data are missing",
    "ne dit pas pourquoi les données protégées manquent",
)
def without_a_reason(card: Card, _request: ReadRequest) -> None:
    card["protected"]["code"] = None


@wrong_value("VIT-ACC-004", "calls every professional card a CPS", "appelle CPS toute carte de professionnel")
def every_card_a_cps(card: Card, _request: ReadRequest) -> None:
    if card["professionnel"]:
        card["professionnel"]["type"] = "CPS"


@wrong_answer("VIT-ACC-006", "has one message for every refusal", "n'a qu'un message pour tous les refus")
class OneCode(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        if answer.refusal is None:
            return answer
        return Answer(id=request.id, error=ErrorBody(code="erreur", message="Erreur"))


@wrong_answer("VIT-ACC-008", "calls a blocked card a wrong code", "prend une carte bloquée pour un code erroné")
class BlockedIsWrong(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return refused_as(answer, "pin_wrong", instead_of=frozenset({"pin_blocked"}))


@wrong_answer(
    "VIT-ACC-012",
    "does not tell mixed test and real cards from an unknown authority",
    "confond cartes de test et réelles mélangées avec une autorité inconnue",
)
class MixedIsUntrusted(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return refused_as(answer, "chain_untrusted", instead_of=frozenset({"cards_mixed"}))


@wrong_answer(
    "VIT-ACC-013",
    "says of a card of an unknown authority that its code is wrong",
    "dit erroné le code d'une carte d'autorité inconnue",
)
class UntrustedIsWrongCode(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return refused_as(answer, "pin_wrong", instead_of=frozenset({"chain_untrusted"}))


@wrong_answer(
    "VIT-ACC-005",
    "does not say that it is the kind of card that opens nothing",
    "ne dit pas que c'est le type de carte qui n'ouvre rien",
)
class CpaIsAbsent(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return refused_as(answer, "cps_absent", instead_of=frozenset({"cps_not_entitled"}))


@wrong_answer("VIT-ERR-001", "shows an empty card for an empty reader", "affiche une carte vide pour un lecteur vide")
class EmptyCard(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        if answer.refusal != "vitale_absent":
            return answer
        return Answer(id=request.id, card={"assure": {}, "beneficiaires": [], "protected": {"code": None}})


@wrong_answer(
    "VIT-ERR-002",
    "says that there is no card where there is one of another kind",
    "dit qu'il n'y a pas de carte quand il y en a une d'un autre type",
)
class OtherCardIsNone(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return refused_as(answer, "vitale_absent", instead_of=frozenset({"vitale_unknown"}))


@wrong_answer(
    "VIT-ERR-004",
    "shows what it had read when the card was pulled out, as if that were all",
    "affiche ce qu'il avait lu quand la carte a été retirée, comme si c'était tout",
)
class HalfACard(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        if answer.refusal != "vitale_removed":
            return answer
        return Answer(id=request.id, card={"assure": {}, "beneficiaires": [], "protected": {"code": None}})


@wrong_answer(
    "VIT-ERR-005",
    "takes a professional card that leaves for a wrong code",
    "prend pour un code erroné une carte de professionnel qui s'en va",
)
class RemovedIsWrongCode(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        if answer.refusal not in {"cps_removed", "cps_unknown"}:
            return answer
        return Answer(id=request.id, error=ErrorBody(code="pin_wrong", message="Code erroné"))


@wrong_value(
    "VIT-PRO-008",
    "shows the first situation of the professional only",
    "n'affiche que la première situation du professionnel",
)
def first_situation_only(card: Card, _request: ReadRequest) -> None:
    if card["professionnel"] and card["professionnel"]["situations"]:
        card["professionnel"]["situations"] = card["professionnel"]["situations"][:1]
