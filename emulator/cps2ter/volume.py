"""The CPS2ter command set: class A0, answers announced by 9Fxx, secret codes refused by 98xx.

The class, the instructions, the shape of the answer to SELECT and the status words are observed (source of the ANS
Cryptolib CPS). Which word answers what is that of GSM 11.11, whose words they are (assumption where a line says so in
docs/cards/cps2ter.md). The volume is a file system of its own, with its own current file; the secret codes are the card's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from emulator.card import (
    CommandContext,
    DedicatedFile,
    ElementaryFile,
    Handler,
    Instruction,
    VolatileState,
    answer,
    refuse,
)
from emulator.cps2ter.codes import change_code, unblock_code, verify_code
from emulator.cps2ter.status import (
    FILE_INVALIDATED,
    NOT_FOUND,
    OUT_OF_RANGE,
    PIN_INCORRECT,
    PIN_INVALIDATED,
    WRONG_TYPE,
    bytes_available,
)
from reader_core.iso7816 import SW, ResponseApdu, StatusWord, Tlv

CLASS: Final = 0xA0
MF_FID: Final = 0x3F00
PIN_REFERENCE: Final = 1
_STATE: Final = "cps2ter"
_FCI: Final = 0x85
_RANDOM: Final = 8


class FileType(IntEnum):
    """The last byte of the answer to SELECT (observed)."""

    MF = 1
    DF = 2
    EF = 4


KEYED: Final = (
    (0x10, "diversify"),
    (0x3E, "CalculRSA"),
    (0x46, "session key"),
    (0x48, "session key"),
    (0x4A, "session key"),
    (0x4C, "session key"),
    (0x4E, "authenticate or sign"),
    (0x50, "authenticate or sign"),
    (0x52, "authenticate or sign"),
    (0x58, "RSA verify"),
    (0x5A, "compare"),
    (0x5C, "certify"),
    (0x5E, "authenticate or sign"),
    (0x82, "external authentication"),
    (0x88, "internal authentication"),
    (0xB4, "read stamped"),
    (0xD8, "load key"),
    (0xF4, "EXE"),
    (0xF6, "EXE"),
)
"""Instructions of the set that work with keys of the issuer, which nobody outside has: 9404, the key is not there."""

ISSUER_ONLY: Final = (
    (0x76, "lock"),
    (0xD0, "write"),
    (0xD4, "delete"),
    (0xD6, "update"),
    (0xE0, "create"),
)
"""Instructions of the set that need the issuer's rights: 9804, the access condition is not fulfilled (assumption)."""


@dataclass(slots=True, eq=False)
class _Current:
    """What the volume knows until reset."""

    df: DedicatedFile
    ef: ElementaryFile | None = None
    waiting: bytes = b""


