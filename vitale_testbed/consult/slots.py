"""The two readers of a workplace: virtual ones, whose cards the page moves, and real ones, whose cards people move."""

from __future__ import annotations

import time
from threading import RLock
from typing import Literal, Protocol

from emulator.readers import InProcessReader
from reader_core.connections import Presence, open_connection
from reader_core.iso7816 import CardMuteError, Connection
from vitale_testbed.consult.drawer import Drawer
from vitale_testbed.consult.refusals import RefusedError
from vitale_testbed.names import is_reader
from vitale_testbed.problems import Problem

Role = Literal["vitale", "cps"]
"""Whose card a reader takes."""

TITLES: dict[Role, str] = {"vitale": "Lecteur virtuel Vitale", "cps": "Lecteur virtuel CPS"}


class Slot(Protocol):
    """A reader at the desk, real or virtual: whether a card is in it, and a connection to it."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def counts(self) -> bool:
        """Whether it tells the same card again from the card that stayed: see `Presence.mark`."""
        ...

    def presence(self) -> Presence:
        """Whether a card is there. Called by one thread at a time.

        Raises:
            ReaderUnavailableError: the reader is not there.
        """
        ...

    def open(self) -> Connection:
        """Give a new connection for a reading."""
        ...

    def close(self) -> None:
        """Leave the reader for good."""
        ...


class ReaderSlot:
    """A real reader, or one behind a socket.

    Args:
        spec: `pcsc:NAME`, `socket:HOST:PORT` or the name of a PC/SC reader.

    Raises:
        ValueError: the name is malformed.
    """

    def __init__(self, spec: str) -> None:
        self._spec = spec
        self._guard = RLock()
        self._watch = open_connection(spec)

    @property
    def name(self) -> str:
        """The reader's name."""
        return self._watch.name

    @property
    def counts(self) -> bool:
        """PC/SC counts insertions and removals; a socket reader only shows an ATR."""
        return not self._spec.startswith("socket:")

    def presence(self) -> Presence:
        """Look at the reader, through a connection that never takes the card."""
        with self._guard:
            return self._watch.presence()

    def open(self) -> Connection:
        """Give a new connection, with a process of its own for PC/SC."""
        return open_connection(self._spec)

    def close(self) -> None:
        """End what looks at the reader."""
        self._watch.close()


class VirtualSlot:
    """A reader of this process, and the name of the card in it.

    Args:
        role: whose card it is for.
        drawer: where its cards come from.

    Attributes:
        reader: the slot itself, for a card that is in no drawer.
    """

    counts = True

    def __init__(self, role: Role, drawer: Drawer) -> None:
        self.reader = InProcessReader(TITLES[role])
        self._drawer = drawer
        self._guard = RLock()
        self._inside: str | None = None

    @property
    def name(self) -> str:
        """The reader's name."""
        return self.reader.name

    @property
    def image(self) -> str | None:
        """The name of the card inside, None for none."""
        return None if self.reader.card is None else self._inside

    def presence(self) -> Presence:
        """Look at the reader."""
        return Presence(self.reader.card is not None, self.reader.insertions)

    def open(self) -> Connection:
        """Give a new connection."""
        return self.reader.connect()

    def insert(self, name: str, other: VirtualSlot | None, *, fresh: bool) -> None:
        """Put a card of the drawer in; the one that was there is taken out first.

        Args:
            name: the card.
            other: the other virtual reader of the workplace, which may hold it.
            fresh: make the card anew.

        Raises:
            RefusedError: `unknown_card`, `card_unusable`, or `card_elsewhere`.
        """
        with self._guard:
            if other is not None and other.image == name:
                raise RefusedError.of("card_elsewhere", name)
            card = self._drawer.take(name, fresh=fresh)
            self.reader.remove()
            self.reader.insert(card)
            self._inside = name

    def remove(self) -> None:
        """Take the card out, if there is one."""
        with self._guard:
            self.reader.remove()

    def close(self) -> None:
        """Nothing was started."""


class Lease:
    """A connection that is opened when a card is first powered, and given back between readings.

    A reader that stays taken keeps every other program of the workplace from the card. While it is taken, nothing goes on longer
    than a limit that `begin` sets: a card may answer each of its commands just in time and still never end.

    Args:
        slot: the reader.
        limit_s: seconds from `begin` to the last command.
    """

    def __init__(self, slot: Slot, limit_s: float) -> None:
        self._slot = slot
        self._limit_s = limit_s
        self._ends = float("inf")
        self._inner: Connection | None = None

    @property
    def name(self) -> str:
        """The reader's name."""
        return self._slot.name

    def begin(self) -> None:
        """Start counting the time."""
        self._ends = time.monotonic() + self._limit_s

    def power_on(self) -> bytes:
        """Take the reader if it is not ours yet, and power its card."""
        self._check()
        if self._inner is None:
            self._inner = self._slot.open()
        return self._inner.power_on()

    def reset(self) -> bytes:
        """Reset the card."""
        self._check()
        return self._taken().reset()

    def transmit(self, command: bytes) -> bytes:
        """Send a command."""
        self._check()
        return self._taken().transmit(command)

    def close(self) -> None:
        """Give the reader back; the next `power_on` takes it again."""
        inner, self._inner = self._inner, None
        if inner is not None:
            inner.close()

    def _taken(self) -> Connection:
        if self._inner is None:
            raise CardMuteError(self.name, "the reader was given back")
        return self._inner

    def _check(self) -> None:
        if time.monotonic() > self._ends:
            raise CardMuteError(self.name, f"the reading took longer than {self._limit_s:g} s")


def make_slot(role: Role, name: str | None, drawer: Drawer, other: Slot | None = None) -> Slot:
    """Make the reader that a name on the command line means.

    Args:
        role: whose card it is for.
        name: a reader, an image that is in the drawer, or None for an empty virtual reader.
        drawer: the virtual cards.
        other: the other reader, which may hold the card already.

    Raises:
        Problem: the reader's name is malformed, or the image's certificates or keys cannot be used.
    """
    if name is not None and is_reader(name):
        try:
            return ReaderSlot(name)
        except ValueError as error:
            step = "write pcsc:NAME or socket:HOST:PORT"
            raise Problem(f"{name!r} is no reader: {error}", code="bad_reader", next_step=step) from error
    slot = VirtualSlot(role, drawer)
    if name is not None:
        try:
            slot.insert(name, other if isinstance(other, VirtualSlot) else None, fresh=False)
        except RefusedError as error:
            refusal = error.refusal
            shown = f" ({refusal.evidence})" if refusal.evidence not in {"", name} else ""
            said = f"{name}: {refusal.text.message}{shown}"
            raise Problem(said, code=refusal.code, next_step=refusal.text.next_step) from error
    return slot
