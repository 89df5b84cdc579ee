"""The CPS3, with contact and without: keys behind their environments and the PIN, beside the CPS2ter volume.

Written from docs/cards/cps3.md (Keys), cps3-contactless.md and cps2ter.md.
"""

from typing import ClassVar

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import rule

from .card import OK, TURNS, word
from .codes import IasCodes
from .cps import CONTACTLESS, IN_MF, IN_PKCS15, MF, PKCS15, SHORT, CpsFiles
from .iso import SELECT, IsoModel
from .keys import HASHED, SIZE, KeysModel, cryptogram, hash_data
from .volume import VolumeModel

MSE, PSO, AUTHENTICATE, GET_DATA = 0x22, 0x2A, 0x88, 0xCB
HASH, SIGN, PROVE, DECIPHER = 0xAA, 0xB6, 0xA4, 0xB8

ALGORITHMS = {HASH: {0x10: 20, 0x40: 32}, SIGN: {0x12: 20, 0x42: 32}, PROVE: {0x02: 0}, DECIPHER: {0x1A: 0}}
"""Template to its algorithms, and to the size of their digest."""

KEYS = {SIGN: 0x81, PROVE: 0x82, DECIPHER: 0x82}
ENVIRONMENTS = st.tuples(st.sampled_from(list(ALGORITHMS)), st.sampled_from([0x10, 0x40, 0x12, 0x42, 0x02, 0x1A]))
RIGHT = st.sampled_from([(template, number) for template, numbers in ALGORITHMS.items() for number in numbers])


