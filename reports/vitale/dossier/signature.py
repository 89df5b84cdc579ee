"""The signature of a dossier: CMS (RFC 5652), detached, over its seal, by a key that the user gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key, pkcs7, pkcs12

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_KINDS = "Give an RSA or an elliptic-curve key."


class SigningError(Exception):
    """A key or certificate that cannot sign, or a signature that is not one: what is wrong, and the next step."""

    def __init__(self, reason: str, next_step: str) -> None:
        super().__init__(f"{reason}. {next_step}")
        self.reason = reason
        self.next_step = next_step


class PasswordNeededError(SigningError):
    """A key that is not to be had without its password."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: a key, its certificate, and those above it."""

    key: Key
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def pem(self) -> bytes:
        """The certificates, the signer's first."""
        return b"".join(one.public_bytes(Encoding.PEM) for one in (self.certificate, *self.chain))


def load_signer(path: Path, certificate: Path | None = None, password: bytes | None = None) -> Signer:
    """Read a key and its certificate.

    Args:
        path: PKCS#12 (``.p12``, ``.pfx``), or PEM with the key and, unless `certificate` is given, its certificate.
        certificate: PEM with the certificate, and those above it.
        password: Of the key, None where it has none.

    Raises:
        SigningError: They cannot be read, do not belong together, cannot sign, or the certificate is not valid today.
    """
    key, found = _load(path, certificate, password)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SigningError(f"{path}: a key of this kind cannot sign CMS", _KINDS)
    own = [one for one in found if _public(one.public_key()) == _public(key.public_key())]
    if not own:
        where = certificate or path
        raise SigningError(
            f"{where} has no certificate of the key in {path}", "Give the certificate with --sign-certificate."
        )
    _check_dates(own[0], certificate or path)
    return Signer(key, own[0], tuple(one for one in found if one != own[0]))


def _load(path: Path, certificate: Path | None, password: bytes | None) -> tuple[object, list[x509.Certificate]]:
    content = _read(path)
    try:
        if path.suffix.lower() in {".p12", ".pfx"}:
            bag = pkcs12.load_pkcs12(content, password)
            return bag.key, [one.certificate for one in (bag.cert, *bag.additional_certs) if one is not None]
        key = load_pem_private_key(content, password)
    except TypeError as error:  # a password for a key without one, or the other way round
        if password is None:
            raise PasswordNeededError(f"{path}: the key needs its password", "Set VITALE_SIGN_PASSWORD.") from error
        raise SigningError(f"{path}: the key has no password", "Unset VITALE_SIGN_PASSWORD.") from error
    except ValueError as error:
        step = "Give a PEM or PKCS#12 file (.p12, .pfx), its password in VITALE_SIGN_PASSWORD."
        if password is None and path.suffix.lower() in {".p12", ".pfx"}:
            raise PasswordNeededError(f"{path}: it needs its password, or is no PKCS#12 file", step) from error
        what = "the password is wrong, or it is no key" if password else "it is no key"
        raise SigningError(f"{path}: {what}", step) from error
    except UnsupportedAlgorithm as error:
        raise SigningError(f"{path}: a key of this kind cannot sign CMS", _KINDS) from error
    return key, _certificates(_read(certificate) if certificate else content, certificate or path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SigningError(
            f"{path} cannot be read ({error.strerror})", "Name the file of the key or certificate."
        ) from error


def _certificates(content: bytes, where: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError as error:
        raise SigningError(
            f"{where} has no certificate", "Give the certificate of the key with --sign-certificate."
        ) from error


def _public(key: Any) -> bytes:  # noqa: ANN401 - any of a dozen kinds of keys
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _check_dates(certificate: x509.Certificate, where: Path) -> None:
    now = datetime.now(UTC)
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begin <= now <= end:
        raise SigningError(
            f"{where}: the certificate is valid from {begin:%Y-%m-%d} to {end:%Y-%m-%d} only",
            "Give one that is valid today.",
        )


def sign(content: bytes, signer: Signer) -> bytes:
    """Return the detached signature of a content, DER, with the certificates in it."""
    builder = (
        pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(signer.certificate, signer.key, hashes.SHA256())
    )
    for one in signer.chain:
        builder = builder.add_certificate(one)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities]
    return builder.sign(Encoding.DER, options)


def check_signature(signature: bytes, content: bytes, certificates: bytes) -> x509.Certificate:
    """Check a detached signature.

    Whether its signer is to be trusted is not judged here: `trusted_by` does.

    Args:
        signature: DER.
        content: What is signed.
        certificates: PEM; the signature must hold exactly these, the signer's first.

    Returns:
        The signer's certificate.

    Raises:
        SigningError: The signature is damaged, is of something else, or by somebody else.
    """
    try:
        said = x509.load_pem_x509_certificates(certificates)
        name_of(said[0])
        signed, digest, value = _parts(signature, said)
        if digest != _digest(content):
            raise SigningError("the signature is of something else", "Ask for the dossier again.")
        _verify(said[0], value, signed)
    except InvalidSignature as error:
        raise SigningError("the signature does not match", "Ask for the dossier again.") from error
    except _UNREADABLE as error:
        raise SigningError(f"it is no signature ({error})", "Ask for the dossier again.") from error
    return said[0]


# Neither library says what it raises at bytes that are no ASN.1, or ASN.1 of something else: asn1crypto an AttributeError, too.
_UNREADABLE = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError),
    *(UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension),
)

