"""The files of a CPS3 as the contactless side shows them."""

from typing import Final

from cryptography import x509

from emulator.card import NEVER, DedicatedFile, ElementaryFile
from emulator.cps.number import card_number
from emulator.cps3 import access, pkcs15
from emulator.cps3.contactless_image import Cps3ContactlessImage
from emulator.cps3.der import integer, named_bits, octets, sequence, utf8
from emulator.cps3.files import CONTACTLESS_AID, CONTACTLESS_FID, PKCS15_AID, free_file, master_file
from emulator.pki import der
from reader_core.iso7816 import Tlv
from reader_core.layouts import cps
from reader_core.layouts.laying import additional_files

DF: Final = "3F000002"
PRKDF_FID, CDF_FID, USEFUL_CDF_FID = 0x7002, 0x7004, 0x7005
CERTIFICATE_FID, ISSUER_FID = 0xA001, 0xA003
_DIRECTORY_FILES: Final = ((0xA0, PRKDF_FID), (0xA4, CDF_FID), (0xA6, USEFUL_CDF_FID))
TECHNICAL_KEY: Final = 0x83
"""Number of the technical key in MSE (assumption)."""

_CLOSED: Final = (
    *(0x5031, 0x5032, pkcs15.AODF_FID, pkcs15.PRKDF_FID, pkcs15.CDF_FID, pkcs15.USEFUL_CDF_FID, pkcs15.DODF_FID),
    *pkcs15.FURTHER_FIDS,
    *(pkcs15.SIGNATURE_CERTIFICATE_FID, pkcs15.AUTHENTICATION_CERTIFICATE_FID, pkcs15.ISSUER_CERTIFICATE_FID),
)
"""What 3F00/0001 has and does not show here, those files besides that have a layout."""


def contactless_files(
    image: Cps3ContactlessImage, technical: x509.Certificate, issuer: x509.Certificate
) -> DedicatedFile:
    """Build the tree of one card.

    Args:
        image: What the card says.
        technical: Certificate of the technical key.
        issuer: Certificate of the authority that issued it.

    Raises:
        LayoutError: The records do not fit their files.
    """
    number = card_number(image.numero_serie)
    laid_out = (cps.PORTEUR, *cps.ACTIVITES[: len(image.records.activites)], *additional_files(cps.CPS_PKCS15))
    contact = DedicatedFile(
        cps.CPS_PKCS15_FID,
        PKCS15_AID,
        [_closed(fid) for fid in (*_CLOSED, *(layout.fid for layout in laid_out))],
        fcp=access.directory_parameters(cps.CPS_PKCS15_FID, PKCS15_AID),
        name="PKCS#15",
    )
    contactless = DedicatedFile(
        CONTACTLESS_FID,
        CONTACTLESS_AID,
        [
            free_file(0x5031, pkcs15.object_directory(DF, _DIRECTORY_FILES), "ODF"),
            free_file(0x5032, pkcs15.token_info(bytes.fromhex(number), f"{pkcs15.LABEL} CL"), "TokenInfo"),
            free_file(PRKDF_FID, _private_key(image.numero_serie), "PrKDF"),
            free_file(CDF_FID, _certificate(image.numero_serie), "CDF"),
            free_file(
                USEFUL_CDF_FID,
                pkcs15.issuer_certificate(image.numero_serie, pkcs15.path_to(DF, ISSUER_FID)),
                "CDF useful",
            ),
            free_file(CERTIFICATE_FID, der(technical), "certificate, technical"),
            free_file(ISSUER_FID, der(issuer), "certificate, issuer"),
        ],
        fcp=access.directory_parameters(CONTACTLESS_FID, CONTACTLESS_AID),
        name="PKCS#15 contactless",
    )
    return master_file(number, contact, contactless)


def _closed(fid: int) -> ElementaryFile:
    """A file that is there and tells nothing, not even its size."""
    return ElementaryFile(fid, b"", read=NEVER, fcp=access.file_parameters(access.NEVER))


def _private_key(serial: str) -> bytes:
    sign, always_sensitive_on_card = (2,), (0, 2, 3, 4)
    return sequence(
        sequence(utf8("CPS_PRIV_TECH_AUT"), named_bits((0,))),
        sequence(
            octets(bytes.fromhex(serial) + b"\x40"),
            named_bits(sign),
            named_bits(always_sensitive_on_card),
            integer(TECHNICAL_KEY),
        ),
        Tlv(0xA1, sequence(pkcs15.path_to(DF), integer(2048))),
    )


def _certificate(serial: str) -> bytes:
    label, identifier = "Certificat Technique CPS", bytes.fromhex(serial) + b"\x40"
    return pkcs15.certificate(label, identifier, pkcs15.path_to(DF, CERTIFICATE_FID))
