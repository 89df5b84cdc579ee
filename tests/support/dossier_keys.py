"""Keys and certificates for the tests of dossiers: an editor's, certified by an authority, and what cannot sign."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

NOW = dt.datetime.now(dt.UTC)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def certificate(
    name: str,
    key: Key,
    issuer: tuple[x509.Certificate, Key] | None = None,
    *,
    days: int = 30,
    ca: bool | None = False,
    path_length: int | None = None,
    signs: bool | None = None,
) -> x509.Certificate:
    """A certificate of a key, by itself or by an issuer; `ca` None has no basic constraints, `signs` None no key usage."""
    extensions: list[x509.ExtensionType] = [] if ca is None else [x509.BasicConstraints(ca, path_length)]
    if signs is not None:
        extensions.append(_usage(signs))
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    by, by_key = issuer or (None, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - dt.timedelta(days=60))
        .not_valid_after(NOW + dt.timedelta(days=days))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(by_key, None if isinstance(by_key, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def pem(key: Key, password: bytes = b"") -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


@dataclass(frozen=True)
class Keys:
    """Files of keys: an editor's, certified by an authority, and what cannot sign."""

    folder: Path

    def __getitem__(self, name: str) -> Path:
        return self.folder / name


def write_keys(folder: Path) -> Keys:
    """Make the files."""
    root, own, other = (
        rsa.generate_private_key(65537, 2048),
        rsa.generate_private_key(65537, 2048),
        ec.generate_private_key(ec.SECP256R1()),
    )
    authority = certificate("Autorité d'essai", root, ca=True)
    editor = certificate("Éditions Soleil", own, (authority, root))
    odd = ed25519.Ed25519PrivateKey.generate()
    text = {
        "authority.pem": authority.public_bytes(Encoding.PEM),
        "editor.pem": pem(own) + editor.public_bytes(Encoding.PEM),
        "alone.key": pem(own),
        "locked.key": pem(own, b"sesame"),
        "editor.crt": editor.public_bytes(Encoding.PEM),
        "elliptic.pem": pem(other) + certificate("Courbe", other).public_bytes(Encoding.PEM),
        "stranger.crt": certificate("Un autre", other).public_bytes(Encoding.PEM),
        "expired.pem": pem(other) + certificate("Hier", other, days=-1).public_bytes(Encoding.PEM),
        "odd.pem": pem(odd) + certificate("Edwards", odd).public_bytes(Encoding.PEM),
        "text.pem": b"not a key\n",
        "editor.p12": pkcs12.serialize_key_and_certificates(
            b"s", own, editor, [authority], BestAvailableEncryption(b"sesame")
        ),
    }
    for name, content in text.items():
        (folder / name).write_bytes(content)
    return Keys(folder)
