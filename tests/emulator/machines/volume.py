"""The CPS2ter volume, class A0: its files, its current file, what waits of an answer, and the card's codes.

Written from docs/cards/cps2ter.md.
"""

from collections.abc import Iterator
from functools import cache

import hypothesis.strategies as st
from hypothesis.stateful import rule

from emulator.card import CardSystem

from .card import OK, TURNS, made, other_length, word
from .codes import NEW, PINS, PUKS, CodesModel, padded

ROOT, DIRECTORY = 0x3F00, 0x7F01
ACTIVITIES = (0x4010, 0x4011)
FREE = (0x4001, 0x4002, 0x4005)
BILLING = 0x4000
FILES: dict[int, tuple[int, ...]] = {ROOT: (*FREE, *ACTIVITIES, DIRECTORY), DIRECTORY: (BILLING,)}
"""DF to what is in it, in the order of the page."""

BY_PIN = frozenset({*ACTIVITIES, BILLING})
KEYED = bytes.fromhex("103E46484A4C4E505258 5A5C5E8288B4D8F4F6")
ISSUER_ONLY = bytes.fromhex("76D0D4D6E0")
NOT_KNOWN = bytes.fromhex("000E222A70CACBDAFE")


class VolumeModel(CodesModel):
    """A card that answers class A0."""

    def __init__(self) -> None:
        self.invalidated: set[int] = set()
        super().__init__()
        self.volume_files = _volume_contents(self.image, tuple(self.changes.items()))

    def forget(self) -> None:
        super().forget()
        self.begin_volume()

    def begin_volume(self) -> None:
        """Be at the volume's 3F00, with no EF selected and nothing waiting."""
        self.df, self.ef, self.volume_waits = ROOT, None, b""

    def volume_usable(self) -> bool:
        """Whether the card lets class A0 in now."""
        return True

    def say(self, ins: int, p1: int = 0, p2: int = 0, data: bytes = b"", ne: int | None = None) -> bytes | None:
        """Send a command of class A0.

        Returns:
            The answer; None when the command was refused before it was looked at, and had to be.
        """
        due = None if self.volume_usable() else word(0x6985)
        if self.chain is not None:
            due = word(0x6883)
        answer = self.card.transmit(
            bytes((0xA0, ins, p1, p2))
            + (bytes((len(data),)) + data if data else b"")
            + (b"" if ne is None else bytes((ne & 0xFF,)))
        )
        if due is None and ins != 0xC0:
            self.volume_waits = b""
        self.interrupt()
        if due is None:
            return answer
        assert answer == due
        return None

    @rule(fid=st.sampled_from([ROOT, DIRECTORY, BILLING, *FREE, *ACTIVITIES, 0x401F, 0xBEEF]))
    def choose(self, fid: int) -> None:
        """SELECT: 3F00, a file of the current DF, that DF, its parent or a file beside it."""
        answer = self.say(0xA4, data=fid.to_bytes(2))
        if answer is None:
            return
        near = {ROOT, *FILES[self.df]} | ({DIRECTORY, *FILES[ROOT]} if self.df == DIRECTORY else set[int]())
        if fid not in near:
            assert answer == word(0x9404)
            return
        if fid in FILES:
            self.df, self.ef = fid, None
        else:
            self.df, self.ef = DIRECTORY if fid == BILLING else ROOT, fid
        self.volume_waits = self.information(fid)
        assert answer == word(0x9F07)

    def information(self, fid: int) -> bytes:
        """85 05, size, identifier, kind."""
        size, kind = (0, 2 - (fid == ROOT)) if fid in FILES else (len(self.volume_files[fid]), 4)
        return b"\x85\x05" + size.to_bytes(2) + fid.to_bytes(2) + bytes((kind,))

    @rule(ne=st.integers(1, 9) | st.just(256) | st.none())
    def ask_for_what_waits(self, ne: int | None) -> None:
        if ne is None and not self.t1:
            ne = 256  # on T=0 the two are one
            raw = None
        else:
            raw = ne
        answer = self.say(0xC0, ne=raw)
        if answer is None:
            return
        if ne is None:
            assert answer == word(0x6700)
        elif not self.volume_waits:
            assert answer == word(0x9404)
        elif ne > len(self.volume_waits):
            assert answer == other_length(len(self.volume_waits))
        else:
            assert answer == self.volume_waits[:ne] + OK
            self.volume_waits = self.volume_waits[ne:]

    @rule(offset=st.integers(0, 0xFFFF) | st.integers(0, 60), ne=st.integers(1, 256))
    def look(self, offset: int, ne: int) -> None:
        """READ BINARY."""
        answer = self.say(0xB0, offset >> 8, offset & 0xFF, ne=ne)
        if answer is None:
            return
        content = b"" if self.ef is None else self.volume_files[self.ef]
        found = content[offset : offset + ne]
        if self.ef is None:
            assert answer == word(0x9408)
        elif self.ef in self.invalidated:
            assert answer == word(0x9810)
        elif self.ef in BY_PIN and "pin" not in self.granted:
            assert answer == word(0x9804 if self.tries else 0x9808)
        elif offset >= len(content):
            assert answer == word(0x9402)
        else:
            assert answer == (found + OK if len(found) == ne else other_length(len(found)))

    @rule(fid=st.sampled_from([*FREE, *ACTIVITIES, BILLING]), give=st.booleans())
    def go_and_look(self, fid: int, give: bool) -> None:
        """What mere chance seldom does: the PIN, the file, its beginning."""
        if give:
            self.show(self.pin)
        self.choose(ROOT)
        if fid == BILLING:
            self.choose(DIRECTORY)
        self.choose(fid)
        self.look(0, 2)

    @rule(value=PINS)
    def show(self, value: bytes) -> None:
        """VERIFY of the PIN."""
        answer = self.say(0x20, 0, 1, padded(value))
        if answer is None:
            return
        right = self.tries > 0 and self.give_pin(value)
        if right:
            self.granted.add("pin")
        assert answer == (OK if right else word(0x9804 if self.tries else 0x9840))

    @rule(value=PUKS)
    def show_puk(self, value: bytes) -> None:
        """VERIFY of the PUK."""
        answer = self.say(0x20, 0, 2, value)
        if answer is None:
            return
        expected = self.puk_words(value)
        assert answer == expected
        if expected == OK:
            self.granted.add("puk")

    @rule(old=PINS, new=NEW)
    def exchange(self, old: bytes, new: bytes) -> None:
        """CHANGE: afterwards the PIN counts as given."""
        answer = self.say(0x24, 0, 1, padded(old) + padded(new))
        if answer is None:
            return
        if not (self.tries and self.give_pin(old)):
            assert answer == word(0x9804 if self.tries else 0x9840)
        else:
            assert answer == self.renewed_here(new)

    @rule(code=PUKS, new=NEW, p2=st.sampled_from([0, 1]))
    def open_again(self, code: bytes, new: bytes, p2: int) -> None:
        """UNBLOCK."""
        answer = self.say(0x2C, 0, p2, code + padded(new))
        if answer is None:
            return
        expected = self.puk_words(code)
        assert answer == (self.renewed_here(new) if expected == OK else expected)

    def puk_words(self, value: bytes) -> bytes:
        """What a command answers that compares a PUK and does nothing else, and compare it."""
        if not self.uses:
            return word(0x9808)
        if self.puk_tries and self.give_puk(value):
            return OK
        return word(0x9804 if self.puk_tries else 0x9840)

    def renewed_here(self, new: bytes) -> bytes:
        """Set a new PIN, which then counts as given; what is not four digits is no PIN."""
        if not (len(new) == 4 and new.isdigit()):
            return word(0x9804)
        self.pin, self.tries = new, 3
        self.granted.add("pin")
        return OK

    @rule(
        case=st.sampled_from(
            [
                (0x20, 1, 1, 8, 0x6B00),
                (0x20, 0, 0, 8, 0x9802),
                (0x20, 0, 3, 8, 0x9802),
                (0x20, 0, 1, 4, 0x6700),
                (0x24, 0, 2, 16, 0x9802),
                (0x24, 0, 1, 8, 0x6700),
                (0x2C, 0, 2, 16, 0x9802),
                (0x2C, 0, 1, 12, 0x6700),
                (0xA4, 1, 0, 2, 0x6B00),
                (0xA4, 0, 0, 3, 0x6700),
                (0xC0, 0, 1, 0, 0x6B00),
                (0xF2, 1, 0, 0, 0x6B00),
                (0xA8, 0, 1, 0, 0x6B00),
                (0x84, 0, 1, 0, 0x6B00),
                (0x86, 0, 0, 7, 0x6700),
                (0x04, 0, 1, 0, 0x6B00),
                (0x44, 0, 0, 1, 0x6700),
            ]
        )
    )
    def ill_formed(self, case: tuple[int, int, int, int, int]) -> None:
        ins, p1, p2, length, expected = case
        answer = self.say(ins, p1, p2, bytes(length))
        assert answer in {None, word(expected)}

    @rule(close=st.booleans())
    def close_or_open(self, close: bool) -> None:
        """INVALIDATE and REHABILITATE: for whom the PIN opens, until the card object goes."""
        answer = self.say(0x04 if close else 0x44)
        if answer is None:
            return
        if self.ef is None:
            assert answer == word(0x9408)
        elif "pin" not in self.granted:
            assert answer == word(0x9804 if self.tries else 0x9808)
        else:
            assert answer == OK
            (self.invalidated.add if close else self.invalidated.discard)(self.ef)

    @rule(which=TURNS)
    def ask_about_the_directory(self, which: int) -> None:
        """STATUS and DIR."""
        ins, expected = (
            (0xF2, self.information(self.df)),
            (0xA8, b"".join(fid.to_bytes(2) for fid in FILES[self.df])),
        )[which % 2]
        answer = self.say(ins, ne=len(expected))
        assert answer in {None, expected + OK}

    @rule()
    def random_numbers(self) -> None:
        answer = self.say(0x84, ne=8)
        assert answer is None or (len(answer), answer[8:]) == (10, OK)
        assert self.say(0x84, ne=9) in {None, other_length(8)}
        assert self.say(0x86, data=bytes(8)) in {None, OK}

    @rule(which=TURNS)
    def what_needs_keys_or_the_issuer(self, which: int) -> None:
        words = [
            *((ins, 0x9404) for ins in KEYED),
            *((ins, 0x9804) for ins in ISSUER_ONLY),
        ]
        ins, expected = words[which % len(words)]
        assert self.say(ins, data=b"\1\2") in {None, word(expected)}

    @rule(which=TURNS)
    def an_instruction_that_the_set_has_not(self, which: int) -> None:
        due = word(0x6883 if self.chain is not None else 0x6D00)
        assert self.card.transmit(bytes((0xA0, NOT_KNOWN[which % len(NOT_KNOWN)], 0, 0))) == due
        self.interrupt()

    def made_again(self) -> None:
        super().made_again()
        self.invalidated.clear()


@cache
def _volume_contents(image: str, changes: tuple[tuple[str, object], ...]) -> dict[int, bytes]:
    """What is in the files of a new card, read as a program would."""
    card = made(image, dict(changes))
    card.transmit(bytes.fromhex("A020000108 31323334FFFFFFFF"))
    return {
        fid: b"".join(_pieces(card, (path, fid) if path != ROOT else (ROOT, fid)))
        for path, fids in FILES.items()
        for fid in fids
        if fid not in FILES
    }


def _pieces(card: CardSystem, path: tuple[int, ...]) -> Iterator[bytes]:
    for fid in path:
        assert card.transmit(bytes.fromhex("A0A4000002") + fid.to_bytes(2)) == word(0x9F07)
    size = int.from_bytes(card.transmit(bytes.fromhex("A0C0000007"))[2:4])
    for start in range(0, size, 200):
        answer = card.transmit(bytes.fromhex("A0B0") + start.to_bytes(2) + bytes((min(200, size - start),)))
        assert answer[-2:] == OK
        yield answer[:-2]
