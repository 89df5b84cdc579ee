"""State machines against the cards themselves: each beside a model in plain numbers that shares no code with the card.

The models are written from docs/cards/vitale2.md and docs/cards/cps3.md: what is selected, who is let in, what is left of the
counters, which chain is open.
"""

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from emulator.card import CardSystem
from emulator.image import build_card, load_image
from reader_core.iso7816 import CommandApdu

VITALE = bytes.fromhex("D250000002564954414C45")
MF_VITALE = bytes.fromhex("D2500000024D465F564954414C45")
PKCS15 = bytes.fromhex("E828BD080F8025000001FF0010")


def contents(card: CardSystem) -> dict[tuple[bytes, int], bytes]:
    """What is in each file, by the first name of its DF and its identifier."""
    return {
        (df.aids[0], file.fid): bytes(file.content)
        for df in card.root.walk()
        for file in df.elementary_files
        if df.aids
    }


class ProfileModel(RuleBasedStateMachine):
    """What every profile has: a selection, an open chain, and a reset.

    Attributes:
        df: name of the current DF.
        ef: identifier of the current EF, None after a DF was selected.
        chain: header of the open chain.
    """

    image: str
    root: bytes
    applications: tuple[bytes, ...]
    closed: frozenset[int]
    chained = (0x2A, 0x00, 0xBE)

    def __init__(self) -> None:
        super().__init__()
        card = build_card(load_image(self.image))
        assert isinstance(card, CardSystem)
        self.card = card
        self.files = contents(card)
        self.untouched = dict(self.files)
        self.forget()

    def forget(self) -> None:
        """Start as after a reset."""
        self.df, self.ef, self.chain, self.let_in = self.root, None, False, False

    def word(self, *header: int, data: bytes = b"", ne: int | None = None) -> int:
        """The status word of a command, which ends any chain: 6883 is expected of it then."""
        answer = self.card.transmit(bytes(CommandApdu(*header, data=data, ne=ne)))
        return int.from_bytes(answer[-2:])

    def broken(self, *header: int, data: bytes = b"", ne: int | None = None) -> bool:
        """Send a command into an open chain, if one is open: it is refused, and the chain is gone."""
        if not self.chain:
            return False
        assert self.word(*header, data=data, ne=ne) == 0x6883
        self.chain = False
        return True

    @rule(link=st.binary(min_size=1, max_size=255))
    def one_link(self, link: bytes) -> None:
        assert self.word(0x10, *self.chained, data=link) == 0x9000
        self.chain = True

    @rule(which=st.integers(0, 5))
    def select_application(self, which: int) -> None:
        names = (*self.applications, b"\xa0\x00\x00\x00\x18")
        name = names[which % len(names)]
        if self.broken(0, 0xA4, 4, 0x0C, data=name):
            return
        exists = name in self.applications
        assert self.word(0, 0xA4, 4, 0x0C, data=name) == (0x9000 if exists else 0x6A82)
        if exists:
            self.df, self.ef = name, None

    @rule(data=st.data())
    def select_file(self, data: st.DataObject) -> None:
        fid = data.draw(st.sampled_from(sorted({fid for _, fid in self.files} | {0x0BAD})))
        if self.broken(0, 0xA4, 2, 0x0C, data=fid.to_bytes(2)):
            return
        exists = (self.df, fid) in self.files
        assert self.word(0, 0xA4, 2, 0x0C, data=fid.to_bytes(2)) == (0x9000 if exists else 0x6A82)
        if exists:
            self.ef = fid

    @rule(data=st.data())
    def visit(self, data: st.DataObject) -> None:
        """Application, file, first byte: what mere chance seldom does in a row."""
        named = sorted(place for place in self.files if place[0] in self.applications)
        df, fid = data.draw(
            st.sampled_from(sorted(each for each in named if each[1] in self.closed)) | st.sampled_from(named)
        )
        self.reset_chain()
        assert self.word(0, 0xA4, 4, 0x0C, data=df) == 0x9000
        assert self.word(0, 0xA4, 2, 0x0C, data=fid.to_bytes(2)) == 0x9000
        self.df, self.ef = df, fid
        self.read(0, 1)

    def reset_chain(self) -> None:
        """End an open chain, if one is open, by a command that does not belong to it."""
        self.broken(0, 0x0E, 0, 0)

    @rule(offset=st.integers(0, 0x7FFF) | st.integers(0, 60), ne=st.integers(1, 256))
    def read(self, offset: int, ne: int) -> None:
        header = (0, 0xB0, offset >> 8, offset & 0xFF)
        if self.broken(*header, ne=ne):
            return
        answer = self.card.transmit(bytes(CommandApdu(*header, ne=ne)))
        if self.ef is None:
            assert answer == b"\x69\x86"
            return
        left = self.files[self.df, self.ef][offset : offset + ne]
        if self.ef in self.closed and not self.let_in:
            assert answer == b"\x69\x82"
        elif not left:
            assert answer == b"\x6b\x00"
        elif len(left) < ne:
            # On T=0 the card names the length that it has.
            assert answer == bytes((0x6C, len(left)))
        else:
            assert answer == left + b"\x90\x00"

    @rule(cla=st.sampled_from([0x80, 0xFF, 0x20, 0x01, 0x0C]))
    def foreign_class(self, cla: int) -> None:
        expected = {0x01: 0x6881, 0x0C: 0x6882}.get(cla, 0x6E00)
        assert self.card.transmit(bytes((cla, 0xB0, 0, 0, 1))) == expected.to_bytes(2)
        self.chain = False

    @rule()
    def unknown_instruction(self) -> None:
        if not self.broken(0, 0x0E, 0, 0):
            assert self.word(0, 0x0E, 0, 0) == 0x6D00

    @rule(raw=st.binary(max_size=3))
    def not_a_command(self, raw: bytes) -> None:
        assert self.card.transmit(raw) == b"\x67\x00"
        self.chain = False

    @rule(cold=st.booleans())
    def reset(self, cold: bool) -> None:
        self.card.power_on() if cold else self.card.reset()
        self.forget()

    @invariant()
    def nothing_failed_and_no_file_changed(self) -> None:
        assert self.card.fault is None
        assert contents(self.card) == self.untouched


