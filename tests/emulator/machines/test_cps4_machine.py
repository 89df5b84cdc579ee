"""The CPS4, on T=1 and on T=0: ChipDoc and the CPS2ter volume in two channels, and a file that its holder writes.

Written from docs/cards/cps4.md, with cps3.md and cps2ter.md where it refers to them.
"""

from typing import ClassVar

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import rule

from .card import OK, TURNS, other_length, word
from .codes import IasCodes
from .cps import CONTACTLESS, IN_MF, IN_PKCS15, MF, PKCS15, CpsFiles
from .iso import CHANNELS, SELECT, IsoModel
from .keys import HASHED, KeysModel, cryptogram, hash_data
from .volume import VolumeModel

CPS2TER = bytes.fromhex("8025000001FF0002")
ISSUER_DOMAIN = bytes.fromhex("A0000001510000")
CPS_DATA = 0xD107
ROOM = 255

UPDATE, MSE, PSO, MANAGE_CHANNEL = 0xD6, 0x22, 0x2A, 0x70
SIGN, DECIPHER = 0xB6, 0xB8
DIGESTS = {0x0A: 20, 0x28: 32, 0x15: 20, 0x2C: 32}
"""Algorithm to the size of its digest: SHA-1 and SHA-256, PKCS#1 and PSS."""


