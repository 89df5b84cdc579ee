"""SELECT, as ISO/IEC 7816-4 has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum

from emulator.card.context import CardRefusalError, CommandContext, answer
from emulator.card.control import file_control_information, file_control_parameters, file_management_data
from emulator.card.files import MF_FID, CardFile, DedicatedFile, ElementaryFile
from reader_core.iso7816 import SW, ResponseApdu


class Naming(IntEnum):
    """How the data of a SELECT names the file: P1."""

    FILE_IDENTIFIER = 0x00
    CHILD_DF = 0x01
    CHILD_EF = 0x02
    PARENT = 0x03
    DF_NAME = 0x04
    PATH_FROM_MF = 0x08
    PATH_FROM_DF = 0x09


class Occurrence(IntEnum):
    """Which of several files of one name: P2, bits 2 and 1."""

    FIRST = 0
    LAST = 1
    NEXT = 2
    PREVIOUS = 3


class AbsolutePath(Enum):
    """What SELECT by path makes of a path that begins with 3F00.

    The standard leaves the identifier of the file where a path starts out of the path; cards of the IAS ECC family
    take the MF's.
    """

    NOWHERE = "not found, as any other identifier that is not there"
    AT_MF = "the MF, when the path starts there: always for P1=08, with the MF current for P1=09"
    ANYWHERE = "the MF, wherever we are"


_INFORMATION: dict[int, Callable[[CardFile], bytes]] = {
    0x00: file_control_information,
    0x04: file_control_parameters,
    0x08: file_management_data,
    0x0C: lambda _: b"",
}


@dataclass(frozen=True, slots=True)
class SelectRules:
    """Which forms of SELECT a card takes; every other P1 or P2 answers 6A86.

    Attributes:
        p1: the ways to name a file.
        p2: the whole P2 values: bits 4-3 what to answer (00 FCI, 04 FCP, 08 FMD, 0C nothing), bits 2-1 the
            occurrence, which only a selection by name can have.
        absolute_path: what a path that begins with 3F00 means.
        partial_names: whether the beginning of a DF name is enough.
    """

    p1: frozenset[int] = frozenset(Naming)
    p2: frozenset[int] = frozenset(range(0x10))
    absolute_path: AbsolutePath = AbsolutePath.NOWHERE
    partial_names: bool = True

    def handle(self, context: CommandContext) -> ResponseApdu:
        """Answer a SELECT. A selection that fails changes nothing.

        Raises:
            CardRefusalError: P1-P2 ask for what this card does not do (6A86), or there is no such file (6A82).
        """
        p1, p2 = context.command.p1, context.command.p2
        by_name = p1 == Naming.DF_NAME
        if p1 not in self.p1 or p2 not in self.p2 or p2 > 0x0F or (p2 & 0x03 and not by_name):
            raise CardRefusalError(SW.INCORRECT_P1_P2)
        file = self._by_name(context) if by_name else self._by_identifier(context, Naming(p1))
        if file is None:
            raise CardRefusalError(SW.FILE_NOT_FOUND)
        context.state.select(file)
        return answer(_INFORMATION[p2 & 0x0C](file))

    def _by_name(self, context: CommandContext) -> DedicatedFile | None:
        """The DF with this name; those that carry exactly this name come before those it is only the beginning of."""
        wanted = context.data
        if not context.command.p2 & 0x03:  # the first one, which is what nearly everybody asks for
            for df in context.root.walk():
                if wanted in df.aids:
                    return df
        every = tuple(context.root.walk())
        found = [df for df in every if wanted in df.aids]
        if self.partial_names:
            found += [df for df in every if df not in found and any(aid.startswith(wanted) for aid in df.aids)]
        position = found.index(context.state.df) if context.state.df in found else None
        match Occurrence(context.command.p2 & 0x03):
            case Occurrence.FIRST:
                place = 0
            case Occurrence.LAST:
                place = len(found) - 1
            case Occurrence.NEXT:
                place = 0 if position is None else position + 1
            case Occurrence.PREVIOUS:
                place = len(found) - 1 if position is None else position - 1
        return found[place] if 0 <= place < len(found) else None

    def _by_identifier(self, context: CommandContext, naming: Naming) -> CardFile | None:
        df, data = context.state.df, context.data
        match naming:
            case Naming.PARENT:
                _check_length(not data)
                return df.parent
            case Naming.PATH_FROM_MF | Naming.PATH_FROM_DF:
                _check_length(bool(data) and len(data) % 2 == 0)
                start = context.root if naming is Naming.PATH_FROM_MF else df
                return self._by_path(start, _identifiers(data), context.root)
            case Naming.FILE_IDENTIFIER if not data:
                return context.root
            case _:
                _check_length(len(data) == 2)
                fid = int.from_bytes(data)
                if naming is Naming.FILE_IDENTIFIER:
                    return context.root if fid == MF_FID else _nearby(df, fid)
                child = df.child(fid)
                kind = DedicatedFile if naming is Naming.CHILD_DF else ElementaryFile
                return child if isinstance(child, kind) else None

    def _by_path(self, start: DedicatedFile, path: list[int], root: DedicatedFile) -> CardFile | None:
        at_mf = self.absolute_path is AbsolutePath.AT_MF and start is root
        file: CardFile | None = start
        if path[0] == MF_FID and (at_mf or self.absolute_path is AbsolutePath.ANYWHERE):
            file, path = root, path[1:]
        for fid in path:
            file = file.child(fid) if isinstance(file, DedicatedFile) else None
        return file


def _nearby(df: DedicatedFile, fid: int) -> CardFile | None:
    """What an identifier alone can mean: a file in the current DF, that DF, its parent, or a file beside it."""
    return next((file for file in _neighbourhood(df) if file.fid == fid), None)


def _neighbourhood(df: DedicatedFile) -> Iterator[CardFile]:
    yield from df.children
    yield df
    if df.parent is not None:
        yield df.parent
        yield from df.parent.children


def _identifiers(path: bytes) -> list[int]:
    return [int.from_bytes(path[at : at + 2]) for at in range(0, len(path), 2)]


def _check_length(right: bool) -> None:
    if not right:
        raise CardRefusalError(SW.LENGTH_INCONSISTENT_WITH_P1_P2)
