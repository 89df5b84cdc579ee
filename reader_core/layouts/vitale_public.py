"""The applications of a carte Vitale 2, and the files whose content public readers decode."""

from __future__ import annotations

from reader_core.layouts.model import Access, Application, Basis, Encoding, FieldLayout, FileLayout
from reader_core.records import CarteVitale, Certificat, DirectoryEntry, Identite, Inscription, Pan

_CARDPEEK = "cardpeek's vitale_2.lua"
_RUFUS = "RufusAdmin's lecteurvitale.cpp"

VITALE = Application("VITALE", bytes.fromhex("D250000002564954414C45"), 1, _CARDPEEK, Basis.OBSERVED)
MF_VITALE = Application("MF_VITALE", bytes.fromhex("D2500000024D465F564954414C45"), 2, _CARDPEEK, Basis.OBSERVED)
ADELE = Application("Adèle", bytes.fromhex("D2500000044164E86C650101"), 3, _CARDPEEK, Basis.OBSERVED)
APPLICATIONS = (VITALE, MF_VITALE, ADELE)
"""The three applications. Their entry numbers in POINTERS are ours (assumption): a reader joins on whatever it finds."""

POINTERS_FID = 0x2001
"""The directory of files, in VITALE (observed: cardpeek); see `reader_core.layouts.pointers`."""

DIR = FileLayout(
    name="DIR",
    title="applications of the card",
    application=MF_VITALE,
    fid=0x2F00,
    sfi=None,
    tag=0x61,
    record=DirectoryEntry,
    fields=(
        FieldLayout(0x4F, "aid", Encoding.BINARY, "AID"),
        FieldLayout(0x50, "label", Encoding.TEXT, "label"),
    ),
    access=Access.FREE,
    source=f"place: {_CARDPEEK}; content: the application templates of ISO/IEC 7816-4",
    basis=Basis.STANDARD,
    place_basis=Basis.OBSERVED,
    multiple=True,
    partial=True,
)

PAN = FileLayout(
    name="PAN",
    title="number of the card",
    application=MF_VITALE,
    fid=0x2F02,
    sfi=None,
    tag=None,
    record=Pan,
    fields=(FieldLayout(0x5A, "numero", Encoding.HEX, "issuer, serial number in 8 digits, Luhn digit, filler F"),),
    access=Access.FREE,
    source=f"place: {_CARDPEEK}; content: shaped like the EF(SN.ICC) of a CPS; the issuer number 8025000002 is ours",
    basis=Basis.ASSUMPTION,
    place_basis=Basis.OBSERVED,
    usual_size=12,
)

IDENTITE = FileLayout(
    name="IDENTITE",
    title="identity of each holder",
    application=MF_VITALE,
    fid=0xD001,
    sfi=2,
    tag=0x65,
    record=Identite,
    fields=(
        FieldLayout(0x80, "nom", Encoding.NAME, "surname: the usual one, or the patronymic one where there is none"),
        FieldLayout(0x81, "prenom", Encoding.NAME, "first name"),
        FieldLayout(0x82, "naissance", Encoding.DATE8, "date of birth as on the card, impossible dates included"),
        FieldLayout(0x90, "nationalite", Encoding.TEXT, "nationality"),
    ),
    access=Access.FREE,
    source=f"tags: {_CARDPEEK}; place: public Node.js readers and {_RUFUS}; width of names, size of the file: ours",
    basis=Basis.OBSERVED,
    place_basis=Basis.OBSERVED,
    multiple=True,
    size=1408,
    partial=True,
)

NIR = FileLayout(
    name="NIR",
    title="number of each holder, in the order of IDENTITE",
    application=VITALE,
    fid=0x2002,
    sfi=2,
    tag=0x65,
    record=Inscription,
    fields=(FieldLayout(0x93, "nir", Encoding.TEXT, "NIR, 13 characters and the key"),),
    access=Access.FREE,
    source=f"tags: {_CARDPEEK}; short identifier, order: {_RUFUS}; file identifier, size: ours; a holder without a certified NIR has the insured person's (assumption)",
    basis=Basis.OBSERVED,
    place_basis=Basis.ASSUMPTION,
    multiple=True,
    size=384,
    partial=True,
)

CARTE = FileLayout(
    name="CARTE",
    title="validity of the card",
    application=VITALE,
    fid=0x201B,
    sfi=None,
    tag=0x66,
    record=CarteVitale,
    fields=(FieldLayout(0x80, "debut_validite", Encoding.DATE8, "first day of the card"),),
    access=Access.FREE,
    source=f"tags: {_CARDPEEK}; place: not public, our choice",
    basis=Basis.OBSERVED,
    place_basis=Basis.ASSUMPTION,
    partial=True,
)

CERTIFICAT = FileLayout(
    name="CERT",
    title="card-verifiable certificate",
    application=ADELE,
    fid=0xC001,
    sfi=None,
    tag=0x7F21,
    record=Certificat,
    fields=(
        FieldLayout(0x5F37, "signature", Encoding.BINARY, "signature of the authority"),
        FieldLayout(0x5F38, "residu", Encoding.BINARY, "remainder of the public key"),
    ),
    access=Access.FREE,
    source=f"tags: {_CARDPEEK}; place: not public, our choice; our bytes are filler, no key stands behind them",
    basis=Basis.OBSERVED,
    place_basis=Basis.ASSUMPTION,
    partial=True,
)
