"""Where a CPS3 (contact) keeps what it says of its holder.

The two applications, their names and the files D003 and D120 to D12F are public; what stands in the free data objects of a
real card is not, so the file D101 is ours (basis: assumption). A real CPS has other free files.
"""

from __future__ import annotations

from typing import Final

from reader_core.layouts.model import Access, Application, Basis, Encoding, FieldLayout, FileLayout
from reader_core.records import Pan
from reader_core.records.cps import MAX_ACTIVITIES, ActiviteCps, PorteurCps

_CRYPTOLIB = "ANS Cryptolib CPS (files and names of the CPS3)"
_DICTIONARY = "codes: GIP-CPS dictionary of 2003 (G01, G02, G04, G08)"

MF: Final = Application("MF", bytes.fromhex("8025000001FF0100"), 0, f"{_CRYPTOLIB}, tag 4F of EF.ATR", Basis.OBSERVED)
CPS_PKCS15: Final = Application(
    "CPS",
    bytes.fromhex("E828BD080F8025000001FF0010"),
    0,
    f"{_CRYPTOLIB}; OpenSC's table of PKCS#15 cards",
    Basis.OBSERVED,
)
CPS_PKCS15_FID: Final = 0x0001
"""The DF that holds the application: path 3F00/0001 (observed)."""

FIRST_ACTIVITY_FID: Final = 0xD120

NUMERO: Final = FileLayout(
    name="SN.ICC",
    title="number of the card",
    application=MF,
    fid=0xD003,
    sfi=0x1C,
    tag=None,
    record=Pan,
    fields=(FieldLayout(0x5A, "numero", Encoding.HEX, "issuer 8025000001, 8 digits, Luhn digit, filler F"),),
    access=Access.FREE,
    source=f"{_CRYPTOLIB}; short identifier: OpenSC's IAS/ECC driver; over which digits Luhn runs: ours",
    basis=Basis.OBSERVED,
    place_basis=Basis.OBSERVED,
    usual_size=12,
)

_PORTEUR_FIELDS = (
    ("categorie", Encoding.TEXT, "category of the card, G01: 00 real, 80 test"),
    ("type", Encoding.TEXT, "type of the card, G02: 00 CPS, 01 CPF, 02 CPE and CDE, 03 CPA"),
    ("responsabilite", Encoding.TEXT, "responsibility, G04: 01 makes a CDE of type 02"),
    ("type_identifiant", Encoding.TEXT, "kind of the holder's identifier: 8 RPPS, 3 FINESS"),
    ("numero", Encoding.TEXT, "identifier of the holder, without its key"),
    ("cle", Encoding.TEXT, "key of the identifier (Luhn)"),
    ("civilite", Encoding.TEXT, "form of address"),
    ("nom", Encoding.TEXT, "surname"),
    ("prenom", Encoding.TEXT, "given name"),
    ("debut_validite", Encoding.DATE8, "first day of validity"),
    ("fin_validite", Encoding.DATE8, "last day of validity"),
)

PORTEUR: Final = FileLayout(
    name="PORTEUR",
    title="the holder and the card",
    application=CPS_PKCS15,
    fid=0xD101,
    sfi=None,
    tag=0xE0,
    record=PorteurCps,
    fields=tuple(FieldLayout(tag, *row) for tag, row in enumerate(_PORTEUR_FIELDS, 0x80)),
    access=Access.FREE,
    source=f"file and tags: not public, our choice; {_DICTIONARY}",
    basis=Basis.ASSUMPTION,
    place_basis=Basis.ASSUMPTION,
)


def _activity(number: int) -> FileLayout[ActiviteCps]:
    return FileLayout(
        name=f"ACTIV{number + 1:02}",
        title=f"activity {number + 1} of the holder",
        application=CPS_PKCS15,
        fid=FIRST_ACTIVITY_FID + number,
        sfi=None,
        tag=0xEE,
        record=ActiviteCps,
        fields=(
            FieldLayout(0x84, "raison_sociale", Encoding.TEXT, "name of the structure"),
            FieldLayout(0x85, "identifiant_structure", Encoding.TEXT, "national identifier of the structure"),
            FieldLayout(0x86, "secteur", Encoding.TEXT, "sector of activity, SA and two digits"),
        ),
        access=Access.PIN,
        source=f"{_CRYPTOLIB}; the template: a decoding of test cards published by a third party",
        basis=Basis.OBSERVED,
        place_basis=Basis.OBSERVED,
    )


ACTIVITES: Final = tuple(_activity(number) for number in range(MAX_ACTIVITIES))
"""One file for each activity; numbers need not follow one another on a real card (observed)."""

CPS_FILES: Final = (NUMERO, PORTEUR, *ACTIVITES)
