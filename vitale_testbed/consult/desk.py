"""What goes on at a workplace: who is in the readers, what was read, whose code was presented.

Cards come and go at any time, and a card's command cannot be called back. So each operation runs in the thread of whoever asks for
it, one at a time; another thread per reader looks at its slot. What was read is forgotten the moment its card is seen to have left,
and what comes late from a card that is no longer there is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from reader_core import ReadingError, TrustStore
from reader_core.access import AccessTable
from reader_core.connections import Presence
from reader_core.errors import ErrorCode
from reader_core.iso7816 import TransportError
from reader_core.journal import Journal
from reader_core.rules import Api
from reader_core.session import VitaleReading
from vitale_testbed.consult import happenings
from vitale_testbed.consult.board import Board, unavailable
from vitale_testbed.consult.messages import Said, State, Trouble
from vitale_testbed.consult.refusals import Refusal, RefusedError
from vitale_testbed.consult.seat import Seat
from vitale_testbed.consult.shown import Shown
from vitale_testbed.consult.slots import Role, Slot

SESSION_S = 15 * 60.0
"""Seconds without use after which a professional card is released: one left behind opens nothing for who comes next."""
LIMIT_S = 60.0
"""Seconds that one operation may take, whatever the cards do."""

_SESSION_ENDS = frozenset({ErrorCode.CPS_ABSENT, ErrorCode.CPS_REMOVED, ErrorCode.CPS_UNKNOWN, ErrorCode.PIN_MISSING})
_WORTH_ANOTHER_LOOK = frozenset({ErrorCode.READER_UNAVAILABLE, ErrorCode.CPS_REMOVED})
_OUTLIVES_ITS_CARD = frozenset({ErrorCode.VITALE_REMOVED, ErrorCode.VITALE_CHANGED})


class Desk:
    """The workplace. Its methods may be called from any thread; they block as long as the cards take.

    Args:
        vitale: the reader of the Vitale.
        cps: the professional's reader, or None.
        trust: what is trusted.
        access: who may do what; None for the default table.
        journal: where accesses are written down; None for nowhere.
        on: the day of every reading; None for the day it is made on.
        api: which rules apply unless a reading asks for others.
        changed: called after each change, from the thread that made it.
        session_s: see `SESSION_S`.
        limit_s: see `LIMIT_S`.
    """

    def __init__(
        self,
        vitale: Slot,
        cps: Slot | None,
        trust: TrustStore,
        *,
        access: AccessTable | None = None,
        journal: Journal | None = None,
        on: date | None = None,
        api: Api = "4.10",
        changed: Callable[[], None] = lambda: None,
        session_s: float = SESSION_S,
        limit_s: float = LIMIT_S,
    ) -> None:
        self.slots: dict[Role, Slot] = {"vitale": vitale} if cps is None else {"vitale": vitale, "cps": cps}
        self.on = on
        self.api: Api = api
        self._trust = trust
        self._access = access
        self._journal = journal
        self._session_s = session_s
        self._limit_s = limit_s
        self._board = Board(self.slots, changed)

    # --- what there is ------------------------------------------------------------------------------------------------------

    def state(self) -> State:
        """Return what the page and the API show of the readers, the cards and the reading."""
        return self._board.state()

    def view(self) -> tuple[State, Shown | None]:
        """Give the state and the reading of the same moment."""
        with self._board.guard:
            return self._board.state(), self._board.shown

    # --- what people ask for ------------------------------------------------------------------------------------------------

    def read(self, on: date | None = None, api: Api | None = None) -> Shown:
        """Read the Vitale, and its protected data when the professional's code was presented.

        Raises:
            RefusedError: `busy`, or what the reader core says. What was read of a card that is still there is shown
                all the same, as an incomplete reading.
        """
        board = self._board
        with board.job("reading"):
            before = self._look("vitale")
            with board.change(happenings.READING):
                earlier, board.shown, board.trouble = board.shown, None, None
                session = board.professional.session
            seat = session or self._new_seat()
            problem: ReadingError | None = None
            reading: VitaleReading | None
            try:
                reading = seat.begin().read_vitale(on or self.on or date.today(), api or self.api)  # noqa: DTZ011  # the user's own day
            except ReadingError as error:
                reading, problem = error.partial, error
            finally:
                seat.give_back_vitale()
                if session is None:
                    seat.close()
            board.professional.touch()
            return self._keep(reading, problem, before, earlier)

    def present_pin(self, pin: str) -> None:
        """Present the professional's code; the card stays taken until it leaves, is released, or is not used for a while.

        Raises:
            RefusedError: `no_cps_slot`, `bad_pin` (nothing was sent), `busy`, or what the reader core says.
        """
        board = self._board
        self._need_cps()
        if not (len(pin) == 4 and pin.isascii() and pin.isdigit()):
            raise RefusedError.of("bad_pin")
        with board.job("pin"):
            self._end_session(ErrorCode.PIN_MISSING)
            before = self._look("cps")
            with board.change(happenings.CHECKING):
                board.professional.trouble = None
            seat = self._new_seat()
            try:
                reader = seat.begin()
                reader.verify_pin(pin)
                known, tries = reader.look_at_professional()
                if self._look("cps") != before:
                    raise ReadingError(ErrorCode.CPS_REMOVED)  # noqa: TRY301 - told like the reader core's own
            except ReadingError as error:
                seat.close()
                raise self._wrong_code(error) from error
            except BaseException:
                seat.close()
                raise
            with board.change(happenings.VERIFIED):
                board.professional.looked_at(known, tries)
                board.professional.begin(seat)

    def release(self) -> None:
        """Give the professional card back; its code has to be presented again.

        Raises:
            RefusedError: `no_cps_slot`, or `busy`.
        """
        self._need_cps()
        with self._board.job("pin"):
            self._end_session(ErrorCode.PIN_MISSING, happenings.RELEASED)

    def select(self, reading: str, beneficiary: int | None) -> Shown:
        """Select a beneficiary of a reading.

        Raises:
            RefusedError: `no_reading`, `card_changed`, or `unknown_beneficiary`.
        """
        with self._board.guard:
            shown = self._board.of_id(reading)
            if beneficiary is not None and not 1 <= beneficiary <= shown.count:
                raise RefusedError.of("unknown_beneficiary", str(beneficiary))
            with self._board.change(happenings.SELECTED if beneficiary else happenings.UNSELECTED):
                self._board.shown = replace(shown, selected=beneficiary)
            return self._board.shown

    def clear(self) -> None:
        """Show nothing any more; the cards stay where they are."""
        self._forget(happenings.CLEARED)

    def confirmed(self, reading: str, *, person: bool = True) -> Shown:
        """Give a reading whose card is certainly still the one in the reader.

        Args:
            reading: its id.
            person: whether a beneficiary has to be selected.

        Raises:
            RefusedError: `no_reading`, `card_changed`, `incomplete_reading`, `selection_required`, `busy`, or what the
                reader core says.
        """
        known = self._board.of_id(reading)
        self._look("vitale")
        if not self.slots["vitale"].counts and known.reading.pan and self._number() != known.reading.pan:
            self._forget(happenings.moved("vitale", present=False))
        shown = self._board.of_id(reading, "card_changed")
        if not shown.complete:  # no format could tell what is missing from what the card has not
            raise RefusedError.of("incomplete_reading")
        if person and shown.selected is None and shown.count > 1:
            raise RefusedError.of("selection_required")
        return shown

    # --- what the readers show ----------------------------------------------------------------------------------------------

    def saw(self, role: Role, presence: Presence) -> None:
        """Take note of what a reader shows; whatever belonged to a card that left is forgotten."""
        if self._board.notice(role, presence):
            self._moved(role, happenings.moved(role, present=presence.present), present=presence.present)

    def saw_trouble(self, role: Role, error: TransportError) -> None:
        """Take note of a reader that cannot be used."""
        if self._board.notice_trouble(role, error):
            self._moved(role, happenings.gone(role), present=False)

    def mind(self) -> float:
        """Do what is due at the professional's reader.

        Returns:
            Seconds after which to call again at the earliest; 0 for the next look.
        """
        side = self._board.professional
        with self._board.guard:
            if side.is_idle(self._session_s) and not self._board.is_busy and side.over is None:
                side.over = ErrorCode.PIN_MISSING
            due = side.look_due and not self._board.is_busy
        self._end_what_is_over()
        return self._look_at_professional() if due else 0.0

    def close(self) -> None:
        """Give everything back."""
        with self._board.guard:
            session = self._board.professional.take_session()
        if session is not None:
            session.close()
        for slot in self.slots.values():
            slot.close()

    # --- inside -------------------------------------------------------------------------------------------------------------

    def _new_seat(self) -> Seat:
        cps = self.slots.get("cps")
        return Seat(self.slots["vitale"], cps, self._trust, self._access, self._journal, self._limit_s)

    def _need_cps(self) -> None:
        if "cps" not in self.slots:
            raise RefusedError.of("no_cps_slot")

    def _look(self, role: Role) -> Presence:
        """Look at a reader now, without waiting for its thread to come round."""
        try:
            presence = self.slots[role].presence()
        except TransportError as error:
            self.saw_trouble(role, error)
            raise RefusedError(unavailable(error)) from error
        self.saw(role, presence)
        return presence

    def _number(self) -> str:
        """Ask the Vitale that is there for its number."""
        with self._board.job("looking"):
            seat = self._new_seat()
            try:
                return seat.begin().read_number()
            except ReadingError as error:
                raise RefusedError(Refusal.from_reading(error)) from error
            finally:
                seat.close()

    def _keep(
        self, reading: VitaleReading | None, problem: ReadingError | None, before: Presence, earlier: Shown | None
    ) -> Shown:
        """Show what was read, if its card is still there."""
        after = self._look("vitale")
        code = problem.code if problem else reading.protection.code if reading else None
        if code is not None and code in _SESSION_ENDS:
            self._end_session(code)
        stayed = after == before and after.present
        if problem is None and not stayed:
            problem = ReadingError(ErrorCode.VITALE_CHANGED if after.present else ErrorCode.VITALE_REMOVED)
        shown = None
        if stayed and reading is not None and reading.records.beneficiaires:
            shown = Shown.of(reading, complete=problem is None, before=earlier)
            if (over := self._board.professional.over) is not None:  # that card left while this one was read
                shown = shown.without_protected(over)
        if problem is None and shown is None:
            problem = ReadingError(ErrorCode.CARD_DATA_INVALID, "the card names no beneficiary")
        if problem is None and shown is not None:
            with self._board.change(happenings.read(shown.count, shown.selected)):
                self._board.shown = shown
            return shown
        refusal = Refusal.from_reading(problem or ReadingError(ErrorCode.CARD_DATA_INVALID))
        with self._board.change(happenings.refused(refusal)):
            self._board.shown, self._board.trouble = shown, Trouble.of(refusal)
        raise RefusedError(refusal)

    def _wrong_code(self, error: ReadingError) -> RefusedError:
        refusal, side = Refusal.from_reading(error), self._board.professional
        with self._board.change(happenings.refused(refusal)):
            side.trouble = Trouble.of(refusal)
            side.tries = side.tries if error.retries is None else error.retries
            side.look_due = error.code in _WORTH_ANOTHER_LOOK
        return RefusedError(refusal)

    def _look_at_professional(self) -> float:
        """Read what anyone may read of the professional card that came."""
        board, side = self._board, self._board.professional
        try:
            with board.job("looking"):
                side.look_due = False
                before = self._look("cps")
                seat = self._new_seat()
                try:
                    known, tries = seat.begin().look_at_professional()
                finally:
                    seat.close()
                if self._look("cps") == before:
                    with board.change():
                        side.looked_at(known, tries)
        except RefusedError:  # somebody was quicker, or the reader has gone: its thread says so
            return 0.0
        except ReadingError as error:
            with board.change():
                side.trouble = Trouble.of(Refusal.from_reading(error))
                side.look_due = error.code in _WORTH_ANOTHER_LOOK
            return 3.0
        return 0.0

    def _moved(self, role: Role, said: Said, *, present: bool) -> None:
        board = self._board
        if role == "vitale":
            kept = board.trouble if not present and board.trouble and board.trouble.code in _OUTLIVES_ITS_CARD else None
            self._forget(said, kept)
            return
        with board.change(said):
            board.professional.moved(present=present)
            self._hide_protected(ErrorCode.CPS_REMOVED)
        self._end_what_is_over()

    def _forget(self, said: Said, trouble: Trouble | None = None) -> None:
        with self._board.change(said):
            self._board.shown, self._board.trouble = None, trouble

    def _hide_protected(self, code: ErrorCode) -> None:
        if self._board.shown is not None:
            self._board.shown = self._board.shown.without_protected(code)

    def _end_what_is_over(self) -> None:
        """End a session that has to end, unless an operation may use it: `mind` comes round again."""
        with self._board.guard:
            code = self._board.professional.over
            if code is None or self._board.is_busy:
                return
            session = self._take_session(code, happenings.IDLE if code is ErrorCode.PIN_MISSING else None)
        if session is not None:
            session.close()

    def _end_session(self, code: ErrorCode, said: Said | None = None) -> None:
        """End the session from within an operation."""
        session = self._take_session(code, said)
        if session is not None:
            session.close()

    def _take_session(self, code: ErrorCode, said: Said | None) -> Seat | None:
        with self._board.guard:
            session = self._board.professional.take_session()
            if session is not None:
                with self._board.change(said):
                    self._hide_protected(code)
            return session
