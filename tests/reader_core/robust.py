"""What the tests of broken readings share: readings of two cards, faults at one single APDU, and what may be left of a card."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from emulator.image import build_card, load_image
from emulator.readers import InProcessReader
from reader_core import Reader, ReadingError, TrustStore, VitaleReading
from reader_core.iso7816 import Card, Connection
from reader_core.records import VitaleRecords
from reader_core.session import ProtectionStatus

ON = date(2026, 1, 15)


def make(name: str) -> Card:
    """A new card of a built-in image."""
    return build_card(load_image(name))


@dataclass
class At:
    """A connection that does something instead of, or before, one of the calls it gets: power-on, reset or APDU.

    Calls are counted from 0; `act` gets the connection behind, the name of the call and its command, and answers.
    """

    inner: Connection
    number: int = -1
    act: Callable[[Connection, str, bytes], bytes] | None = None
    calls: list[str] = field(default_factory=list[str])

    @property
    def name(self) -> str:
        return self.inner.name

    def _call(self, kind: str, command: bytes) -> bytes:
        mine = len(self.calls) == self.number
        self.calls.append(kind)
        if mine and self.act is not None:
            return self.act(self.inner, kind, command)
        return forward(self.inner, kind, command)

    def power_on(self) -> bytes:
        return self._call("power_on", b"")

    def reset(self) -> bytes:
        return self._call("reset", b"")

    def transmit(self, command: bytes) -> bytes:
        return self._call("apdu", command)

    def close(self) -> None:
        self.inner.close()


def forward(connection: Connection, kind: str, command: bytes) -> bytes:
    """Do a call that was held up."""
    match kind:
        case "power_on":
            return connection.power_on()
        case "reset":
            return connection.reset()
        case _:
            return connection.transmit(command)


@dataclass
class Desk:
    """Two slots with a card each, and the way a program reads them: code, then Vitale."""

    trust: TrustStore
    vitale_name: str = "famille"
    cps_name: str = "cps"

    def __post_init__(self) -> None:
        self.vitale_slot = InProcessReader("vitale", make(self.vitale_name))
        self.cps_slot = InProcessReader("cps", make(self.cps_name))
        self.vitale = At(self.vitale_slot.connect())
        self.cps = At(self.cps_slot.connect())

    def slot(self, which: str) -> InProcessReader:
        return self.vitale_slot if which == "vitale" else self.cps_slot

    def at(self, which: str, number: int, act: Callable[[Connection, str, bytes], bytes]) -> None:
        """Let something happen at one call to one of the two."""
        connection = self.vitale if which == "vitale" else self.cps
        connection.number, connection.act = number, act

    def read(self) -> Ended:
        """Give the code and read, as `vitale read` does; whatever is no error of the reader's own is not caught."""
        with Reader.open(self.vitale, self.cps, self.trust) as reader:
            return self.read_with(reader)

    def read_with(self, reader: Reader, pin: str | None = "1234") -> Ended:
        try:
            if pin is not None:
                try:
                    reader.verify_pin(pin)
                except ReadingError as error:
                    if error.code in {"cps_removed", "reader_unavailable"}:
                        raise
            return Ended(reader.read_vitale(ON), None)
        except ReadingError as error:
            return Ended(error.partial, error)


@dataclass(frozen=True)
class Ended:
    """How a reading ended: a whole one, or an error with what was known by then."""

    reading: VitaleReading | None
    error: ReadingError | None

    @property
    def whole(self) -> bool:
        return self.error is None

    @property
    def records(self) -> VitaleRecords:
        return VitaleRecords() if self.reading is None else self.reading.records

    @property
    def says_what_is_missing(self) -> bool:
        """Whether an error, an anomaly or the state of the protected data tells that this is not the whole card."""
        if self.error is not None or self.reading is None:
            return True
        return bool(self.reading.anomalies) or self.reading.protection.status is not ProtectionStatus.READ


def part_of(part: Any, whole: Any) -> bool:
    """Whether everything that one record says stands in another too: equal, or left at its default, field by field."""
    if part == whole:
        return True
    if dataclasses.is_dataclass(part) and type(part) is type(whole):
        return all(
            getattr(part, each.name) == default(each) or part_of(getattr(part, each.name), getattr(whole, each.name))
            for each in dataclasses.fields(part)
        )
    if isinstance(part, tuple) and isinstance(whole, tuple):
        ours, theirs = cast("tuple[Any, ...]", part), cast("tuple[Any, ...]", whole)
        if not ours:
            return True
        if dataclasses.is_dataclass(ours[0]):
            return len(ours) <= len(theirs) and all(
                part_of(one, other) for one, other in zip(ours, theirs, strict=False)
            )
    return False


def default(spec: Any) -> Any:
    """The default of a field of a dataclass."""
    return spec.default if spec.default is not dataclasses.MISSING else spec.default_factory()


def protected(records: VitaleRecords) -> bool:
    """Whether anything that only a professional card opens stands in records."""
    return bool(records.bruts_proteges) or any(each.couvertures or each.maternite for each in records.beneficiaires)
