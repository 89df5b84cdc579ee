"""Any truncated or mutated card: whatever its files, status words, lengths of answer or ATR become, a reading ends, and says so.

One reading is a code and a Vitale. It ends in a result or in an error of the documented table; what a lie took from the card is
named as missing; and what is left can be written in every format, or is refused with a code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import cast
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st
from record_strategies import without_protected

from emulator.card import CardSystem, DedicatedFile, ElementaryFile
from emulator.card.commands import Instruction
from emulator.cps2ter.volume import Cps2terVolume
from emulator.image import build_card, load_image
from emulator.pki import revocation_list_paths, trusted_root_paths
from emulator.readers import InProcessReader
from reader_core import Reader, ReadingError, TrustStore, VitaleReading
from reader_core.errors import ERRORS
from reader_core.formats.errors import FormatError
from reader_core.formats.registry import FORMATS
from reader_core.iso7816 import Connection
from reader_core.session import ProtectionStatus

from .robust import ON, Ended, part_of, protected

PAIRS = [
    ("famille", "cps"),
    ("specimen", "cps4"),
    ("vitale1", "cps"),
    ("mines", "cps2ter"),
    ("vitale1", "cps3-contactless"),
    ("maternite", "cps4"),
]
"""A Vitale of each profile, a professional card of each profile."""

ROUNDS = 6000
"""Calls that a reading may make before it counts as one that never ends. A card that never says where its files end gets 3,000."""


# --- what can become of a card ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FileChange:
    """One elementary file holds something else, or is not there any more."""

    which: str
    number: int
    how: str
    at: int
    value: int


@dataclass(frozen=True)
class AnswerChange:
    """One answer, or every answer from one on, is another: its status word, its length, both."""

    which: str
    call: int
    how: str
    value: int
    for_good: bool


FILE_CHANGES = ["flip", "truncate", "lengthen", "empty", "erase", "length", "missing"]
ANSWER_CHANGES = ["status", "status alone", "cut", "longer", "nothing", "bytes"]
TELLING = [0x9000, 0x6100, 0x6110, 0x61FF, 0x6C00, 0x6C01, 0x6CFF, 0x6281, 0x6282, 0x6283, 0x6300, 0x63C0, 0x63C2, 0x6581,
           0x6700, 0x6982, 0x6983, 0x6985, 0x6A82, 0x6A86, 0x6A88, 0x6B00, 0x6D00, 0x6E00, 0x6F00, 0x9402, 0x9404, 0x9F10,
           0x0000, 0xFFFF]  # fmt: skip
_WHICH = st.sampled_from(["vitale", "cps"])
_FILES = st.builds(
    FileChange, _WHICH, st.integers(0, 63), st.sampled_from(FILE_CHANGES), st.integers(0, 4095), st.integers(1, 255)
)
_ANSWERS = st.builds(
    AnswerChange,
    _WHICH,
    st.integers(0, 255),
    st.sampled_from(ANSWER_CHANGES),
    st.sampled_from(TELLING) | st.integers(0, 0xFFFF),
    st.sampled_from([False, False, False, True]),
)
Change = FileChange | AnswerChange


def walk(raw: bytes) -> tuple[list[int], bool]:
    """Find the length octets of data objects, at every depth, and tell whether the objects are whole. From ISO/IEC 8825-1, by hand.

    Bytes 00 and FF before, between and behind objects are padding.
    """
    places: list[int] = []
    position = 0
    while position < len(raw):
        if raw[position] in {0x00, 0xFF}:
            position += 1
            continue
        at = position + (2 if raw[position] & 0x1F == 0x1F else 1)
        if at >= len(raw) or raw[at] == 0x80:
            return places, False
        places.append(at)
        count = raw[at] & 0x7F if raw[at] & 0x80 else 0
        value = at + 1 + count
        end = value + (int.from_bytes(raw[at + 1 : value]) if count else raw[at])
        if max(value, end) > len(raw):
            return places, False
        if raw[position] & 0x20:
            inside, sound = walk(raw[value:end])
            places += [value + each for each in inside]
            if not sound:
                return places, False
        position = end
    return places, True


def changed(content: bytes, change: FileChange) -> bytes | None:
    """What stands in a file after a change; None for a file that is gone."""
    at = change.at % len(content) if content else 0
    match change.how:
        case "flip":
            return content[:at] + bytes([content[at] ^ change.value]) + content[at + 1 :] if content else content
        case "truncate":
            return content[:at]
        case "lengthen":
            return content + bytes([change.value]) * (1 + change.at % 600)
        case "empty":
            return b""
        case "erase":
            return b"\x04\x00" + bytes(8) if change.value & 1 else bytes(len(content))
        case "length":
            places, _ = walk(content)
            if not places:
                return content
            place = places[change.at % len(places)]
            return content[:place] + bytes([content[place] ^ change.value]) + content[place + 1 :]
        case _:
            return None


@dataclass
class Lying:
    """A connection to a card whose answers are changed. It counts, so that no reading goes on for ever."""

    inner: Connection
    changes: tuple[AnswerChange, ...] = ()
    atrs: tuple[AnswerChange, ...] = ()
    calls: int = 0
    powered: int = 0
    asked: list[bytes] = field(default_factory=list[bytes])

    @property
    def name(self) -> str:
        return self.inner.name

    def power_on(self) -> bytes:
        return self._atr(self.inner.power_on())

    def reset(self) -> bytes:
        return self._atr(self.inner.reset())

    def close(self) -> None:
        self.inner.close()

    def _atr(self, atr: bytes) -> bytes:
        for change in self.atrs:
            if change.for_good or change.call % 2 == self.powered:
                atr = lie(atr, change)
        self.powered += 1
        return atr

    def transmit(self, command: bytes) -> bytes:
        answer = self.inner.transmit(command)
        self.asked.append(command)
        assert len(self.asked) < ROUNDS, "this reading never ends"
        for change in self.changes:
            if change.call == self.calls or (change.for_good and change.call < self.calls):
                answer = lie(answer, change)
        self.calls += 1
        return answer


def lie(answer: bytes, change: AnswerChange) -> bytes:
    data, value = answer[:-2], change.value
    match change.how:
        case "status":
            return data + value.to_bytes(2)
        case "status alone":
            return value.to_bytes(2)
        case "cut":
            return answer[: value % len(answer)] if answer else answer
        case "longer":
            return data + bytes([value & 0xFF]) * (1 + value % 700) + answer[-2:]
        case "nothing":
            return b""
        case _:
            at = value % len(answer) if answer else 0
            return answer[:at] + bytes([answer[at] ^ (1 + value % 255)]) + answer[at + 1 :] if answer else answer


# --- a reading of it --------------------------------------------------------------------------------------------------------


image = cache(load_image)
_COMMANDS = Cps2terVolume.commands


def built(name: str) -> tuple[CardSystem, list[ElementaryFile]]:
    """Make a card of a built-in image, and give its elementary files, those of its business volume among them."""
    volumes: list[DedicatedFile] = []

    def noted(volume: Cps2terVolume) -> dict[tuple[int, int], Instruction]:
        volumes.append(volume.root)
        return _COMMANDS(volume)

    with patch.object(Cps2terVolume, "commands", noted):
        system = cast("CardSystem", build_card(image(name)))
    directories = [df for root in (system.root, *volumes) for df in root.walk()]
    return system, [ef for df in directories for ef in df.children if isinstance(ef, ElementaryFile)]


@cache
def contents_of(name: str) -> tuple[bytes, ...]:
    """What stands in the elementary files of a card that nothing has become of."""
    return tuple(bytes(ef.content) for ef in built(name)[1])


@dataclass
class Play:
    """A reading of two cards, with what became of them."""

    vitale: str
    cps: str
    changes: tuple[Change, ...] = ()
    atrs: tuple[AnswerChange, ...] = ()

    def __post_init__(self) -> None:
        self.refused: ReadingError | None = None
        self.slots = {"vitale": self._slot("vitale", self.vitale), "cps": self._slot("cps", self.cps)}

    def _slot(self, which: str, name: str) -> Lying:
        system, found = built(name)
        for change in self.changes:
            if isinstance(change, FileChange) and change.which == which:
                ef = found[change.number % len(found)]
                content = changed(bytes(ef.content), change)
                if content is None:
                    ef.fid, ef.sfi = 0x0BAD, None
                else:
                    ef.content[:] = content
                    ef.capacity = len(content)
        answers = tuple(each for each in self.changes if isinstance(each, AnswerChange) and each.which == which)
        atrs = tuple(each for each in self.atrs if each.which == which)
        return Lying(InProcessReader(which, system).connect(), answers, atrs)

    def read(self) -> Ended:
        """Give the code and read, as `vitale read` does. Only the reader's own errors are caught."""
        with Reader.open(self.slots["vitale"], self.slots["cps"], trusted()) as reader:
            try:
                try:
                    reader.verify_pin("1234")
                except ReadingError as error:
                    self.refused = error
                    if error.code in {"cps_removed", "reader_unavailable"}:
                        raise
                return Ended(reader.read_vitale(ON), None)
            except ReadingError as error:
                return Ended(error.partial, error)


