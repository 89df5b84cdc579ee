"""What every card has, in plain numbers beside it: files that stay as they are, resets, and bytes that are no command.

The models share no code with the cards. They are written from docs/cards/*.md: what files there are and whom they let in,
what each command answers, and what a card still knows after a reset. What is in the files is taken from the card when it is
new; after that every byte has to be where it was.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from emulator.card import CardSystem
from emulator.image import build_card, load_image, patch_image

OK = b"\x90\x00"
TURNS = st.integers(0, 99)


def word(value: int) -> bytes:
    """A status word alone."""
    return value.to_bytes(2)


def waiting(count: int) -> bytes:
    """61xx: up to 256 bytes wait."""
    return bytes((0x61, count & 0xFF))


def other_length(count: int) -> bytes:
    """6Cxx: up to 256 bytes are what an Le could have asked for."""
    return bytes((0x6C, count & 0xFF))


def made(image: str, changes: Mapping[str, object]) -> CardSystem:
    """A new card of a built-in image."""
    card = build_card(patch_image(load_image(image), changes))
    assert isinstance(card, CardSystem)
    return card


class CardModel(RuleBasedStateMachine):
    """A card, and what its page says of it.

    Attributes:
        image: the built-in image; `changes` are made to it.
        t1: whether it speaks T=1.
        tree: DFs by their first name, and who may read each of their EFs: "free", a name in `granted`, or "never".
        cla: a class that it knows.
        foreign: classes that it does not know or take, and what they answer.
        granted: who has been let in.
        chain: channel, instruction, P1 and P2 of the chain that is open; `linked` is its data so far.
        waits: a channel, and what waits there for GET RESPONSE.
    """

    image: ClassVar[str]
    changes: ClassVar[Mapping[str, object]] = {}
    t1: ClassVar[bool] = False
    tree: ClassVar[Mapping[bytes, Mapping[int, str]]] = {}
    cla: ClassVar[int] = 0x00
    foreign: ClassVar[Mapping[int, int]]

    def __init__(self) -> None:
        super().__init__()
        self.card = made(self.image, self.changes)
        self.contents = _contents(self.card)
        assert set(self.contents) == {(df, fid) for df, files in self.tree.items() for fid in files}
        self.granted: set[str] = set()
        self.forget()

    def forget(self) -> None:
        """Be as after a reset."""
        self.granted.clear()
        self.interrupt()

    def interrupt(self) -> None:
        """Lose the open chain, and what waits for GET RESPONSE."""
        self.chain: tuple[int, int, int, int] | None = None
        self.linked = b""
        self.waits: tuple[int, bytes] | None = None

    @rule(which=TURNS)
    def a_foreign_class(self, which: int) -> None:
        cla, expected = sorted(self.foreign.items())[which % len(self.foreign)]
        assert self.card.transmit(bytes((cla, 0xB0, 0, 0, 1))) == word(expected)
        self.interrupt()

    @rule(raw=st.binary(max_size=3) | st.binary(min_size=1, max_size=1))
    def not_a_command(self, raw: bytes) -> None:
        """Fewer bytes than a header, or a length of two bytes."""
        assert self.card.transmit(raw) == word(0x6700)
        assert self.card.transmit(bytes((self.cla, 0xB0, 0, 0, 0, len(raw)))) == word(0x6700)
        self.interrupt()

    @rule(how=st.sampled_from([CardSystem.reset, CardSystem.power_on, CardSystem.power_off]))
    def reset(self, how: Callable[[CardSystem], bytes | None]) -> None:
        assert how(self.card) in {None, self.card.atr}
        self.forget()

    @invariant()
    def nothing_failed_and_no_file_changed(self) -> None:
        assert self.card.fault is None
        assert _contents(self.card) == self.contents


def _contents(card: CardSystem) -> dict[tuple[bytes, int], bytes]:
    """What is in each file, by the first name of its DF and its identifier."""
    return {
        (df.aids[0], file.fid): bytes(file.content)
        for df in card.root.walk()
        for file in df.elementary_files
        if df.aids
    }
