"""SELECT: ISO/IEC 7816-4, 7.1.1."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from emulator.card.context import CommandContext
from reader_core.iso7816 import ResponseApdu


class AbsolutePath(Enum):
    """What SELECT with P1=09 (path from the current DF) makes of a path that begins with 3F00.

    The standard leaves the current DF's identifier out of a path; cards of the IAS ECC family take the MF's.
    """

    NOWHERE = "not found, as any other identifier that is not there"
    AT_MF = "the MF, when it is the current DF; else not found"
    ANYWHERE = "the MF, wherever we are"


@dataclass(frozen=True, slots=True)
class SelectRules:
    """Which forms of SELECT a card takes; every other P1 or P2 answers 6A86.

    Attributes:
        p1: the ways to name a file.
        p2: the whole P2 values: bits 4-3 what to answer (00 FCI, 04 FCP, 08 FMD, 0C nothing), bits 2-1 the
            occurrence (0 first or only, 1 last, 2 next, 3 previous).
        absolute_path: what P1=09 makes of 3F00 at the beginning.
        partial_names: whether the beginning of an AID is enough.
    """

    p1: frozenset[int] = frozenset({0x00, 0x01, 0x02, 0x03, 0x04, 0x08, 0x09})
    p2: frozenset[int] = frozenset(range(0x10))
    absolute_path: AbsolutePath = AbsolutePath.NOWHERE
    partial_names: bool = True

    def handle(self, context: CommandContext) -> ResponseApdu:
        """Answer a SELECT by these rules."""
        raise NotImplementedError
