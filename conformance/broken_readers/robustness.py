"""Readers that believe whatever a damaged or hostile card says, and say nothing of it."""

from __future__ import annotations

import msgspec

from conformance.broken_readers.model import (
    Card,
    Defect,
    Opener,
    beneficiaries,
    not_exempted,
    refused_as,
    rights,
    wrong_answer,
    wrong_value,
    wrong_way,
)
from conformance.broken_readers.transmission import Altered
from conformance.products import InProcessProduct
from conformance.protocol import Answer, ReadRequest
from reader_core.iso7816 import Connection

_READ_BINARY = 0xB0
_SUCCESS = bytes.fromhex("9000")
_BEYOND_THE_END = bytes.fromhex("6B00")
_WARNINGS = frozenset({bytes.fromhex("6281"), bytes.fromhex("6282")})
_FIRST_OF_STATUS = frozenset({b"\x90", *(bytes([sw1]) for sw1 in range(0x61, 0x70))})
_HEADER_AND_LE = 5
_MORE_WAITS = 0x61
_SHORT_LE = 256
_SHORT_IDENTIFIER = 0x80
_PADDING = frozenset({b"\x00", b"\xff"})


def silent(answer: Answer) -> Answer:
    """The same answer without a word of what could not be understood."""
    return answer if answer.card is None else msgspec.structs.replace(answer, card=answer.card | {"anomalies": []})


class _Silent(Defect):
    """A reader whose way to the Vitale is another one, and that never speaks of anomalies."""

    way: type[Altered]

    def connection(self, slot: str, connection: Connection) -> Connection:
        return self.way(connection) if slot == "vitale" else connection

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return silent(answer)


def _anomalies(card: Card) -> list[Card]:
    found: list[Card] = card.get("anomalies") or []
    return found


@wrong_value("VIT-ROB-001", "warns at every reading", "avertit à chaque lecture")
def cries_wolf(card: Card, _request: ReadRequest) -> None:
    card["anomalies"] = [{"fichier": "BENEFIC", "offset": 0, "raison": "par prudence"}]


class _NoWarnings(Altered):
    def altered(self, command: bytes, response: bytes) -> bytes:
        del command
        return response[:-2] + _SUCCESS if response[-2:] in _WARNINGS else response


@wrong_way(
    "VIT-ROB-003",
    "ignores the warnings 6281 and 6282 in a status word",
    "ignore les avertissements 6281 et 6282 d'un mot d'état",
)
class IgnoresSw6282(_Silent):
    way = _NoWarnings


class _EndsWhenShort(Altered):
    def __init__(self, inner: Connection) -> None:
        super().__init__(inner)
        self._ended = False

    def altered(self, command: bytes, response: bytes) -> bytes:
        if command[1] != _READ_BINARY or command[2] & 0x80 or len(command) < _HEADER_AND_LE:
            self._ended = False
            return response
        if self._ended and command[2:4] != b"\0\0":
            return _BEYOND_THE_END
        self._ended = response[-2:] == _SUCCESS and len(response) - 2 < (command[4] or _SHORT_LE)
        return response


@wrong_way(
    "VIT-ROB-004",
    "trusts a success with a short answer",
    "se fie à un succès dont la réponse est trop courte",
)
class TrustsAShortAnswer(_Silent):
    way = _EndsWhenShort


class _AnyStatus(Altered):
    def altered(self, command: bytes, response: bytes) -> bytes:
        del command
        return response if response[-2:-1] in _FIRST_OF_STATUS else response[:-2] + _SUCCESS


@wrong_way(
    "VIT-ROB-005",
    "takes the last two bytes of any answer for a success",
    "prend les deux derniers octets de toute réponse pour un succès",
)
class NeedsNoStatus(_Silent):
    way = _AnyStatus


@wrong_value(
    "VIT-ROB-006",
    "shows a file that it could not read as an empty one",
    "affiche comme vide un fichier qu'il n'a pas pu lire",
)
def unreadable_is_empty(card: Card, _request: ReadRequest) -> None:
    card["anomalies"] = [one for one in _anomalies(card) if one.get("offset") is not None]
    for one in beneficiaries(card):
        one["droits"] = rights(one)


@wrong_value(
    "VIT-ROB-007",
    "shows what it finds of a record whose length lies, without a word",
    "affiche ce qu'il trouve d'un enregistrement à la longueur mensongère, sans un mot",
)
def believes_any_length(card: Card, _request: ReadRequest) -> None:
    card["anomalies"] = [one for one in _anomalies(card) if one.get("offset") is None]


@wrong_value(
    "VIT-ROB-008",
    "shows an exemption that it could not understand as none",
    "affiche comme absente une exonération qu'il n'a pas comprise",
)
def damaged_is_not_exempted(card: Card, _request: ReadRequest) -> None:
    protected: Card = card.get("protected") or {}
    if protected.get("code") == "card_data_invalid":
        card.update(anomalies=[], protected={"status": "read", "code": None})
        for one in beneficiaries(card):
            one["exoneration"] = {"code_couverture": None, "nature": "aucune", "justificatif": None}


class _UntilPadding(Altered):
    """Leaves out what comes behind padding: any at the beginning of a file, and a run of 00 that no field has anywhere else."""

    def altered(self, command: bytes, response: bytes) -> bytes:
        if command[1] != _READ_BINARY:
            return response
        begins = command[3] == 0 and (command[2] == 0 or command[2] & _SHORT_IDENTIFIER)
        end = 0 if begins and response[:-2][:1] in _PADDING else response[:-2].find(bytes(8))
        if end < 0:
            return response
        return response[:end].ljust(len(response) - 2, b"\0") + response[-2:]


