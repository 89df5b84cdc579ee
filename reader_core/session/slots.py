"""The two slots, and which card sits in which: a Vitale and a professional card in each other's slot are used where they are.

In an establishment the two slots of a reader look alike, and whoever puts the cards in at random wants them read. The code goes
to no other card for it: a card gets it only after its ATR named it as one of the CPS family.
"""

from __future__ import annotations

from reader_core.errors import ErrorCode, ReadingError
from reader_core.iso7816 import Connection, TransportError
from reader_core.session.professional import ProfessionalCard
from reader_core.session.recognition import Family, recognise
from reader_core.session.vitale import VitaleCard

NO_VITALE = frozenset({ErrorCode.VITALE_ABSENT, ErrorCode.VITALE_UNKNOWN})
"""Codes of a slot that has no Vitale: the other slot may have it."""
_NO_PROFESSIONAL = frozenset({ErrorCode.CPS_ABSENT, ErrorCode.CPS_UNKNOWN})


class Slots:
    """Where the cards are.

    Attributes:
        vitale: the slot of the Vitale.
        cps: the slot of the professional card; None for a reader with one slot.
        exchanged: whether the two have changed places since they were given.
    """

    def __init__(self, vitale: Connection, cps: Connection | None) -> None:
        self.vitale = vitale
        self.cps = cps
        self.exchanged = False

    def open_vitale(self, *, look_elsewhere: bool) -> VitaleCard:
        """Power the Vitale on and recognise it.

        Args:
            look_elsewhere: take it from the other slot when it is there; not while the card in that slot is in use, which
                this would reset.

        Raises:
            ReadingError: as `VitaleCard.open`.
        """
        try:
            return VitaleCard.open(self.vitale)
        except ReadingError as error:
            if error.code not in NO_VITALE or not look_elsewhere or self._family(self.cps) is not Family.VITALE:
                raise
        self._exchange()
        return VitaleCard.open(self.vitale)

    def open_professional(self, *, look_elsewhere: bool) -> ProfessionalCard:
        """Power the professional card on, recognise it and read what is free.

        Args:
            look_elsewhere: as for the Vitale.

        Raises:
            ReadingError: as `ProfessionalCard.open`; `cps_absent` when there is no slot for one.
        """
        if self.cps is None:
            raise ReadingError(ErrorCode.CPS_ABSENT)
        try:
            return ProfessionalCard.open(self.cps)
        except ReadingError as error:
            if error.code not in _NO_PROFESSIONAL or not look_elsewhere or self._family(self.vitale) is not Family.CPS:
                raise
        self._exchange()
        return ProfessionalCard.open(self.cps)

    def _exchange(self) -> None:
        if self.cps is not None:
            self.vitale, self.cps = self.cps, self.vitale
            self.exchanged = not self.exchanged

    @staticmethod
    def _family(slot: Connection | None) -> Family | None:
        """Which family the card in a slot is of; None for no card, another one, or one that does not answer."""
        if slot is None:
            return None
        try:
            profile = recognise(slot.power_on())
        except TransportError:
            return None
        return None if profile is None else profile.family
