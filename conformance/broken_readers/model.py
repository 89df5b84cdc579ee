"""What a broken reader is: a conforming one with one small defect, and the requirement that has to catch it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import msgspec

from conformance.products import InProcessProduct
from conformance.protocol import Answer, Description, ErrorBody, ReadRequest
from conformance.words import Words
from reader_core.iso7816 import Connection

Card = dict[str, Any]
"""A card object, which a defect may change in place."""


class Opener(Protocol):
    """Opens a reader by its name, as a product of another process would."""

    def __call__(self, name: str, /) -> Connection:
        """Raise ValueError for a name that is none."""
        ...


class Defect:
    """A conforming product, with a way to spoil each step of a reading. Subclasses spoil one.

    Args:
        inner: The conforming product.
        opener: Opens readers by name, for runs that do not give connections.
    """

    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        self.inner = inner
        self._opener = opener

    def describe(self) -> Description:
        """Say what the conforming product says: no capability tells of the defect."""
        return self.inner.describe()

    def read(self, request: ReadRequest) -> Answer:
        """Read through the readers that the request names."""
        vitale = self._opener(request.vitale)
        cps = None if request.cps is None else self._opener(request.cps)
        try:
            return self.read_connections(request, vitale, cps)
        finally:
            for connection in (vitale, cps):
                if connection is not None:
                    connection.close()

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        """Read through connections, spoiling what the subclass spoils."""
        asked = self.request(request)
        cps = None if cps is None else self.connection("cps", cps)
        answer = self.inner.read_connections(asked, self.connection("vitale", vitale), cps)
        return self.answer(request, answer)

    def stop(self) -> None:
        """Stop the conforming product."""
        self.inner.stop()

    def request(self, request: ReadRequest) -> ReadRequest:
        """Spoil what is asked of the conforming product."""
        return request

    def connection(self, slot: str, connection: Connection) -> Connection:
        """Spoil the way to a card; ``slot`` is ``vitale`` or ``cps``."""
        del slot
        return connection

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        """Spoil what is answered."""
        del request
        return answer


@dataclass(frozen=True, slots=True)
class BrokenReader:
    """One of the cast.

    Attributes:
        name: As in ``broken:NAME``.
        requirement: The requirement that has to catch it.
        says: What it does wrong, one sentence in both languages.
        defect: The product, around a conforming one.
        reads_right: Whether only its answers are wrong: what it says to the cards is what a conforming reader says.
    """

    name: str
    requirement: str
    says: Words
    defect: type[Defect]
    reads_right: bool


CAST: dict[str, BrokenReader] = {}
"""Every broken reader, by name, in the order of their modules."""

Spoil = Callable[[Card, ReadRequest], None]
_Defect = TypeVar("_Defect", bound=type[Defect])


def wrong_value(requirement: str, says: str, says_fr: str) -> Callable[[Spoil], Spoil]:
    """Add a reader that spoils the card object of each answer; its name is the function's."""

    def add(spoil: Spoil) -> Spoil:
        class WrongValue(Defect):
            def answer(self, request: ReadRequest, answer: Answer) -> Answer:
                if answer.card is None:
                    return answer
                card = copy.deepcopy(answer.card)
                spoil(card, request)
                return msgspec.structs.replace(answer, card=card)

        _add(BrokenReader(_name(spoil.__name__), requirement, Words(says, says_fr), WrongValue, reads_right=True))
        return spoil

    return add


def wrong_answer(requirement: str, says: str, says_fr: str) -> Callable[[_Defect], _Defect]:
    """Add a reader whose class spoils `Defect.answer` alone; its name is the class's."""
    return _adding(requirement, says, says_fr, reads_right=True)


def wrong_way(requirement: str, says: str, says_fr: str) -> Callable[[_Defect], _Defect]:
    """Add a reader whose class spoils what is asked for or what is said to the cards; its name is the class's."""
    return _adding(requirement, says, says_fr, reads_right=False)


def _adding(requirement: str, says: str, says_fr: str, *, reads_right: bool) -> Callable[[_Defect], _Defect]:
    def add(defect: _Defect) -> _Defect:
        name = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in defect.__name__).lstrip("-")
        _add(BrokenReader(name, requirement, Words(says, says_fr), defect, reads_right=reads_right))
        return defect

    return add


def _name(function: str) -> str:
    return function.replace("_", "-")


def _add(reader: BrokenReader) -> None:
    if reader.name in CAST:
        raise ValueError(f"two broken readers are called {reader.name}")
    CAST[reader.name] = reader


def refused_as(answer: Answer, code: str, *, instead_of: frozenset[str]) -> Answer:
    """The same refusal under another code, with the card that came with it."""
    if answer.refusal not in instead_of:
        return answer
    if answer.error is not None:
        return msgspec.structs.replace(answer, error=ErrorBody(code=code, message=answer.error.message))
    card: Card = dict(answer.card or {})
    card["protected"] = card["protected"] | {"code": code}
    return msgspec.structs.replace(answer, card=card)


def not_exempted(answer: Answer) -> Answer:
    """The same answer without a reason: the protected data count as read, and nobody on the card is exempted."""
    if answer.card is None:
        return answer
    card: Card = copy.deepcopy(answer.card)
    card["protected"] = {"status": "read", "code": None}
    for one in beneficiaries(card):
        one["exoneration"] = {"nature": "aucune", "justificatif": "0"}
    return msgspec.structs.replace(answer, card=card)


def beneficiaries(card: Card) -> list[Card]:
    """The beneficiaries of a card object."""
    found: list[Card] = card.get("beneficiaires") or []
    return found


def rights(person: Card) -> list[Card]:
    """The periods of rights of a beneficiary; none where they could not be read."""
    found: list[Card] = person.get("droits") or []
    return found


def exemptions(card: Card) -> list[Card]:
    """Every exemption that a card object shows."""
    return [one["exoneration"] for one in beneficiaries(card) if one.get("exoneration")]
