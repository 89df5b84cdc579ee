"""The files of a CPS3, contact side."""

from collections.abc import Iterable
from typing import Final, TypeVar

from cryptography import x509

from emulator.card import ALWAYS as ANYBODY
from emulator.card import DedicatedFile, ElementaryFile, requires
from emulator.cps.codes import PIN_NAME
from emulator.cps.number import card_number
from emulator.cps3 import access, pkcs15
from emulator.cps3.image import CpsImage
from emulator.pki import der
from reader_core.iso7816 import Tlv
from reader_core.layouts import cps
from reader_core.layouts.codec import Entry, encode
from reader_core.layouts.laying import Constant, additional_files
from reader_core.layouts.model import Access, FileLayout
from reader_core.records import Pan

Record = TypeVar("Record")

EF_ATR: Final = bytes.fromhex(
    "8043 01 B8 4604 04B0ECC1 4703 940180 4F08 8025000001FF0100"
    "E010 02020104 02020104 02020100 02020100 7808 06062B8122F87802 8202 9000"
)
"""EF 2F01, byte for byte that of a real card (observed: OpenSC issue 2223)."""

PKCS15_AID: Final = cps.CPS_PKCS15.aid
CONTACTLESS_AID: Final = bytes.fromhex("E828BD080F8025000001FF0020")
CONTACTLESS_FID: Final = 0x0002

_READ: Final = {Access.FREE: (ANYBODY, access.ALWAYS), Access.PIN: (requires(PIN_NAME), access.BY_PIN)}


def application_directory() -> bytes:
    """EF 2F00 (EF.DIR): the two PKCS#15 applications, 101 bytes.

    Length, names and the kind of content are observed; labels and paths are ours, and fill the length (assumption). So is
    the order: OpenSC, which is known to work with real cards, takes the last application that it knows.
    """
    return _application(CONTACTLESS_AID, "CPS3 IAS CL", "0002") + _application(PKCS15_AID, "CPS3 IAS", "0001")


def _application(aid: bytes, label: str, df: str) -> Tlv:
    odf, info = (Tlv(0x04, bytes.fromhex(f"3F00{df}{fid}")) for fid in ("5031", "5032"))
    return Tlv(0x61, Tlv(0x4F, aid), Tlv(0x50, label.encode()), Tlv(0x73, Tlv(0x30, odf), Tlv(0xA0, info)))


def file_system(
    image: CpsImage, signature: x509.Certificate, authentication: x509.Certificate, issuer: x509.Certificate
) -> DedicatedFile:
    """Build the tree of one card.

    Args:
        image: What the card says.
        signature: Certificate of key 81.
        authentication: Certificate of key 82.
        issuer: Certificate of the authority that issued both.

    Raises:
        LayoutError: The records do not fit their files.
    """
    serial = image.numero_serie
    number = card_number(serial)
    application = DedicatedFile(
        cps.CPS_PKCS15_FID,
        PKCS15_AID,
        [
            free_file(0x5031, pkcs15.object_directory(), "ODF"),
            free_file(0x5032, pkcs15.token_info(bytes.fromhex(number), pkcs15.LABEL), "TokenInfo"),
            free_file(pkcs15.AODF_FID, pkcs15.authentication_objects(), "AODF"),
            free_file(pkcs15.PRKDF_FID, pkcs15.private_keys(serial), "PrKDF"),
            free_file(pkcs15.CDF_FID, pkcs15.certificates(serial), "CDF"),
            free_file(pkcs15.USEFUL_CDF_FID, pkcs15.useful_certificates(serial), "CDF useful"),
            free_file(pkcs15.DODF_FID, pkcs15.data_objects(len(image.records.activites)), "DODF"),
            *(free_file(fid, pkcs15.NO_ENTRIES, "") for fid in pkcs15.FURTHER_FIDS),
            free_file(pkcs15.SIGNATURE_CERTIFICATE_FID, der(signature), "certificate, signature"),
            free_file(pkcs15.AUTHENTICATION_CERTIFICATE_FID, der(authentication), "certificate, authentication"),
            free_file(pkcs15.ISSUER_CERTIFICATE_FID, der(issuer), "certificate, issuer"),
            _laid_out(cps.PORTEUR, [image.records.porteur]),
            *(
                _laid_out(layout, [record])
                for layout, record in zip(cps.ACTIVITES, image.records.activites, strict=False)
            ),
            *(_laid_out(layout, [Constant()]) for layout in additional_files(cps.CPS_PKCS15)),
        ],
        fcp=access.directory_parameters(cps.CPS_PKCS15_FID, PKCS15_AID),
        name="PKCS#15",
    )
    contactless = DedicatedFile(
        CONTACTLESS_FID,
        CONTACTLESS_AID,
        [
            free_file(0x5031, pkcs15.NO_ENTRIES, "ODF"),
            free_file(0x5032, pkcs15.token_info(bytes.fromhex(number), f"{pkcs15.LABEL} CL"), "TokenInfo"),
        ],
        fcp=access.directory_parameters(CONTACTLESS_FID, CONTACTLESS_AID),
        name="PKCS#15 contactless",
    )
    return master_file(number, application, contactless)


def master_file(number: str, *applications: DedicatedFile) -> DedicatedFile:
    """The MF, with the two PKCS#15 applications.

    Args:
        number: The card's number, the 20 digits of tag 5A.
        applications: As the side that is built shows them.
    """
    return DedicatedFile(
        aid=cps.MF.aid,
        children=[
            free_file(0x2F00, application_directory(), "EF.DIR", 0x1E),
            free_file(0x2F01, EF_ATR, "EF.ATR", 0x1D),
            _laid_out(cps.NUMERO, [Pan(number)]),
            *(_laid_out(layout, [Constant()]) for layout in additional_files(cps.MF)),
            *applications,
        ],
        fcp=access.directory_parameters(0x3F00, cps.MF.aid),
        name="MF",
    )


def free_file(fid: int, content: bytes, name: str, sfi: int | None = None) -> ElementaryFile:
    """A file that everybody may read and nobody may write.

    Args:
        fid: Its file identifier.
        content: The bytes in it.
        name: What people call it.
        sfi: Its short identifier, 1 to 30.
    """
    return ElementaryFile(fid, content, sfi=sfi, fcp=access.file_parameters(access.ALWAYS), name=name)


def _laid_out(layout: FileLayout[Record], records: Iterable[Record]) -> ElementaryFile:
    content = encode(layout, [Entry(record) for record in records])
    rule, condition = _READ[layout.access]
    fcp = access.file_parameters(condition)
    return ElementaryFile(layout.fid, content, sfi=layout.sfi, read=rule, fcp=fcp, name=layout.name)
