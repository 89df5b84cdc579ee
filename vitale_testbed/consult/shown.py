"""A reading as the desk keeps it: whose it is, who is selected, and what of it may still be shown."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace

from reader_core.access import CardType, Function, PinState, Refusal
from reader_core.errors import ErrorCode
from reader_core.session import Protection, ProtectionStatus, VitaleReading
from reader_core.session.withholding import withhold
from vitale_testbed.consult.messages import ReadingState


@dataclass(frozen=True, slots=True)
class Shown:
    """A reading on the page.

    Attributes:
        reading: what was read.
        complete: whether the reading was carried through; otherwise what is missing may be on the card all the same.
        selected: the beneficiary, counted from 1; None while several are there and nobody chose.
        id: what a request names it by, so that no request acts on a card that has left.
    """

    reading: VitaleReading
    complete: bool = True
    selected: int | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def count(self) -> int:
        """How many beneficiaries the card has."""
        return len(self.reading.records.beneficiaires)

    @classmethod
    def of(cls, reading: VitaleReading, *, complete: bool, before: Shown | None) -> Shown:
        """Show a new reading.

        A single beneficiary is selected by himself. A selection is kept only for the same card: same number, same
        beneficiary at the same place.
        """
        shown = cls(reading, complete)
        if shown.count == 1:
            return replace(shown, selected=1)
        if before is None or before.selected is None or not reading.pan or before.reading.pan != reading.pan:
            return shown
        index = before.selected
        if index <= shown.count and _identity(before, index) == _identity(shown, index):
            return replace(shown, selected=index)
        return shown

    def without_protected(self, code: ErrorCode) -> Shown:
        """Forget what a professional card had opened, and the card itself; `code` says why."""
        reading, protected = self.reading, (Function.READ_EXEMPTIONS, Function.READ_MATERNITY)
        gone = code is ErrorCode.CPS_REMOVED
        situation = replace(
            reading.situation, card=CardType.NONE if gone else reading.situation.card, pin=PinState.NOT_PRESENTED
        )
        kept = tuple(each for each in reading.refusals if each.function not in protected)
        reading = replace(
            reading,
            records=withhold(reading.records, protected),
            protection=Protection(ProtectionStatus.WITHHELD, code),
            professional=None,
            situation=situation,
            refusals=(*kept, *(Refusal(function, code) for function in protected)),
        )
        return replace(self, reading=reading)

    def state(self) -> ReadingState:
        """Say it without anything of a person."""
        return ReadingState(
            id=self.id,
            on=self.reading.on.isoformat(),
            api=self.reading.api,
            complete=self.complete,
            protected=self.reading.protection.status.value,
            beneficiaries=self.count,
            selected=self.selected,
        )


def _identity(shown: Shown, index: int) -> tuple[object, ...]:
    holder = shown.reading.records.beneficiaires[index - 1]
    return holder.beneficiaire, holder.identite, holder.inscription
