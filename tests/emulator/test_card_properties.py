"""What holds for every input: Hypothesis against the toy card, and against a model of it."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from emulator.card import (
    CardSystem,
    DedicatedFile,
    ElementaryFile,
    PinObject,
    Transmission,
    pin_management_commands,
    requires,
    standard_commands,
)
from reader_core.iso7816 import CommandApdu, StatusKind, StatusWord

Toy = Callable[..., CardSystem]

INSTRUCTIONS = (0x20, 0x22, 0x24, 0x2C, 0x82, 0x84, 0x88, 0xA4, 0xB0, 0xB1, 0xC0, 0xD6, 0xD7)
INTERESTING = (
    b"", b"\x3f\x00", b"\x2f\x00", b"\x7f\x10", b"\xd2\x50\x00\x00\x02", b"1234", b"12345678", b"123412345678", b"\x54\x01\x05",
    b"\x54\x01\x00\x53\x01A", b"\x7f\x10\x7f\x11", b"\x84\x01\x81", b"\x02\x01",
)  # fmt: skip
CARDS = {
    "T=0": {"transmission": "T=0"},
    "T=1": {"transmission": "T=1"},
    "T=1, extended": {"transmission": "T=1", "extended": True},
}

byte = st.integers(0, 0xFF)
likely = st.builds(
    CommandApdu,
    cla=st.sampled_from([0x00, 0x00, 0x00, 0x10, 0x01, 0x0C, 0x80]),
    ins=st.sampled_from(INSTRUCTIONS) | byte,
    p1=st.sampled_from([0, 1, 2, 3, 4, 8, 9, 0x41, 0x80, 0x81, 0x9E, 0xFF]) | byte,
    p2=st.sampled_from([0, 1, 2, 4, 7, 8, 0x0C, 0x0E, 0x81, 0xA4]) | byte,
    data=st.sampled_from(INTERESTING) | st.binary(max_size=40),
    ne=st.none() | st.integers(1, 256),
    extended=st.booleans(),
).map(bytes)
anything = st.binary(max_size=300)


@pytest.mark.parametrize("kind", CARDS)
@given(raw=anything)
@settings(max_examples=150)
def test_any_bytes_get_a_status_word(toy: Toy, kind: str, raw: bytes) -> None:
    card = toy(**CARDS[kind])
    _check_answer(card, raw, card.transmit(raw))


@pytest.mark.parametrize("kind", CARDS)
@given(conversation=st.lists(likely | anything, max_size=25))
@settings(max_examples=150, deadline=None)
def test_any_conversation_gets_status_words_and_no_fault(toy: Toy, kind: str, conversation: list[bytes]) -> None:
    card = toy(**CARDS[kind])
    for raw in conversation:
        _check_answer(card, raw, card.transmit(raw))


def _check_answer(card: CardSystem, raw: bytes, answer: bytes) -> None:
    """A status word that ISO/IEC 7816-4 knows, no data beside an error, and no more data than the command takes."""
    assert card.fault is None, f"{raw.hex()}: {card.fault!r}"
    assert len(answer) >= 2
    sw = StatusWord(int.from_bytes(answer[-2:]))
    assert sw.kind not in {StatusKind.INVALID, StatusKind.PROPRIETARY}, f"{raw.hex()}: {sw}"
    if len(answer) > 2:
        assert sw.kind in {StatusKind.NORMAL, StatusKind.WARNING}
        ne = CommandApdu.parse(raw).ne
        # Case 1 is P3 = 00 on T=0: 256 bytes may come.
        assert len(answer) - 2 <= (256 if ne is None and card.transmission is Transmission.T0 else ne or 0)


@given(raw=likely | anything)
def test_the_same_card_answers_the_same(toy: Toy, raw: bytes) -> None:
    assert toy().transmit(raw) == toy().transmit(raw)


@given(conversation=st.lists(likely, max_size=25), probe=likely)
@settings(max_examples=100, deadline=None)
def test_after_a_reset_the_past_is_in_counters_values_and_contents_only(
    toy: Toy, conversation: list[bytes], probe: bytes
) -> None:
    used, fresh = toy(), toy()
    for raw in conversation:
        used.transmit(raw)
    used.reset()
    for pin in used.pins.values():
        if pin.value != fresh.pins[pin.reference].value:
            fresh.pins[pin.reference].set(pin.value)
    fresh.restore(used.counters())
    for mine, theirs in zip(_contents(used), _contents(fresh), strict=True):
        theirs[:] = mine
    assert used.transmit(probe) == fresh.transmit(probe)


def _contents(card: CardSystem) -> list[bytearray]:
    return [file.content for df in card.root.walk() for file in df.elementary_files]


@given(
    data=st.binary(min_size=1, max_size=2000),
    cuts=st.lists(st.integers(0, 255), min_size=1, max_size=20),
    more=st.data(),
)
@settings(deadline=None)
def test_what_is_sent_in_links_arrives_whole(toy: Toy, data: bytes, cuts: list[int], more: st.DataObject) -> None:
    card = toy("T=0")
    command = CommandApdu(0x00, 0x88, 0x00, 0x81, data)
    links = command.chain(max(1, cuts[0]))
    for link in links[:-1]:
        assert card.transmit(bytes(link)) == b"\x90\x00"
    answer = card.transmit(bytes(links[-1]))
    got = b""
    while answer[-2] == 0x61:
        length = answer[-1] or 256
        wanted = more.draw(st.integers(1, length))
        answer = card.transmit(bytes((0, 0xC0, 0, 0, wanted % 256)))
        got += answer[:-2]
    assert (answer[-2:], got) == (b"\x90\x00", data[::-1])


@given(
    content=st.binary(min_size=1, max_size=700),
    steps=st.lists(st.integers(1, 256), min_size=1, max_size=5),
    more=st.data(),
)
@settings(deadline=None)
def test_a_file_read_in_any_steps_is_the_file(content: bytes, steps: list[int], more: st.DataObject) -> None:
    transmission = more.draw(st.sampled_from(Transmission))
    root = DedicatedFile(children=[ElementaryFile(0x2F00, content)])
    card = CardSystem(atr=b"\x3b\x00", root=root, transmission=transmission)
    card.transmit(bytes.fromhex("00A4020C022F00"))
    got = b""
    turn = 0
    while True:
        header = bytes((0x00, 0xB0, *len(got).to_bytes(2)))
        answer = card.transmit(header + bytes((steps[turn % len(steps)] % 256,)))
        turn += 1
        if answer[-2] == 0x6C:
            answer = card.transmit(header + answer[-1:])
        if answer[-2:] == b"\x6b\x00":
            break
        assert answer[-2:] in {b"\x90\x00", b"\x62\x82"}
        assert answer[:-2]
        got += answer[:-2]
    assert got == content


class CardModel(RuleBasedStateMachine):
    """A card beside a model of three facts: what is left of the counters, who is let in, what is selected.

    The model is written from the rules in the docstrings, with plain numbers; it shares no code with the card.
    """

    values = Bundle("values")

    def __init__(self) -> None:
        super().__init__()
        files = {0x2F00: b"free", 0x2F01: b"secret"}
        self.card = CardSystem(
            atr=b"\x3b\x00",
            transmission=Transmission.T1,
            root=DedicatedFile(
                children=[
                    ElementaryFile(0x2F00, files[0x2F00]),
                    ElementaryFile(0x2F01, files[0x2F01], read=requires("pin:1")),
                    DedicatedFile(0x7F10, b"\xa0\x00\x00\x00\x01", [ElementaryFile(0x2F00, b"below")]),
                ]
            ),
            commands=standard_commands() | pin_management_commands(),
            pins=[PinObject(1, b"0000", 3, puk=2), PinObject(2, b"99999999", 4, minimum=8, uses=3)],
        )
        self.pin, self.tries, self.puk_tries, self.uses = b"0000", 3, 4, 3
        self.verified = False
        self.below = False
        self.current: int | None = None

    def send(self, *header: int, data: bytes = b"", ne: int | None = None) -> bytes:
        return self.card.transmit(bytes(CommandApdu(*header, data=data, ne=ne)))

    def word(self, *header: int, data: bytes = b"") -> int:
        return int.from_bytes(self.send(*header, data=data))

    @initialize(target=values)
    def first_value(self) -> bytes:
        return b"0000"

    @rule(target=values, digits=st.text("0123456789", min_size=4, max_size=8))
    def another_value(self, digits: str) -> bytes:
        return digits.encode()

    @rule(value=values, padded=st.booleans())
    def verify(self, value: bytes, padded: bool) -> None:
        sw = self.word(0, 0x20, 0, 1, data=value.ljust(8, b"\xff") if padded else value)
        if self.tries == 0:
            assert sw == 0x6983
        elif value == self.pin:
            assert sw == 0x9000
            self.tries, self.verified = 3, True
        else:
            self.tries, self.verified = self.tries - 1, False
            assert sw == 0x63C0 + self.tries

    @rule()
    def ask(self) -> None:
        expected = 0x9000 if self.verified else 0x63C0 + self.tries if self.tries else 0x6983
        assert self.word(0, 0x20, 0, 1) == expected

    @rule()
    def take_back(self) -> None:
        assert self.word(0, 0x20, 0xFF, 1) == 0x9000
        self.verified = False

    @rule(data=st.binary(min_size=1, max_size=3) | st.binary(min_size=9, max_size=20))
    def verify_a_wrong_length(self, data: bytes) -> None:
        assert self.word(0, 0x20, 0, 1, data=data) == (0x6700 if self.tries else 0x6983)

    @rule(old=values, new=values)
    def change(self, old: bytes, new: bytes) -> None:
        sw = self.word(0, 0x24, 0, 1, data=old.ljust(8, b"\xff") + new.ljust(8, b"\xff"))
        if self.tries == 0:
            assert sw == 0x6983
        elif old == self.pin:
            assert sw == 0x9000
            self.pin, self.tries = new, 3
        else:
            self.tries, self.verified = self.tries - 1, False
            assert sw == 0x63C0 + self.tries

    @rule(code=st.sampled_from([b"99999999", b"99999999", b"11111111"]), new=values)
    def unblock(self, code: bytes, new: bytes) -> None:
        sw = self.word(0, 0x2C, 0, 1, data=code + new.ljust(8, b"\xff"))
        if self.uses == 0:
            assert sw == 0x6984
        elif self.puk_tries == 0:
            assert sw == 0x6983
        elif code == b"99999999":
            assert sw == 0x9000
            self.pin, self.tries, self.puk_tries, self.uses, self.verified = new, 3, 4, self.uses - 1, False
        else:
            self.puk_tries -= 1
            assert sw == 0x63C0 + self.puk_tries

    @rule(fid=st.sampled_from([0x2F00, 0x2F01, 0x2F02]))
    def select_ef(self, fid: int) -> None:
        exists = fid == 0x2F00 or (fid == 0x2F01 and not self.below)
        assert self.word(0, 0xA4, 2, 0x0C, data=fid.to_bytes(2)) == (0x9000 if exists else 0x6A82)
        if exists:
            self.current = fid

    @rule()
    def select_by_name(self) -> None:
        assert self.word(0, 0xA4, 4, 0x0C, data=b"\xa0\x00\x00") == 0x9000
        self.below, self.current = True, None

    @rule()
    def select_mf(self) -> None:
        assert self.word(0, 0xA4, 0, 0x0C, data=b"\x3f\x00") == 0x9000
        self.below, self.current = False, None

    @rule()
    def select_parent(self) -> None:
        assert self.word(0, 0xA4, 3, 0x0C) == (0x9000 if self.below else 0x6A82)
        if self.below:
            self.below, self.current = False, None

    @rule()
    def read(self) -> None:
        answer = self.send(0, 0xB0, 0, 0, ne=256)
        if self.current is None:
            assert answer == b"\x69\x86"
        elif self.current == 0x2F01 and not self.verified:
            assert answer == b"\x69\x82"
        else:
            content = b"below" if self.below else b"secret" if self.current == 0x2F01 else b"free"
            assert answer == content + b"\x90\x00"

    @rule(how=st.sampled_from([CardSystem.reset, CardSystem.power_on, CardSystem.power_off]))
    def reset(self, how: Callable[[CardSystem], object]) -> None:
        how(self.card)
        self.verified, self.below, self.current = False, False, None

    @precondition(lambda self: self.tries == 0)
    @rule()
    def blocked_is_blocked(self) -> None:
        assert self.word(0, 0x20, 0, 1, data=self.pin) == 0x6983

    @rule(raw=st.binary(max_size=4))
    def noise(self, raw: bytes) -> None:
        if len(raw) < 4 or raw[0] & 0xE0:
            self.card.transmit(raw)

    @invariant()
    def counters_agree(self) -> None:
        assert self.card.counters() == {
            "pin.1.tries": self.tries,
            "pin.2.tries": self.puk_tries,
            "pin.2.uses": self.uses,
        }
        assert self.card.fault is None


TestCardModel = CardModel.TestCase
TestCardModel.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
