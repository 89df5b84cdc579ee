"""What a reading gives: the card's records as they are, and what is said about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from reader_core.access import Function, Gate, Refusal, Situation
from reader_core.errors import ERRORS, ErrorCode
from reader_core.records import VitaleRecords
from reader_core.records.cps import PorteurCps
from reader_core.records.cps_situations import ProfessionCps, SituationCps
from reader_core.rules import Api

_NO_CARD = Situation()


class ProtectionStatus(StrEnum):
    """Whether the protected data were read."""

    READ = "read"
    """They were: the records hold all that the card says."""
    WITHHELD = "withheld"
    """They were not asked for: there is no professional card, or no way to ask."""
    REFUSED = "refused"
    """A professional card was there and was refused, or what it opened could not be read."""


@dataclass(frozen=True, slots=True)
class Protection:
    """What became of the protected data.

    Attributes:
        status: read, withheld or refused.
        code: why, when they were not read.
        evidence: what was observed: a status word, a certificate's subject, a date.
        retries: tries left of the confidential code, when it was wrong.
    """

    status: ProtectionStatus
    code: ErrorCode | None = None
    evidence: str = ""
    retries: int | None = None

    @property
    def message(self) -> str:
        """Why, in French; empty when they were read."""
        return self.told("fr")[0]

    @property
    def next_step(self) -> str:
        """The one thing to do next, in French; empty when they were read."""
        return self.told("fr")[1]

    def told(self, language: Literal["en", "fr"]) -> tuple[str, str]:
        """Why and what to do next, as two texts for a person; both empty when the data were read."""
        if self.code is None:
            return "", ""
        text = ERRORS[self.code]
        if language == "fr":
            left = f" Essais restants : {self.retries}." if self.retries else ""
            return text.message_fr + left, text.next_step_fr
        left = f" Tries left: {self.retries}." if self.retries else ""
        return text.message + left, text.next_step


def printed_number(numero: str) -> str:
    """Give a card's number as the card shows it: without the issuer's 10 digits and the last byte (observed)."""
    return numero[10:-2]


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A file that could not be read or understood; everything else on the card was kept.

    Attributes:
        file: name of the file.
        offset: first wrong byte in the file, from 0; None when the card gave no content at all.
        reason: what is wrong, in English.
    """

    file: str
    offset: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Professional:
    """The professional card that took part in the reading.

    Attributes:
        porteur: the holder and the card, as the card says.
        numero_carte: the card's serial number as it is printed, 8 to 9 digits; empty when the card has none.
        profession: what the holder is; None until the code was presented, and on a card without a business volume.
        situations: the holder's situations of work and billing, behind the code; None as the profession.
        anomalies: files of the business volume that could not be understood.
    """

    porteur: PorteurCps
    numero_carte: str
    profession: ProfessionCps | None = None
    situations: tuple[SituationCps, ...] | None = None
    anomalies: tuple[Anomaly, ...] = ()


@dataclass(frozen=True, slots=True)
class VitaleReading:
    """One reading of a Vitale card, on one day, by the rules of one API.

    Attributes:
        api: which rules apply.
        on: the day of the reading.
        profile: kind of card, from its ATR, e.g. `vitale2`.
        atr: answer to reset.
        pan: the card's number, 20 hexadecimal digits as on the card; empty when it has none.
        records: what the card says. Protected groups are empty unless `protection.status` is `read`.
        protection: whether the protected data were read, or why not.
        professional: the professional card, as soon as it could be read, accepted or not.
        anomalies: files that could not be understood.
        situation: the cards and the state of the code, in the words of the access table.
        refusals: the functions that were refused; what they would have given is not in the records.
        gate: what printing and exporting this reading pass through; None for a reading that no reader made.
        exchanged: whether the cards were in each other's slot, and were used where they were.
        complete: whether the reading was carried through; otherwise what is missing may be on the card all the same.
    """

    api: Api
    on: date
    profile: str
    atr: bytes
    pan: str
    records: VitaleRecords
    protection: Protection
    professional: Professional | None = None
    anomalies: tuple[Anomaly, ...] = ()
    situation: Situation = _NO_CARD
    refusals: tuple[Refusal, ...] = ()
    gate: Gate | None = field(default=None, compare=False, repr=False)
    exchanged: bool = False
    complete: bool = True

    def refuses(self, function: Function) -> bool:
        """Whether the access table refused a function."""
        return any(each.function is function for each in self.refusals)
