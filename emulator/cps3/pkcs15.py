"""The PKCS#15 files of a CPS3: what objects there are and where, for software that knows the standard.

File identifiers, key references and labels are those of public software (basis: observed); which of the directory files
70xx holds what is not public, so that part is ours (assumption). Structures: PKCS#15 v1.1 and ISO/IEC 7816-15 (standard).
"""

from dataclasses import dataclass
from typing import Final

from emulator.cps3.der import (
    enumerated,
    integer,
    named_bits,
    null,
    object_identifier,
    octets,
    sequence,
    utf8,
)
from reader_core.iso7816 import Tlv
from reader_core.layouts import cps

DF: Final = "3F000001"
AODF_FID: Final = 0x7001
PRKDF_FID: Final = 0x7002
CDF_FID: Final = 0x7004
USEFUL_CDF_FID: Final = 0x7005
DODF_FID: Final = 0x7006
FURTHER_FIDS: Final = (0x7102, 0x7104, 0x7105, 0x7106)
"""Directory files that a real card has beside the others (observed: a list of its files in the tests of the ANS Cryptolib). What
is in them is not public, and no entry of the ODF leads there: here they have none (assumption)."""

NO_ENTRIES: Final = bytes(8)

SIGNATURE_CERTIFICATE_FID: Final = 0xA001
AUTHENTICATION_CERTIFICATE_FID: Final = 0xA002
ISSUER_CERTIFICATE_FID: Final = 0xA003

LABEL: Final = "CPS3 (carte de test)"
MANUFACTURER: Final = "vitale-testbed"
PIN_ID: Final = b"\x01"
PUK_ID: Final = b"\x02"

_PRIVATE, _MODIFIABLE = 0, 1
AUTHENTICATION_ALGORITHM: Final = 0x02
"""RSA PKCS#1 v1.5 over data given whole: tag 80 of the template A4 (observed: ANS Cryptolib)."""

_SIGN, _DECIPHER, _HASH = 1, 5, 6
"""Positions in the Operations of an algorithm."""

ALGORITHMS: Final = (
    (0x220, _HASH, "1.3.14.3.2.26", 0x10),
    (0x250, _HASH, "2.16.840.1.101.3.4.2.1", 0x40),
    (0x006, _SIGN, "1.2.840.113549.1.1.5", 0x12),
    (0x040, _SIGN, "1.2.840.113549.1.1.11", 0x42),
    (0x001, _SIGN, "1.2.840.113549.1.1.1", AUTHENTICATION_ALGORITHM),
    (0x001, _DECIPHER, "1.2.840.113549.1.1.1", 0x1A),
)
"""PKCS#11 mechanism, operation, object identifier, and the number in MSE. The first four stand so in the TokenInfo of a
real CPS3, in this order (observed: OpenSC issue 2267); it names six, the last two after what the ANS Cryptolib sends."""


@dataclass(frozen=True, slots=True)
class Key:
    """A private key and its certificate, as PKCS#15 sees them.

    Attributes:
        reference: What MSE names in tag 84.
        suffix: Last byte of the identifier that joins key and certificate.
        usage: Positions in KeyUsageFlags, those of a real card (observed: OpenSC issue 2267).
        certificate_fid: The EF of its certificate.
    """

    reference: int
    suffix: int
    label: str
    certificate_label: str
    usage: tuple[int, ...]
    certificate_fid: int


SIGNATURE: Final = Key(0x81, 0x10, "CPS_PRIV_SIG", "Certificat de Signature CPS", (9,), SIGNATURE_CERTIFICATE_FID)
AUTHENTICATION: Final = Key(
    0x82, 0x20, "CPS_PRIV_AUT", "Certificat d'Authentification CPS", (1, 2), AUTHENTICATION_CERTIFICATE_FID
)
KEYS: Final = (SIGNATURE, AUTHENTICATION)


DIRECTORY_FILES: Final = (
    (0xA8, AODF_FID),
    (0xA0, PRKDF_FID),
    (0xA4, CDF_FID),
    (0xA6, USEFUL_CDF_FID),
    (0xA7, DODF_FID),
)
"""Tag of an entry of the ODF, and the file it leads to."""


def path_to(df: str, fid: int | None = None) -> Tlv:
    """The path of a DF, or of an EF in it.

    Args:
        df: Path from the MF, hexadecimal.
        fid: Identifier of the EF.
    """
    return sequence(octets(bytes.fromhex(df) + (b"" if fid is None else fid.to_bytes(2, "big"))))