@dataclass(slots=True, eq=False)
class Cps2terVolume:
    """One volume of one card.

    Attributes:
        root: its 3F00; see `emulator.cps2ter.files.volume_files`.
        usable: whether the card lets class A0 in now; a CPS4 does while the volume is selected. Otherwise 6985.
        invalidated: files that INVALIDATE closed; they stay so when the card is reset.
    """

    root: DedicatedFile
    usable: Callable[[CommandContext], bool] = lambda _: True
    invalidated: set[ElementaryFile] = field(default_factory=set[ElementaryFile])

    def commands(self) -> dict[tuple[int, int], Instruction]:
        """Give the card system the instructions of class A0, for its argument `proprietary`."""
        takes: dict[int, Handler] = {
            0x04: self._invalidate,
            0x20: verify_code,
            0x24: change_code,
            0x2C: unblock_code,
            0x44: self._rehabilitate,
            0x86: _give_random,
            0xA4: self._select,
            **{ins: _no_key for ins, _ in KEYED},
            **{ins: _not_allowed for ins, _ in ISSUER_ONLY},
        }
        gives: dict[int, Handler] = {
            0x84: _ask_random,
            0xA8: self._list_directory,
            0xB0: self._read,
            0xC0: self._get_response,
            0xF2: self._status,
        }
        return {
            (CLASS, ins): Instruction(self._guarded(ins, handler), outgoing=ins in gives)
            for ins, handler in (takes | gives).items()
        }

    @staticmethod
    def start_again(state: VolatileState) -> None:
        """Forget the current file and what waits in a channel: the volume was selected, where it has to be."""
        state.scratch.pop(_STATE, None)

    def _guarded(self, ins: int, handler: Handler) -> Handler:
        def handle(context: CommandContext) -> ResponseApdu:
            if not self.usable(context):
                return refuse(SW.CONDITIONS_NOT_SATISFIED)
            if ins != 0xC0:
                self._current(context).waiting = b""
            return handler(context)

        return handle

    def _current(self, context: CommandContext) -> _Current:
        known = context.state.scratch.get(_STATE)
        if isinstance(known, _Current):
            return known
        fresh = context.state.scratch[_STATE] = _Current(self.root)
        return fresh

    def _select(self, context: CommandContext) -> ResponseApdu:
        """A4: by identifier alone: the MF, the current DF, what is in it or beside it, its parent."""
        refusal = _plain(context, 2)
        if refusal is not None:
            return refusal
        current = self._current(context)
        file = self._find(current.df, int.from_bytes(context.data))
        if file is None:
            return refuse(NOT_FOUND)
        if isinstance(file, ElementaryFile):
            current.df, current.ef = file.parent or self.root, file
        else:
            current.df, current.ef = file, None
        current.waiting = self._information(file)
        return refuse(bytes_available(len(current.waiting)))

    def _find(self, df: DedicatedFile, fid: int) -> DedicatedFile | ElementaryFile | None:
        if fid == MF_FID:
            return self.root
        beside = () if df.parent is None else (df, df.parent, *df.parent.children)
        return next((file for file in (*df.children, *beside) if file.fid == fid), None)

    def _information(self, file: DedicatedFile | ElementaryFile) -> bytes:
        """85, length, size, identifier, type (observed); the size of a DF is 0 (assumption)."""
        if isinstance(file, ElementaryFile):
            size, fid, kind = len(file.content), file.fid, FileType.EF
        else:
            size, fid = 0, MF_FID if file.fid is None else file.fid
            kind = FileType.MF if file is self.root else FileType.DF
        return bytes(Tlv(_FCI, size.to_bytes(2, "big") + fid.to_bytes(2, "big") + bytes([kind])))

    def _get_response(self, context: CommandContext) -> ResponseApdu:
        """C0: what the last SELECT announced; fewer bytes than announced leave the others waiting."""
        refusal = _plain(context, 0)
        if refusal is not None:
            return refusal
        ne = context.command.ne
        if ne is None:
            return refuse(SW.WRONG_LENGTH)
        current = self._current(context)
        if not current.waiting:
            return refuse(NOT_FOUND)
        if ne > len(current.waiting):
            return refuse(StatusWord(0x6C00 | len(current.waiting)))
        given, current.waiting = current.waiting[:ne], current.waiting[ne:]
        return answer(given)

    def _read(self, context: CommandContext) -> ResponseApdu:
        """B0: the current EF from the offset P1-P2. More than is left answers 6Cxx with what is."""
        if context.data or context.command.ne is None:
            return refuse(SW.WRONG_LENGTH)
        file = self._current(context).ef
        if file is None:
            return refuse(WRONG_TYPE)
        if file in self.invalidated:
            return refuse(FILE_INVALIDATED)
        if not file.read.allows(context.security):
            return refuse(_closed(context))
        offset = context.command.p1 << 8 | context.command.p2
        if offset >= len(file.content):
            return refuse(OUT_OF_RANGE)
        found = bytes(file.content[offset : offset + context.command.ne])
        if len(found) < context.command.ne:
            return refuse(StatusWord(0x6C00 | len(found)))
        return answer(found)

    def _status(self, context: CommandContext) -> ResponseApdu:
        """F2: the current DF, as SELECT would tell it (assumption)."""
        refusal = _plain(context, 0)
        return answer(self._information(self._current(context).df)) if refusal is None else refusal

    def _list_directory(self, context: CommandContext) -> ResponseApdu:
        """A8: the identifiers of the files in the current DF, two bytes each (assumption)."""
        refusal = _plain(context, 0)
        if refusal is not None:
            return refusal
        return answer(b"".join((file.fid or 0).to_bytes(2, "big") for file in self._current(context).df.children))

    def _invalidate(self, context: CommandContext) -> ResponseApdu:
        return self._change_validity(context, self.invalidated.add)

    def _rehabilitate(self, context: CommandContext) -> ResponseApdu:
        return self._change_validity(context, self.invalidated.discard)

    def _change_validity(self, context: CommandContext, change: Callable[[ElementaryFile], None]) -> ResponseApdu:
        """04 and 44: close the current EF and open it again, for whom the PIN opens it (assumption)."""
        refusal = _plain(context, 0)
        if refusal is not None:
            return refusal
        file = self._current(context).ef
        if file is None:
            return refuse(WRONG_TYPE)
        if f"pin:{PIN_REFERENCE}" not in context.security:
            return refuse(_closed(context))
        change(file)
        return answer()


def _closed(context: CommandContext) -> StatusWord:
    """Why a file stays closed: the PIN was not given, or can no longer be."""
    return PIN_INVALIDATED if context.pins[PIN_REFERENCE].blocked else PIN_INCORRECT


def _plain(context: CommandContext, length: int) -> ResponseApdu | None:
    """Refuse P1-P2 that are not 0 and data of another length."""
    if context.command.p1 or context.command.p2:
        return refuse(SW.OUT_OF_RANGE_P1_P2)
    return refuse(SW.WRONG_LENGTH) if len(context.data) != length else None


def _ask_random(context: CommandContext) -> ResponseApdu:
    """84: eight random bytes."""
    refusal = _plain(context, 0)
    if refusal is None and context.command.ne != _RANDOM:
        refusal = refuse(StatusWord(0x6C00 | _RANDOM))
    return answer(context.random(_RANDOM)) if refusal is None else refusal


def _give_random(context: CommandContext) -> ResponseApdu:
    """86: eight bytes for a computation that this card does not do."""
    refusal = _plain(context, _RANDOM)
    return answer() if refusal is None else refusal


def _no_key(_context: CommandContext) -> ResponseApdu:
    return refuse(NOT_FOUND)


def _not_allowed(_context: CommandContext) -> ResponseApdu:
    return refuse(PIN_INCORRECT)
