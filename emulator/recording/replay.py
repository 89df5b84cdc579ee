"""A recording as a card: it answers what it answered then."""

from __future__ import annotations

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

    A power-on goes to the next power-on of the recording, and from the last one back to the first. A program may leave
    commands out at the end of a session: that is in `unasked`, and no divergence.

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
        self._strict = strict
        self._next = 0
        self._sent = 0
        self._divergences: list[Divergence] = []
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
        """Go to the next power-on of the recording."""
        return self._power({EventKind.POWER_ON}) or self._atr

    def reset(self) -> bytes:
        """Go to the next reset of the recording; where there is none the card does as for a power-on, and tells."""
        expected = self._peek()
        atr = self._power({EventKind.RESET}, around=False)
        if atr is None:
            note = "the recording has no reset from here on: the card starts as after a power-on"
            self._divergences.append(Divergence(self._sent, b"", expected, self._atr, note))
            atr = self._power({EventKind.POWER_ON})
        return atr or self._atr

    def power_off(self) -> None:
        """Nothing: what comes next is a power-on."""

    def transmit(self, command: bytes) -> bytes:
        """Answer as recorded, or as the class describes.

        Raises:
            TransportError: the recording has one here.
        """
        self._sent += 1
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
                    self._divergences.append(
                        Divergence(self._sent, command, expected, self._events[index].answer, note)
                    )
                    return self._play(index)
        return self._refuse(command, expected, self._unknown(command), "nowhere in the recording")

    def _same(self, event: Event, command: bytes) -> bool:
        return event.kind is EventKind.APDU and same_command(event.command, command, codes=self._codes)

    def _peek(self) -> Event | None:
        return self._events[self._next] if self._next < len(self._events) else None

    def _play(self, index: int) -> bytes:
        event = self._events[index]
        self._next = index + 1
        if event.error:
            if event.error == ShortAnswerError.code:
                raise ShortAnswerError("replay", detail=event.detail)
            raise _ERRORS.get(event.error, CardMuteError)("replay", event.detail)
        return event.answer

    def _power(self, kinds: set[EventKind], *, around: bool = True) -> bytes | None:
        """Play the next event of these kinds, from the first again when `around`; None when there is none."""
        later = range(self._next, len(self._events))
        for index in (*later, *(range(self._next) if around else ())):
            if self._events[index].kind in kinds:
                return self._play(index)
        self._next = 0 if around else self._next
        return None

    def _unknown(self, command: bytes) -> int:
        if len(command) > 1 and command[1] == _INS_SELECT:
            return SW.FILE_NOT_FOUND
        return (
            SW.CONDITIONS_NOT_SATISFIED if command[1:2] and command[1] in self._instructions else SW.INS_NOT_SUPPORTED
        )

    def _refuse(self, command: bytes, expected: Event | None, sw: int, note: str) -> bytes:
        answer = int(sw).to_bytes(2)
        self._divergences.append(Divergence(self._sent, command, expected, answer, note))
        return answer
