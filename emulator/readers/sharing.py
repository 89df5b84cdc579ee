"""Several programs on one in-process reader, under the rules of PC/SC: shared, exclusive or direct.

The rules are those that pcscd 1.9.9 shows, and `tests/emulator/readers/test_readers_sharing.py` plays the same scenes on
both. One thing differs on purpose: where libpcsclite waits without end for the other program to leave (a shared connection
that reconnects in exclusive mode), this answers at once, as Windows does.
"""

from __future__ import annotations

import contextlib
from threading import RLock
from typing import Literal

from emulator.readers.inprocess import InProcessReader
from reader_core.iso7816 import (
    CardAbsentError,
    CardRemovedError,
    CardResetError,
    Connection,
    ReaderUnavailableError,
    TransportError,
)

ShareMode = Literal["shared", "exclusive", "direct"]
"""How a program connects: beside others, alone, or to the reader itself, with a card or without."""

Disposition = Literal["leave", "reset", "unpower"]
"""What becomes of the card when a program reconnects or leaves."""


class SharingViolationError(ReaderUnavailableError):
    """Another program is in the way, or this one would be in another's."""

    code = "sharing_violation"
    message = "another program uses the reader"
    default_next_step = "End the other program, or connect in shared mode from both."


class SharedReader:
    """The programs that are connected to one in-process reader. Every method may be called from any thread.

    Args:
        reader: the reader that they share.
    """

    def __init__(self, reader: InProcessReader) -> None:
        self._reader = reader
        self._guard = RLock()
        self._line: Connection = reader.connect()
        self._insertion: int | None = None  # that of the card which is powered
        self._turn = 0  # changes with every reset: what a program knew of the card before is void
        self._atr = b""
        self._programs: list[ProgramConnection] = []
        self._plugged = True

    @property
    def reader(self) -> InProcessReader:
        """The reader that is shared."""
        return self._reader

    def connect(self, mode: ShareMode = "shared") -> ProgramConnection:
        """Connect one more program. The first one powers the card; the others find it as it is.

        Raises:
            SharingViolationError: a program has the reader to itself, or this one wants it and others are there.
            ReaderUnavailableError: the reader was unplugged.
            CardAbsentError: the reader is empty (never in direct mode).
            TransportError: the card does not come up.
        """
        with self._guard:
            self._check_plugged()
            self._check_sharing(mode, others=self._programs)
            program = ProgramConnection(self, mode)
            if mode != "direct" or self._reader.card is not None:
                self._power()
                program.attach(self._insertion, self._turn, self._atr)
            self._programs.append(program)
            return program

    def reconnect(self, program: ProgramConnection, mode: ShareMode, disposition: Disposition) -> None:
        """Change a program's mode, and reset the card unless it shall be left as it is.

        Raises:
            SharingViolationError: others are in the way of the new mode.
            CardAbsentError: the reader is empty.
            TransportError: the card does not come up.
        """
        with self._guard:
            self._check_plugged()
            self._check_sharing(mode, others=[other for other in self._programs if other is not program])
            self._power()
            self._restart(disposition)
            program.mode = mode
            program.attach(self._insertion, self._turn, self._atr)

    def transmit(self, program: ProgramConnection, command: bytes) -> bytes:
        """Exchange one APDU for a program.

        Raises:
            CardAbsentError: it is connected to the reader alone.
            CardRemovedError: its card was pulled, even when one is there again.
            CardResetError: another program reset the card.
            TransportError: the card gave no answer.
        """
        with self._guard:
            self._check_card(program)
            return self._line.transmit(command)

    def leave(self, program: ProgramConnection, disposition: Disposition) -> None:
        """Disconnect a program; the last one cuts the power."""
        with self._guard:
            if program not in self._programs:
                return
            self._programs.remove(program)
            if not self._programs:
                self._line.close()
                self._line = self._reader.connect()
                self._insertion = None
            elif program.insertion is not None and program.insertion == self._reader.insertions:
                with contextlib.suppress(TransportError):  # it is the others who shall be told
                    self._restart(disposition)

    def check(self, program: ProgramConnection) -> None:
        """Make sure that a program's card is there and as it left it; raises as `transmit`."""
        with self._guard:
            self._check_card(program)

    def unplug(self) -> None:
        """Take the reader away: the card loses its power, and every call raises `ReaderUnavailableError` from now on."""
        self._plugged = False
        with self._guard:
            self._programs.clear()
            self._line.close()

    def _check_plugged(self) -> None:
        if not self._plugged:
            raise ReaderUnavailableError(self._reader.name, "unplugged")

    def _check_card(self, program: ProgramConnection) -> None:
        self._check_plugged()
        if program.insertion is None:
            raise CardAbsentError(self._reader.name, "no card was powered")
        if program.insertion != self._reader.insertions:
            raise CardRemovedError(self._reader.name)
        if program.turn != self._turn:
            raise CardResetError(self._reader.name)

    def _check_sharing(self, mode: ShareMode, others: list[ProgramConnection]) -> None:
        if any(other.mode == "exclusive" for other in others):
            raise SharingViolationError(self._reader.name, "another program has it to itself")
        if mode == "exclusive" and others:
            raise SharingViolationError(self._reader.name, f"{len(others)} other connections are open")

    def _power(self) -> None:
        if self._insertion is None or self._insertion != self._reader.insertions:
            self._insertion = None
            insertion = self._reader.insertions
            self._atr = self._line.power_on()
            self._insertion = insertion

    def _restart(self, disposition: Disposition) -> None:
        if disposition == "leave":
            return
        self._turn += 1
        self._atr = self._line.reset() if disposition == "reset" else self._line.power_on()


class ProgramConnection:
    """One program's connection to a `SharedReader`; made by `SharedReader.connect`.

    Attributes:
        mode: how it is connected.
        insertion: which insertion of a card it knows; None when it is connected to the reader alone.
        turn: the last reset it knows.
        atr: the answer to reset of its card; empty without one.
    """

    def __init__(self, shared: SharedReader, mode: ShareMode) -> None:
        self._shared = shared
        self.mode: ShareMode = mode
        self.insertion: int | None = None
        self.turn = 0
        self.atr = b""

    @property
    def name(self) -> str:
        """The reader's name."""
        return self._shared.reader.name

    def attach(self, insertion: int | None, turn: int, atr: bytes) -> None:
        """Take note of the card; `SharedReader` calls it."""
        self.insertion, self.turn, self.atr = insertion, turn, atr

    def transmit(self, command: bytes) -> bytes:
        """Exchange one APDU; raises as `SharedReader.transmit`."""
        return self._shared.transmit(self, command)

    def reconnect(self, mode: ShareMode = "shared", disposition: Disposition = "reset") -> None:
        """Change the mode and reset the card; raises as `SharedReader.reconnect`."""
        self._shared.reconnect(self, mode, disposition)

    def check(self) -> None:
        """Make sure that the card is there and as this program left it; raises as `SharedReader.transmit`."""
        self._shared.check(self)

    def close(self, disposition: Disposition = "unpower") -> None:
        """Leave the reader. Closing twice is allowed."""
        self._shared.leave(self, disposition)
