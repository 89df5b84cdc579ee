"""What the reader itself holds against a professional card: its authority, its dates, its revocation.

A Vitale has no clock and no list: it verifies the chain and the category, and leaves the calendar to the reader.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa

from reader_core.access import Check
from reader_core.errors import ErrorCode, ReadingError

_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_PEM = b"-----BEGIN "  # words may stand before it


@dataclass(frozen=True, slots=True)
class TrustStore:
    """The authorities a reader recognises, and what they have revoked.

    Attributes:
        roots: certificates of root authorities, DER or PEM. Without any, the reader has no opinion of its own on the
            chain, and the Vitale's alone counts.
        crls: revocation lists, DER or PEM. A list counts when it is signed by the authority that issued the card.
    """

    roots: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        for each in self.roots:
            load_certificate(each)
        for each in self.crls:
            _load_crl(each)

    @classmethod
    def from_files(cls, roots: Iterable[Path | str] = (), crls: Iterable[Path | str] = ()) -> TrustStore:
        """Read certificates and lists from files.

        Raises:
            OSError: a file cannot be read.
            ValueError: a file holds no certificate, or no list; the message names it.
        """
        return cls(
            tuple(_checked(Path(path), load_certificate) for path in roots),
            tuple(_checked(Path(path), _load_crl) for path in crls),
        )

    def check(
        self,
        card: x509.Certificate,
        authorities: tuple[x509.Certificate, ...],
        on: date,
        checks: Collection[Check] = frozenset(Check),
    ) -> None:
        """Judge a professional card's certificate on a day.

        Args:
            card: the card's authentication certificate.
            authorities: the authorities the card carries.
            on: the day of the reading.
            checks: what is looked at; without `chain` the issuer is the Vitale's to judge.

        Raises:
            ReadingError: `chain_untrusted`, `cps_expired` or `cps_revoked`, in this order.
        """
        path = self._path(card, authorities, on, must_end=Check.CHAIN in checks)
        if Check.VALIDITY in checks and not _valid_on(card, on):
            raise ReadingError(ErrorCode.CPS_EXPIRED, f"certificate valid {_dates(card)}, reading of {on}")
        if Check.REVOCATION in checks:
            for issued, issuer in zip((card, *path), path, strict=False):
                self._check_revocation(issued, issuer, on)

    def _path(
        self, card: x509.Certificate, authorities: tuple[x509.Certificate, ...], on: date, *, must_end: bool
    ) -> tuple[x509.Certificate, ...]:
        """The authorities above a card, up to a root we hold; or just those the card carries when we hold none."""
        roots = [load_certificate(root) for root in self.roots]
        path: list[x509.Certificate] = []
        current = card
        for _ in range(len(authorities) + 1):
            root = next((each for each in roots if _issued(current, each)), None)
            if root is not None:
                return (*path, root)
            above = next((each for each in authorities if each not in path and _issued(current, each)), None)
            if above is None or not _valid_on(above, on):
                break
            path.append(above)
            current = above
        if roots and must_end:
            raise ReadingError(
                ErrorCode.CHAIN_UNTRUSTED, f"no recognised root issued {current.issuer.rfc4514_string()}"
            )
        return tuple(path)

    def _check_revocation(self, issued: x509.Certificate, issuer: x509.Certificate, on: date) -> None:
        key = issuer.public_key()
        for raw in self.crls:
            crl = _load_crl(raw)
            if crl.issuer != issued.issuer or not isinstance(key, rsa.RSAPublicKey):
                continue
            if not crl.is_signature_valid(key):
                continue
            entry = crl.get_revoked_certificate_by_serial_number(issued.serial_number)
            if entry is not None and entry.revocation_date_utc.date() <= on:
                raise ReadingError(
                    ErrorCode.CPS_REVOKED,
                    f"certificate {issued.serial_number:X} revoked on {entry.revocation_date_utc.date()}",
                )


def load_certificate(raw: bytes) -> x509.Certificate:
    """Read an X.509 certificate, DER or PEM.

    Raises:
        ValueError: the bytes are no certificate, or a part that is needed later cannot be read.
    """
    try:
        with warnings.catch_warnings():
            # The library warns of odd names and numbers; who reads a card can do nothing about them.
            warnings.simplefilter("ignore")
            return _load_eagerly(raw)
    except _UNREADABLE as error:
        raise ValueError(f"not an X.509 certificate: {error}") from error


def _load_eagerly(raw: bytes) -> x509.Certificate:
    """Load a certificate and read at once what the library reads when it is first asked for."""
    certificate = x509.load_pem_x509_certificate(raw) if _PEM in raw else x509.load_der_x509_certificate(raw)
    _ = (certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string(), certificate.public_key())
    _ = (certificate.extensions, certificate.not_valid_before_utc, certificate.not_valid_after_utc)
    if certificate.serial_number <= 0:
        raise ValueError("the serial number is not positive")
    return certificate


def _load_crl(raw: bytes) -> x509.CertificateRevocationList:
    try:
        crl = x509.load_pem_x509_crl(raw) if _PEM in raw else x509.load_der_x509_crl(raw)
        _ = crl.issuer.rfc4514_string()
    except _UNREADABLE as error:
        raise ValueError(f"not a certificate revocation list: {error}") from error
    return crl


def _checked(path: Path, load: Callable[[bytes], object]) -> bytes:
    raw = path.read_bytes()
    try:
        load(raw)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return raw


def _issued(card: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether an authority signed a certificate: name, signature, and the right to sign others."""
    try:
        if not issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        card.verify_directly_issued_by(issuer)
    except (*_UNREADABLE, InvalidSignature, x509.ExtensionNotFound):
        return False
    return True


def _valid_on(certificate: x509.Certificate, on: date) -> bool:
    # A reading has a day, not an hour: the day counts when any of it lies in the period.
    first, last = datetime.combine(on, time.min, UTC), datetime.combine(on, time.max, UTC)
    return certificate.not_valid_before_utc <= last and first <= certificate.not_valid_after_utc


def _dates(certificate: x509.Certificate) -> str:
    return f"{certificate.not_valid_before_utc.date()} to {certificate.not_valid_after_utc.date()}"
