"""Class 00: selection, reading, answers that wait, chains and channels, as the pages of the cards and ISO/IEC 7816-4 say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from reader_core.iso7816 import CommandApdu

from .card import OK, TURNS, CardModel, other_length, waiting, word

UNKNOWN_NAME = bytes.fromhex("A000000018")
UNKNOWN_FID = 0x0BAD
UNKNOWN_INSTRUCTION = 0x0E
SELECT = 0xA4
LONGEST_CHAIN = 0xFFFF

CHANNELS = st.integers(0, 3)


@dataclass(slots=True)
class Channel:
    """What is selected in one channel: a DF by its first name, and an EF in it, if one is."""

    df: bytes
    ef: int | None = None


class IsoModel(CardModel):
    """A card that answers class 00.

    Attributes:
        parents: the DF that another one is in.
        aliases: further names of DFs.
        short: DF and EF to the short identifier.
        start: the DF that is current after a reset.
        channels: how many logical channels there are.
        links: instruction, P1 and P2 of commands that may come in a chain.
        open: what is selected in each channel that is open.
        joined: the data of the last command, with that of the links before it.
    """

    parents: ClassVar[Mapping[bytes, bytes]] = {}
    aliases: ClassVar[Mapping[bytes, bytes]] = {}
    short: ClassVar[Mapping[tuple[bytes, int], int]] = {}
    start: ClassVar[bytes]
    channels: ClassVar[int] = 1
    links: ClassVar[tuple[tuple[int, int, int], ...]]
    foreign: ClassVar[Mapping[int, int]] = {
        0x01: 0x6881,
        0x02: 0x6881,
        0x43: 0x6881,
        0x0C: 0x6882,
        0x20: 0x6E00,
        0x80: 0x6E00,
        0xA1: 0x6E00,
        0xFF: 0x6E00,
    }

    def __init__(self) -> None:
        self.chained_without_end = False
        super().__init__()

    def forget(self) -> None:
        super().forget()
        self.open = {0: Channel(self.start)}
        self.joined = b""

    def enter(self, channel: int, df: bytes, ef: int | None = None) -> None:
        """Note a selection."""
        self.open[channel] = Channel(df, ef)

    def due(self, channel: int, ins: int, p1: int, p2: int) -> bytes | None:
        """The refusal that comes before the instruction is looked at, if one does."""
        if self.chain is not None and self.chain != (channel, ins, p1, p2):
            return word(0x6883)
        if channel not in self.open and (ins, p1) != (SELECT, 4):
            return word(0x6881)
        return None

    def elsewhere(self, channel: int, ins: int, p1: int) -> bytes | None:  # noqa: ARG002 -- for cards with applications
        """The refusal of an instruction that the selected application does not have, if it has not."""
        return None

    def ask(
        self, ins: int, p1: int = 0, p2: int = 0, data: bytes = b"", ne: int | None = None, channel: int = 0
    ) -> bytes | None:
        """Send a command that the profile knows.

        Returns:
            The answer; None when the command was refused before it was looked at, and had to be. `joined` is its data,
            with that of the links before it.
        """
        due = self.due(channel, ins, p1, p2) or self.elsewhere(channel, ins, p1)
        answer = self.card.transmit(bytes(CommandApdu(channel, ins, p1, p2, data, ne)))
        self.joined = self.linked + data
        self.interrupt()
        if due is None:
            return answer
        assert answer == due
        return None

    def tell(self, answer: bytes, data: bytes, ne: int | None = None, channel: int = 0) -> None:
        """Check that a command which may carry data answers this, and note what waits for GET RESPONSE.

        On T=0 the card sees no Le beside data, and answers an Le without data when it is exactly right.
        """
        if not self.t1 and not self.joined and ne is not None:
            assert answer == (data + OK if ne == len(data) else other_length(len(data)))
            return
        now = data[:ne] if self.t1 and ne is not None else b""
        later = data[len(now) :]
        assert answer == now + (waiting(len(later)) if later else OK)
        if later:
            self.waits = (channel, later)

    @rule(channel=CHANNELS, ne=st.integers(1, 256))
    def get_response(self, channel: int, ne: int) -> None:
        channel %= self.channels
        due = self.due(channel, 0xC0, 0, 0)
        answer = self.card.transmit(bytes((channel, 0xC0, 0, 0, ne & 0xFF)))
        if due is not None:
            assert answer == due
            self.chain, self.linked = None, b""
        elif self.waits is None or self.waits[0] != channel:
            assert answer == word(0x6985)
        elif ne > len(self.waits[1]) and not (self.t1 and ne == 256):
            assert answer == other_length(len(self.waits[1]))
        else:
            now, later = self.waits[1][:ne], self.waits[1][ne:]
            assert answer == now + (waiting(len(later)) if later else OK)
            self.waits = (channel, later) if later else None

    @rule(channel=CHANNELS)
    def fetch_all(self, channel: int) -> None:
        """What mere chance seldom does: ask for exactly what waits."""
        if self.waits is not None and self.waits[0] == channel:
            self.get_response(channel, len(self.waits[1]))

    @precondition(lambda self: self.waits is not None)
    @rule(channel=CHANNELS)
    def lose_what_waits(self, channel: int) -> None:
        """Another command comes: nothing waits any more."""
        where = self.waits[0] if self.waits is not None else 0
        self.read(0, 1, channel)
        self.get_response(where, 1)

    @rule(which=TURNS, link=st.binary(min_size=1, max_size=255), channel=CHANNELS)
    def one_link(self, which: int, link: bytes, channel: int) -> None:
        channel %= self.channels
        ins, p1, p2 = self.links[which % len(self.links)]
        due = self.due(channel, ins, p1, p2)
        answer = self.card.transmit(bytes((0x10 | channel, ins, p1, p2, len(link))) + link)
        self.waits = None
        if due is not None:
            assert answer == due
            self.chain, self.linked = None, b""
            return
        assert answer == OK
        self.chain, self.linked = (channel, ins, p1, p2), self.linked + link

    @precondition(lambda self: not self.chained_without_end)
    @rule()
    def a_chain_without_end(self) -> None:
        """The links of a command are at most as long as the longest command: a card does not grow. Once will do."""
        self.chained_without_end = True
        link = bytes(255)
        self.chain_ended()
        for _ in range(LONGEST_CHAIN // len(link)):
            self.one_link(0, link, 0)
            if self.chain is None:
                return  # this channel is closed, or the instruction belongs to another application
        ins, p1, p2 = self.links[0]
        assert self.card.transmit(bytes((0x10, ins, p1, p2, 1, 0))) == word(0x6700)
        self.chain, self.linked = None, b""

    @rule(channel=CHANNELS)
    def a_link_of_what_comes_whole(self, channel: int) -> None:
        channel %= self.channels
        due = self.due(channel, SELECT, 4, 0x0C) or word(0x6884)
        assert self.card.transmit(bytes((0x10 | channel, SELECT, 4, 0x0C, 1, 0))) == due
        self.interrupt()

    def chain_ended(self) -> None:
        """End an open chain by a command that does not belong to it."""
        if self.chain is not None:
            self.an_unknown_instruction(0)

    @rule(channel=CHANNELS)
    def an_unknown_instruction(self, channel: int) -> None:
        channel %= self.channels
        due = self.due(channel, UNKNOWN_INSTRUCTION, 0, 0) or word(0x6D00)
        assert self.card.transmit(bytes((channel, UNKNOWN_INSTRUCTION, 0, 0))) == due
        self.interrupt()

    @rule(which=TURNS, channel=CHANNELS)
    def select_application(self, which: int, channel: int) -> None:
        channel %= self.channels
        names = (*self.tree, *self.aliases, UNKNOWN_NAME)
        name = names[which % len(names)]
        answer = self.ask(SELECT, 4, 0x0C, name, channel=channel)
        if answer is None:
            return
        assert answer == (word(0x6A82) if name == UNKNOWN_NAME else OK)
        if name != UNKNOWN_NAME:
            self.enter(channel, self.aliases.get(name, name))

    @rule(data=st.data(), channel=CHANNELS)
    def select_file(self, data: st.DataObject, channel: int) -> None:
        channel %= self.channels
        fids = {fid for files in self.tree.values() for fid in files} | {UNKNOWN_FID}
        fid = data.draw(st.sampled_from(sorted(fids)))
        answer = self.ask(SELECT, 2, 0x0C, fid.to_bytes(2), channel=channel)
        if answer is None:
            return
        df = self.open[channel].df
        assert answer == (OK if fid in self.tree[df] else word(0x6A82))
        if fid in self.tree[df]:
            self.enter(channel, df, fid)

    @rule(channel=CHANNELS)
    def select_parent(self, channel: int) -> None:
        channel %= self.channels
        answer = self.ask(SELECT, 3, 0x0C, channel=channel)
        if answer is None:
            return
        parent = self.parents.get(self.open[channel].df)
        assert answer == (word(0x6A82) if parent is None else OK)
        if parent is not None:
            self.enter(channel, parent)

    @rule(data=st.data(), channel=CHANNELS)
    def visit(self, data: st.DataObject, channel: int) -> None:
        """Application, file, first byte: what mere chance seldom does in a row."""
        places = sorted(self.contents)
        closed = [(df, fid) for df, fid in places if self.tree[df][fid] != "free"]
        if not places:
            return
        channel %= self.channels
        df, fid = data.draw(st.sampled_from(closed or places) | st.sampled_from(places))
        self.chain_ended()
        assert self.ask(SELECT, 4, 0x0C, df, channel=channel) == OK
        self.enter(channel, df)
        assert self.ask(SELECT, 2, 0x0C, fid.to_bytes(2), channel=channel) == OK
        self.enter(channel, df, fid)
        self.read(0, 1, channel)

    @rule(offset=st.integers(0, 0x7FFF) | st.integers(0, 60), ne=st.integers(1, 256), channel=CHANNELS)
    def read(self, offset: int, ne: int, channel: int) -> None:
        channel %= self.channels
        answer = self.ask(0xB0, offset >> 8, offset & 0xFF, ne=ne, channel=channel)
        if answer is not None:
            self.read_from(self.open[channel], offset, ne, answer)

    @rule(sfi=st.integers(0, 31), offset=st.integers(0, 255), ne=st.integers(1, 256), channel=CHANNELS)
    def read_by_short_identifier(self, sfi: int, offset: int, ne: int, channel: int) -> None:
        channel %= self.channels
        answer = self.ask(0xB0, 0x80 | sfi, offset, ne=ne, channel=channel)
        if answer is None:
            return
        if sfi == 31:
            assert answer == word(0x6A86)
            return
        df = self.open[channel].df
        fid = next((fid for (place, fid), number in self.short.items() if (place, number) == (df, sfi)), None)
        if fid is None and sfi:
            assert answer == word(0x6A82)
            return
        if sfi:
            self.enter(channel, df, fid)
        self.read_from(self.open[channel], offset, ne, answer)

    def read_from(self, place: Channel, offset: int, ne: int, answer: bytes) -> None:
        """Check what READ BINARY gives of the current EF."""
        if place.ef is None:
            assert answer == word(0x6986)
            return
        content = self.contents[place.df, place.ef]
        found = content[offset : offset + ne]
        who = self.tree[place.df][place.ef]
        if who != "free" and who not in self.granted:
            assert answer == word(0x6982)
        elif offset >= len(content):
            assert answer == word(0x6B00)
        elif len(found) == ne or (self.t1 and ne == 256):
            assert answer == found + OK
        elif self.t1:
            assert answer == found + word(0x6282)
        else:
            assert answer == other_length(len(found))
