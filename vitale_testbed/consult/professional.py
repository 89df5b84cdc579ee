"""The professional at the desk: whose card is there, what its code did, and how long it holds."""

from __future__ import annotations

import time
from dataclasses import dataclass

from reader_core.errors import ErrorCode
from reader_core.records import CardDate
from reader_core.session.reading import Professional
from vitale_testbed.consult.messages import ProfessionalState, Trouble
from vitale_testbed.consult.seat import Seat


@dataclass(slots=True)
class ProfessionalSide:
    """What the desk knows of the professional's reader. Changed under the desk's guard only.

    Attributes:
        known: the holder and the card, once anyone has looked.
        tries: tries left of its code, 0 when it is blocked, None when nobody knows.
        trouble: why the card could not be looked at, or its code was refused.
        look_due: whether a card came that nobody has looked at.
        session: the reader core that holds the presented code.
        used: when the session was last used, on the monotonic clock.
        over: why the session has to end as soon as no operation uses it.
    """

    known: Professional | None = None
    tries: int | None = None
    trouble: Trouble | None = None
    look_due: bool = False
    session: Seat | None = None
    used: float = 0.0
    over: ErrorCode | None = None

    def moved(self, *, present: bool) -> None:
        """Another card, or none, or no reader: nothing of the first professional's survives."""
        self.known = self.tries = self.trouble = None
        self.look_due = present
        if self.session is not None:
            self.over = ErrorCode.CPS_REMOVED

    def looked_at(self, known: Professional, tries: int | None) -> None:
        """Keep what anyone may read of the card."""
        self.known, self.tries, self.trouble = known, tries, None

    def begin(self, session: Seat) -> None:
        """Keep the card taken, its code presented."""
        self.session, self.over = session, None
        self.touch()

    def touch(self) -> None:
        """The session is in use."""
        self.used = time.monotonic()

    def is_idle(self, limit_s: float) -> bool:
        """Whether the session was not used for so long."""
        return self.session is not None and time.monotonic() - self.used > limit_s

    def take_session(self) -> Seat | None:
        """Give the session away, for whoever closes it."""
        session, self.session, self.over = self.session, None, None
        return session

    def state(self) -> ProfessionalState | None:
        """Say it as the page and the API show it."""
        if self.known is None:
            return None
        porteur = self.known.porteur
        return ProfessionalState(
            type=None if porteur.card_type is None else porteur.card_type.value,
            test=porteur.is_test,
            numero_carte=self.known.numero_carte,
            identifiant=f"{porteur.numero}{porteur.cle}",
            civilite=porteur.civilite,
            nom=porteur.nom,
            prenom=porteur.prenom,
            debut_validite=_day(porteur.debut_validite),
            fin_validite=_day(porteur.fin_validite),
            pin="blocked" if self.tries == 0 else "verified" if self.session is not None else "not_presented",
            tries_left=self.tries,
        )


def _day(written: str) -> str | None:
    day = CardDate(written).as_date()
    return None if day is None else day.isoformat()