def object_directory(df: str = DF, files: tuple[tuple[int, int], ...] = DIRECTORY_FILES) -> bytes:
    """EF 5031 (ODF): where the directory files are."""
    return b"".join(Tlv(tag, path_to(df, fid)) for tag, fid in files)


def token_info(number: bytes, label: str, supported: tuple[tuple[int, int, str, int], ...] = ALGORITHMS) -> bytes:
    """EF 5032: the token, its number (10 bytes) and what its keys can do, in rows as those of `ALGORITHMS`."""
    algorithms = (
        sequence(
            integer(reference),
            integer(mechanism),
            null(),
            named_bits((operation,)),
            object_identifier(identifier),
            integer(number),
        )
        for reference, (mechanism, operation, identifier, number) in enumerate(supported, 1)
    )
    return sequence(
        integer(0),
        octets(number),
        utf8(MANUFACTURER),
        Tlv(0x80, label.encode()),
        named_bits((1, 2)),
        Tlv(0xA2, *algorithms),
    )


def _secret(label: str, reference: int, digits: int, flags: tuple[int, ...], *unblocked_by: bytes) -> Tlv:
    return sequence(
        sequence(utf8(label), named_bits((_PRIVATE, _MODIFIABLE)), *(octets(by) for by in unblocked_by)),
        sequence(octets(bytes([reference]))),
        Tlv(
            0xA1,
            sequence(
                named_bits(flags),
                enumerated(1),  # digits in ASCII
                integer(digits),
                integer(8),
                integer(digits),
                Tlv(0x80, bytes([reference])),
                octets(b"\xff"),
                path_to("3F00"),
            ),
        ),
    )


def authentication_objects() -> bytes:
    """EF 7001 (AODF): the PIN and the code that unblocks it."""
    case_sensitive, initialized, needs_padding, unblocking = 0, 4, 5, 6
    flags = (case_sensitive, initialized, needs_padding)
    return _secret("Code porteur", PIN_ID[0], 4, flags, PUK_ID) + _secret(
        "Code de déblocage", PUK_ID[0], 8, (*flags, unblocking)
    )


def _identifier(serial: str, key: Key) -> bytes:
    return bytes.fromhex(serial) + bytes([key.suffix])


def private_keys(serial: str) -> bytes:
    """EF 7002 (PrKDF): the two keys, usable after the PIN."""
    always_sensitive = (0, 2, 3)
    return b"".join(
        sequence(
            sequence(utf8(key.label), named_bits((_PRIVATE,)), octets(PIN_ID)),
            sequence(
                octets(_identifier(serial, key)),
                named_bits(key.usage),
                named_bits(always_sensitive),
                integer(key.reference),
            ),
            Tlv(0xA1, sequence(path_to(DF), integer(2048))),
        )
        for key in KEYS
    )


def certificates(serial: str) -> bytes:
    """EF 7004 (CDF): the holder's two certificates."""
    return b"".join(
        certificate(key.certificate_label, _identifier(serial, key), path_to(DF, key.certificate_fid)) for key in KEYS
    )


def useful_certificates(serial: str) -> bytes:
    """EF 7005: the certificate of the authority that issued the holder's."""
    return issuer_certificate(serial, path_to(DF, ISSUER_CERTIFICATE_FID))


def issuer_certificate(serial: str, path: Tlv) -> Tlv:
    """An entry of a CDF: the authority."""
    return certificate("Autorité de certification", bytes.fromhex(serial) + b"\x30", path)


def certificate(label: str, identifier: bytes, path: Tlv) -> Tlv:
    """An entry of a CDF."""
    return sequence(sequence(utf8(label), named_bits(())), sequence(octets(identifier)), Tlv(0xA1, sequence(path)))


def data_objects(activities: int) -> bytes:
    """EF 7006 (DODF): the holder's data, and as many activities behind the PIN."""
    activity_labels = (f"CPS_ACTIVITY_{number:02}_PS" for number in range(1, activities + 1))
    places = (layout.fid for layout in cps.ACTIVITES)
    holder = _data("CPS_NAME_PS", cps.PORTEUR.fid, private=False)
    behind_pin = (_data(label, fid, private=True) for label, fid in zip(activity_labels, places, strict=False))
    return b"".join((holder, *behind_pin))


def _data(label: str, fid: int, *, private: bool) -> Tlv:
    common = (utf8(label), named_bits((_PRIVATE,)), octets(PIN_ID)) if private else (utf8(label), named_bits(()))
    return sequence(sequence(*common), sequence(utf8("CPS")), Tlv(0xA1, path_to(DF, fid)))