class VitaleModel(ProfileModel):
    """A Vitale 2: no PIN; without a professional card its protected files stay closed, whatever is tried."""

    image = "specimen"
    root = MF_VITALE
    applications = (MF_VITALE, VITALE)
    closed = frozenset({0x2015, 0x201A})

    @rule(data=st.binary(min_size=1, max_size=40), challenge=st.booleans())
    def authenticate_without_a_certificate(self, data: bytes, challenge: bool) -> None:
        if self.broken(0, 0x84, 0, 0, ne=16):
            return
        if challenge:
            assert len(self.card.transmit(bytes.fromhex("0084000010"))) == 18
        assert self.word(0, 0x82, 0, 0, data=data) == 0x6985

    @rule(data=st.binary(min_size=1, max_size=100))
    def present_nonsense(self, data: bytes) -> None:
        """It is also the last link of an open chain, if there is one."""
        assert self.word(0, 0x2A, 0, 0xBE, data=data) == 0x6A80
        self.chain = False

    @invariant()
    def no_counter(self) -> None:
        assert self.card.counters() == {}


class CpsModel(ProfileModel):
    """A CPS3: PIN, PUK and their counters, and files that the PIN opens."""

    image = "cps"
    root = bytes.fromhex("8025000001FF0100")
    applications = (PKCS15,)
    closed = frozenset({0xD120, 0xD121})

    def __init__(self) -> None:
        super().__init__()
        self.pin, self.tries, self.puk_tries, self.uses = b"1234", 3, 10, 100

    def wrong(self) -> int:
        """Count a wrong PIN."""
        self.tries, self.let_in = self.tries - 1, False
        return 0x63C0 + self.tries

    @rule(value=st.sampled_from([b"1234", b"1234", b"0000", b"9999"]), padded=st.booleans())
    def verify(self, value: bytes, padded: bool) -> None:
        data = value.ljust(8, b"\xff") if padded else value
        if self.broken(0, 0x20, 0, 1, data=data):
            return
        sw = self.word(0, 0x20, 0, 1, data=data)
        if not self.tries:
            assert sw == 0x6983
        elif value == self.pin:
            assert sw == 0x9000
            self.tries, self.let_in = 3, True
        else:
            assert sw == self.wrong()

    @rule()
    def verify_then_move(self) -> None:
        """A PIN holds for the card: selecting another application takes nothing away, a reset everything."""
        self.verify(self.pin, padded=True)
        self.select_application(0)
        self.ask()

    @rule()
    def verify_then_reset(self) -> None:
        self.verify(self.pin, padded=False)
        self.reset(cold=True)
        self.ask()

    @rule()
    def ask(self) -> None:
        if not self.broken(0, 0x20, 0, 1):
            expected = 0x9000 if self.let_in else 0x63C0 + self.tries if self.tries else 0x6983
            assert self.word(0, 0x20, 0, 1) == expected

    @rule(old=st.sampled_from([b"1234", b"0000"]), new=st.sampled_from([b"0000", b"1234", b"12345", b"ABCD"]))
    def change(self, old: bytes, new: bytes) -> None:
        data = old.ljust(8, b"\xff") + new.ljust(8, b"\xff")
        if self.broken(0, 0x24, 0, 1, data=data):
            return
        sw = self.word(0, 0x24, 0, 1, data=data)
        if not self.tries:
            assert sw == 0x6983
        elif old != self.pin:
            assert sw == self.wrong()
        else:
            self.tries = 3
            fits = new.isdigit() and len(new) == 4
            assert sw == (0x9000 if fits else 0x6A80)
            if fits:
                self.pin = new

    @rule(code=st.sampled_from([b"12345678", b"87654321"]), new=st.sampled_from([b"1234", b"0000"]))
    def unblock(self, code: bytes, new: bytes) -> None:
        data = code + new.ljust(8, b"\xff")
        if self.broken(0, 0x2C, 0, 1, data=data):
            return
        sw = self.word(0, 0x2C, 0, 1, data=data)
        if not self.puk_tries:
            assert sw == 0x6983
        elif code == b"12345678":
            assert sw == 0x9000
            self.pin, self.tries, self.puk_tries, self.uses, self.let_in = new, 3, 10, self.uses - 1, False
        else:
            self.puk_tries -= 1
            assert sw == 0x63C0 + self.puk_tries

    @invariant()
    def counters_agree(self) -> None:
        left = {"pin.1.tries": self.tries, "pin.2.tries": self.puk_tries, "pin.2.uses": self.uses}
        assert self.card.counters() == left


TestVitaleModel = VitaleModel.TestCase
TestVitaleModel.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestCpsModel = CpsModel.TestCase
TestCpsModel.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
