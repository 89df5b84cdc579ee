"""The card's files: elementary files (EF) that hold bytes, dedicated files (DF) that hold files.

The root DF is the master file (MF), 3F00. ISO/IEC 7816-4 describes the structure and how files are named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum

from emulator.card.access import ALWAYS, NEVER, AccessRule

MF_FID = 0x3F00
SFI_MAX = 30
AID_MAX = 16
_RESERVED_FIDS = frozenset({0x3FFF, 0xFFFF})


class FileStructure(IntEnum):
    """How an EF is organised; the value is its file descriptor byte (working EF, not shareable)."""

    TRANSPARENT = 0x01
    LINEAR_FIXED = 0x02
    LINEAR_VARIABLE = 0x04
    CYCLIC = 0x06


class ElementaryFile:
    """A file of bytes.

    Args:
        fid: file identifier, two bytes as a number (0x2F00), unique in its DF.
        content: the bytes in it.
        sfi: short identifier, 1 to 30, unique in its DF; None when it has none.
        read: who may read it.
        update: who may change it.
        capacity: most bytes it can ever hold; the content's length unless given.
        structure: only transparent files can be read here; the others answer 6981.
        fcp: the whole answer `62 ..` to a SELECT that asks for control parameters, or what makes it of the file; built from
            the above unless given.
        fci: the whole answer `6F ..` to a SELECT that asks for control information; built unless given.
        name: what people call it, for messages only.

    Attributes:
        parent: the DF it is in; set by that DF.

    Raises:
        ValueError: an identifier out of range, or a capacity below the content's length.
    """

    def __init__(
        self,
        fid: int,
        content: bytes = b"",
        *,
        sfi: int | None = None,
        read: AccessRule = ALWAYS,
        update: AccessRule = NEVER,
        capacity: int | None = None,
        structure: FileStructure = FileStructure.TRANSPARENT,
        fcp: bytes | Callable[[ElementaryFile], bytes] | None = None,
        fci: bytes | None = None,
        name: str = "",
    ) -> None:
        _check_fid(fid)
        if fid == MF_FID:
            raise ValueError("3F00 is the master file: an EF cannot be it")
        if sfi is not None and not 1 <= sfi <= SFI_MAX:
            raise ValueError(f"a short file identifier is 1 to {SFI_MAX}, not {sfi}")
        if capacity is not None and capacity < len(content):
            raise ValueError(f"EF {fid:04X}: {len(content)} bytes do not fit a capacity of {capacity}")
        self.fid = fid
        self.content = bytearray(content)
        self.sfi = sfi
        self.read = read
        self.update = update
        self.capacity = len(content) if capacity is None else capacity
        self.structure = structure
        self.fcp = fcp
        self.fci = fci
        self.name = name
        self.parent: DedicatedFile | None = None

    def __repr__(self) -> str:
        return f"<EF {self.fid:04X}{' ' + self.name if self.name else ''}, {len(self.content)} bytes>"


class DedicatedFile:
    """A directory or an application; the root one is the master file.

    Args:
        fid: file identifier; None for an application that has a name only (and for the root, which is 3F00).
        aid: its name, 1 to 16 bytes.
        children: the files in it; each file belongs to one DF.
        aliases: further names it answers to.
        fcp: as for an EF.
        fci: as for an EF.
        fmd: the whole answer `64 ..` to a SELECT that asks for management data; an empty template unless given.
        name: what people call it, for messages only.

    Raises:
        ValueError: an identifier out of range, used twice in this DF, or a child that is in another DF already.
    """

    def __init__(
        self,
        fid: int | None = None,
        aid: bytes | None = None,
        children: Iterable[ElementaryFile | DedicatedFile] = (),
        *,
        aliases: Iterable[bytes] = (),
        fcp: bytes | None = None,
        fci: bytes | None = None,
        fmd: bytes | None = None,
        name: str = "",
    ) -> None:
        if fid is not None:
            _check_fid(fid)
        self.fid = fid
        self.aid = aid
        self.aids = (() if aid is None else (aid,)) + tuple(aliases)
        for one in self.aids:
            if not 1 <= len(one) <= AID_MAX:
                raise ValueError(f"a DF name has 1 to {AID_MAX} bytes, not {len(one)}")
        self.fcp = fcp
        self.fci = fci
        self.fmd = fmd
        self.name = name
        self.parent: DedicatedFile | None = None
        self.children: list[ElementaryFile | DedicatedFile] = []
        self._directories: list[DedicatedFile] = []
        for child in children:
            self.add(child)

    def add(self, child: ElementaryFile | DedicatedFile) -> None:
        """Put a file into this DF.

        Raises:
            ValueError: it is in a DF already, or one of its identifiers is taken here.
        """
        if child.parent is not None:
            raise ValueError(f"{child!r} is in {child.parent!r} already: build the files anew for every card")
        if child.fid == MF_FID:
            raise ValueError("3F00 is the master file: it is in no other DF")
        if child.fid is not None and self.child(child.fid) is not None:
            raise ValueError(f"{self!r} has a file {child.fid:04X} already")
        if isinstance(child, ElementaryFile) and child.sfi is not None and self.by_sfi(child.sfi) is not None:
            raise ValueError(f"{self!r} has a file with the short identifier {child.sfi} already")
        child.parent = self
        self.children.append(child)
        if isinstance(child, DedicatedFile):
            self._directories.append(child)

    def child(self, fid: int) -> ElementaryFile | DedicatedFile | None:
        """The file directly in this DF that has this identifier."""
        for child in self.children:
            if child.fid == fid:
                return child
        return None

    def by_sfi(self, sfi: int) -> ElementaryFile | None:
        """The EF directly in this DF that has this short identifier."""
        for child in self.children:
            if isinstance(child, ElementaryFile) and child.sfi == sfi:
                return child
        return None

    @property
    def elementary_files(self) -> tuple[ElementaryFile, ...]:
        """The EFs directly in this DF, in order."""
        return tuple(child for child in self.children if isinstance(child, ElementaryFile))

    def walk(self) -> Iterator[DedicatedFile]:
        """This DF and all DFs below it, each before what it holds, in the order they were added."""
        yield self
        for child in self._directories:
            yield from child.walk()

    def ancestry(self) -> Iterator[DedicatedFile]:
        """This DF, its parent, and so on up to the root."""
        df: DedicatedFile | None = self
        while df is not None:
            yield df
            df = df.parent

    def __repr__(self) -> str:
        identifier = f"{self.fid:04X}" if self.fid is not None else ""
        names = [part for part in (identifier, self.aid.hex().upper() if self.aid else "", self.name) if part]
        return f"<DF {' '.join(names) or 'without a name'}, {len(self.children)} files>"


CardFile = ElementaryFile | DedicatedFile
"""Either kind of file."""


def _check_fid(fid: int) -> None:
    if not 0 <= fid <= 0xFFFF or fid in _RESERVED_FIDS:
        raise ValueError(f"a file identifier is two bytes other than 3FFF and FFFF, not {fid:X}")
