"""A card in a PC/SC reader, where no hang is for ever.

The calls are made in a process of their own, which is killed when an answer takes too long: `SCardTransmit` can be
neither timed nor cancelled. From `power_on` to `close` the card is kept in a transaction, so that no other program can
select another file between a SELECT and its READ BINARY.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from reader_core.connections.pcsc_codes import (
    NO_CARD,
    NO_READERS,
    NOT_TRANSACTED,
    RESET_CARD,
    STATE_PRESENT,
    SUCCESS,
    error_for,
)
from reader_core.connections.pcsc_process import PcscProcess, ProcessLostError, ProcessTimeoutError
from reader_core.connections.presence import Presence
from reader_core.iso7816.command import ApduCase, CommandApdu
from reader_core.iso7816.connection import (
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    ReaderUnavailableError,
    ShortAnswerError,
)
from reader_core.iso7816.errors import ApduFormatError

_EMPTY_PATIENCE_S = 2.0  # pcscd looks at a slot every 0.4 s, later on a busy machine
_POLL_S = 0.02
_LEAVE_S = 2.0
_INSERTIONS_SHIFT = 16
_OTHER_PROGRAM = "Close the other program that uses this card, then try again."


def pcsc_readers(timeout_s: float = 5.0) -> tuple[str, ...]:
    """Names of the PC/SC readers there are now, none when no reader is connected.

    Args:
        timeout_s: seconds to wait for the PC/SC service.

    Raises:
        ReaderUnavailableError: pyscard is missing, or the PC/SC service does not run.
    """
    connection = PcscConnection("PC/SC", timeout_s)
    try:
        return connection.readers()
    finally:
        connection.close()


class PcscConnection:
    """A card in a PC/SC reader. Not to be shared between threads.

    Args:
        name: the reader's name, or the beginning of one reader's name.
        timeout_s: seconds that each answer may take.
        start: makes the process that does the calls.
    """

    def __init__(self, name: str, timeout_s: float, start: Callable[[], PcscProcess] = PcscProcess) -> None:
        self._name = name
        self._timeout_s = timeout_s
        self._start = start
        self._process: PcscProcess | None = None
        self._protocol: int | None = None  # None: no card is powered
        self._insertions = 0
        self._closed = False
        self._slot: int | None = None

    def take_slot(self, number: int) -> None:
        """Take the name for the beginning of the names of a reader's two slots, and use one of them: 0 or 1, by their names."""
        self._slot = number

    @property
    def name(self) -> str:
        """The reader's name, whole once a card was powered."""
        return self._name

    def readers(self) -> tuple[str, ...]:
        """Names of all readers that the PC/SC service has now.

        Raises:
            ReaderUnavailableError: pyscard is missing, or the PC/SC service does not run or answer.
        """
        try:
            code, answer = self._call(b"L")
        except CardMuteError as error:
            raise ReaderUnavailableError(self._name, f"the PC/SC service gives {error.detail}") from error
        if code == NO_READERS:
            return ()
        if code != SUCCESS:
            raise error_for(code, self._name, answer.decode(errors="replace"))
        return tuple(answer.decode().splitlines())

    def presence(self) -> Presence:
        """Whether a card is in the reader now, without touching it: another program may be using it.

        Raises:
            ReaderUnavailableError: the reader is not there, or the PC/SC service does not run or answer.
        """
        try:
            if self._protocol is None:
                self._name = self._find_reader()
            state = self._state()
        except CardMuteError as error:  # no call that a card could hold up: it is the service that hangs
            raise ReaderUnavailableError(self._name, f"the PC/SC service gives {error.detail}") from error
        except ReaderUnavailableError:
            if self._protocol is None:
                self._drop()  # a service that comes back does not know this process any more
            raise
        return Presence(bool(state & STATE_PRESENT), state >> _INSERTIONS_SHIFT)

    def power_on(self) -> bytes:
        """Power the card from cold, take it for this program alone, and return its ATR.

        A card that another program left powered is reset: what that program had verified opens nothing for us.

        Raises:
            CardAbsentError: there is no card in the reader.
            CardMuteError: the card gave no ATR.
            ReaderUnavailableError: the reader is gone, or another program holds the card.
        """
        self._protocol = None
        self._name = self._find_reader()
        self._ask(b"D")
        try:
            self._take()
            return self._restart(b"U")
        except CardRemovedError as error:  # PC/SC's word for a reader that is empty again
            raise CardAbsentError(self._name, error.detail) from error

    def reset(self) -> bytes:
        """Reset the card and return its ATR.

        Raises:
            CardAbsentError: no card was powered.
            CardRemovedError: the card left.
            ReaderUnavailableError: the reader is gone.
        """
        self._check_powered()
        try:
            return self._restart(b"R")
        except CardAbsentError as error:  # it was there when it was powered
            raise CardRemovedError(self._name, error.detail) from error

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU and return the response APDU.

        A T=0 card takes a command with data and Le without that Le, and announces its answer with 61xx: that is the
        form of ISO/IEC 7816-3, 12.2.4, and it is what goes to the reader.

        Raises:
            CardAbsentError: no card was powered.
            CardRemovedError: the card left.
            CardMuteError: no answer in time; the connection may be powered on again.
            CardResetError: another program reset the card; power on again.
            ReaderUnavailableError: the reader or the PC/SC service has gone.
            ShortAnswerError: the reader reported success with 0 or 1 byte, as pcscd does when a card leaves.
        """
        self._check_powered()
        code, answer = self._call(b"T", self._for_protocol(command))
        if code in {NO_CARD, NOT_TRANSACTED, RESET_CARD} and self._has_left(code):
            raise CardRemovedError(self._name, f"PC/SC {code:08X}")
        if code != SUCCESS:
            raise error_for(code, self._name, answer.decode(errors="replace"))
        if len(answer) < 2:
            raise ShortAnswerError(self._name, answer)
        return answer

    def close(self) -> None:
        """Leave the card reset, and end the process."""
        self._closed = True
        self._protocol = None
        if self._process is not None:
            with contextlib.suppress(ProcessLostError, ProcessTimeoutError):  # nothing more can be done for it
                self._process.ask(b"D", b"", _LEAVE_S)
            self._drop()

    def _find_reader(self) -> str:
        """The one reader that is called so, or begins so."""
        names = self.readers()
        if self._name in names and self._slot is None:
            return self._name
        match [name for name in names if name.startswith(self._name)], self._slot:
            case [only], None:
                return only
            case [only], _:
                step = "Give the names of the two slots, or of two readers."
                raise ReaderUnavailableError(self._name, f"one slot only: {only!r}", step)
            case [*pair], int(number) if len(pair) == 2:
                self._slot = None  # from now on the name is whole
                return sorted(pair)[number]
            case [], _:
                found = ", ".join(repr(name) for name in names) or "none"
                step = "Plug the reader in, or give one of the names above; `vitale doctor` tells what is missing."
                raise ReaderUnavailableError(self._name, f"no such reader; there are: {found}", step)
            case several, _:
                found = ", ".join(repr(name) for name in several)
                raise ReaderUnavailableError(self._name, f"several readers: {found}", "Give the whole name of one.")

    def _take(self) -> None:
        """Connect and begin a transaction; a time-out in either is mostly another program's transaction."""
        self._insertions = self._state() >> _INSERTIONS_SHIFT
        try:
            self._ask(b"C", self._name.encode())
            self._ask(b"B")
        except CardMuteError as error:
            if self._process is not None:  # refused, not timed out
                raise
            detail = f"another program keeps the card, or the reader hangs: {error.detail}"
            raise ReaderUnavailableError(self._name, detail, _OTHER_PROGRAM) from error

    def _restart(self, how: bytes) -> bytes:
        answer = self._ask(how)
        self._protocol = answer[0]
        return answer[1:]

    def _for_protocol(self, command: bytes) -> bytes:
        """The command as the card's protocol wants it; bytes that are no command go as they are."""
        if self._protocol == 0:
            with contextlib.suppress(ApduFormatError):
                if CommandApdu.parse(command).case is ApduCase.CASE_4S:
                    return command[:-1]
        return command

    def _has_left(self, code: int) -> bool:
        """Whether a failure means that the card left: the reader is empty, or becomes so, or holds a later card."""
        deadline = time.monotonic() + (0 if code == RESET_CARD else _EMPTY_PATIENCE_S)
        while True:
            state = self._state()
            if not state & STATE_PRESENT or state >> _INSERTIONS_SHIFT != self._insertions:
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_S)

    def _state(self) -> int:
        """The reader's state word: flags, and in its upper half a count of insertions and removals."""
        return int.from_bytes(self._ask(b"S", self._name.encode()))

    def _ask(self, operation: bytes, payload: bytes = b"") -> bytes:
        """One call in the other process that has to succeed."""
        code, answer = self._call(operation, payload)
        if code != SUCCESS:
            raise error_for(code, self._name, answer.decode(errors="replace"))
        return answer

    def _call(self, operation: bytes, payload: bytes = b"") -> tuple[int, bytes]:
        """One call in the other process: its result code and answer. The process is started when there is none."""
        if self._closed:
            raise ReaderUnavailableError(self._name, "the connection is closed")
        try:
            if self._process is None:
                self._process = self._start()
            return self._process.ask(operation, payload, self._timeout_s)
        except ProcessTimeoutError as error:
            self._drop()
            raise CardMuteError(self._name, f"no answer in {self._timeout_s:g} s") from error
        except ProcessLostError as error:
            self._drop()
            raise ReaderUnavailableError(self._name, str(error)) from error
        except OSError as error:
            raise ReaderUnavailableError(self._name, f"the PC/SC process cannot be started: {error}") from error

    def _check_powered(self) -> None:
        if self._closed:
            raise ReaderUnavailableError(self._name, "the connection is closed")
        if self._protocol is None:
            raise CardAbsentError(self._name, "no card was powered")

    def _drop(self) -> None:
        self._protocol = None
        if self._process is not None:
            self._process.close()
            self._process = None
