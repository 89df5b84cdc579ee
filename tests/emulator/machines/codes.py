"""The PIN and the PUK of a card of the CPS family: one model of their counters, and two command sets that use them.

Written from docs/cards/cps3.md (PIN and PUK), docs/cards/cps4.md (Codes) and docs/cards/cps2ter.md (Commands).
"""

from typing import ClassVar

import hypothesis.strategies as st
from hypothesis.stateful import invariant, rule

from emulator.card import CardSystem
from emulator.cps2ter import Cps2terCard
from emulator.cps3 import Cps3Card
from emulator.cps4 import Cps4Card
from emulator.image import build_card, dump_image, parse_image

from .card import OK, CardModel, word
from .iso import CHANNELS, IsoModel

PUK = b"12345678"
PINS = st.sampled_from([b"1234", b"1234", b"0000", b"9999"])
PUKS = st.sampled_from([PUK, PUK, b"87654321"])
NEW = st.sampled_from([b"0000", b"1234", b"12345", b"ABCD"])


def padded(value: bytes) -> bytes:
    """Eight bytes."""
    return value.ljust(8, b"\xff")


class CodesModel(CardModel):
    """What is left of the counters, what the PIN is, and who has been let in."""

    def __init__(self) -> None:
        super().__init__()
        self.pin, self.tries, self.puk_tries, self.uses = b"1234", 3, 10, 100

    def give_pin(self, value: bytes) -> bool:
        """Compare a PIN while tries are left; a wrong one takes what an earlier one opened."""
        if value == self.pin:
            self.tries = 3
            return True
        self.tries -= 1
        self.granted.discard("pin")
        return False

    def give_puk(self, value: bytes) -> bool:
        """Compare a PUK while tries and uses are left: a right one is a use."""
        if value == PUK:
            self.puk_tries, self.uses = 10, self.uses - 1
            return True
        self.puk_tries -= 1
        self.granted.discard("puk")
        return False

    @rule()
    def written_back(self) -> None:
        """A card made of what its image says now has the same counters and codes, and is as after a reset."""
        assert isinstance(self.card, Cps2terCard | Cps3Card | Cps4Card)
        again = build_card(parse_image(dump_image(self.card.image)))
        assert isinstance(again, CardSystem)
        self.card = again
        self.made_again()
        self.forget()

    def made_again(self) -> None:
        """The card object is another one: lose what is not in its image."""

    @rule(uses=st.sampled_from([0, 1, 2]))
    def an_old_card(self, uses: int) -> None:
        """Nobody unblocks a card a hundred times in a test: it is made older."""
        self.uses = min(self.uses, uses)
        self.card.restore({"pin.2.uses": self.uses})

    @invariant()
    def counters_agree(self) -> None:
        left = {"pin.1.tries": self.tries, "pin.2.tries": self.puk_tries, "pin.2.uses": self.uses}
        assert self.card.counters() == left


