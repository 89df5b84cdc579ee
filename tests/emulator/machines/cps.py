"""What the contact cards of the CPS family have in common: their DFs and files, and what selection tells of them.

Written from docs/cards/cps3.md (Files).
"""

from collections.abc import Mapping
from typing import ClassVar

import hypothesis.strategies as st
from hypothesis.stateful import rule

from .card import OK, word
from .iso import CHANNELS, SELECT, IsoModel

MF = bytes.fromhex("8025000001FF0100")
PKCS15 = bytes.fromhex("E828BD080F8025000001FF0010")
CONTACTLESS = bytes.fromhex("E828BD080F8025000001FF0020")
APPLICATION_FIDS = {PKCS15: 0x0001, CONTACTLESS: 0x0002}
SHORT = {(MF, 0x2F00): 0x1E, (MF, 0x2F01): 0x1D, (MF, 0xD003): 0x1C}

DIRECTORIES = (0x5031, 0x5032, 0x7001, 0x7002, 0x7004, 0x7005, 0x7006, 0x7102, 0x7104, 0x7105, 0x7106)
IN_MF: dict[int, str] = dict.fromkeys((0x2F00, 0x2F01, 0xD003), "free")
IN_PKCS15: dict[int, str] = dict.fromkeys((*DIRECTORIES, 0xA001, 0xA002, 0xA003, 0xD101), "free") | {
    0xD120: "pin",
    0xD121: "pin",
}
"""Two activities, as the image `cps` has."""

CONDITIONS = {"free": (0x00, 0x00), "pin": (0x11, 0x11), "never": (0xFF, 0xFF)}
"""Condition byte of reading: with contact, without."""


class CpsFiles(IsoModel):
    """Cards whose SELECT is that of IAS ECC: P1 00 02 03 04 08 09, and P2 04 or 0C.

    Attributes:
        written_by: DF and EF to the condition byte of writing, where it is not the issuer's.
    """

    parents: ClassVar = {PKCS15: MF, CONTACTLESS: MF}
    short: ClassVar = SHORT
    written_by: ClassVar[Mapping[tuple[bytes, int], int]] = {}

    @rule(p1=st.sampled_from([0x01, 0x05, 0x0A, 0x84]), channel=CHANNELS)
    def select_in_another_way(self, p1: int, channel: int) -> None:
        answer = self.ask(SELECT, p1, 0x0C, b"\x2f\x00", channel=channel % self.channels)
        assert answer in {None, word(0x6A86)}

    @rule(
        case=st.sampled_from([(0x00, 0x00), (0x02, 0x00), (0x02, 0x08), (0x09, 0x00), (0x00, 0x0D), (0x02, 0x84)]),
        channel=CHANNELS,
    )
    def select_for_another_answer(self, case: tuple[int, int], channel: int) -> None:
        answer = self.ask(SELECT, *case, b"\x2f\x00", channel=channel % self.channels)
        assert answer in {None, word(0x6A86)}

    @rule(data=st.data(), ne=st.none() | st.integers(1, 256), channel=CHANNELS)
    def select_for_control_parameters(self, data: st.DataObject, ne: int | None, channel: int) -> None:
        """An EF of the current DF: the FCP of the page."""
        channel %= self.channels
        place = self.open.get(channel)
        here = sorted(self.tree[place.df]) if place is not None else []
        if not here:
            return
        fid = data.draw(st.sampled_from(here))
        answer = self.ask(SELECT, 0x02, 0x04, fid.to_bytes(2), ne, channel)
        if answer is None or place is None:
            return
        self.enter(channel, place.df, fid)
        self.tell(answer, self.control_parameters(place.df, fid), ne, channel)

    def control_parameters(self, df: bytes, fid: int) -> bytes:
        """80 size, 82, 83 identifier, 88 short identifier, A1 {8C contact, 9C contactless}, 8A."""
        sfi = self.short.get((df, fid))
        contact, contactless = CONDITIONS[self.tree[df][fid]]
        update = self.written_by.get((df, fid), 0x45)
        inside = (
            b"\x80\x02" + len(self.contents[df, fid]).to_bytes(2)
            + bytes.fromhex("820101 8302") + fid.to_bytes(2)
            + (b"" if sfi is None else bytes((0x88, 1, sfi << 3)))
            + bytes.fromhex("A112 8C077B45FFFFFF") + bytes((update, contact))
            + bytes.fromhex("9C077BFFFFFFFFFF") + bytes((contactless,))
            + bytes.fromhex("8A0105")
        )  # fmt: skip
        return bytes((0x62, len(inside))) + inside

    @rule(data=st.data(), p1=st.sampled_from([0x08, 0x09]), channel=CHANNELS)
    def select_by_path(self, data: st.DataObject, p1: int, channel: int) -> None:
        """From 3F00, whatever is current."""
        channel %= self.channels
        fids = {fid for files in self.tree.values() for fid in files} | {0x0BAD}
        df = data.draw(st.sampled_from([df for df in self.tree if df in {MF, *APPLICATION_FIDS}]))
        fid = data.draw(st.none() | st.sampled_from(sorted(fids)))
        path = [0x3F00, *([APPLICATION_FIDS[df]] if df in APPLICATION_FIDS else []), *([] if fid is None else [fid])]
        answer = self.ask(SELECT, p1, 0x0C, b"".join(one.to_bytes(2) for one in path), channel=channel)
        if answer is None:
            return
        exists = fid is None or fid in self.tree[df]
        assert answer == (OK if exists else word(0x6A82))
        if exists:
            self.enter(channel, df, fid)

    @rule(p1=st.sampled_from([0x00, 0x02]), channel=CHANNELS)
    def select_mf(self, p1: int, channel: int) -> None:
        channel %= self.channels
        answer = self.ask(SELECT, p1, 0x0C, b"\x3f\x00", channel=channel)
        if answer is not None:
            assert answer == OK
            self.enter(channel, MF)