@cache
def trusted() -> TrustStore:
    return TrustStore.from_files(trusted_root_paths(), revocation_list_paths())


@cache
def whole(pair: tuple[str, str]) -> tuple[VitaleReading, dict[str, int]]:
    """The reading of cards that nothing has become of, and how many APDUs each of the two got."""
    play = Play(*pair)
    ended = play.read()
    assert ended.reading is not None
    return ended.reading, {which: slot.calls for which, slot in play.slots.items()}


# --- what may come of it ----------------------------------------------------------------------------------------------------

_OWN_WORD_ON_THE_END = {0x9000, 0x6282, 0x6B00, 0x9402}
"""Status words by which a card itself says that a file ends here."""


def is_loss(change: Change, name: str) -> bool:
    """Whether a change takes something from a card that it still announces, rather than making it another, sound card."""
    if isinstance(change, FileChange):
        files = contents_of(name)
        before = files[change.number % len(files)]
        after = changed(before, change)
        # A file that never held data objects (a certificate of another encoding) is another file, not a broken one.
        return after is None or (walk(before)[1] and not walk(after)[1])
    if change.how in {"status", "status alone"}:
        return change.value not in _OWN_WORD_ON_THE_END and change.value >> 8 not in {0x61, 0x62, 0x6C}
    return change.how == "nothing"


