"""Selecting and reading files, in the fewest steps that every T=0 card can answer.

No file information is asked for: on T=0 it would cost a GET RESPONSE, as much as it costs to learn a length by 6Cxx.
"""

from __future__ import annotations

from reader_core.iso7816 import SW, CardChannel, CommandApdu, StatusWord
from reader_core.session.extent import Extent, whole_file

STEP = 256
"""Bytes a READ BINARY asks for: all that a short answer can hold."""
MAX_FILE_BYTES = 0x8000
"""READ BINARY counts offsets in 15 bits (ISO/IEC 7816-4, 7.2.3)."""

_INS_SELECT = 0xA4
_INS_READ_BINARY = 0xB0
_P1_FID = 0x00
_P1_CHILD_EF = 0x02
_P1_AID = 0x04
_P1_PATH = 0x09
_NO_INFORMATION = 0x0C
_ANY_INFORMATION = 0x00


_BEHIND_THE_END = frozenset({SW.OUT_OF_RANGE_P1_P2, StatusWord(0x9402)})
"""What a card says of an offset at the end of a file; 9402 in the business volume (observed: ANS Cryptolib)."""


class FileRefusedError(Exception):
    """The card did not let a file be selected or read.

    Attributes:
        what: the file or application, for messages.
        sw: the card's status word.
    """

    def __init__(self, what: str, sw: StatusWord) -> None:
        super().__init__(f"{what}: the card answered {sw} ({sw.meaning})")
        self.what = what
        self.sw = sw


def select_aid(channel: CardChannel, aid: bytes, what: str) -> None:
    """Select an application by its name.

    Raises:
        FileRefusedError: the card has no such application, or refuses it.
        TransportError: the card is gone.
    """
    _select(channel, _P1_AID, aid, what)


def select_mf(channel: CardChannel) -> None:
    """Select the MF of a card of the CPS family.

    Raises:
        FileRefusedError: the card refuses.
        TransportError: the card is gone.
    """
    _select(channel, _P1_FID, bytes.fromhex("3F00"), "MF")


def select_child(channel: CardChannel, fid: int, what: str) -> None:
    """Select a dedicated file right below the MF of a card of the CPS family, by a path of one step from the MF.

    The MF has to be the current one.

    Raises:
        FileRefusedError: there is no such file.
        TransportError: the card is gone.
    """
    _select(channel, _P1_PATH, fid.to_bytes(2), what)


def read_ef(
    channel: CardChannel, fid: int, what: str, *, extent: Extent = whole_file, expected: int | None = None
) -> bytes:
    """Select an elementary file of the current application and read it, as `read_selected` does.

    Raises:
        FileRefusedError: there is no such file, or it may not be read.
        TransportError: the card is gone.
    """
    _select(channel, _P1_CHILD_EF, fid.to_bytes(2), what)
    return read_selected(channel, what, extent=extent, expected=expected)


def read_sfi(
    channel: CardChannel, sfi: int, what: str, *, extent: Extent = whole_file, expected: int | None = None
) -> bytes:
    """Read a file of the current application by its short identifier (1 to 30), which also selects it.

    Raises:
        FileRefusedError: there is no such file, or it may not be read.
        TransportError: the card is gone.
    """
    return read_selected(channel, what, sfi=sfi, extent=extent, expected=expected)


def read_selected(
    channel: CardChannel,
    what: str,
    *,
    sfi: int | None = None,
    extent: Extent = whole_file,
    expected: int | None = None,
    cla: int = 0x00,
) -> bytes:
    """Read the current file to its end, or as far as what it holds goes.

    The end shows in one of the ways cards have for it: the length that the card itself names by 6Cxx, a warning 6282, or
    a refusal (6B00) of what lies behind it. Fewer bytes than asked for are no end by themselves: an answer that lost its
    last bytes on the way would look the same, so what lies behind them is asked for.

    Args:
        channel: the way to the card.
        what: the file, for messages.
        sfi: the short identifier by which the first step selects the file; None when it is the current one.
        extent: says how far to read, as soon as that can be told.
        expected: bytes that such files have elsewhere; a file that has more is read on, one that has fewer is no error.
        cla: the class of the command; A0 for the business volume of a professional card.

    Returns:
        The file's bytes, padding included.

    Raises:
        FileRefusedError: the card refuses to read, at the start or on the way.
        TransportError: the card is gone.
    """
    content = b""
    end: int | None = None
    in_doubt = False
    while len(content) < MAX_FILE_BYTES and (end is None or len(content) < end):
        offset = len(content)
        goal = end if end is not None else expected if expected is not None and expected > offset else offset + STEP
        ne = min(goal - offset, STEP)
        p1 = offset >> 8 if sfi is None or offset else 0x80 | sfi
        response = channel.send(CommandApdu(cla, _INS_READ_BINARY, p1, offset & 0xFF, ne=ne))
        content += response.data
        if response.sw == SW.END_OF_FILE or (response.sw in _BEHIND_THE_END and offset):
            break
        if in_doubt and not (response.ok and response.data):
            break
        if not response.ok:
            raise FileRefusedError(what, response.sw)
        in_doubt = len(response.data) < ne
        if in_doubt and channel.length_was_told:
            break
        end = extent(content)
    return content


def _select(channel: CardChannel, p1: int, data: bytes, what: str) -> None:
    response = channel.send(CommandApdu(0x00, _INS_SELECT, p1, _NO_INFORMATION, data))
    if response.sw == SW.INCORRECT_P1_P2:  # a card that selects nothing without telling of it
        response = channel.send(CommandApdu(0x00, _INS_SELECT, p1, _ANY_INFORMATION, data, ne=STEP))
    if not _selected(response.sw):
        raise FileRefusedError(what, response.sw)


def _selected(sw: StatusWord) -> bool:
    # 62xx: selected, with a remark (a deactivated file, odd control information); reading it will tell.
    return sw.ok or sw.sw1 == 0x62
