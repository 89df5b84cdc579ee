"""The carte Vitale 2 as a card: its files, and the gate before the protected ones."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from emulator.authorisation import SECURITY_NAME, TEST_CARD, CpxGate
from emulator.card import ALWAYS, CardSystem, DedicatedFile, ElementaryFile, requires, standard_commands
from emulator.pki import der, load_certificate
from emulator.vitale2.image import VitaleImage
from reader_core.layouts import (
    ADELE,
    APPLICATIONS,
    EMPTY_FILE,
    MF_VITALE,
    POINTERS_FID,
    STREAM_FILES,
    VITALE,
    VITALE2_FILES,
    Access,
    Application,
    Entry,
    FileLayout,
    encode,
    encode_files,
    encode_pointers,
)
from reader_core.layouts.laying import Constant, additional_files
from reader_core.layouts.vitale_public import CERTIFICAT, DIR
from reader_core.records import Certificat, DirectoryEntry

ADELE_CIA_AID = bytes.fromhex("E828BD080FD2500000044164E86C65")
"""The other name of the Adèle application, in the form of ISO/IEC 7816-15 (observed: cardpeek names it)."""

FILLER_CERTIFICATE = Certificat(signature=bytes(range(128)), residu=bytes(range(0x80, 0xA8)))
"""Bytes that count up: nobody signed them and no key stands behind them (assumption)."""


def build_vitale2(image: VitaleImage, base: Path | None = None) -> CardSystem:
    """Make a card from an image.

    Args:
        image: what the card says.
        base: folder that relative paths of authorities start from.

    Raises:
        ValueError: a key cannot be computed.
        reader_core.layouts.LayoutError: the records do not fit their files.
        emulator.pki.PkiError: an authority cannot be found.

    """
    return vitale_card(image, base, APPLICATIONS)


def vitale_card(image: VitaleImage, base: Path | None, applications: tuple[Application, ...]) -> CardSystem:
    """Make a card that has some of the applications of a Vitale 2, and all files of those.

    Args:
        image: what the card says.
        base: folder that relative paths of authorities start from.
        applications: MF_VITALE and VITALE at least.

    Raises:
        ValueError: a key cannot be computed.
        reader_core.layouts.LayoutError: the records do not fit their files.
        emulator.pki.PkiError: an authority cannot be found.

    """
    records = image.records()
    additional = additional_files(*applications)
    contents = encode_files(records) | _technical_files(applications) | _constant_files(additional)
    filled = [layout for layout in STREAM_FILES if contents[layout.name] != EMPTY_FILE]
    layouts = [layout for layout in (*VITALE2_FILES, *filled, *additional) if layout.application in applications]
    directories = {
        application: DedicatedFile(aid=application.aid, name=application.label, aliases=_aliases(application))
        for application in applications
    }
    for layout in layouts:
        directories[layout.application].add(
            ElementaryFile(
                layout.fid,
                contents[layout.name],
                sfi=layout.sfi,
                read=requires(SECURITY_NAME) if layout.access is Access.PROTECTED else ALWAYS,
                name=layout.name,
            )
        )
    pointers = encode_pointers(applications, layouts)
    directories[VITALE].add(ElementaryFile(POINTERS_FID, pointers, name="POINTERS"))
    root = directories.pop(MF_VITALE)
    for directory in directories.values():
        root.add(directory)
    roots = tuple(der(load_certificate(reference, base)) for reference in image.racines)
    gate = CpxGate(roots, TEST_CARD if image.is_test else "", bytes.fromhex(records.pan.numero))
    return CardSystem(atr=bytes.fromhex(image.atr), root=root, commands={**standard_commands(), **gate.handlers()})


def _technical_files(applications: tuple[Application, ...]) -> dict[str, bytes]:
    directory = [Entry(DirectoryEntry(application.aid, application.label)) for application in applications]
    return {DIR.name: encode(DIR, directory), CERTIFICAT.name: encode(CERTIFICAT, [Entry(FILLER_CERTIFICATE)])}


def _constant_files(layouts: Iterable[FileLayout[Constant]]) -> dict[str, bytes]:
    return {layout.name: encode(layout, [Entry(Constant())]) for layout in layouts}


def _aliases(application: Application) -> tuple[bytes, ...]:
    return (ADELE_CIA_AID,) if application is ADELE else ()
