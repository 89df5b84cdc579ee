"""The notice board of a desk: everything that can be seen at one moment, who may change it, and who is told."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Mapping
from threading import Condition, RLock
from typing import Literal

from reader_core import ReadingError
from reader_core.connections import Presence
from reader_core.errors import ErrorCode
from reader_core.iso7816 import TransportError
from vitale_testbed.consult import happenings
from vitale_testbed.consult.messages import Said, SlotState, State, Trouble
from vitale_testbed.consult.professional import ProfessionalSide
from vitale_testbed.consult.refusals import Refusal, RefusedError
from vitale_testbed.consult.shown import Shown
from vitale_testbed.consult.slots import Role, Slot, VirtualSlot

Busy = Literal["reading", "pin", "looking"]

_LOOK_PATIENCE_S = 10.0
"""Seconds an operation waits for a look at the professional card, which nobody asked for and which is short."""


class Board:
    """What the desk shows. `guard` is held for moments only, never while a card is spoken to.

    Args:
        slots: the readers.
        changed: called after each change, from the thread that made it.

    Attributes:
        guard: hold it to read or change several things at once.
        professional: the professional's side.
        shown: the reading that is shown.
        trouble: why the last reading was none, or not whole.
    """

    def __init__(self, slots: Mapping[Role, Slot], changed: Callable[[], None]) -> None:
        self.guard = RLock()
        self.professional = ProfessionalSide()
        self.shown: Shown | None = None
        self.trouble: Trouble | None = None
        self._slots = slots
        self._changed = changed
        self._free = Condition(self.guard)
        self._version = 0
        self._busy: Busy | None = None
        self._seen: dict[Role, Presence | None] = {}
        self._reader_troubles: dict[Role, Trouble] = {}
        self._said = happenings.READY

    @contextlib.contextmanager
    def change(self, said: Said | None = None) -> Generator[None]:
        """Change something, and tell it."""
        with self.guard:
            yield
            self._version += 1
            if said is not None:
                self._said = said
        self._changed()

    @contextlib.contextmanager
    def job(self, name: Busy) -> Generator[None]:
        """One operation on the cards at a time.

        Raises:
            RefusedError: `busy`.
        """
        with self.guard:
            self._free.wait_for(lambda: self._busy != "looking", _LOOK_PATIENCE_S)
            if self._busy is not None:
                raise RefusedError.of("busy")
            with self.change():
                self._busy = name
        try:
            yield
        finally:
            with self.change():
                self._busy = None
                self._free.notify_all()

    @property
    def is_busy(self) -> bool:
        """Whether an operation is under way."""
        return self._busy is not None

    def notice(self, role: Role, presence: Presence) -> bool:
        """Take note of what a reader shows; tells whether a card came or left."""
        with self.guard:
            if self._seen.get(role) == presence:
                return False
            first = role not in self._seen
            with self.change():
                self._reader_troubles.pop(role, None)
                self._seen[role] = presence
            return presence.present or not first

    def notice_trouble(self, role: Role, error: TransportError) -> bool:
        """Take note of a reader that cannot be used; tells whether that is new."""
        with self.guard:
            trouble = Trouble.of(unavailable(error))
            if self._reader_troubles.get(role) == trouble:
                return False
            with self.change(happenings.gone(role)):
                self._reader_troubles[role] = trouble
                self._seen[role] = None
            return True

    def of_id(self, reading: str, missing: str = "no_reading") -> Shown:
        """Give the reading, if it is this one.

        Raises:
            RefusedError: `card_changed`, or what `missing` says when nothing is shown.
        """
        with self.guard:
            if self.shown is None:
                raise RefusedError.of(missing)
            if self.shown.id != reading:
                raise RefusedError.of("card_changed")
            return self.shown

    def state(self) -> State:
        """Return what the page and the API show of the readers, the cards and the reading."""
        with self.guard:
            return State(
                version=self._version,
                busy=self._busy,
                vitale=self._slot("vitale"),
                cps=self._slot("cps") if "cps" in self._slots else None,
                professional=self.professional.state(),
                reading=None if self.shown is None else self.shown.state(),
                said=self._said,
                trouble=self.trouble,
                professional_trouble=self.professional.trouble,
            )

    def _slot(self, role: Role) -> SlotState:
        slot, seen = self._slots[role], self._seen.get(role)
        return SlotState(
            reader=slot.name,
            virtual=isinstance(slot, VirtualSlot),
            card="unknown" if seen is None else "present" if seen.present else "absent",
            image=slot.image if isinstance(slot, VirtualSlot) else None,
            trouble=self._reader_troubles.get(role),
        )


def unavailable(error: TransportError) -> Refusal:
    """Say that a reader cannot be used."""
    return Refusal.from_reading(ReadingError(ErrorCode.READER_UNAVAILABLE, str(error)))