def same_file_twice(changes: tuple[Change, ...], names: dict[str, str]) -> bool:
    """Whether two changes are of one file, and may together make a sound one."""
    files = [each for each in changes if isinstance(each, FileChange)]
    return len({(each.which, each.number % len(contents_of(names[each.which]))) for each in files}) < len(files)


def check_ended(ended: Ended, refused: ReadingError | None) -> None:
    """What holds however a card lies."""
    for error in (ended.error, refused):
        assert error is None or (error.code in ERRORS and error.message and error.next_step)
    reading = ended.reading
    if reading is None:
        assert ended.error is not None
        return
    read = reading.protection.status is ProtectionStatus.READ
    assert read or not protected(reading.records)
    assert read == (reading.protection.code is None)
    assert reading.complete == (ended.error is None)
    assert not (read and ended.error)
    assert all(each.file and each.reason for each in reading.anomalies)


def check_nothing_is_silently_missing(ended: Ended, card: VitaleReading) -> None:
    """What was taken from the card is named, each part where it is missing; nothing else is said instead."""
    assert part_of(ended.records, card.records)
    if ended.error is not None or ended.reading is None:
        return
    reading = ended.reading
    assert reading.anomalies or without_protected(reading.records) == without_protected(card.records)
    read = reading.protection.status is ProtectionStatus.READ
    assert not read or reading.records.bruts_proteges == card.records.bruts_proteges
    if read and not reading.anomalies:
        assert reading.records == card.records
    if card.professional is not None and reading.professional is None:
        assert reading.protection.code is not None
    if card.professional is not None and reading.professional is not None:
        assert reading.professional.porteur == card.professional.porteur
        assert reading.professional.situations in {None, card.professional.situations}, "all of them, or not known"


def check_it_can_be_written(reading: VitaleReading, name: str) -> None:
    refused: FormatError | None = None
    try:
        assert FORMATS[name].dumps(reading)
    except FormatError as error:  # a format may have no place for it, and says so
        refused = error
    assert refused is None or (refused.code and refused.next_step)


_WRITTEN = st.sampled_from([name for name in FORMATS if name != "pdf"])  # a PDF is the sheet, and takes a second


@settings(max_examples=max(250, settings().max_examples))  # more when a profile looks further
@given(
    pair=st.sampled_from(PAIRS),
    changes=st.lists(_FILES | _ANSWERS, min_size=1, max_size=2),
    atrs=st.lists(_ANSWERS, max_size=1).filter(lambda found: not found or found[0].call < 64),
    written=_WRITTEN,
)
@example(PAIRS[0], [AnswerChange("vitale", 0, "longer", 0x02FF, True)], [], "json")
@example(PAIRS[0], [AnswerChange("vitale", 0, "status", 0x6100, True)], [], "json")
@example(PAIRS[0], [AnswerChange("cps", 0, "status alone", 0x6C00, True)], [], "json")
@example(PAIRS[0], [], [AnswerChange("vitale", 0, "nothing", 0, True)], "json")
def test_any_mutated_card_ends_in_a_result_or_a_documented_error(
    pair: tuple[str, str], changes: list[Change], atrs: list[AnswerChange], written: str
) -> None:
    card, calls = whole(pair)
    placed = tuple(in_a_reading(each, calls) for each in changes)
    play = Play(*pair, placed, tuple(atrs))
    ended = play.read()
    check_ended(ended, play.refused)
    names: dict[str, str] = dict(zip(("vitale", "cps"), pair, strict=True))
    if not atrs and not same_file_twice(placed, names) and all(is_loss(each, names[each.which]) for each in placed):
        check_nothing_is_silently_missing(ended, card)
    if ended.reading is not None:
        check_it_can_be_written(ended.reading, written)


def in_a_reading(change: Change, calls: dict[str, int]) -> Change:
    """Let a change be at one of the APDUs that the reading has."""
    if isinstance(change, FileChange) or not calls[change.which]:
        return change
    return AnswerChange(change.which, change.call % calls[change.which], change.how, change.value, change.for_good)


def test_what_the_test_itself_takes_for_broken() -> None:
    """By hand: one object, padding around it, an object in an object; cut, and with lengths that lie."""
    for raw in ("", "0000", "FF65058003414243", "6505800341424300", "30820003800141", "7F21038001 41"):
        assert walk(bytes.fromhex(raw))[1], raw
    for raw in ("65", "650580034142", "6505800441424344", "6503800241", "3082", "3080"):
        assert not walk(bytes.fromhex(raw))[1], raw
    assert walk(bytes.fromhex("00 6505 8003414243 7F2103800141")) == ([2, 4, 10, 12], True)
