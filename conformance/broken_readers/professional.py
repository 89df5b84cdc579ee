"""Readers that use the professional's card and its code otherwise than they may."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from conformance.broken_readers.model import Defect, wrong_way
from conformance.protocol import Answer, ReadRequest, Trust
from reader_core.iso7816 import CommandApdu, Connection

_VERIFY = 0x20


def _verify(pin: str) -> bytes:
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
                cps.transmit(_verify(request.pin))
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
                cps.transmit(_verify(request.pin))
        return super().read_connections(request, vitale, cps)
