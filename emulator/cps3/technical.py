"""The technical certificate of a contactless CPS3: `python -m emulator.cps3.technical`.

It says which card this is, not who holds it: subject without names, and without the attributes by which a Vitale knows a
professional, since no PIN stands before its key (assumption: what a real one holds is not public). A key that is there is
kept; the certificate depends on it and on the test authority alone.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from emulator.pki import load_certificate, load_key

FOLDER: Final = Path(__file__).parents[1] / "images" / "contactless"
CERTIFICATE_NAME: Final = "technique.pem"
KEY_NAME: Final = "technique.key.pem"
_NOTE: Final = b"TEST %s of vitale-testbed, published on purpose. It protects nothing. NOT FOR PRODUCTION.\n"
_SERIAL: Final = 0x2001


def make(folder: Path = FOLDER) -> x509.Certificate:
    """Write the key, unless it is there, and its certificate.

    Args:
        folder: where the two PEM files go.

    Raises:
        OSError: it cannot be written.
    """
    path = folder / KEY_NAME
    if not path.exists():
        drawn = rsa.generate_private_key(65537, 2048)
        pem = drawn.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(_NOTE % b"KEY" + pem)
    certificate = _certificate(load_key(KEY_NAME, folder).public_key())
    (folder / CERTIFICATE_NAME).write_bytes(
        _NOTE % b"CERTIFICATE" + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return certificate


def _certificate(key: rsa.RSAPublicKey) -> x509.Certificate:
    issuer, issuer_key = load_certificate("builtin:ca"), load_key("builtin:ca.key")
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "VITALE-TESTBED - NOT FOR PRODUCTION"),
            x509.NameAttribute(NameOID.COMMON_NAME, "TECHNIQUE 99900022"),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder(issuer.subject, subject, key, _SERIAL)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


if __name__ == "__main__":
    make()