class IasCodes(CodesModel, IsoModel):
    """VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER of ISO/IEC 7816-4.

    Attributes:
        changes_pin: what lets a new PIN be set without giving the old one.
        unblocks: a bit that P2 of RESET RETRY COUNTER carries beside the reference.
    """

    changes_pin: ClassVar[frozenset[str]] = frozenset({"pin"})
    unblocks: ClassVar[int] = 0x00

    def pin_answer(self, value: bytes) -> bytes:
        """What a command answers that compares a PIN and does nothing else, and compare it."""
        if not self.tries:
            return word(0x6983)
        return OK if self.give_pin(value) else word(0x63C0 + self.tries)

    def puk_answer(self, value: bytes) -> bytes:
        """The same for a PUK."""
        if not self.uses or not self.puk_tries:
            return word(0x6983 if self.uses else 0x6984)
        return OK if self.give_puk(value) else word(0x63C0 + self.puk_tries)

    @rule(value=PINS, full=st.booleans(), channel=CHANNELS)
    def verify(self, value: bytes, full: bool, channel: int) -> None:
        answer = self.ask(0x20, 0, 1, padded(value) if full else value, channel=channel % self.channels)
        if answer is None:
            return
        expected = self.pin_answer(value)
        assert answer == expected
        if expected == OK:
            self.granted.add("pin")

    @rule(value=PUKS, channel=CHANNELS)
    def verify_puk(self, value: bytes, channel: int) -> None:
        answer = self.ask(0x20, 0, 2, value, channel=channel % self.channels)
        if answer is None:
            return
        expected = self.puk_answer(value)
        assert answer == expected
        if expected == OK:
            self.granted.add("puk")

    @rule(channel=CHANNELS)
    def ask_for_pin(self, channel: int) -> None:
        answer = self.ask(0x20, 0, 1, channel=channel % self.channels)
        if answer is not None:
            left = word(0x63C0 + self.tries if self.tries else 0x6983)
            assert answer == (OK if "pin" in self.granted else left)

    @rule(channel=CHANNELS)
    def ask_for_puk(self, channel: int) -> None:
        answer = self.ask(0x20, 0, 2, channel=channel % self.channels)
        if answer is not None:
            left = word(0x6984 if not self.uses else 0x63C0 + self.puk_tries if self.puk_tries else 0x6983)
            assert answer == (OK if "puk" in self.granted else left)

    @rule(which=st.sampled_from(["pin", "puk"]), channel=CHANNELS)
    def take_back(self, which: str, channel: int) -> None:
        answer = self.ask(0x20, 0xFF, 1 + (which == "puk"), channel=channel % self.channels)
        if answer is not None:
            assert answer == OK
            self.granted.discard(which)

    @rule(channel=CHANNELS)
    def verify_then_move(self, channel: int) -> None:
        """A PIN holds for the card: selecting takes nothing away, a reset everything."""
        self.chain_ended()
        self.verify(self.pin, full=True, channel=channel)
        self.select_application(0, channel)
        self.ask_for_pin(channel)

    @rule(channel=CHANNELS)
    def verify_then_reset(self, channel: int) -> None:
        self.chain_ended()
        self.verify(self.pin, full=False, channel=channel)
        self.reset(CardSystem.power_on)
        self.ask_for_pin(0)

    @rule(data=st.binary(min_size=1, max_size=3) | st.binary(min_size=9, max_size=20), channel=CHANNELS)
    def verify_a_wrong_length(self, data: bytes, channel: int) -> None:
        answer = self.ask(0x20, 0, 1, data, channel=channel % self.channels)
        if answer is not None:
            assert answer == word(0x6700 if self.tries else 0x6983)

    @rule(
        case=st.sampled_from([(0, 0, 0x6A88), (0, 3, 0x6A88), (0, 0x81, 0x6A88), (0, 0x21, 0x6A86), (1, 1, 0x6A86)]),
        channel=CHANNELS,
    )
    def verify_what_is_no_code(self, case: tuple[int, int, int], channel: int) -> None:
        p1, p2, expected = case
        answer = self.ask(0x20, p1, p2, b"1234", channel=channel % self.channels)
        assert answer in {None, word(expected)}

    @rule(old=PINS, new=NEW, channel=CHANNELS)
    def change(self, old: bytes, new: bytes, channel: int) -> None:
        answer = self.ask(0x24, 0, 1, padded(old) + padded(new), channel=channel % self.channels)
        if answer is None:
            return
        expected = self.pin_answer(old)
        if expected == OK:
            expected = self.renewed(new)
        assert answer == expected

    @rule(new=NEW, channel=CHANNELS)
    def change_by_the_new_one_alone(self, new: bytes, channel: int) -> None:
        answer = self.ask(0x24, 1, 1, new, channel=channel % self.channels)
        if answer is not None:
            assert answer == (self.renewed(new) if self.granted & self.changes_pin else word(0x6982))

    @rule(old=PUKS, channel=CHANNELS)
    def change_the_puk(self, old: bytes, channel: int) -> None:
        answer = self.ask(0x24, 0, 2, old + b"11111111", channel=channel % self.channels)
        assert answer in {None, word(0x6982)}

    @rule(code=PUKS, new=NEW | st.none(), channel=CHANNELS)
    def unblock(self, code: bytes, new: bytes | None, channel: int) -> None:
        """P1 00: unblocking code and new PIN; 01: the code alone."""
        data = code if new is None else code + padded(new)
        answer = self.ask(0x2C, int(new is None), 1 | self.unblocks, data, channel=channel % self.channels)
        if answer is None:
            return
        expected = self.puk_answer(code)
        if expected == OK:
            expected = self.unblocked(new)
        assert answer == expected

    @rule(new=NEW | st.none(), channel=CHANNELS)
    def unblock_after_the_puk(self, new: bytes | None, channel: int) -> None:
        """P1 02: new PIN; 03: nothing."""
        answer = self.ask(0x2C, 2 + (new is None), 1 | self.unblocks, new or b"", channel=channel % self.channels)
        if answer is not None:
            assert answer == (self.unblocked(new) if "puk" in self.granted else word(0x6982))

    @rule(channel=CHANNELS)
    def blocked_and_unblocked(self, channel: int) -> None:
        """What mere chance seldom does: three wrong ones in a row, then the PUK."""
        self.chain_ended()
        for _ in range(3):
            self.verify(b"9998", full=True, channel=channel)
        self.ask_for_pin(channel)
        self.verify(self.pin, full=True, channel=channel)
        self.verify_puk(PUK, channel)
        self.unblock_after_the_puk(None, channel)
        self.verify(self.pin, full=True, channel=channel)

    @rule(new=NEW | st.none(), channel=CHANNELS)
    def unblocked_and_asked(self, new: bytes | None, channel: int) -> None:
        """An unblocked PIN has to be given again."""
        self.chain_ended()
        self.verify(self.pin, full=True, channel=channel)
        self.unblock(PUK, new, channel)
        self.ask_for_pin(channel)

    @rule(new=NEW, channel=CHANNELS)
    def changed_after_the_puk(self, new: bytes, channel: int) -> None:
        """Where the PUK is enough to set a new PIN, the PIN need not be given."""
        self.chain_ended()
        self.take_back("pin", channel)
        self.verify_puk(PUK, channel)
        self.change_by_the_new_one_alone(new, channel)

    @rule(case=st.sampled_from([(0, 0x6985), (1, 0x6985), (2, 0x6982), (3, 0x6982)]), channel=CHANNELS)
    def unblock_the_puk(self, case: tuple[int, int], channel: int) -> None:
        p1, expected = case
        data = {0: PUK + PUK, 1: PUK, 2: PUK, 3: b""}[p1]
        answer = self.ask(0x2C, p1, 2, data, channel=channel % self.channels)
        assert answer in {None, word(expected)}

    def renewed(self, new: bytes) -> bytes:
        """Set a new PIN: four digits, or it is refused; its tries are full."""
        if not (len(new) == 4 and new.isdigit()):
            return word(0x6A80)
        self.pin, self.tries = new, 3
        return OK

    def unblocked(self, new: bytes | None) -> bytes:
        """Unblock the PIN, and perhaps set a new one; it has to be given again."""
        expected = OK if new is None else self.renewed(new)
        if expected == OK:
            self.tries = 3
            self.granted.discard("pin")
        return expected
