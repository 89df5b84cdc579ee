"""Recording what goes over a connection, or what happens to a card.

recorder = Recorder(software="my program 1.0")
vitale = RecordingConnection(open_connection("pcsc:..."), recorder, "vitale")
...                                     # use it as any connection
Path("read.apdu").write_text(dump_recording(mask_recording(recorder.recording())))
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock

from emulator.recording.model import MAX_AT, Event, EventKind, RecordedCard, Recording, one_line, protocol_of
from reader_core.iso7816 import Card, Connection, TransportError


class Recorder:
    """Collects what happens to one or more cards. Any thread may use it.

    Args:
        software: what is recording, for the file's header.
        clock: seconds that never go back; the first event's are zero.
        now: when the recording begins, ISO 8601; None asks the system's clock.
    """

    def __init__(self, software: str = "", clock: Callable[[], float] = time.monotonic, now: str | None = None) -> None:
        self._software = one_line(software)
        self._clock = clock
        self._now = datetime.now(UTC).isoformat(timespec="seconds") if now is None else now
        self._start: float | None = None
        self._lock = Lock()
        self._readers: dict[str, str] = {}
        self._events: list[Event] = []

    def add(self, slot: str, reader: str = "") -> None:
        """Announce a card.

        Raises:
            ValueError: a card of this name is there, or it is no name of a slot.
        """
        with self._lock:
            if slot in self._readers:
                raise ValueError(f"a card {slot!r} is being recorded already")
            RecordedCard(slot)
            self._readers[slot] = one_line(reader)

    def watch(self, slot: str, kind: EventKind, call: Callable[[], bytes], command: bytes = b"") -> bytes:
        """Make a call and keep it, with its answer or its error. A command of no byte is not kept: nothing was sent.

        Raises:
            TransportError: as the call raised it.
        """
        if kind is EventKind.APDU and not command:
            return call()
        at = self._microseconds()
        try:
            answer = call()
        except TransportError as error:
            self._keep(Event(slot, kind, at, self._microseconds(), command, b"", error.code, one_line(error.detail)))
            raise
        self._keep(Event(slot, kind, at, self._microseconds(), command, answer))
        return answer

    def power_off(self, slot: str) -> None:
        """Keep that a card loses its power."""
        now = self._microseconds()
        self._keep(Event(slot, EventKind.POWER_OFF, now, now))

    def recording(self) -> Recording:
        """Everything so far. Nothing is masked: see `mask_recording`."""
        with self._lock:
            events = tuple(self._events)
            cards = tuple(_card(slot, reader, events) for slot, reader in self._readers.items())
        return Recording(cards, events, one_line(self._now), self._software)

    def _microseconds(self) -> int:
        with self._lock:
            now = self._clock()
            if self._start is None:
                self._start = now
            return min(MAX_AT, max(0, round((now - self._start) * 1_000_000)))

    def _keep(self, event: Event) -> None:
        with self._lock:
            self._events.append(event)


class RecordingConnection:
    """A connection whose traffic a recorder keeps; otherwise the connection behind it.

    Args:
        connection: any connection.
        recorder: who keeps it.
        slot: the card's name in the recording, `vitale` or `cps`.
        reader: the reader's name in the recording; the connection's when None.
    """

    def __init__(self, connection: Connection, recorder: Recorder, slot: str, reader: str | None = None) -> None:
        recorder.add(slot, connection.name if reader is None else reader)
        self._connection = connection
        self._recorder = recorder
        self._slot = slot

    @property
    def name(self) -> str:
        """The reader's name."""
        return self._connection.name

    def power_on(self) -> bytes:
        """Power the card; see `Connection.power_on`."""
        return self._recorder.watch(self._slot, EventKind.POWER_ON, self._connection.power_on)

    def reset(self) -> bytes:
        """Reset the card; see `Connection.reset`."""
        return self._recorder.watch(self._slot, EventKind.RESET, self._connection.reset)

    def transmit(self, command: bytes) -> bytes:
        """Send a command; see `Connection.transmit`."""
        return self._recorder.watch(
            self._slot, EventKind.APDU, lambda: self._connection.transmit(command), bytes(command)
        )

    def close(self) -> None:
        """Leave the reader; the card loses its power as far as this recording goes."""
        self._recorder.power_off(self._slot)
        self._connection.close()


class RecordingCard:
    """A card whose traffic a recorder keeps, whoever uses it: put it in any reader of `emulator.readers`.

    Args:
        card: any card.
        recorder: who keeps it.
        slot: the card's name in the recording.
        reader: the reader's name in the recording.
    """

    def __init__(self, card: Card, recorder: Recorder, slot: str, reader: str = "") -> None:
        recorder.add(slot, reader)
        self._card = card
        self._recorder = recorder
        self._slot = slot

    @property
    def atr(self) -> bytes:
        """The answer to reset of the wrapped card."""
        return self._card.atr

    def power_on(self) -> bytes:
        """Power the wrapped card."""
        return self._recorder.watch(self._slot, EventKind.POWER_ON, self._card.power_on)

    def reset(self) -> bytes:
        """Reset the wrapped card."""
        return self._recorder.watch(self._slot, EventKind.RESET, self._card.reset)

    def power_off(self) -> None:
        """Cut the power of the wrapped card."""
        self._recorder.power_off(self._slot)
        self._card.power_off()

    def transmit(self, command: bytes) -> bytes:
        """Answer as the wrapped card does."""
        return self._recorder.watch(self._slot, EventKind.APDU, lambda: self._card.transmit(command), bytes(command))


def _card(slot: str, reader: str, events: tuple[Event, ...]) -> RecordedCard:
    powered = {EventKind.POWER_ON, EventKind.RESET}
    atrs = (event.answer for event in events if event.slot == slot and event.kind in powered and event.answer)
    atr = next(atrs, b"")
    return RecordedCard(slot, reader, protocol_of(atr), atr)
