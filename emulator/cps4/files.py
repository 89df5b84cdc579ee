"""The files of a CPS4's ChipDoc application: those of the CPS3, with CPS_DATA, and the applications beside it."""

from typing import Final

from cryptography import x509

from emulator.card import DedicatedFile, ElementaryFile, requires
from emulator.cps.codes import PIN_NAME
from emulator.cps.number import card_number
from emulator.cps3 import access, pkcs15
from emulator.cps3.files import file_system
from emulator.cps4.image import DATA_SIZE, Cps4Image
from reader_core.layouts import cps, cps2ter

ISSUER_DOMAIN_AID: Final = bytes.fromhex("A0000001510000")
"""The issuer's security domain, selected to leave the others (observed: ANS Cryptolib)."""

DATA_FID: Final = 0xD107
"""CPS_DATA (inferred from the ANS Cryptolib, which never keeps this file in its cache)."""

LABEL: Final = "CPS4 (carte de test)"

_TOKEN_INFO_FID: Final = 0x5032
_SIGN, _DECIPHER = 1, 5

SUPPORTED: Final = (
    (0x006, _SIGN, "1.2.840.113549.1.1.5", 0x0A),
    (0x040, _SIGN, "1.2.840.113549.1.1.11", 0x28),
    (0x00E, _SIGN, "1.2.840.113549.1.1.10", 0x15),
    (0x043, _SIGN, "1.2.840.113549.1.1.10", 0x2C),
    (0x001, _DECIPHER, "1.2.840.113549.1.1.1", 0x00),
)
"""TokenInfo: PKCS#11 mechanism, operation, object identifier, number in MSE (numbers observed; that they stand there:
assumption)."""


def cps4_files(
    image: Cps4Image, signature: x509.Certificate, authentication: x509.Certificate, issuer: x509.Certificate
) -> DedicatedFile:
    """Build the tree of one card: ChipDoc is the root, the two other applications are DFs in it that hold nothing.

    Raises:
        LayoutError: The records do not fit their files.
    """
    root = file_system(image, signature, authentication, issuer)
    application = root.child(cps.CPS_PKCS15_FID)
    assert isinstance(application, DedicatedFile)  # noqa: S101 - file_system always makes it
    application.add(
        ElementaryFile(
            DATA_FID,
            bytes.fromhex(image.cps_data),
            update=requires(PIN_NAME),
            capacity=DATA_SIZE,
            fcp=access.file_parameters(access.ALWAYS, access.BY_PIN),
            name="CPS_DATA",
        )
    )
    information = application.child(_TOKEN_INFO_FID)
    assert isinstance(information, ElementaryFile)  # noqa: S101 - as above
    information.content[:] = pkcs15.token_info(bytes.fromhex(card_number(image.numero_serie)), LABEL, SUPPORTED)
    root.add(DedicatedFile(None, cps2ter.CPS2TER.aid, name="CPS2ter"))
    root.add(DedicatedFile(None, ISSUER_DOMAIN_AID, name="issuer domain"))
    return root
