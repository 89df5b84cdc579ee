"""The reader: two slots, and the way from cards to a reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from reader_core.access import AccessTable, CardType, Category, Decision, Function, Gate, Situation, load_access
from reader_core.connections import TIMEOUT_S, open_slots
from reader_core.errors import ErrorCode, ReadingError
from reader_core.iso7816 import Connection, TransportError
from reader_core.journal import Journal
from reader_core.records import VitaleRecords
from reader_core.rules import Api
from reader_core.session.admission import FREE, Pin, judge, parties_of, refusals_of, shown, situation_of
from reader_core.session.exchange import authenticate, present_certificates
from reader_core.session.professional import ProfessionalCard
from reader_core.session.reading import Professional, Protection, ProtectionStatus, VitaleReading
from reader_core.session.slots import NO_VITALE, Slots
from reader_core.session.transport import CPS_IN_USE, VITALE_IN_USE, as_reading_error
from reader_core.session.trust import TrustStore
from reader_core.session.vitale import PROTECTED_FILES, VitaleCard
from reader_core.session.withholding import withhold

_WITHHELD = frozenset({ErrorCode.CPS_ABSENT, ErrorCode.READER_UNAVAILABLE, ErrorCode.VITALE_UNKNOWN})
"""Codes that mean nobody was refused: there was no professional card, or no way to use one."""
_GONE = frozenset({ErrorCode.CPS_REMOVED})
"""Codes that end the reading: what is known travels in the error."""
_ABOUT_THE_CODE = frozenset({ErrorCode.PIN_MISSING, ErrorCode.PIN_WRONG, ErrorCode.PIN_BLOCKED})


class Reader:
    """Reads a Vitale card, with a professional card beside it or without.

    Use it as a context manager. A reader that was given as a name is closed at the end; a connection that was given
    stays the caller's.
    """

    def __init__(self, vitale: Connection, cps: Connection | None, trust: TrustStore, gate: Gate) -> None:
        self._slots = Slots(vitale, cps)
        self._trust = trust
        self._gate = gate
        self._owned: list[Connection] = []
        self._professional: ProfessionalCard | None = None
        self._no_professional = ReadingError(ErrorCode.CPS_ABSENT)  # why there is none
        self._pin: Pin = None
        self._reading_due = False  # a code was presented for a reading that has not been made yet

    @classmethod
    def open(
        cls,
        vitale: Connection | str,
        cps: Connection | str | None = None,
        trust: TrustStore | None = None,
        *,
        access: AccessTable | Path | str | None = None,
        journal: Journal | Path | str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> Self:
        """Open the readers. Cards are looked at when they are first needed.

        Cards that are in each other's slot are used where they are, and the reading says so. The same PC/SC name given twice
        means a reader with two slots, by the beginning of their names.

        Args:
            vitale: the slot of the Vitale: a connection, or the name of a reader (`pcsc:NAME`, `socket:HOST:PORT`).
            cps: the slot of the professional card, or None for a reading without one.
            trust: the authorities and revocation lists of the reader; None leaves the chain to the Vitale alone.
            access: who may do what, as a table or a TOML file (docs/access.md); None for the default table.
            journal: where accesses are written down, as a journal or the path of its file (docs/journal.md); None for
                nowhere.
            timeout_s: seconds that a card has for each answer, in a reader that is given by its name.

        Raises:
            ValueError: a reader's name is malformed. A reader that is not there shows when it is first used.
            AccessTableError: the file is no access table.
            JournalError: the journal cannot be written.
        """
        table = load_access(access) if isinstance(access, (Path, str)) else access
        book = Journal(Path(journal)) if isinstance(journal, (Path, str)) else journal
        if book is not None:
            book.prepare()
        gate = Gate.of(table, book)
        first, second = open_slots(vitale, cps, timeout_s)
        reader = cls(first, second, trust or TrustStore(), gate)
        given = ((first, vitale), (second, cps))
        reader._owned = [slot for slot, spec in given if slot is not None and isinstance(spec, str)]
        return reader

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the readers this object opened."""
        self._forget_professional()
        while self._owned:
            self._owned.pop().close()

    def verify_pin(self, pin: str) -> None:
        """Present the professional card's confidential code; it holds until the card is reset or taken out.

        After a refusal the reader remembers it: `read_vitale` then gives the free data and says why the rest is missing.

        Args:
            pin: four digits.

        Raises:
            ReadingError: `pin_wrong` (with the tries left), `pin_blocked`, `cps_absent`, `cps_unknown`, `cps_removed`,
                `card_data_invalid`, or `reader_unavailable`.
        """
        self._pin = None
        self._reading_due = False  # whatever was given before does not count any more
        if self._professional is not None:
            self._professional = self._professional.without_situations()
        try:
            self._open_professional().verify_pin(pin)
        except ReadingError as error:
            if error.code in {ErrorCode.PIN_WRONG, ErrorCode.PIN_BLOCKED}:
                self._pin = error
            else:
                self._forget_professional()
            raise
        self._pin = True
        self._reading_due = True

    def look_at_professional(self, api: Api = "4.10") -> tuple[Professional, int | None]:
        """Read what anyone may read of the professional card, and ask how many tries its code has left.

        Args:
            api: which rules apply.

        Returns:
            The holder and the card, and the tries: 0 for a blocked card, None where the card does not tell.

        Raises:
            ReadingError: `cps_absent`, `cps_unknown`, `cps_unsuitable`, `cps_removed`, `card_data_invalid`,
                `reader_unavailable`, or what the access table says.
        """
        card = self._open_professional()
        self._gate.require(Function.READ_PROFESSIONAL, situation_of(card, self._pin, vitale_is_test=None), api)
        return card.professional, card.tries_left()

    def read_number(self) -> str:
        """Power the Vitale on and read its number, which tells whether it is the card of an earlier reading.

        Returns:
            20 hexadecimal digits (`VitaleReading.pan`), or an empty text for a card without a number.

        Raises:
            ReadingError: `vitale_absent`, `vitale_unknown`, `vitale_mute`, `vitale_removed`, `reader_unavailable`, or
                `cps_removed` when the card that has the code left before it was used.
        """
        card = self._open_vitale()
        try:
            return card.read_number()
        except TransportError as error:
            raise as_reading_error(error, VITALE_IN_USE) from error

    def read_vitale(self, on: date, api: Api = "4.10") -> VitaleReading:
        """Read the Vitale that is in the slot now, from its power-on.

        The free data come first. The protected data come too when a professional card is there, is recognised, and its
        code was presented; otherwise the reading says why they did not. Nothing of an earlier reading is used again.

        Args:
            on: the day of the reading, by which rights, exemptions and validity are judged.
            api: which rules apply.

        Returns:
            The reading. A refusal of the professional card is not an error here: see `VitaleReading.protection`.

        Raises:
            ReadingError: `vitale_absent`, `vitale_unknown`, `vitale_mute`, `vitale_removed`, `vitale_changed`,
                `cps_removed`, or `reader_unavailable`; `partial` holds what was known of the Vitale by then. What the
                access table says where it refuses the identity, and `journal_unavailable`: then nothing is given out.
        """
        self._gate.prepare()
        try:
            reading = self._read(on, api)
        except ReadingError as error:
            self._account(error.partial, error.code, on, api)
            if error.partial is not None and error.partial.refuses(Function.READ_IDENTITY):
                error.partial = None
            raise
        self._account(reading, None, on, api)
        self._gate.require(Function.READ_IDENTITY, reading.situation, api)
        return reading

    def _read(self, on: date, api: Api) -> VitaleReading:
        card = self._open_vitale()
        try:
            card.read_free()
            protection = self._read_protected(card, on, api)
        except TransportError as error:
            raise self._vitale_lost(card, on, api, error) from error
        except ReadingError as error:
            error.partial = self._broken_off(card, on, api, error)
            raise
        self._reading_due = False
        return self._reading(card, on, api, protection)

    def _open_vitale(self) -> VitaleCard:
        """The Vitale, in the other slot too as soon as the professional card that was in use has left that slot."""
        if self._professional is not None:
            try:
                return self._slots.open_vitale(look_elsewhere=False)
            except ReadingError as error:
                if error.code not in NO_VITALE:
                    raise
                if self._professional_in_use() is not None:
                    raise
        return self._slots.open_vitale(look_elsewhere=True)

    def _account(self, reading: VitaleReading | None, failure: ErrorCode | None, on: date, api: Api) -> None:
        """Write the functions of a reading in the journal, with what they ended in.

        Raises:
            ReadingError: `journal_unavailable`: nothing is given out.
        """
        if reading is None or reading.gate is None:
            professional = self._professional or self._no_professional
            situation = situation_of(professional, self._pin, vitale_is_test=None)
            gate = replace(self._gate, parties=parties_of(self._professional, VitaleRecords(), ""))
            gate.record([(Function.READ_IDENTITY, failure)], situation, api, on)
            return
        refused = {each.function: each.code for each in reading.refusals}
        functions = [*FREE, Function.READ_EXEMPTIONS, Function.READ_MATERNITY]
        functions += [Function.READ_PROFESSIONAL] if reading.situation.card is not CardType.NONE else []
        used = [(each, refused.get(each) or failure) for each in functions]
        reading.gate.record(used, reading.situation, api, on)

    def _situation(self, card: VitaleCard) -> Situation:
        professional = self._professional or self._no_professional
        return situation_of(professional, self._pin, vitale_is_test=card.is_test)

    def _reading(self, card: VitaleCard, on: date, api: Api, protection: Protection) -> VitaleReading:
        situation = self._situation(card)
        if protection.code is ErrorCode.CARDS_MIXED:  # the Vitale's own word counts
            situation = replace(situation, category=Category.MIXED)
        professional = None if self._professional is None else self._professional.professional
        known = professional is not None
        refusals = refusals_of(self._gate, situation, api, protection.code, professional=known)
        records, anomalies = card.records()
        return VitaleReading(
            api,
            on,
            card.profile.name,
            card.atr,
            card.pan,
            withhold(records, {each.function for each in refusals}),
            protection,
            shown(professional, refusals),
            anomalies,
            situation,
            refusals,
            replace(self._gate, parties=parties_of(self._professional, records, card.pan)),
            self._slots.exchanged,
        )

    def _broken_off(self, card: VitaleCard, on: date, api: Api, error: ReadingError) -> VitaleReading:
        """What was known of a card when its reading ended."""
        known = self._reading(card, on, api, Protection(ProtectionStatus.WITHHELD, error.code, error.evidence))
        return replace(known, complete=False)

    def _read_protected(self, card: VitaleCard, on: date, api: Api) -> Protection:
        opened = False
        try:
            try:
                cps = self._open_professional(look_elsewhere=False)  # the other slot has the Vitale that is read
            except ReadingError as error:
                raise self._absence(error, card, api) from None
            situation = self._situation(card)
            decision = self._gate.decide(Function.READ_EXEMPTIONS, situation, api)
            judge(cps, self._trust, on, decision.checks)
            refusal = self._refusal(Function.READ_EXEMPTIONS, situation, decision)
            if refusal is not None and refusal.code not in _ABOUT_THE_CODE:
                raise refusal
            if not any(name in card.pointers for name in PROTECTED_FILES):
                shown = "POINTERS names no protected file this reader knows"
                return Protection(ProtectionStatus.WITHHELD, ErrorCode.VITALE_UNKNOWN, shown)
            present_certificates(card, cps)
            if refusal is not None:
                raise refusal
            if self._gate.decide(Function.READ_SITUATIONS, situation, api).allowed:
                self._professional = cps = cps.with_situations()
            authenticate(card, cps)
            opened = True
            problems = card.read_protected()
        except ReadingError as error:
            if error.code in _GONE:
                self._pin = None
                raise
            status = ProtectionStatus.WITHHELD if error.code in _WITHHELD else ProtectionStatus.REFUSED
            return Protection(status, error.code, error.evidence, error.retries)
        finally:
            if opened:
                self._close_protected()
        if problems:
            shown = "; ".join(f"{each.file}: {each.reason}" for each in problems)
            return Protection(ProtectionStatus.REFUSED, ErrorCode.CARD_DATA_INVALID, shown)
        return Protection(ProtectionStatus.READ)

    def _absence(self, error: ReadingError, card: VitaleCard, api: Api) -> ReadingError:
        """Why there is no professional card to be used: what the table says of none at all, or what is wrong with it."""
        if error.code is not ErrorCode.CPS_ABSENT:
            return error
        situation = self._situation(card)
        decision = self._gate.decide(Function.READ_EXEMPTIONS, situation, api)
        return self._refusal(Function.READ_EXEMPTIONS, situation, decision) or error

    def _refusal(self, function: Function, situation: Situation, decision: Decision) -> ReadingError | None:
        """What the table decided, with what the card itself said of its code where that is the reason."""
        if decision.code is None:
            return None
        if isinstance(self._pin, ReadingError) and self._pin.code is decision.code:
            return ReadingError(decision.code, self._pin.evidence, retries=self._pin.retries)
        return ReadingError(decision.code, self._gate.evidence(function, situation, decision))

    def _open_professional(self, *, look_elsewhere: bool = True) -> ProfessionalCard:
        """The professional card that is in the slot, powered and read; the same one as before if it never left."""
        try:
            return self._powered_professional(look_elsewhere=look_elsewhere)
        except ReadingError as error:
            self._no_professional = error
            raise

    def _powered_professional(self, *, look_elsewhere: bool) -> ProfessionalCard:
        card = self._professional_in_use()
        if card is None:
            card = self._professional = self._slots.open_professional(look_elsewhere=look_elsewhere)
        return card

    def _professional_in_use(self) -> ProfessionalCard | None:
        """The professional card of before, if it is still there; one that has left is forgotten.

        Raises:
            ReadingError: it left after its code was given for a reading to come.
        """
        if self._professional is None:
            return None
        try:
            self._professional.probe()
        except TransportError as error:
            due = self._reading_due
            self._forget_professional()
            if due:
                code = as_reading_error(error, CPS_IN_USE).code
                raise ReadingError(code, "between its code and the reading") from None
        return self._professional

    def _forget_professional(self) -> None:
        self._professional = None
        self._pin = None
        self._reading_due = False

    def _close_protected(self) -> None:
        """Reset the Vitale, which closes its protected files to whoever uses the slot next."""
        try:
            self._slots.vitale.reset()
        except TransportError:
            return  # a card that has left is closed

    def _vitale_lost(self, card: VitaleCard, on: date, api: Api, error: TransportError) -> ReadingError:
        lost = as_reading_error(error, VITALE_IN_USE)
        if lost.code is ErrorCode.VITALE_REMOVED and card.pan:
            try:
                other = VitaleCard.open(self._slots.vitale).read_number()
            except (TransportError, ReadingError):
                other = card.pan
            if other != card.pan:
                lost = ReadingError(ErrorCode.VITALE_CHANGED, f"card {card.pan} before, card {other or '?'} now")
        lost.partial = self._broken_off(card, on, api, lost)
        return lost
