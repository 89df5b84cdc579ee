"""The test PKI of the virtual professional cards: certificates and keys that are public and protect nothing.

Names: `root`, `ca`, `untrusted-root`, `untrusted-ca`, for each professional card NAME `NAME.sig` and `NAME.aut`, and
`technique`, the contactless side of a CPS3.
The private keys lie beside the certificates, on purpose, and say so. `python -m emulator.pki` made them;
`vitale pki new DIR` makes others.
"""

from functools import cache
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

DATA: Final = Path(__file__).parent / "data"
"""Folder of the committed PEM files; one may give its paths to a product under test as what to trust."""

TRUSTED_ROOTS: Final = ("root",)
REVOCATION_LISTS: Final = ("root.crl", "ca.crl")
BUILTIN_PREFIX: Final = "builtin:"


class PkiError(Exception):
    """A certificate or key that is not there or cannot be used.

    Attributes:
        reference: What was asked for.
        reason: What is wrong with it.
        next_step: What the user can do.
    """

    def __init__(self, reference: str, reason: str, next_step: str) -> None:
        super().__init__(f"{reference}: {reason}. {next_step}")
        self.reference = reference
        self.reason = reason
        self.next_step = next_step


def resolve(reference: str, base: Path | None = None) -> Path:
    """Find the file behind a reference of a card image.

    Args:
        reference: `builtin:NAME`, or a path.
        base: Folder that relative paths start from; the current one when absent.

    Returns:
        The path of a PEM file, which exists.

    Raises:
        PkiError: There is no such file.
    """
    if reference.startswith(BUILTIN_PREFIX):
        path = DATA / f"{reference.removeprefix(BUILTIN_PREFIX)}.pem"
    else:
        path = (base or Path()) / reference
    try:
        found = path.is_file()
    except OSError as error:  # a name that no file can have
        reason = f"it cannot be looked for ({error.strerror})"
        raise PkiError(reference[:80], reason, _next_step(reference)) from error
    if not found:
        raise PkiError(reference, f"no such file ({path})", _next_step(reference))
    return path


def _next_step(reference: str) -> str:
    if reference.startswith(BUILTIN_PREFIX):
        return f"Known names: {', '.join(builtin_names())}."
    return "Give a PEM file, relative to the card image, or builtin:NAME."


def builtin_names() -> tuple[str, ...]:
    """List what `builtin:NAME` may name, keys and revocation lists included."""
    return tuple(sorted(path.name.removesuffix(".pem") for path in DATA.glob("*.pem")))


@cache
def _certificate(path: Path, version: tuple[int, int]) -> x509.Certificate:
    del version  # a file that was written again is read again
    return x509.load_pem_x509_certificate(path.read_bytes())


def _version(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


def load_certificate(reference: str, base: Path | None = None) -> x509.Certificate:
    """Load a certificate by its reference (see `resolve`).

    Raises:
        PkiError: The file is missing or holds no certificate.
    """
    path = resolve(reference, base)
    try:
        return _certificate(path, _version(path))
    except (OSError, ValueError) as error:
        raise PkiError(reference, f"not a PEM certificate ({error})", "Give an X.509 certificate in PEM.") from error


@cache
def _key(path: Path, version: tuple[int, int]) -> rsa.RSAPrivateKey | None:
    del version
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    return key if isinstance(key, rsa.RSAPrivateKey) else None


def load_key(reference: str, base: Path | None = None) -> rsa.RSAPrivateKey:
    """Load an RSA private key by its reference (see `resolve`); keep real keys away from here.

    Raises:
        PkiError: The file is missing, or holds no RSA key, or one behind a password.
    """
    path = resolve(reference, base)
    next_step = "Give an RSA test key in PEM, without a password."
    try:
        key = _key(path, _version(path))
    except (OSError, ValueError, TypeError) as error:
        raise PkiError(reference, f"not a usable PEM key ({error})", next_step) from error
    if key is None:
        raise PkiError(reference, "not an RSA key", next_step)
    return key


def der(certificate: x509.Certificate) -> bytes:
    """Give a certificate the way cards hold it."""
    return certificate.public_bytes(serialization.Encoding.DER)


def trusted_roots() -> tuple[bytes, ...]:
    """Give the DER certificates that the built-in Vitale cards trust."""
    return tuple(der(load_certificate(BUILTIN_PREFIX + name)) for name in TRUSTED_ROOTS)


def trusted_root_paths() -> tuple[Path, ...]:
    """Give the PEM files of the trusted roots, for a product that takes paths."""
    return tuple(DATA / f"{name}.pem" for name in TRUSTED_ROOTS)


def revocation_list_paths() -> tuple[Path, ...]:
    """Give the PEM files of the revocation lists, for a product that takes paths."""
    return tuple(DATA / f"{name}.pem" for name in REVOCATION_LISTS)
