"""Selecting and reading files, in steps that every T=0 card can answer."""

from __future__ import annotations

from reader_core.iso7816 import SW, CardChannel, CommandApdu, StatusWord

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
_NO_ANSWER = 0x0C


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
    _select(channel, _P1_AID, 0x00, aid, what)


def select_aid_silently(channel: CardChannel, aid: bytes, what: str) -> None:
    """Select an application by its name, asking for no answer.

    Raises:
        FileRefusedError: the card has no such application, or refuses it.
        TransportError: the card is gone.
    """
    _select(channel, _P1_AID, _NO_ANSWER, aid, what)


def select_ef(channel: CardChannel, fid: int, what: str) -> None:
    """Select an elementary file of the current application.

    Raises:
        FileRefusedError: there is no such file.
        TransportError: the card is gone.
    """
    _select(channel, _P1_CHILD_EF, 0x00, fid.to_bytes(2), what)


def select_mf(channel: CardChannel) -> None:
    """Select the MF of a card of the CPS family, asking for no file information.

    Raises:
        FileRefusedError: the card refuses.
        TransportError: the card is gone.
    """
    _select(channel, _P1_FID, _NO_ANSWER, bytes.fromhex("3F00"), "MF")


def select_child(channel: CardChannel, fid: int, what: str) -> None:
    """Select a dedicated file right below the MF of a card of the CPS family: a path of one step from the MF.

    Raises:
        FileRefusedError: there is no such file.
        TransportError: the card is gone.
    """
    select_mf(channel)
    _select(channel, _P1_PATH, _NO_ANSWER, fid.to_bytes(2), what)


def read_child_ef(channel: CardChannel, fid: int, what: str) -> bytes:
    """Select an elementary file of the current file of a card of the CPS family, and read it whole.

    Raises:
        FileRefusedError: there is no such file, or it may not be read.
        TransportError: the card is gone.
    """
    _select(channel, _P1_CHILD_EF, _NO_ANSWER, fid.to_bytes(2), what)
    return read_selected(channel, what)


def read_selected(channel: CardChannel, what: str, start: bytes = b"") -> bytes:
    """Read the current file to its end.

    The end shows in one of the ways cards have for it: fewer bytes than asked for (the channel has already repeated a
    command answered 6Cxx), a warning 6282, or 6B00 when the file ends exactly at a step.

    Args:
        channel: the way to the card.
        what: the file, for messages.
        start: what has been read of it already.

    Returns:
        The file's bytes, padding included.

    Raises:
        FileRefusedError: the card refuses to read, at the start or on the way.
        TransportError: the card is gone.
    """
    content = bytearray(start)
    while len(content) < MAX_FILE_BYTES:
        offset = len(content)
        response = channel.send(CommandApdu(0x00, _INS_READ_BINARY, offset >> 8, offset & 0xFF, ne=STEP))
        content += response.data
        if response.sw == SW.END_OF_FILE:
            break
        if response.sw == SW.OUT_OF_RANGE_P1_P2 and offset:
            break
        if not response.ok:
            raise FileRefusedError(what, response.sw)
        if len(response.data) < STEP:
            break
    return bytes(content)


def read_ef(channel: CardChannel, fid: int, what: str) -> bytes:
    """Select an elementary file of the current application and read it whole.

    Raises:
        FileRefusedError: there is no such file, or it may not be read.
        TransportError: the card is gone.
    """
    select_ef(channel, fid, what)
    return read_selected(channel, what)


def read_sfi(channel: CardChannel, sfi: int, what: str) -> bytes:
    """Read a file of the current application by its short identifier (1 to 30), which also selects it.

    Raises:
        FileRefusedError: there is no such file, or it may not be read.
        TransportError: the card is gone.
    """
    response = channel.send(CommandApdu(0x00, _INS_READ_BINARY, 0x80 | sfi, 0x00, ne=STEP))
    if not response.ok and response.sw != SW.END_OF_FILE:
        raise FileRefusedError(what, response.sw)
    if len(response.data) < STEP or response.sw == SW.END_OF_FILE:
        return response.data
    return read_selected(channel, what, response.data)


def _select(channel: CardChannel, p1: int, p2: int, data: bytes, what: str) -> None:
    ne = None if p2 == _NO_ANSWER else STEP
    response = channel.send(CommandApdu(0x00, _INS_SELECT, p1, p2, data, ne=ne))
    if not _selected(response.sw):
        raise FileRefusedError(what, response.sw)


def _selected(sw: StatusWord) -> bool:
    # 62xx: selected, with a remark (a deactivated file, odd control information); reading it will tell.
    return sw.ok or sw.sw1 == 0x62
