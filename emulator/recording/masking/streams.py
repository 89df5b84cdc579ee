"""The bytes of a recording put together again: files that were read in pieces, data that was sent in links.

A number that two READ BINARY answers share stands whole in the file they come from, so secrets are looked for there;
every byte of a stream knows all the places of the recording that it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from emulator.recording.codes import SECRET_INSTRUCTIONS, data_span
from emulator.recording.model import Event, EventKind
from reader_core.iso7816 import ClassByte

Place = tuple[bytearray, int]
"""A byte of a command or an answer."""


class Origin(Enum):
    """Where a stream comes from, which says how much of it is understood."""

    FILE = "a file or record, from its first byte"
    PIECE = "a file, from somewhere in the middle"
    OTHER = "any other answer, or data of a command"


@dataclass(frozen=True, slots=True)
class Stream:
    """Bytes that belong together.

    Attributes:
        origin: what they are.
        data: the bytes as recorded.
        places: for each of them, where it came from.
    """

    origin: Origin
    data: bytes
    places: tuple[tuple[Place, ...], ...]

    def put(self, start: int, value: bytes) -> None:
        """Replace bytes everywhere they came from."""
        for byte, places in zip(value, self.places[start : start + len(value)], strict=True):
            for buffer, position in places:
                buffer[position] = byte


_SELECT, _GET_RESPONSE, _READ_BINARY = 0xA4, 0xC0, 0xB0
_READS = (0xB1, 0xB2, 0xB3, 0xCA, 0xCB)
"""Records and data objects: whole in one answer, as a file is."""
_WRITES = (0xD0, 0xD6)
_WHOLE_WRITES = (0xD2, 0xDA, 0xDB, 0xDC, 0xDD, 0xE2)
"""The same on the way to the card."""
_SELECTED = (0x61, 0x62, 0x90, 0x9F)
"""First bytes of the answer to a SELECT that was done; 9F is class A0's."""
_RANDOM = (0x82, 0x84, 0x88)
"""Challenges and signatures: bytes that mean nothing, and that must stay what they are for the exchange to go on."""


class _File:
    """The bytes of one file that were read or written; a byte that changes begins a new one."""

    def __init__(self) -> None:
        self.places: dict[int, list[Place]] = {}

    def agrees(self, offset: int, places: Sequence[Place]) -> bool:
        return all(_same(self.places.get(offset + index), place) for index, place in enumerate(places))

    def add(self, offset: int, places: Sequence[Place]) -> None:
        for index, place in enumerate(places):
            self.places.setdefault(offset + index, []).append(place)

    def streams(self) -> Iterator[Stream]:
        run: list[int] = []
        for offset in sorted(self.places):
            if run and offset != run[-1] + 1:
                yield self._stream(run)
                run = []
            run.append(offset)
        if run:
            yield self._stream(run)

    def _stream(self, run: list[int]) -> Stream:
        origin = Origin.FILE if run[0] == 0 else Origin.PIECE
        return _stream(origin, [tuple(self.places[offset]) for offset in run])


def _same(known: list[Place] | None, place: Place) -> bool:
    return known is None or known[0][0][known[0][1]] == place[0][place[1]]


def _stream(origin: Origin, places: Sequence[tuple[Place, ...]]) -> Stream:
    return Stream(origin, bytes(each[0][0][each[0][1]] for each in places), tuple(places))


@dataclass(slots=True)
class _Channel:
    """What one logical channel has selected, and what goes over it in several commands."""

    application: object = None
    current: object = None
    chain: list[Place] = field(default_factory=list[Place])
    fetching: tuple[object, int] | list[Place] | None = None

    def select(self, raw: bytes, data: bytes) -> None:
        by, whole = raw[2], (raw[2], data)
        self.current = None
        if by in {0x00, 0x02} and data not in {b"", b"\x3f\x00"}:
            self.current = data
        elif by == 0x03:
            self.application = ("parent", self.application)
        else:
            self.application = whole

    def target(self, raw: bytes) -> tuple[object, object]:
        if raw[2] & 0x80:
            self.current = raw[2] & 0x1F
        return self.application, self.current


@dataclass(slots=True)
class _Walk:
    """One card's traffic, followed command by command."""

    files: dict[object, list[_File]] = field(default_factory=dict[object, list[_File]])
    others: list[tuple[Origin, list[Place]]] = field(default_factory=list[tuple[Origin, list[Place]]])
    channels: dict[int, _Channel] = field(default_factory=dict[int, _Channel])

    def power(self) -> None:
        self.channels = {}

    def file(self, key: object, offset: int, places: Sequence[Place]) -> None:
        versions = self.files.setdefault(key, [_File()])
        if not versions[-1].agrees(offset, places):
            versions.append(_File())
        versions[-1].add(offset, places)

    def exchange(self, command: bytearray, answer: bytearray) -> None:
        raw, ins = bytes(command), command[1] if len(command) > 1 else -1
        channel = self.channels.setdefault(ClassByte.parse(command[0]).channel or 0, _Channel())
        start, end = data_span(raw)
        self._sent(channel, raw, ins, [(command, index) for index in range(start, end)])
        places = [(answer, index) for index in range(len(answer) - 2)]
        if ins == _GET_RESPONSE and channel.fetching is not None:
            if isinstance(channel.fetching, tuple):
                key, offset = channel.fetching
                self.file(key, offset, places)
                channel.fetching = key, offset + len(places)
            else:
                channel.fetching += places
            return
        if ins == _SELECT and answer[:1] and answer[0] in _SELECTED:
            channel.select(raw, bytes(raw[start:end]))
        self._received(channel, raw, ins, places)

    def _sent(self, channel: _Channel, raw: bytes, ins: int, data: list[Place]) -> None:
        if ins in SECRET_INSTRUCTIONS or ins == _SELECT or ins in _RANDOM:
            return
        if ins in _WRITES and len(raw) >= 4:
            self.file(("written", *channel.target(raw)), _offset(raw), data)
            return
        channel.chain += data
        if ClassByte.parse(raw[0]).chaining:
            return
        if channel.chain:
            self.others.append((Origin.FILE if ins in _WHOLE_WRITES else Origin.OTHER, channel.chain))
        channel.chain = []

    def _received(self, channel: _Channel, raw: bytes, ins: int, places: list[Place]) -> None:
        if ins in _RANDOM:
            channel.fetching = []
        elif ins == _READ_BINARY and len(raw) >= 4:
            key = channel.target(raw)
            self.file(key, _offset(raw), places)
            channel.fetching = key, _offset(raw) + len(places)
        else:
            channel.fetching = places
            origin = Origin.FILE if ins in _READS else Origin.OTHER
            self.others.append((origin, places))


def _offset(raw: bytes) -> int:
    return raw[3] if raw[2] & 0x80 else raw[2] << 8 | raw[3]


def streams_of(events: Sequence[tuple[Event, bytearray, bytearray]]) -> list[Stream]:
    """Put together what went to and came from one card.

    Args:
        events: each event with a copy of its command and of its answer, which `Stream.put` then changes.
    """
    walk = _Walk()
    for event, command, answer in events:
        if event.kind is EventKind.APDU:
            walk.exchange(command, answer)
        else:
            walk.power()
    found = [stream for versions in walk.files.values() for file in versions for stream in file.streams()]
    return found + [_stream(origin, [(place,) for place in places]) for origin, places in walk.others if places]
