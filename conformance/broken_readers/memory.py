"""Readers that remember what they should forget, or do not recover."""

from __future__ import annotations

import copy

import msgspec

from conformance.broken_readers.model import Card, Defect, Opener, beneficiaries, exemptions, wrong_answer, wrong_way
from conformance.products import InProcessProduct
from conformance.protocol import Answer, ErrorBody, ReadRequest


@wrong_answer(
    "VIT-PRO-006",
    "shows the exemption of the previous card again",
    "affiche à nouveau l'exonération de la carte précédente",
)
class PreviousExemption(Defect):
    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        super().__init__(inner, opener)
        self._shown: Card | None = None

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        if answer.card is None:
            return answer
        card = copy.deepcopy(answer.card)
        for one in beneficiaries(card):
            one["exoneration"] = self._shown or one["exoneration"]
        self._shown = self._shown or next((one["exoneration"] for one in beneficiaries(card)), None)
        return msgspec.structs.replace(answer, card=card)


@wrong_answer(
    "VIT-IDE-010",
    "adds the beneficiaries of each card to those of the ones before",
    "ajoute les bénéficiaires de chaque carte à ceux des précédentes",
)
class AddsUp(Defect):
    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        super().__init__(inner, opener)
        self._seen: list[Card] = []

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        if answer.card is None:
            return answer
        self._seen = [*self._seen, *beneficiaries(copy.deepcopy(answer.card))]
        return msgspec.structs.replace(answer, card=answer.card | {"beneficiaires": self._seen})


@wrong_answer(
    "VIT-IDE-010",
    "answers with the previous card when another one is in the reader",
    "répond avec la carte précédente quand une autre est dans le lecteur",
)
class PreviousCard(Defect):
    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        super().__init__(inner, opener)
        self._card: Card | None = None

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        if answer.card is None:
            return answer
        shown, self._card = self._card or answer.card, answer.card
        return msgspec.structs.replace(answer, card=shown)


@wrong_answer(
    "VIT-UNC-004",
    "keeps the rules of its first reading",
    "garde les règles de sa première lecture",
)
class FirstRules(Defect):
    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        super().__init__(inner, opener)
        self._first: dict[str, Card] = {}

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        if answer.card is None:
            return answer
        shown = self._first.setdefault(answer.card["assure"]["nir"], answer.card)
        return msgspec.structs.replace(answer, card=shown)


@wrong_answer(
    "VIT-MAY-007",
    "keeps what it said of Mayotte at its first reading",
    "garde ce qu'il a dit de Mayotte à sa première lecture",
)
class KeepsMayotte(Defect):
    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        super().__init__(inner, opener)
        self._said: dict[str, str | None] = {}

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        if answer.card is None:
            return answer
        assure: Card = answer.card["assure"]
        said = self._said.setdefault(assure["nir"], assure["regime_particulier"])
        return msgspec.structs.replace(answer, card=answer.card | {"assure": assure | {"regime_particulier": said}})


@wrong_answer(
    "VIT-RAT-010",
    "keeps the RATP's label of before 4.10 once it has shown it",
    "garde le libellé RATP d'avant la 4.10 une fois qu'il l'a affiché",
)
class KeepsRatpLabel(Defect):
    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        super().__init__(inner, opener)
        self._shown = False

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        if answer.card is None or answer.card["assure"]["regime"] != "05":
            return answer
        card = copy.deepcopy(answer.card)
        self._shown = self._shown or request.api == "before"
        for one in exemptions(card) if self._shown else []:
            if one["nature"] == "aucune":
                one.update(nature="regime_special", justificatif="5", taux_standard=100)
        return msgspec.structs.replace(answer, card=card)


@wrong_answer(
    "VIT-ERR-006",
    "has to be started again after a card was pulled out",
    "doit être relancé après le retrait d'une carte",
)
class MustBeStartedAgain(Defect):
    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        super().__init__(inner, opener)
        self._lost = False

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        self._lost = self._lost or answer.refusal == "vitale_removed"
        return Answer(id=request.id, error=ErrorBody(code="vitale_removed")) if self._lost else answer


@wrong_way(
    "VIT-ACC-014",
    "keeps the code of the professional's card",
    "garde le code de la carte du professionnel",
)
class KeepsTheCode(Defect):
    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        super().__init__(inner, opener)
        self._code: str | None = None

    def request(self, request: ReadRequest) -> ReadRequest:
        self._code = request.pin or self._code
        return msgspec.structs.replace(request, pin=self._code)
