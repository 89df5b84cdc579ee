"""READ BINARY and UPDATE BINARY, as ISO/IEC 7816-4 has them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from emulator.card.context import CardRefusalError, CommandContext, Transmission, answer, refuse
from emulator.card.files import SFI_MAX, ElementaryFile, FileStructure
from reader_core.iso7816 import SW, ResponseApdu, Tlv, TlvError, parse_tlvs, wrong_le

_OFFSET, _DATA = 0x54, 0x53


class PastEnd(Enum):
    """What a READ BINARY that asks for exactly more bytes than the file still has is answered."""

    WARNING = "the bytes there are, and 6282"
    CORRECT_LENGTH = "no bytes, and 6Cxx"


@dataclass(frozen=True, slots=True)
class ReadRules:
    """How a card reads past the end.

    Attributes:
        past_end: None for what the transmission protocol asks for: 6Cxx on T=0, where the card would have to send as
            many bytes as were asked for, 6282 on T=1.
    """

    past_end: PastEnd | None = None

    def by_offset(self, context: CommandContext) -> ResponseApdu:
        """Answer READ BINARY with an even instruction: offset, or short identifier and offset, in P1-P2.

        Raises:
            CardRefusalError: no length was asked for (6700), no file is current (6986), the file is closed (6982), or the offset is outside (6B00).
        """
        if context.data or context.command.ne is None:
            raise CardRefusalError(SW.WRONG_LENGTH)
        file, offset = _by_p1_p2(context)
        _check(context, file)
        found = _slice(file, offset, context.command.ne)
        return self._give(context, found, len(found))

    def by_data_object(self, context: CommandContext) -> ResponseApdu:
        """Answer READ BINARY with an odd instruction: offset in object 54, bytes in object 53, within Ne.

        Raises:
            CardRefusalError: the object 54 is missing or wrong (6A80), or as for `by_offset`.
        """
        file = _by_reference(context)
        _check(context, file)
        offset = _offset_object(_objects(context, 1)[0])
        # There is no Ne in a command with data on T=0: the GET RESPONSEs that follow cut the answer.
        ne = context.command.ne or 256
        room = _value_room(ne)
        found = _slice(file, offset, room)
        return self._give(context, Tlv(_DATA, found), len(found) + ne - room)

    def _give(self, context: CommandContext, data: bytes, filled: int) -> ResponseApdu:
        """Answer what was found, of which `filled` counts against Ne."""
        command = context.command
        if command.ne is None or command.ne_is_maximum or filled >= command.ne:
            return answer(data)
        past_end = self.past_end
        if past_end is None:
            past_end = PastEnd.CORRECT_LENGTH if context.transmission is Transmission.T0 else PastEnd.WARNING
        if past_end is PastEnd.CORRECT_LENGTH and len(data) <= 256:
            return refuse(wrong_le(len(data)))
        return answer(data, SW.END_OF_FILE)


def update_by_offset(context: CommandContext) -> ResponseApdu:
    """Answer UPDATE BINARY with an even instruction. The file may grow up to its capacity.

    Raises:
        CardRefusalError: nothing is given to write (6700), no file is current (6986), the file may not be changed (6982), or it has no room (6A84).
    """
    file, offset = _by_p1_p2(context)
    _check(context, file, update=True)
    if not context.data:
        raise CardRefusalError(SW.WRONG_LENGTH)
    return _write(file, offset, context.data)


def update_by_data_object(context: CommandContext) -> ResponseApdu:
    """Answer UPDATE BINARY with an odd instruction: offset in object 54, bytes in object 53.

    Raises:
        CardRefusalError: the objects 54 and 53 are missing or wrong (6A80), or as for `update_by_offset`.
    """
    file = _by_reference(context)
    _check(context, file, update=True)
    offset, content = _objects(context, 2)
    if content.tag != _DATA:
        raise CardRefusalError(SW.WRONG_DATA)
    return _write(file, _offset_object(offset), content.value)


def _by_p1_p2(context: CommandContext) -> tuple[ElementaryFile, int]:
    """The file and the offset that P1-P2 of an even instruction name; a short identifier selects the file."""
    p1, p2 = context.command.p1, context.command.p2
    if not p1 & 0x80:
        return _current(context), p1 << 8 | p2
    if p1 & 0x60 or p1 & 0x1F > SFI_MAX:
        raise CardRefusalError(SW.INCORRECT_P1_P2)
    return _by_sfi(context, p1 & 0x1F), p2


def _by_reference(context: CommandContext) -> ElementaryFile:
    """The file that P1-P2 of an odd instruction names: a short identifier if it can be one, else an identifier."""
    reference = context.command.p1 << 8 | context.command.p2
    if reference <= SFI_MAX:
        return _by_sfi(context, reference)
    return _selected(context, context.state.df.child(reference))


def _by_sfi(context: CommandContext, sfi: int) -> ElementaryFile:
    """The file of a short identifier; zero is the current one."""
    return _current(context) if sfi == 0 else _selected(context, context.state.df.by_sfi(sfi))


def _current(context: CommandContext) -> ElementaryFile:
    if context.state.ef is None:
        raise CardRefusalError(SW.NO_CURRENT_FILE)
    return context.state.ef


def _selected(context: CommandContext, file: object) -> ElementaryFile:
    if not isinstance(file, ElementaryFile):
        raise CardRefusalError(SW.FILE_NOT_FOUND)
    context.state.select(file)
    return file


def _check(context: CommandContext, file: ElementaryFile, *, update: bool = False) -> None:
    if file.structure is not FileStructure.TRANSPARENT:
        raise CardRefusalError(SW.INCOMPATIBLE_FILE_STRUCTURE)
    context.demand(file.update if update else file.read)


def _objects(context: CommandContext, count: int) -> tuple[Tlv, ...]:
    try:
        objects = parse_tlvs(context.data)
    except TlvError:
        raise CardRefusalError(SW.WRONG_DATA) from None
    if len(objects) != count:
        raise CardRefusalError(SW.WRONG_DATA)
    return objects


def _offset_object(tlv: Tlv) -> int:
    if tlv.tag != _OFFSET or not tlv.value:
        raise CardRefusalError(SW.WRONG_DATA)
    return int.from_bytes(tlv.value)


def _value_room(ne: int) -> int:
    """The longest value of object 53 that fits `ne` bytes together with its tag and length."""
    return max(0, *(min(ne - header, most) for header, most in ((2, 0x7F), (3, 0xFF), (4, 0xFFFF))))


def _slice(file: ElementaryFile, offset: int, count: int) -> bytes:
    if offset >= len(file.content):
        raise CardRefusalError(SW.OUT_OF_RANGE_P1_P2)
    return bytes(file.content[offset : offset + count])


def _write(file: ElementaryFile, offset: int, data: bytes) -> ResponseApdu:
    if offset > len(file.content) or offset >= file.capacity:
        raise CardRefusalError(SW.OUT_OF_RANGE_P1_P2)
    if offset + len(data) > file.capacity:
        raise CardRefusalError(SW.NOT_ENOUGH_MEMORY)
    file.content[offset : offset + len(data)] = data
    return answer()
