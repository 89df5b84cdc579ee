"""A whole reading, protected data included, sends no command that it could do without.

Counted from the lengths of the files, and tried out: each command in turn is kept from the card, or refused.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import count
from math import ceil

import pytest

from benchmarks.cards import crowd
from emulator.card import CardSystem, ElementaryFile
from emulator.image import Image, build_card, load_image
from emulator.readers import InProcessReader
from reader_core import Reader, ReadingError, TrustStore, VitaleReading
from reader_core.iso7816 import SW, Card, CommandApdu
from reader_core.session import ProtectionStatus

ON = date(2026, 1, 15)
SELECT, READ = 0xA4, 0xB0
IN_ADELE = ("00A4040C0CD2500000044164E86C650101",)
IN_CONTACTLESS_AND_BILLING = ("00A4040C0DE828BD080F8025000001FF0020", "A0A40000027F01")
CARDS: dict[str, Callable[[], Image]] = {"five": lambda: load_image("famille"), "nineteen": crowd}


class Watched:
    """A card that keeps what it is sent, and is never sent one command of the whole reading.

    After a reset it stands where nothing is to be read: which file is current then is not public, and a reader that counts
    on the MF would look thriftier than it may be.

    Args:
        inner: the card.
        elsewhere: what selects that place.
        numbers: counts the commands to both cards of a reading.
        kept: the number of the command that the card does not get.
        instead: what is answered then.
    """

    def __init__(
        self, inner: Card, elsewhere: tuple[str, ...], numbers: "count[int]", kept: int | None, instead: str
    ) -> None:
        self._inner, self._elsewhere, self._numbers = inner, elsewhere, numbers
        self._kept, self._instead = kept, bytes.fromhex(instead)
        self.exchange: list[tuple[CommandApdu, bytes]] = []

    @property
    def atr(self) -> bytes:
        return self._inner.atr

    def power_on(self) -> bytes:
        return self._woken(self._inner.power_on())

    def reset(self) -> bytes:
        return self._woken(self._inner.reset())

    def power_off(self) -> None:
        self._inner.power_off()

    def transmit(self, command: bytes) -> bytes:
        if next(self._numbers) == self._kept:
            return self._instead
        answer = self._inner.transmit(command)
        self.exchange.append((CommandApdu.parse(command), answer))
        return answer

    def _woken(self, atr: bytes) -> bytes:
        for command in self._elsewhere:
            assert self._inner.transmit(bytes.fromhex(command))[0] in {0x90, 0x9F}
        return atr


def read(
    image: Image, trust: TrustStore, kept: int | None = None, instead: str = "9000"
) -> tuple[VitaleReading | ReadingError, Watched, Watched]:
    """Read a Vitale and the professional card `cps`; gives what came of it, and both cards."""
    numbers = count()
    vitale = Watched(build_card(image), IN_ADELE, numbers, kept, instead)
    cps = Watched(build_card(load_image("cps")), IN_CONTACTLESS_AND_BILLING, numbers, kept, instead)
    slots = InProcessReader("vitale", vitale).connect(), InProcessReader("cps", cps).connect()
    with Reader.open(*slots, trust) as reader:
        try:
            reader.verify_pin("1234")
            return reader.read_vitale(ON), vitale, cps
        except ReadingError as error:
            return error, vitale, cps


def lengths(image: Image) -> dict[int, int]:
    """Bytes of each file of a card, by file identifier."""
    system = build_card(image)
    assert isinstance(system, CardSystem)
    return {
        ef.fid: len(ef.content) for df in system.root.walk() for ef in df.children if isinstance(ef, ElementaryFile)
    }


def steps(size: int) -> int:
    """READ BINARYs that bring a file of a length that is known: no answer holds more than 256 bytes."""
    return ceil(size / 256)


def found_out(size: int) -> int:
    """READ BINARYs that bring a file of unknown length: one is answered 6Cxx, or 6B00 at the end of a whole step."""
    return steps(size) + 1


@pytest.mark.parametrize(("name", "holders", "of_vitale", "of_cps"), [("five", 5, 62, 30), ("nineteen", 19, 76, 30)])
def test_the_number_of_commands(name: str, holders: int, of_vitale: int, of_cps: int, trust: TrustStore) -> None:
    """docs/benchmarks.md has these numbers; so many there are when each file is read in the fewest steps."""
    image = CARDS[name]()
    vitale, cps = lengths(image), lengths(load_image("cps"))
    reading, seen_by_vitale, seen_by_cps = read(image, trust)
    assert isinstance(reading, VitaleReading)
    assert reading.protection.status is ProtectionStatus.READ
    assert reading.anomalies == ()

    applications = 2
    authority, holder = ceil(cps[0xA003] / 255), ceil(cps[0xA002] / 255)  # in links
    challenge, signature = 1, ceil(256 / 255)
    least = applications + authority + holder + challenge + signature
    least += 1 + steps(vitale[0x2F02]) + 1 + steps(vitale[0x2001])  # PAN, POINTERS: of known length
    least += steps(74 * holders) + steps(19 * holders)  # IDENTITE, NIR: found by short identifier, then padding
    least += sum(1 + found_out(vitale[each]) for each in range(0x2010, 0x201C))
    assert len(seen_by_vitale.exchange) == least == of_vitale

    applications, number, pin, key, signature = 2, 1, 1, 1, 2
    least = applications + number + pin + key + signature
    least += 1 + found_out(cps[0xD101]) + 1 + steps(cps[0xA002]) + 1 + steps(cps[0xA003])
    profession, situations = (
        12,
        3 * 121 - 4,
    )  # CPS2INFO and CPS2SITF of the image, each in its DF of the business volume
    least += 2 + found_out(profession) + 2 + found_out(situations)
    assert len(seen_by_cps.exchange) == least == of_cps


@pytest.mark.parametrize("name", CARDS)
def test_nothing_is_selected_twice_or_asked_in_vain(name: str, trust: TrustStore) -> None:
    for seen in read(CARDS[name](), trust)[1:]:
        selected = Counter(bytes(command) for command, _ in seen.exchange if command.ins == SELECT)
        assert set(selected.values()) == {1}
        answers = [int.from_bytes(answer[-2:]) for command, answer in seen.exchange if command.ins == READ]
        assert SW.OUT_OF_RANGE_P1_P2 not in answers, "no reading past the end"
        for (command, answer), (following, _) in zip(seen.exchange, seen.exchange[1:], strict=False):
            if answer[-2] == 0x6C:
                assert (following.p1, following.p2) == (command.p1, command.p2), "a length that was told is used"


@pytest.mark.parametrize("instead", ["9000", "6F00"], ids=["left out", "refused"])
@pytest.mark.parametrize("name", CARDS)
def test_no_command_can_be_spared(name: str, instead: str, trust: TrustStore) -> None:
    """Without any one of them the reading fails, or says less, or needs other commands in its place."""
    image = CARDS[name]()
    whole, *cards = read(image, trust)
    assert isinstance(whole, VitaleReading)
    commands = sum(len(card.exchange) for card in cards)
    spared: list[int] = []
    for number in range(commands):
        outcome, *cards = read(image, trust, number, instead)
        if outcome == whole and sum(len(card.exchange) for card in cards) < commands:
            spared.append(number)
    assert spared == []
