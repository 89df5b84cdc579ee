"""The section `flux` of a Vitale's image: in which order, and in which shape, the groups of a stream came."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

from emulator.vitale2.sections import HexText, Section
from reader_core.layouts import StreamError, parse_stream
from reader_core.layouts.stream_order import FREE_RAW, PROTECTED_GROUP, PROTECTED_RAW, code_of, number_of
from reader_core.records import GroupeBrut, Ordre, VitaleRecords

GroupNumber: TypeAlias = Literal[101, 102, 103, 104, 105, 106, 107, 108, 109, 111]

Step: TypeAlias = Annotated[
    GroupNumber | HexText,
    msgspec.Meta(
        description="the number of a group whose record stands in this image, or a whole group in hexadecimal"
    ),
]


class FluxSection(Section, frozen=True, kw_only=True):
    """The group stream the image was imported from, where its order or shape is not the usual one.

    Attributes:
        ordre: One entry a group, in the stream's order: its number when the next record of that group is meant (104 begins
            the next beneficiary), or the whole group in hexadecimal when it fits no record.

    """

    ordre: tuple[Step, ...]

    def parts(self) -> tuple[Ordre, tuple[GroupeBrut, ...], tuple[GroupeBrut, ...]]:
        """Say it in the card's words: the order, the free groups kept as they came, and the protected ones.

        Raises:
            ValueError: an entry in hexadecimal is not one whole group; the message says which.

        """
        codes = bytearray()
        kept: dict[int, list[GroupeBrut]] = {FREE_RAW: [], PROTECTED_RAW: []}
        for position, step in enumerate(self.ordre):
            if isinstance(step, int):
                codes.append(code_of(step))
                continue
            octets = _one_group(step, position)
            codes.append(PROTECTED_RAW if octets.number == PROTECTED_GROUP else FREE_RAW)
            kept[codes[-1]].append(octets)
        return Ordre(bytes(codes)), tuple(kept[FREE_RAW]), tuple(kept[PROTECTED_RAW])

    @classmethod
    def of(cls, records: VitaleRecords) -> FluxSection | None:
        """The section that says what records keep of a stream; None when its order is the usual one."""
        if records.ordre is None:
            return None
        kept = {FREE_RAW: iter(records.bruts), PROTECTED_RAW: iter(records.bruts_proteges)}
        ordre = [
            next(kept[code]).octets.hex().upper() if code in kept else number_of(code) for code in records.ordre.codes
        ]
        return msgspec.convert({"ordre": ordre}, cls)


def _one_group(written: str, position: int) -> GroupeBrut:
    octets = bytes.fromhex(written)
    try:
        (_,) = parse_stream(octets)
    except (StreamError, ValueError) as error:
        reason = str(error) if isinstance(error, StreamError) else "not one whole group"
        raise ValueError(
            f"flux.ordre[{position}]: {reason}; write a group's number, or one group in hexadecimal"
        ) from error
    return GroupeBrut(octets)
