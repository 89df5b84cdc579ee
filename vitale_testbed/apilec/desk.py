"""The workplace behind the library: two slots, and one reading after the other."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date

from reader_core import ErrorCode, Reader, ReadingError, VitaleReading
from reader_core.connections import open_connection, pcsc_readers
from reader_core.iso7816 import CardAbsentError, Connection, TransportError
from reader_core.layouts.laying import lay
from reader_core.session import ProtectionStatus
from reader_core.session.transport import VITALE_POWER_ON, as_reading_error
from vitale_testbed.apilec.codes import Code, LibraryError, State, code_of
from vitale_testbed.apilec.ini import Resource, Settings
from vitale_testbed.builtin import present_pin
from vitale_testbed.names import open_card
from vitale_testbed.problems import Problem

_POLL_S = 0.1
_NO_CARD = frozenset({Code.VITALE_ABSENT, Code.VITALE_REMOVED, Code.READER_UNAVAILABLE, Code.RESOURCE_UNKNOWN})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reading gave.

    Attributes:
        reading: the reading.
        state: `State.READ`, or the code that says why the protected data are missing.
        message: the same in words; empty when nothing is missing.
    """

    reading: VitaleReading
    state: int
    message: str


class Desk:
    """The slots that `api_lec.ini` names.

    An image is a card in this process, which keeps its PIN's counter from one reading to the next. A reader is opened for
    each reading, so that other programs can use it between.

    Args:
        settings: what the ini says.

    Raises:
        LibraryError: `RESOURCE_INVALID`, when an image cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        lay(settings.layouts)
        self._vitale_card = _image(settings.vitale, "Vitale")
        self._cps_card = None if settings.cps is None else _image(settings.cps, "CPS")

    def read(self, wait_s: float) -> Outcome:
        """Wait for a Vitale, and read it.

        The professional card's code is presented once, after the Vitale is there.

        Args:
            wait_s: seconds to wait for a card; 0 looks once.

        Raises:
            LibraryError: what is returned instead of a document.
        """
        settings = self._settings
        try:
            with ExitStack() as stack:
                vitale = stack.enter_context(_slot(settings.vitale, self._vitale_card))
                cps = None
                if settings.cps is not None:
                    cps = stack.enter_context(_slot(settings.cps, self._cps_card))
                _await_card(vitale, wait_s)
                reader = stack.enter_context(Reader.open(vitale, cps, settings.trust, access=settings.access))
                if cps is not None and settings.pin is not None:
                    present_pin(reader, settings.pin)
                reading = reader.read_vitale(settings.on or date.today(), settings.api)  # noqa: DTZ011  # the user's own day
        except ReadingError as error:
            raise self._failed(error) from error
        return _outcome(reading)

    def _failed(self, error: ReadingError) -> LibraryError:
        code = code_of(error.code)
        if error.code is ErrorCode.READER_UNAVAILABLE and self._names_no_reader():
            code = Code.RESOURCE_UNKNOWN
        evidence = f" ({error.evidence})" if error.evidence else ""
        state = State.ABSENT if code in _NO_CARD else State.NOT_READ
        return LibraryError(code, f"{error.message}{evidence} {error.next_step}", state)

    def _names_no_reader(self) -> bool:
        """Whether PC/SC works and has no reader of a name that the ini gives."""
        wanted = [
            each.name for each in (self._settings.vitale, self._settings.cps) if each is not None and _is_pcsc(each)
        ]
        if not wanted:
            return False
        try:
            there = pcsc_readers()
        except TransportError:
            return False
        return any(not any(name.startswith(each.removeprefix("pcsc:")) for name in there) for each in wanted)


def _is_pcsc(resource: Resource) -> bool:
    return not resource.is_image and not resource.name.startswith("socket:")


def _image(resource: Resource, slot: str) -> Connection | None:
    """The connection to the card of an image; None for a reader."""
    if not resource.is_image:
        return None
    try:
        return open_card(resource.name, slot).connection
    except Problem as problem:
        raise LibraryError(Code.RESOURCE_INVALID, f"{problem.message}. {problem.next_step}") from problem


@contextmanager
def _slot(resource: Resource, card: Connection | None) -> Generator[Connection]:
    if card is not None:
        yield card
        return
    connection = open_connection(resource.name)
    try:
        yield connection
    finally:
        connection.close()


def _await_card(vitale: Connection, wait_s: float) -> None:
    """Wait until the slot holds a card that takes power.

    Raises:
        ReadingError: none came, or the reader cannot be used.
    """
    deadline = time.monotonic() + wait_s
    while True:
        try:
            vitale.power_on()
        except CardAbsentError as error:
            if time.monotonic() >= deadline:
                raise as_reading_error(error, VITALE_POWER_ON) from error
            time.sleep(min(_POLL_S, max(deadline - time.monotonic(), 0)))
        except TransportError as error:
            raise as_reading_error(error, VITALE_POWER_ON) from error
        else:
            return


def _outcome(reading: VitaleReading) -> Outcome:
    protection = reading.protection
    if protection.status is ProtectionStatus.READ or protection.code is None:
        return Outcome(reading, State.READ, "")
    message, next_step = protection.told("en")
    evidence = f" ({protection.evidence})" if protection.evidence else ""
    told = f"The free data were read, the protected data were not: {message}{evidence} {next_step}"
    return Outcome(reading, code_of(protection.code), told)