_AS_SIGNED: dict[str, object] = {
    "versions": ("v1", "v1"),
    "digests": (["sha256"], "sha256"),
    "content": ("data", None),
    "unsigned": (None, None),
}


def _decoded(der: bytes) -> Any:  # noqa: ANN401 - asn1crypto has no types
    return cms.ContentInfo.load(der, strict=True)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def _parts(signature: bytes, said: list[x509.Certificate]) -> tuple[bytes, bytes, bytes]:
    """Return the signed attributes as they are signed, the hash of the content in them, and the value of the signature."""
    whole = _decoded(signature)
    data = whole["content"]
    if whole.dump(force=True) != signature or len(data["signer_infos"]) != 1:
        raise ValueError("not as this program writes it")
    if {one.dump() for one in data["certificates"]} != {one.public_bytes(Encoding.DER) for one in said}:
        raise ValueError("other certificates than signer.pem")
    info = data["signer_infos"][0]
    who = info["sid"].chosen
    if who["serial_number"].native != said[0].serial_number or who["issuer"].dump() != said[0].issuer.public_bytes():
        raise ValueError("another signer than signer.pem")
    # These bytes are not signed, and every byte of a dossier counts: they say what `sign` says.
    said_of_it = {
        "versions": (data["version"].native, info["version"].native),
        "digests": (
            [one["algorithm"].native for one in data["digest_algorithms"]],
            info["digest_algorithm"]["algorithm"].native,
        ),
        "content": (data["encap_content_info"]["content_type"].native, data["encap_content_info"]["content"].native),
        "unsigned": (data["crls"].native, info["unsigned_attrs"].native),
    }
    algorithm = "rsassa_pkcs1v15" if isinstance(said[0].public_key(), rsa.RSAPublicKey) else "sha256_ecdsa"
    if said_of_it != _AS_SIGNED or info["signature_algorithm"]["algorithm"].native != algorithm:
        raise ValueError("not as this program writes it")
    attributes = info["signed_attrs"]
    digests = [one["values"][0].native for one in attributes if one["type"].native == "message_digest"]
    return attributes.untag().dump(), cast("bytes", digests[0]), cast("bytes", info["signature"].native)


def _digest(content: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(content)
    return digest.finalize()


def _verify(certificate: x509.Certificate, value: bytes, signed: bytes) -> None:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(value, signed, padding.PKCS1v15(), hashes.SHA256())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(value, signed, ec.ECDSA(hashes.SHA256()))
    else:
        raise TypeError("a key that cannot sign CMS")


def trusted_by(certificates: bytes, trusted: Path) -> bool:
    """Return whether a signer is one of those trusted, or was given the certificate by one, directly or not.

    The certificates between the two come with the dossier, from whoever made it: each must be that of an authority (RFC 5280,
    4.2.1.3 and 4.2.1.9), or everybody who holds a certificate could give others a name.

    Args:
        certificates: PEM, the signer's first, as in the dossier.
        trusted: PEM.

    Raises:
        SigningError: The file of the trusted ones cannot be read.
    """
    given = _certificates(_read(trusted), trusted)
    signer, *others = x509.load_pem_x509_certificates(certificates)
    path = [signer]
    while path[-1] not in given:
        below = sum(one.subject != one.issuer for one in path[1:])
        above = next((one for one in (*given, *others) if one not in path and _issued(path[-1], one, below)), None)
        if above is None:
            return False
        path.append(above)
    return True


def _issued(certificate: x509.Certificate, by: x509.Certificate, below: int) -> bool:
    """Return whether an authority issued a certificate, and may have as many authorities below it."""
    try:
        certificate.verify_directly_issued_by(by)
        return _is_authority(by, below)
    except (*_UNREADABLE, InvalidSignature):
        return False


def _is_authority(certificate: x509.Certificate, below: int) -> bool:
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    if not basic.ca or (basic.path_length is not None and below > basic.path_length):
        return False
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True


def name_of(certificate: x509.Certificate) -> str:
    """Return who a certificate is of, as it is written: ``CN=...,O=...``."""
    return certificate.subject.rfc4514_string()


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate, 64 hex digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()