class Cps4Model(VolumeModel, IasCodes, CpsFiles, KeysModel):
    """Class 00 is channel 0, class 01 channel 1, class A0 the volume while it is selected in channel 0."""

    image = "cps4"
    channels = 2
    tree: ClassVar = {
        MF: IN_MF,
        PKCS15: IN_PKCS15 | {CPS_DATA: "free"},
        CONTACTLESS: {0x5031: "free", 0x5032: "free"},
        CPS2TER: {},
        ISSUER_DOMAIN: {},
    }
    written_by: ClassVar = {(PKCS15, CPS_DATA): 0x11}
    start = CPS2TER
    foreign: ClassVar = {cla: sw for cla, sw in IsoModel.foreign.items() if cla != 0x01}
    links = ((PSO, 0x80, 0x86), (PSO, 0x9E, 0x9A))
    changes_pin = frozenset({"pin", "puk"})
    unblocks = 0x80

    def elsewhere(self, channel: int, ins: int, p1: int) -> bytes | None:
        if (ins, p1) == (SELECT, 4) or ins == MANAGE_CHANNEL:
            return None
        return word(0x6985) if self.open[channel].df in {CPS2TER, ISSUER_DOMAIN} else None

    def volume_usable(self) -> bool:
        return self.open[0].df == CPS2TER

    def enter(self, channel: int, df: bytes, ef: int | None = None) -> None:
        super().enter(channel, df, ef)
        if (channel, df) == (0, CPS2TER):
            self.begin_volume()

    @rule(
        case=st.sampled_from(
            [
                (0x00, 0, 1),
                (0x00, 0, 1),
                (0x00, 0, 2),
                (0x00, 1, None),
                (0x80, 1, None),
                (0x80, 0, None),
                (0x00, 2, None),
                (0x40, 0, None),
            ]
        ),
        channel=CHANNELS,
    )
    def manage_channel(self, case: tuple[int, int, int | None], channel: int) -> None:
        """P1 00 opens, 80 closes; P2 names the channel, or with 00 a free one, or the one of the class byte."""
        p1, p2, ne = case
        channel %= self.channels
        answer = self.ask(MANAGE_CHANNEL, p1, p2, ne=ne, channel=channel)
        if answer is None:
            return
        is_open = 1 in self.open
        if (p1, p2) == (0x00, 0):
            assert answer == (word(0x6A81) if is_open else other_length(1) if ne != 1 else b"\1" + OK)
            opens, closes = not is_open and ne == 1, False
        else:
            opens, closes = (p1, p2) == (0x00, 1) and not is_open, p1 == 0x80 and (p2 or channel) == 1 and is_open
            assert answer == (OK if opens or closes else word(0x6A86))
        if opens:
            self.enter(1, CPS2TER)
        if closes:
            del self.open[1]

    @rule(channel=CHANNELS)
    def select_again(self, channel: int) -> None:
        """The way back after 6985."""
        self.chain_ended()
        for where, name in ((channel % 2, ISSUER_DOMAIN), (0, CPS2TER), (1, MF)):
            assert self.ask(SELECT, 4, 0x0C, name, channel=where) == OK
            self.enter(where, name)

    @rule()
    def close_and_use(self) -> None:
        self.manage_channel((0x80, 1, None), 0)
        self.read(0, 1, 1)

    @rule(fid=st.sampled_from([0x4001, 0x4005]), channel=CHANNELS)
    def the_volume_begins_again(self, fid: int, channel: int) -> None:
        """Whenever it is selected."""
        self.select_again(1)
        self.choose(fid)
        if channel % 2:
            self.select_again(0)
        else:
            self.chain_ended()
            assert self.ask(SELECT, 4, 0x0C, CPS2TER) == OK
            self.enter(0, CPS2TER)
        self.look(0, 2)

    @rule(offset=st.integers(0, 260), data=st.binary(min_size=1, max_size=30), channel=CHANNELS)
    def write(self, offset: int, data: bytes, channel: int) -> None:
        """UPDATE BINARY: CPS_DATA alone can be written, after the PIN, up to 255 bytes and without a gap."""
        channel %= self.channels
        answer = self.ask(UPDATE, offset >> 8, offset & 0xFF, data, channel=channel)
        if answer is None:
            return
        place = self.open[channel]
        if place.ef is None:
            assert answer == word(0x6986)
            return
        content = self.contents[place.df, place.ef]
        if place.ef != CPS_DATA or "pin" not in self.granted:
            assert answer == word(0x6982)
        elif offset > len(content) or offset >= ROOM:
            assert answer == word(0x6B00)
        elif offset + len(data) > ROOM:
            assert answer == word(0x6A84)
        else:
            assert answer == OK
            self.contents[place.df, place.ef] = content[:offset] + data + content[offset + len(data) :]

    @rule(data=st.binary(min_size=1, max_size=200), more=st.integers(0, 3), to_the_brim=st.booleans(), channel=CHANNELS)
    def write_at_the_end(self, data: bytes, more: int, to_the_brim: bool, channel: int) -> None:
        """What mere chance seldom does: PIN, file, and a place that can be written."""
        channel %= self.channels
        self.chain_ended()
        assert self.ask(SELECT, 4, 0x0C, PKCS15, channel=channel) == OK
        self.enter(channel, PKCS15)
        self.verify(self.pin, full=True, channel=channel)
        self.select_by_number(CPS_DATA, channel)
        if to_the_brim:
            self.write(0, b"beginning", channel)
        length = len(self.contents[PKCS15, CPS_DATA])
        if to_the_brim:
            data = bytes(max(1, ROOM - length - 1 + more))[:255]
        self.write(length + (0 if to_the_brim else more), data, channel)

    def select_by_number(self, fid: int, channel: int) -> None:
        assert self.ask(SELECT, 2, 0x0C, fid.to_bytes(2), channel=channel) == OK
        self.enter(channel, PKCS15, fid)

    @rule(number=st.sampled_from([*DIGESTS, 0x02]), key=st.sampled_from([0x81, 0x82, 0x83]), channel=CHANNELS)
    def set_signing(self, number: int, key: int, channel: int) -> None:
        channel %= self.channels
        answer = self.ask(MSE, 0x81, SIGN, bytes((0x91, 2, number, key)), channel=channel)
        if answer is None:
            return
        if number not in DIGESTS:
            assert answer == word(0x6A80)
        elif key == 0x83:
            assert answer == word(0x6A88)
        else:
            assert answer == OK
            self.keys[channel].algorithms[SIGN] = number
            self.keys[channel].digest = 0

    @rule(right=st.booleans(), channel=CHANNELS)
    def set_deciphering(self, right: bool, channel: int) -> None:
        channel %= self.channels
        answer = self.ask(MSE, 0x41, DECIPHER, b"\x83\x01" + (b"\x20" if right else b"\x10"), channel=channel)
        if answer is None:
            return
        assert answer == (OK if right else word(0x6A88))
        if right:
            self.keys[channel].algorithms[DECIPHER] = 0x20

    @rule(
        case=st.sampled_from(
            [(0x41, SIGN, "91022881", 0x6A86), (0x81, DECIPHER, "830120", 0x6A86), (0x81, SIGN, "910128", 0x6A80),
             (0x81, SIGN, "80022881", 0x6A80), (0x41, DECIPHER, "83", 0x6A80), (0x81, 0xAA, "910228", 0x6A86)]
        ),
        channel=CHANNELS,
    )  # fmt: skip
    def set_nothing(self, case: tuple[int, int, str, int], channel: int) -> None:
        p1, p2, data, expected = case
        answer = self.ask(MSE, p1, p2, bytes.fromhex(data), channel=channel % self.channels)
        assert answer in {None, word(expected)}

    @rule(kind=st.sampled_from(HASHED), channel=CHANNELS)
    def hash_last_block(self, kind: str, channel: int) -> None:
        channel %= self.channels
        size = DIGESTS.get(self.keys[channel].algorithms.get(SIGN, 0), 0)
        answer = self.ask(PSO, 0x90, 0xA0, hash_data(kind, size), channel=channel)
        if answer is not None:
            self.check_hashed(answer, kind, size, channel)

    @rule(
        given=st.none() | st.sampled_from([20, 32, 31]),
        ne=st.sampled_from([256, 256, 255, 1]) | st.none(),
        channel=CHANNELS,
    )
    def sign(self, given: int | None, ne: int | None, channel: int) -> None:
        channel %= self.channels
        answer = self.ask(PSO, 0x9E, 0x9A, bytes(given or 0), ne, channel)
        if answer is not None:
            self.check_signed(answer, DIGESTS.get(self.keys[channel].algorithms.get(SIGN, 0), 0), ne, channel)

    @rule(data=st.binary(min_size=1, max_size=255) | st.just(b"whole"), channel=CHANNELS)
    def decipher(self, data: bytes, channel: int) -> None:
        """Also the last link of a chain; what is deciphered keeps its filling."""
        channel %= self.channels
        if data == b"whole":
            self.chain_ended()
            first, data = cryptogram()[:200], cryptogram()[200:]
            due = self.due(channel, PSO, 0x80, 0x86)
            answer = self.card.transmit(bytes((0x10 | channel, PSO, 0x80, 0x86, len(first))) + first)
            assert answer == (due or OK)
            self.interrupt()
            if due is not None:
                return
            self.chain, self.linked = (channel, PSO, 0x80, 0x86), first
        answer = self.ask(PSO, 0x80, 0x86, data, channel=channel)
        if answer is None:
            return
        if DECIPHER not in self.keys[channel].algorithms:
            assert answer == word(0x6985)
        elif "pin" not in self.granted:
            assert answer == word(0x6982)
        elif self.joined != cryptogram():
            assert answer == word(0x6A80)
        else:
            self.computed(answer, None, channel)

    @rule(which=TURNS, channel=CHANNELS)
    def with_everything(self, which: int, channel: int) -> None:
        """What mere chance seldom does: application, PIN, environments, and the operations."""
        channel %= self.channels
        self.chain_ended()
        assert self.ask(SELECT, 4, 0x0C, PKCS15, channel=channel) == OK
        self.enter(channel, PKCS15)
        self.verify(self.pin, full=True, channel=channel)
        self.set_signing(list(DIGESTS)[which % 4], 0x81 + which % 2, channel)
        self.hash_last_block("whole", channel)
        self.sign(None, 255, channel)
        self.sign(None, 256, channel)
        self.set_deciphering(True, channel)
        self.decipher(b"whole", channel)

    @rule(channel=CHANNELS)
    def lose_the_environment(self, channel: int) -> None:
        """By another DF."""
        self.with_everything(0, channel)
        self.select_mf(0x00, channel)
        self.sign(20, 256, channel)

    @rule(ins=st.sampled_from([0x88, 0x82, 0xCB, 0xE2]), channel=CHANNELS)
    def what_it_has_not(self, ins: int, channel: int) -> None:
        channel %= self.channels
        due = self.due(channel, ins, 0, 0) or word(0x6D00)
        assert self.card.transmit(bytes((channel, ins, 0, 0, 1, 1))) == due
        self.interrupt()


class Cps4OnT1(Cps4Model):
    """The usual answer to reset."""

    t1 = True


class Cps4OnT0(Cps4Model):
    """The answer to reset that offers T=0 alone."""

    changes: ClassVar = {"atr": "3BDC18FF00001225006480000401009000"}


TestCps4OnT1 = Cps4OnT1.TestCase
TestCps4OnT0 = Cps4OnT0.TestCase
TestCps4OnT1.settings = TestCps4OnT0.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
