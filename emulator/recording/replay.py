"""A recording as a card: it answers what it answered then."""

from __future__ import annotations

from itertools import pairwise

from emulator.recording.codes import same_command
from emulator.recording.divergence import Divergence
from emulator.recording.errors import RecordingError
from emulator.recording.model import Event, EventKind, Recording
from reader_core.iso7816 import (
    SW,
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    ReaderUnavailableError,
    ShortAnswerError,
    TransportError,
)

_INS_SELECT = 0xA4
_POWER = (EventKind.POWER_ON, EventKind.RESET)
_ERRORS: dict[str, type[TransportError]] = {
    error.code: error
    for error in (CardAbsentError, CardMuteError, CardRemovedError, CardResetError, ReaderUnavailableError)
}


class ReplayCard:
    """One card of a recording, as a card in a slot.

    Strict: a program that asks for anything else than what comes next gets `6F00`, and the card goes on waiting for what
    comes next. Lenient: the command is looked for further on, then from the start; one that is nowhere gets `6A82`
    (SELECT), `6D00` (an instruction that is nowhere) or `6985`. Either way nothing is raised for it, and `divergences`
    tells. An error of the recording (the card was pulled) comes again where it came then.

    A session begins with a power-on or a reset that commands follow; what a reader does by itself in between is passed over.
    A power-on goes to the next session, and after the last one to the first; one before any command changes nothing. A
    program may leave commands out at the end of a session: that is in `unasked`, and no divergence.

    On a T=0 card a command with data is the same with its Le and without: a program sends it, a reader leaves it out.

    In a masked recording secret codes are not compared, only their lengths: the true ones are not in it.

    Args:
        recording: what happened.
        slot: which of its cards; None when it has one.
        strict: see above.

    Raises:
        RecordingError: it has no such card, or the card has no answer to reset.
    """

    def __init__(self, recording: Recording, slot: str | None = None, *, strict: bool = True) -> None:
        slots = [card.slot for card in recording.cards]
        chosen = slots[0] if slot is None and len(slots) == 1 else slot
        card = None if chosen is None else recording.card(chosen)
        if card is None:
            named = "no card is named" if chosen is None else f"there is no card {chosen!r} in it"
            raise RecordingError("recording", 0, named, f"It has: {', '.join(slots) or 'none'}.")
        if not card.atr:
            raise RecordingError("recording", 0, f"the card {card.slot!r} never gave an ATR", "Record it again.")
        self._atr = card.atr
        self._events = recording.of(card.slot)
        self._codes = not recording.masked
        self._le = card.protocol != "T=0"
        self._strict = strict
        self._next = 0
        self._untouched: int | None = 0
        """Where the search for a session began, as long as no command of it was asked."""
        self._starts = _starts(self._events)
        self._sent = 0
        self._divergences: list[Divergence] = []
        self._sudden: Divergence | None = None
        """A reset that the recording does not have, until the command after it was looked at."""
        self._instructions = {event.command[1] for event in self._events if len(event.command) > 1}

    @property
    def atr(self) -> bytes:
        """The answer to reset, as recorded first."""
        return self._atr

    @property
    def masked(self) -> bool:
        """Whether the recording is masked: certificates in it no longer verify."""
        return not self._codes

    @property
    def divergences(self) -> tuple[Divergence, ...]:
        """What the program did that the recording does not have, in its order."""
        return tuple(self._divergences)

    @property
    def unasked(self) -> tuple[bytes, ...]:
        """The commands that come next in the recording, up to the next change of power."""
        left: list[bytes] = []
        for event in self._events[self._next :]:
            if event.kind is not EventKind.APDU:
                break
            left.append(event.command)
        return tuple(left)

    def power_on(self) -> bytes:
        """Go to the next session of the recording.

        Raises:
            TransportError: the recording has one here.
        """
        begin = self._next if self._untouched is None else self._untouched
        start = next((one for one in self._starts if one >= begin), self._starts[0] if self._starts else None)
        if start is None:
            return self._atr
        self._untouched = None if self._events[start].error else begin
        return self._play(start) or self._atr

    def reset(self) -> bytes:
        """Go to the next reset of this session; where there is none, as at a power-on.

        A reset that the recording does not have is told only with a command that does not fit after it: a program may as
        well have left the rest of the session out.

        Raises:
            TransportError: the recording has one here.
        """
        after = self._peek()
        fails = after is not None and after.kind is EventKind.RESET and after.error
        if self._untouched is not None and self._next and not fails:
            return self._events[self._next - 1].answer or self._atr  # where a session begins it is there already
        index = self._reset_of_this_session()
        if index is not None:
            self._untouched = None if self._events[index].error else index
            return self._play(index) or self._atr
        if self.unasked:
            note = "the recording has no reset here: the card starts as after a power-on"
            self._sudden = Divergence(self._sent, b"", self._peek(), self._atr, note)
        return self.power_on()

    def power_off(self) -> None:
        """Nothing: what comes next is a power-on."""

    def transmit(self, command: bytes) -> bytes:
        """Answer as recorded, or as the class describes.

        Raises:
            TransportError: the recording has one here.
        """
        self._sent += 1
        if self._untouched is not None and self._next and not self.unasked:
            self.power_on()  # after a reset that ended a session: the reader that was recorded cut the power in between
        expected = self._peek()
        if expected is not None and self._same(expected, command):
            return self._play(self._next)
        if self._strict:
            note = "not what comes next in the recording"
            return self._refuse(command, expected, SW.NO_DIAGNOSIS, note)
        for start, end, note in (
            (self._next, len(self._events), "found further on in the recording"),
            (0, self._next, "found further back in the recording"),
        ):
            for index in range(start, end):
                if self._same(self._events[index], command):
                    self._differ(Divergence(self._sent, command, expected, self._events[index].answer, note))
                    return self._play(index)
        return self._refuse(command, expected, self._unknown(command), "nowhere in the recording")

    def _same(self, event: Event, command: bytes) -> bool:
        return event.kind is EventKind.APDU and same_command(event.command, command, codes=self._codes, le=self._le)

    def _peek(self) -> Event | None:
        return self._events[self._next] if self._next < len(self._events) else None

    def _play(self, index: int) -> bytes:
        event = self._events[index]
        self._next = index + 1
        if event.kind is EventKind.APDU:
            self._untouched = self._sudden = None
        if event.error:
            if event.error == ShortAnswerError.code:
                raise ShortAnswerError("replay", detail=event.detail)
            raise _ERRORS.get(event.error, CardMuteError)("replay", event.detail)
        return event.answer

    def _reset_of_this_session(self) -> int | None:
        """The next reset, or the last of several with nothing in between; None when the session ends without one."""
        found: int | None = None
        for index in range(self._next, len(self._events)):
            kind = self._events[index].kind
            if kind is EventKind.RESET:
                found = index
            elif kind is not EventKind.APDU or found is not None:
                break
        return found

    def _unknown(self, command: bytes) -> int:
        if len(command) > 1 and command[1] == _INS_SELECT:
            return SW.FILE_NOT_FOUND
        return (
            SW.CONDITIONS_NOT_SATISFIED if command[1:2] and command[1] in self._instructions else SW.INS_NOT_SUPPORTED
        )

    def _refuse(self, command: bytes, expected: Event | None, sw: int, note: str) -> bytes:
        answer = int(sw).to_bytes(2)
        self._differ(Divergence(self._sent, command, expected, answer, note))
        return answer

    def _differ(self, divergence: Divergence) -> None:
        if self._sudden is not None:
            self._divergences.append(self._sudden)
        self._sudden = None
        self._divergences.append(divergence)


def _starts(events: tuple[Event, ...]) -> list[int]:
    """Where sessions begin. A power-on that failed, or whose reset did, is one; where nothing was ever asked, so is every power-on."""
    asked = [index for index, (event, after) in enumerate(pairwise((*events, None))) if _begins(event, after)]
    return asked or [index for index, event in enumerate(events) if event.kind is EventKind.POWER_ON]


def _begins(event: Event | None, after: Event | None) -> bool:
    if event is None or event.kind not in _POWER:
        return False
    if event.error:
        return event.kind is EventKind.POWER_ON
    if after is None or after.kind is EventKind.APDU:
        return after is not None
    return event.kind is EventKind.POWER_ON and after.kind is EventKind.RESET and bool(after.error)