class Cps3Model(VolumeModel, IasCodes, CpsFiles, KeysModel):
    """The contact side."""

    image = "cps"
    tree: ClassVar = {MF: IN_MF, PKCS15: IN_PKCS15, CONTACTLESS: {0x5031: "free", 0x5032: "free"}}
    start = MF
    links = ((PSO, 0x80, 0x86), (PSO, 0x9E, 0x9A), (AUTHENTICATE, 0x00, 0x00))

    @rule(chosen=RIGHT | ENVIRONMENTS, key=st.sampled_from([0x81, 0x82, 0x83]) | st.none(), swapped=st.booleans())
    def set_environment(self, chosen: tuple[int, int], key: int | None, swapped: bool) -> None:
        """MSE: an algorithm that is not the template's 6A80, a key that is not 6A88; what was set before stays."""
        template, number = chosen
        objects = [bytes((0x80, 1, number)), b"" if key is None else bytes((0x84, 1, key))]
        answer = self.ask(MSE, 0x41, template, b"".join(objects[::-1] if swapped else objects))
        if answer is None:
            return
        if number not in ALGORITHMS[template]:
            assert answer == word(0x6A80)
        elif template in KEYS and key != KEYS[template]:
            assert answer == word(0x6A88)
        else:
            assert answer == OK
            self.keys[0].algorithms[template] = number
            self.keys[0].digest = self.keys[0].digest if template != HASH else 0

    @rule(
        case=st.sampled_from([(0x01, HASH, 0x6A86), (0x41, 0xB4, 0x6A86), (0xF3, 0x01, 0x6A86), (0x41, SIGN, 0x6A80)])
    )
    def set_nothing(self, case: tuple[int, int, int]) -> None:
        p1, p2, expected = case
        answer = self.ask(MSE, p1, p2, b"\x80")
        assert answer in {None, word(expected)}

    @rule(kind=st.sampled_from(HASHED))
    def hash_last_block(self, kind: str) -> None:
        size = ALGORITHMS[HASH].get(self.keys[0].algorithms.get(HASH, 0), 0)
        answer = self.ask(PSO, 0x90, 0xA0, hash_data(kind, size))
        if answer is not None:
            self.check_hashed(answer, kind, size, 0)

    @rule(given=st.none() | st.sampled_from([20, 32, 31]), ne=st.sampled_from([256, 256, 255, 1]) | st.none())
    def sign(self, given: int | None, ne: int | None) -> None:
        """The digest that waits, or one in the data; it is signed once, and a wrong Le does nothing."""
        answer = self.ask(PSO, 0x9E, 0x9A, bytes(given or 0), ne)
        if answer is None:
            return
        self.check_signed(answer, ALGORITHMS[SIGN].get(self.keys[0].algorithms.get(SIGN, 0), 0), ne, 0)

    @rule(
        length=st.sampled_from([1, 51, 102, 103, 200]),
        p1=st.sampled_from([0, 0, 0, 2]),
        p2=st.sampled_from([0, 0, 0, 0x82]),
    )
    def prove(self, length: int, p1: int, p2: int) -> None:
        """INTERNAL AUTHENTICATE of 1 to 102 bytes; also the last link of a chain."""
        answer = self.ask(AUTHENTICATE, p1, p2, bytes(length))
        if answer is None:
            return
        if p1 or p2:
            assert answer == word(0x6A86)
        elif PROVE not in self.keys[0].algorithms:
            assert answer == word(0x6985)
        elif "pin" not in self.granted:
            assert answer == word(0x6982)
        elif len(self.joined) > 102:
            assert answer == word(0x6A80)
        else:
            self.computed(answer, None, 0)

    @rule(length=st.sampled_from([1, 26, 255]))
    def decipher_nonsense(self, length: int) -> None:
        """Also the last link of a chain."""
        answer = self.ask(PSO, 0x80, 0x86, bytes(length))
        if answer is not None:
            self.check_deciphered(answer)

    @rule(first=st.sampled_from([0x81, 0x81, 0x00]))
    def decipher(self, first: int) -> None:
        self.chain_ended()
        data = bytes((first,)) + cryptogram()
        assert self.card.transmit(bytes.fromhex("102A8086E7") + data[:0xE7]) == OK
        self.chain, self.linked, self.waits = (0, PSO, 0x80, 0x86), data[:0xE7], None
        answer = self.ask(PSO, 0x80, 0x86, data[0xE7:])
        assert answer is not None
        self.check_deciphered(answer)

    def check_deciphered(self, answer: bytes) -> None:
        if DECIPHER not in self.keys[0].algorithms:
            assert answer == word(0x6985)
        elif "pin" not in self.granted:
            assert answer == word(0x6982)
        elif len(self.joined) != 1 + SIZE:
            assert answer == word(0x6700)
        elif self.joined != b"\x81" + cryptogram():
            assert answer == word(0x6A80)
        else:
            self.tell(answer, b"secret")

    @rule(case=st.sampled_from([(0x90, 0x80, 0x6A81), (0x9E, 0x9B, 0x6A86), (0x00, 0xBE, 0x6A86)]))
    def another_operation(self, case: tuple[int, int, int]) -> None:
        p1, p2, expected = case
        answer = self.ask(PSO, p1, p2, b"\1")
        assert answer in {None, word(expected)}

    @rule(which=TURNS)
    def with_everything(self, which: int) -> None:
        """What mere chance seldom does: PIN, environments, and one of the four operations."""
        self.chain_ended()
        self.verify(self.pin, full=True, channel=0)
        hashing, signing = ((0x10, 0x12), (0x40, 0x42), (0x10, 0x42))[which % 3]
        self.set_environment((HASH, hashing), None, swapped=False)
        self.set_environment((SIGN, signing), 0x81, swapped=True)
        self.hash_last_block("whole")
        self.sign(None, 255)
        self.sign(None, 256)
        self.set_environment((PROVE, 0x02), 0x82, swapped=False)
        self.prove(51, 0, 0)
        self.set_environment((DECIPHER, 0x1A), 0x82, swapped=False)
        self.decipher(0x81)

    @rule(leave=st.booleans())
    def lose_the_digest(self, leave: bool) -> None:
        """By another DF, or by another hash."""
        self.chain_ended()
        self.verify(self.pin, full=True, channel=0)
        assert self.ask(SELECT, 4, 0x0C, PKCS15) == OK
        self.enter(0, PKCS15)
        self.set_environment((HASH, 0x40), None, swapped=False)
        self.hash_last_block("whole")
        if leave:
            self.select_mf(0x00, 0)
        else:
            self.set_environment((HASH, 0x10), None, swapped=False)
        self.set_environment((SIGN, 0x42), 0x81, swapped=False)
        self.sign(None, 256)

    @rule(reference=st.sampled_from([1, 2, 3]))
    def read_key(self, reference: int) -> None:
        """GET DATA of the lengths of a key; keys are objects of the PKCS#15 application."""
        answer = self.ask(GET_DATA, 0x3F, 0xFF, bytes.fromhex(f"4D09 7007 BF900{reference} 03 7F4880"))
        if answer is None:
            return
        if self.open[0].df != PKCS15 or reference == 3:
            assert answer == word(0x6A88)
        else:
            self.tell(answer, bytes.fromhex(f"700A BF900{reference} 06 7F4803 800101"))

    @rule(code=st.sampled_from([1, 2, 3]))
    def read_counters(self, code: int) -> None:
        """GET DATA, byte for byte as the page has it; codes are objects of the MF."""
        answer = self.ask(GET_DATA, 0x3F, 0xFF, bytes.fromhex(f"4D08 7006 BF810{code} 02 A080"))
        if answer is None:
            return
        if self.open[0].df != MF or code == 3:
            assert answer == word(0x6A88)
            return
        held = (
            f"9A0103 9B01{self.tries:02X} 80020008 A108 8C06F3000013FF00"
            if code == 1
            else f"9A010A 9B01{self.puk_tries:02X} 9D01{self.uses:02X} 80020008 A108 8C06F3FF00FFFF00"
        )
        inside = bytes.fromhex(held)
        whole = bytes.fromhex(f"BF810{code} {len(inside) + 2:02X} A0 {len(inside):02X}") + inside
        self.tell(answer, bytes((0x70, len(whole))) + whole)