@wrong_way(
    "VIT-ROB-009",
    "takes the first padding for the end of a file",
    "prend le premier remplissage pour la fin d'un fichier",
)
class StopsAtPadding(Defect):
    def connection(self, slot: str, connection: Connection) -> Connection:
        return _UntilPadding(connection) if slot == "vitale" else connection


class _TagsInOrder(Altered):
    """Numbers the two days of a period by their place: the first is called the first day."""

    def altered(self, command: bytes, response: bytes) -> bytes:
        return (
            response.replace(b"\x9e\x01\x01\x81\x0c", b"\x9e\x01\x01\x80\x0c")
            if command[1] == _READ_BINARY
            else response
        )


@wrong_way(
    "VIT-ROB-010",
    "counts the fields of a record from the left and does not look at their tags",
    "compte les champs d'un enregistrement depuis la gauche sans regarder leurs étiquettes",
)
class FieldsByPlace(Defect):
    def connection(self, slot: str, connection: Connection) -> Connection:
        return _TagsInOrder(connection) if slot == "vitale" else connection


@wrong_answer(
    "VIT-ROB-011",
    "says that a card it does not know is mute",
    "dit muette une carte qu'il ne connaît pas",
)
class UnknownIsMute(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return refused_as(answer, "vitale_mute", instead_of=frozenset({"vitale_unknown"}))


@wrong_answer(
    "VIT-ROB-012",
    "shows an empty card where it gave up",
    "affiche une carte vide quand il a abandonné",
)
class GivesUpInSilence(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        if answer.error is None or answer.error.code not in {"vitale_mute", "card_data_invalid"}:
            return answer
        return Answer(id=request.id, card={"assure": {}, "beneficiaires": [], "protected": {"code": None}})


class _NoSecondTry(Altered):
    def altered(self, command: bytes, response: bytes) -> bytes:
        return _BEYOND_THE_END if command[1] == _READ_BINARY and response[:1] == b"\x6c" else response


@wrong_way(
    "VIT-ROB-013",
    "takes 6Cxx, by which a card names the length it has, for the end of the file",
    "prend pour la fin du fichier le 6Cxx par lequel une carte indique sa longueur",
)
class TakesALengthForTheEnd(_Silent):
    way = _NoSecondTry


class _FirstPiece(Altered):
    def altered(self, command: bytes, response: bytes) -> bytes:
        del command
        return response[:-2] + _SUCCESS if len(response) > len(_SUCCESS) and response[-2] == _MORE_WAITS else response


@wrong_way(
    "VIT-ROB-014",
    "takes the first piece of an answer for the whole",
    "prend le premier morceau d'une réponse pour le tout",
)
class TakesTheFirstPiece(_Silent):
    way = _FirstPiece


@wrong_answer(
    "VIT-ERR-007",
    "shows a card without anybody on it when the card falls silent",
    "affiche une carte sans personne quand la carte se tait",
)
class MuteIsEmpty(GivesUpInSilence):
    """As where it gave up."""


@wrong_answer(
    "VIT-ERR-008",
    "says that the code is missing when the professional's card has gone",
    "dit que le code manque quand la carte du professionnel n'est plus là",
)
class GoneIsNoCode(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        del request
        return refused_as(answer, "pin_missing", instead_of=frozenset({"cps_removed"}))


@wrong_way(
    "VIT-ERR-011",
    "goes on with the card that has taken the place of the professional's, and says that the patient is not exempted",
    "continue avec la carte qui a pris la place de celle du professionnel, et dit que le patient n'est pas exonéré",
)
class ExchangedIsNotExempted(Defect):
    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        answer = super().read_connections(request, vitale, cps)
        if answer.refusal != "cps_removed":
            return answer
        again = super().read_connections(request, vitale, cps)
        if again.card is None or again.refusal != "cps_not_entitled":
            return answer
        return not_exempted(again)


class _GoesOn(Altered):
    """Gives the answers of the card that was there before, as far as that one came, and then those of the card in the reader."""

    def __init__(self, inner: Connection, before: list[tuple[bytes, bytes]]) -> None:
        super().__init__(inner)
        self._before = iter(before)
        self.heard: list[tuple[bytes, bytes]] = []

    def altered(self, command: bytes, response: bytes) -> bytes:
        asked, known = next(self._before, (b"", b""))
        answer = known if asked == command else response
        self.heard.append((command, answer))
        return answer


@wrong_way(
    "VIT-ERR-009",
    "goes on where it was when another card takes the place of the first: the insured person of one, the family of the other",
    "continue où il en était quand une autre carte prend la place de la première : l'assuré de l'une, la famille de l'autre",
)
class MixesTwoCards(Defect):
    def __init__(self, inner: InProcessProduct, opener: Opener) -> None:
        super().__init__(inner, opener)
        self._before: list[tuple[bytes, bytes]] = []

    def connection(self, slot: str, connection: Connection) -> Connection:
        if slot != "vitale":
            return connection
        goes_on = _GoesOn(connection, self._before)
        self._before = goes_on.heard
        return goes_on

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        self._before = []
        answer = super().read_connections(request, vitale, cps)
        if answer.refusal not in {"vitale_changed", "vitale_removed"}:
            return answer
        again = super().read_connections(request, vitale, cps)
        return answer if again.card is None else again


@wrong_answer(
    "VIT-ERR-010",
    "shows a card without anybody on it when the reader is unplugged",
    "affiche une carte sans personne quand le lecteur est débranché",
)
class UnpluggedIsEmpty(Defect):
    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        if answer.refusal != "reader_unavailable":
            return answer
        return Answer(id=request.id, card={"assure": {}, "beneficiaires": [], "protected": {"code": None}})
