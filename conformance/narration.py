"""A trace in words that name the files: follows what is selected, as the card does, and calls each file by its name.

``SELECT EF 20 15 (COUVERT)``, then ``READ BINARY COUVERT offset 256``. The names are those of `reader_core.layouts`; a command that
a card refuses changes nothing here, as it changes nothing on the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from conformance.words import SILENCE, Words
from emulator.cps2ter import volume
from emulator.cps3 import pkcs15
from emulator.readers import TraceEntry
from reader_core.iso7816 import (
    ApduFormatError,
    CommandApdu,
    ResponseApdu,
    StatusWord,
    describe_command,
    describe_response,
)
from reader_core.iso7816.status import StatusKind
from reader_core.layouts import APPLICATIONS, MF_VITALE, POINTERS_FID, STREAM_FILES, VITALE, VITALE2_FILES
from reader_core.layouts.cps import CPS_FILES, CPS_PKCS15, CPS_PKCS15_FID, MF
from reader_core.layouts.cps2ter import CPS2TER
from reader_core.layouts.laying import CPS2TER_FILES, additional_files, derived

_ROOT: Final = b""
"""Stands for the master file of whatever card is in the slot, which is current after a reset."""

_MF_FID: Final = 0x3F00

_MORE_OF_CPS2TER: Final = 0x9F
"""First byte of the status word with which a command of a CPS2ter says that it is done and how much can be fetched."""

APPLICATION_NAMES: Final[Mapping[bytes, str]] = {
    **{application.aid: application.label for application in APPLICATIONS},
    MF.aid: "MF CPS",
    CPS_PKCS15.aid: "CPS PKCS#15",
    CPS2TER.aid: "CPS2TER",
}
"""Names of the applications, by AID."""

_DIRECTORIES: Final = {_MF_FID: _ROOT, CPS_PKCS15_FID: CPS_PKCS15.aid}


_PKCS15_FILES: Final[Mapping[int, str]] = {
    0x5031: "ODF",  # this one and the next: ISO/IEC 7816-15
    0x5032: "TokenInfo",
    pkcs15.AODF_FID: "AODF",
    pkcs15.PRKDF_FID: "PrKDF",
    pkcs15.CDF_FID: "CDF",
    pkcs15.USEFUL_CDF_FID: "CDF 2",
    pkcs15.DODF_FID: "DODF",
    pkcs15.SIGNATURE_CERTIFICATE_FID: "CERT.SIG",
    pkcs15.AUTHENTICATION_CERTIFICATE_FID: "CERT.AUT",
    pkcs15.ISSUER_CERTIFICATE_FID: "CERT.AC",
}
"""Files of the CPS that layouts do not describe, by identifier."""


def _fid(number: int) -> bytes:
    return number.to_bytes(2, "big")


@derived
def file_names() -> Mapping[bytes, Mapping[bytes, str]]:
    """Names of the files of each application, by AID, then by identifier (2 bytes) or short identifier (1 byte)."""
    files: dict[bytes, dict[bytes, str]] = {aid: {} for aid in APPLICATION_NAMES}
    additional = additional_files(*APPLICATIONS, MF, CPS_PKCS15, CPS2TER)
    for layout in (*VITALE2_FILES, *STREAM_FILES, *CPS_FILES, *CPS2TER_FILES, *additional):
        own = files[layout.application.aid]
        own[_fid(layout.fid)] = layout.name
        if layout.sfi is not None:
            own[bytes([layout.sfi])] = layout.name
    files[VITALE.aid][_fid(POINTERS_FID)] = "POINTERS"
    for aid in (MF_VITALE.aid, MF.aid):  # ISO/IEC 7816-4, 12.2.1
        files[aid] |= {b"\x2f\x00": "DIR", b"\x1e": "DIR", b"\x2f\x01": "ATR"}
    files[CPS_PKCS15.aid] |= {_fid(number): name for number, name in _PKCS15_FILES.items()}
    # A CPS2ter has the files of its volume below its master file; a later card has them in an application.
    files[_ROOT] = files[MF_VITALE.aid] | files[MF.aid] | files[CPS2TER.aid]
    return files


@derived
def _elsewhere() -> Mapping[bytes, str]:
    """Names of files that are looked for where they are not."""
    return {
        fid: f"{APPLICATION_NAMES[aid]}/{name}"
        for aid, names in file_names().items()
        if aid != _ROOT
        for fid, name in names.items()
        if len(fid) == 2
    }


@dataclass(frozen=True, slots=True)
class Told:
    """An exchange in words, in both languages."""

    command: Words = SILENCE
    response: Words = SILENCE


@dataclass(frozen=True, slots=True)
class _Selection:
    """What is current on a card.

    Attributes:
        application: AID; `_ROOT` for the master file.
        file: Name of the current file, its identifier when it has no name, empty when there is none.
    """

    application: bytes = _ROOT
    file: str = ""

    def name(self, identifier: bytes) -> str:
        """Return the name of a file or directory below the current one, empty when it has none."""
        return file_names().get(self.application, {}).get(identifier, "")

    def step(self, identifier: bytes) -> _Selection:
        """Return what is current once a file or directory is selected by its identifier."""
        directory = _DIRECTORIES.get(int.from_bytes(identifier, "big"))
        if directory is not None:
            return _Selection(directory)
        return replace(self, file=self.name(identifier) or identifier.hex(" ").upper())

    def walk(self, path: bytes) -> _Selection:
        """Return what is current once a path is selected."""
        here = self
        for at in range(0, len(path), 2):
            here = here.step(path[at : at + 2])
        return here


class Narrator:
    """Puts what happens to one slot into words. Give it every entry, in order."""

    def __init__(self) -> None:
        self._selected = {False: _Selection(), True: _Selection(CPS2TER.aid)}
        self._ter = False
        self._aimed = ""

    @property
    def file(self) -> str:
        """Name of the file that the last command was about, whether or not the card executed it; empty for none."""
        return self._aimed

    @property
    def _now(self) -> _Selection:
        return self._selected[self._ter]

    def tell(self, entry: TraceEntry) -> Told:
        """Return an entry in words, and follow what it selects."""
        command = _parsed(entry.command)
        # A professional card keeps what is selected in its CPS2ter volume apart from everything else.
        self._ter = command is not None and command.cla == volume.CLASS
        after = self._selected_by(command) if command else self._now
        self._aimed = after.file
        told = Told(self._command(entry.command, command, after), _response(entry))
        if entry.kind != "apdu":
            self._selected = {False: _Selection(), True: _Selection(CPS2TER.aid)}
        elif _executed(entry.response):
            self._selected[self._ter] = after
        return told

    def _command(self, raw: bytes, command: CommandApdu | None, after: _Selection) -> Words:
        if not raw:
            return SILENCE
        names = _names(self._now.application)
        if command is not None and command.ins == 0xA4 and command.p1 in {0x08, 0x09} and after.name(command.data[-2:]):
            names = {**names, command.data: after.file}
        current = self._now.file
        return Words(
            describe_command(raw, names, current=current),
            describe_command(raw, names, current=current, french=True),
        )

    def _selected_by(self, command: CommandApdu) -> _Selection:
        """Return what is current if the card executes a command."""
        data = command.data
        match command.ins, command.p1:
            case 0xA4, 0x04:
                return _Selection(next((aid for aid in APPLICATION_NAMES if aid.startswith(data)), data))
            case 0xA4, 0x00 | 0x01 | 0x02:
                return self._now.step(data or _fid(_MF_FID))
            case 0xA4, 0x03:
                return _Selection()
            case 0xA4, 0x08:
                return _Selection().walk(data)
            case 0xA4, 0x09:
                return self._now.walk(data)
            case 0xB0, p1 if p1 & 0x80:
                return replace(self._now, file=self._now.name(bytes([p1 & 0x1F])) or f"SFI {p1 & 0x1F}")
            case _:
                return self._now


@derived
def _names(application: bytes) -> Mapping[bytes, str]:
    """The names by which commands are told while an application is current."""
    return {
        **_elsewhere(),
        **APPLICATION_NAMES,
        **file_names().get(application, {}),
        _fid(_MF_FID): "MF",
        _fid(CPS_PKCS15_FID): APPLICATION_NAMES[CPS_PKCS15.aid],
    }


def _parsed(raw: bytes) -> CommandApdu | None:
    try:
        return CommandApdu.parse(raw)
    except ApduFormatError:
        return None


def _response(entry: TraceEntry) -> Words:
    if entry.kind != "apdu":
        return SILENCE
    return Words(describe_response(entry.response), describe_response(entry.response, french=True))


def _executed(response: bytes) -> bool:
    try:
        status: StatusWord = ResponseApdu.parse(response).sw
    except ApduFormatError:
        return False
    return status.kind in {StatusKind.NORMAL, StatusKind.WARNING} or status.sw1 == _MORE_OF_CPS2TER
