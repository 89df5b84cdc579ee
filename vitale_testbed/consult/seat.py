"""A reader core at the workplace's two readers, for one operation or as long as a code holds."""

from __future__ import annotations

from reader_core import Reader, ReadingError, TrustStore
from reader_core.access import AccessTable
from reader_core.errors import ErrorCode
from reader_core.journal import Journal, JournalError
from vitale_testbed.consult.refusals import Refusal, RefusedError
from vitale_testbed.consult.slots import Lease, Slot


class Seat:
    """A `Reader` with leases of its own: closing one never disturbs what another is doing.

    Args:
        vitale: the reader of the Vitale.
        cps: the professional's, if there is one.
        trust: what is trusted.
        access: who may do what; None for the default table.
        journal: where accesses are written down, or None.
        limit_s: seconds that an operation may take.

    Raises:
        RefusedError: `journal_unavailable`.
    """

    def __init__(
        self,
        vitale: Slot,
        cps: Slot | None,
        trust: TrustStore,
        access: AccessTable | None,
        journal: Journal | None,
        limit_s: float,
    ) -> None:
        self._vitale = Lease(vitale, limit_s)
        self._cps = None if cps is None else Lease(cps, limit_s)
        try:
            self.reader = Reader.open(self._vitale, self._cps, trust, access=access, journal=journal)
        except JournalError as error:
            refusal = Refusal.from_reading(ReadingError(ErrorCode.JOURNAL_UNAVAILABLE, str(error)))
            raise RefusedError(refusal) from error

    def begin(self) -> Reader:
        """Start the time of an operation."""
        for lease in (self._vitale, self._cps):
            if lease is not None:
                lease.begin()
        return self.reader

    def give_back_vitale(self) -> None:
        """Let others use the Vitale; the professional card stays taken, and its code presented."""
        self._vitale.close()

    def close(self) -> None:
        """Give both readers back, which resets their cards."""
        self.reader.close()
        self._vitale.close()
        if self._cps is not None:
            self._cps.close()