class ContactlessModel(CpsFiles, KeysModel):
    """The contactless side: the technical key alone, without a PIN, and files that never tell anything."""

    image = "cps3-contactless"
    t1 = True
    tree: ClassVar = {
        MF: IN_MF,
        PKCS15: dict.fromkeys(IN_PKCS15.keys() - {0xD121}, "never"),  # one activity, as the image has
        CONTACTLESS: dict.fromkeys((0x5031, 0x5032, 0x7002, 0x7004, 0x7005, 0xA001, 0xA003), "free"),
    }
    start = MF
    short: ClassVar = SHORT
    foreign: ClassVar = {**IsoModel.foreign, 0xA0: 0x6E00}
    links = ((AUTHENTICATE, 0x00, 0x00),)

    @rule(
        case=st.sampled_from(
            [
                (0x41, 0xA4, "800102 840183", 0x9000),
                (0x41, 0xA4, "840183 800102", 0x9000),
                (0x41, 0xA4, "800102 840182", 0x6A88),
                (0x41, 0xA4, "800102", 0x6A88),
                (0x41, 0xA4, "80010A 840183", 0x6A80),
                (0x41, 0xA4, "8001", 0x6A80),
                (0x41, 0xB6, "800142 840181", 0x6A86),
                (0x81, 0xA4, "800102 840183", 0x6A86),
            ]
        )
    )
    def set_environment(self, case: tuple[int, int, str, int]) -> None:
        p1, p2, data, expected = case
        answer = self.ask(MSE, p1, p2, bytes.fromhex(data))
        if answer is None:
            return
        assert answer == word(expected)
        if expected == 0x9000:
            self.keys[0].algorithms[p2] = 0x02

    @rule(
        length=st.sampled_from([1, 51, 102, 103]),
        ne=st.none() | st.sampled_from([100, 256]),
        p2=st.sampled_from([0, 0, 0x83]),
    )
    def prove(self, length: int, ne: int | None, p2: int) -> None:
        answer = self.ask(AUTHENTICATE, 0, p2, bytes(length), ne)
        if answer is None:
            return
        if p2:
            assert answer == word(0x6A86)
        elif PROVE not in self.keys[0].algorithms:
            assert answer == word(0x6985)
        elif len(self.joined) > 102:
            assert answer == word(0x6A80)
        else:
            self.computed(answer, ne, 0)

    @rule(ins=st.sampled_from([0x20, 0x24, 0x2C, 0x2A, 0xCB, 0xD6, 0x70, 0x82]))
    def what_it_has_not(self, ins: int) -> None:
        assert self.ask(ins, 0, 1, b"1234") in {None, word(0x6D00)}


TestCps3 = Cps3Model.TestCase
TestCps3.settings = settings(max_examples=40, stateful_step_count=50, deadline=None)
TestContactless = ContactlessModel.TestCase
TestContactless.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
