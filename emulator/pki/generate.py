"""Make the test PKI: `vitale pki new DIR`, or `python -m emulator.pki` for the one in this package.

Keys that are there are kept, missing ones are drawn; certificates and the revocation list are always made again. They
depend on the keys and on `plan` alone (RSA PKCS#1 v1.5 signatures have no random part), so a test can hold the
committed files to this module.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from emulator.pki import PkiError, load_key
from emulator.pki.plan import (
    AUTHORITIES,
    AUTHORITY_FROM,
    CRL_NUMBER,
    GOOD_FROM,
    GOOD_UNTIL,
    ORGANISATION,
    PROFESSIONALS,
    REVOKED_ON,
    TECHNICAL,
    Authority,
    Professional,
    Technical,
)

KEY_SIZE: Final = 2048

_KEY_NOTE: Final = (
    "TEST KEY of vitale-testbed, published on purpose. It protects nothing. NOT FOR PRODUCTION.\n"
    "Cle de test publiee volontairement : elle ne protege rien et n'ouvre aucune carte reelle.\n"
)
_CLIENT: Final = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
_CERTIFICATE_NOTE: Final = "TEST CERTIFICATE of vitale-testbed, issued to nobody. NOT FOR PRODUCTION.\n"


def generate(
    directory: Path, professionals: Iterable[Professional] | None = None, *, technical: bool = False
) -> tuple[Path, ...]:
    """Write keys, certificates and the revocation lists of the plan.

    Args:
        directory: Where the PEM files go, made if it is not there; keys already there are used again.
        professionals: The cards to make certificates for; all of the plan, and the technical one, unless given.
        technical: Make the technical certificate in any case.

    Returns:
        Every file of the PKI, in the order of the plan.

    Raises:
        OSError: The directory cannot be written.
        PkiError: A key that is there cannot be used.
    """
    technical = technical or professionals is None
    professionals = PROFESSIONALS if professionals is None else tuple(professionals)
    directory.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    names: dict[str, x509.Name] = {}
    keys: dict[str, rsa.RSAPrivateKey] = {}
    for authority in AUTHORITIES:
        keys[authority.name] = _key(directory, authority.name, files)
        names[authority.name] = _authority_name(authority)
        certificate = _authority_certificate(authority, keys, names)
        _write(directory / f"{authority.name}.pem", _CERTIFICATE_NOTE, _pem(certificate), files)
    for professional in professionals:
        for use in ("sig", "aut"):
            key = _key(directory, f"{professional.name}.{use}", files)
            certificate = _professional_certificate(
                professional, use, key, keys[professional.issuer], names[professional.issuer]
            )
            _write(directory / f"{professional.name}.{use}.pem", _CERTIFICATE_NOTE, _pem(certificate), files)
    if technical:
        key = _key(directory, TECHNICAL.name, files)
        certificate = _technical_certificate(TECHNICAL, key, keys[TECHNICAL.issuer], names[TECHNICAL.issuer])
        _write(directory / f"{TECHNICAL.name}.pem", _CERTIFICATE_NOTE, _pem(certificate), files)
    for issuer in ("root", "ca"):
        crl = _revocation_list(issuer, keys[issuer], names[issuer], professionals)
        _write(directory / f"{issuer}.crl.pem", _CERTIFICATE_NOTE, _pem(crl), files)
    return tuple(files)


def _pem(thing: x509.Certificate | x509.CertificateRevocationList) -> bytes:
    return thing.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, note: str, pem: bytes, files: list[Path]) -> None:
    path.write_bytes(note.encode() + pem)
    files.append(path)


def _key(directory: Path, name: str, files: list[Path]) -> rsa.RSAPrivateKey:
    path = directory / f"{name}.key.pem"
    if path.exists():
        files.append(path)
        try:
            return load_key(path.name, directory)
        except PkiError as error:
            raise PkiError(str(path), error.reason, "Delete it to have another drawn.") from error
    key = rsa.generate_private_key(65537, KEY_SIZE)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(path, _KEY_NOTE, pem, files)
    return key


def _name(common_name: str, *more: x509.NameAttribute[str]) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            *more,
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _authority_name(authority: Authority) -> x509.Name:
    return _name(authority.common_name)


def _usage(
    *, signature: bool = False, commitment: bool = False, encipherment: bool = False, ca: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signature,
        content_commitment=commitment,
        key_encipherment=encipherment,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _authority_certificate(
    authority: Authority, keys: dict[str, rsa.RSAPrivateKey], names: dict[str, x509.Name]
) -> x509.Certificate:
    public, issuer = keys[authority.name].public_key(), keys[authority.issuer]
    return (
        x509.CertificateBuilder(names[authority.issuer], names[authority.name], public, authority.serial)
        .not_valid_before(AUTHORITY_FROM)
        .not_valid_after(GOOD_UNTIL)
        .add_extension(
            x509.BasicConstraints(ca=True, path_length=None if authority.name == authority.issuer else 0), True
        )
        .add_extension(_usage(ca=True), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), False)
        .sign(issuer, hashes.SHA256())
    )


def _professional_certificate(
    professional: Professional, use: str, key: rsa.RSAPrivateKey, issuer: rsa.RSAPrivateKey, issuer_name: x509.Name
) -> x509.Certificate:
    subject = _name(
        professional.identifier,
        x509.NameAttribute(NameOID.TITLE, professional.profession),
        x509.NameAttribute(NameOID.SURNAME, professional.surname),
        x509.NameAttribute(NameOID.GIVEN_NAME, professional.given_name),
    )
    signing = use == "sig"
    usage = _usage(commitment=True) if signing else _usage(signature=True, encipherment=True)
    builder = (
        _card_certificate(issuer_name, subject, key, issuer, usage)
        .serial_number(professional.serial if signing else professional.serial + 1)
        .not_valid_before(professional.valid_from)
        .not_valid_after(professional.valid_until)
        .add_extension(professional.attributes.to_extension(), False)
    )
    if not signing:
        builder = builder.add_extension(_CLIENT, False)
    return builder.sign(issuer, hashes.SHA256())


def _technical_certificate(
    technical: Technical, key: rsa.RSAPrivateKey, issuer: rsa.RSAPrivateKey, issuer_name: x509.Name
) -> x509.Certificate:
    return (
        _card_certificate(issuer_name, _name(technical.common_name), key, issuer, _usage(signature=True))
        .serial_number(technical.serial)
        .not_valid_before(GOOD_FROM)
        .not_valid_after(GOOD_UNTIL)
        .add_extension(_CLIENT, False)
        .sign(issuer, hashes.SHA256())
    )


def _card_certificate(
    issuer_name: x509.Name, subject: x509.Name, key: rsa.RSAPrivateKey, issuer: rsa.RSAPrivateKey, usage: x509.KeyUsage
) -> x509.CertificateBuilder:
    """What the certificates of all cards have in common."""
    return (
        x509.CertificateBuilder(issuer_name, subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(usage, True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), False)
    )


def _revocation_list(
    issuer: str, key: rsa.RSAPrivateKey, name: x509.Name, professionals: tuple[Professional, ...]
) -> x509.CertificateRevocationList:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name)
        .last_update(REVOKED_ON)
        .next_update(GOOD_UNTIL)
        .add_extension(x509.CRLNumber(CRL_NUMBER), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False)
    )
    for professional in professionals:
        if professional.issuer != issuer or professional.revoked_on is None:
            continue
        for serial in (professional.serial, professional.serial + 1):
            entry = x509.RevokedCertificateBuilder(serial, professional.revoked_on)
            builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hashes.SHA256())
