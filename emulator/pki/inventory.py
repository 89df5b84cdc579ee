"""What certificates a folder holds, and what each is worth on a day: good, expired, revoked, of nobody trusted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from emulator.pki import REVOCATION_LISTS, TRUSTED_ROOTS, PkiError
from emulator.pki.attributes import CpxAttributes

_NOT_CERTIFICATES = (".key.pem", ".crl.pem")
_NEXT_STEP = "Make a folder of certificates with `vitale pki new DIR`."


class State(StrEnum):
    """What a certificate is worth."""

    GOOD = "good"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    UNTRUSTED = "untrusted"
    """Its chain ends at a root that nobody trusts."""
    NO_ISSUER = "no issuer"
    """Who signed it is not in the folder."""


@dataclass(frozen=True, slots=True)
class CertificateEntry:
    """One certificate of a folder.

    Attributes:
        name: The file without `.pem`.
        subject: Common name; of a card's holder, surname and given name before it.
        card: CPS, CPF, CPE, CDE or CPA, "unknown" for another type, "technical" for a card without its holder; None for an
            authority.
        serial: The certificate's number.
        issuer: Common name of who signed it.
        first: First day of validity.
        last: Last day of validity.
        state: What it is worth on the day that was asked for.
        has_key: Whether its private key lies beside it.
    """

    name: str
    subject: str
    card: str | None
    serial: int
    issuer: str
    first: date
    last: date
    state: State
    has_key: bool


def inventory(directory: Path, on: date) -> tuple[CertificateEntry, ...]:
    """List the certificates of a folder; `root.pem` is what is trusted.

    Args:
        directory: A folder as `generate` makes it.
        on: The day, its end in UTC, on which they are judged.

    Returns:
        Authorities first, then cards, each by name.

    Raises:
        PkiError: There is no such folder, no certificate in it, or a file that should be one and is not.
    """
    if not directory.is_dir():
        raise PkiError(str(directory), "no such folder", _NEXT_STEP)
    found = {
        path.name.removesuffix(".pem"): _certificate(path)
        for path in sorted(directory.glob("*.pem"))
        if not path.name.endswith(_NOT_CERTIFICATES)
    }
    if not found:
        raise PkiError(str(directory), "no certificate in it", _NEXT_STEP)
    judge = _Judge(found, _revoked(directory, found.values(), on), datetime.combine(on, time.max, UTC))
    entries = (_entry(name, certificate, directory, judge) for name, certificate in found.items())
    return tuple(sorted(entries, key=lambda entry: (entry.card is not None, entry.name)))


@dataclass(frozen=True, slots=True)
class _Judge:
    certificates: Mapping[str, x509.Certificate]
    revoked: frozenset[tuple[x509.Name, int]]
    moment: datetime

    def state(self, name: str, seen: frozenset[str] = frozenset()) -> State:
        """Judge one certificate: itself first, then who issued it."""
        certificate = self.certificates[name]
        if (certificate.issuer, certificate.serial_number) in self.revoked:
            return State.REVOKED
        if self.moment < certificate.not_valid_before_utc:
            return State.NOT_YET_VALID
        if self.moment.replace(microsecond=0) > certificate.not_valid_after_utc:
            return State.EXPIRED
        issuer = self._issuer(certificate)
        if issuer is None or name in seen:
            return State.NO_ISSUER
        if issuer == name:
            return State.GOOD if name in TRUSTED_ROOTS else State.UNTRUSTED
        return self.state(issuer, seen | {name})

    def _issuer(self, certificate: x509.Certificate) -> str | None:
        return next((name for name, other in self.certificates.items() if _issued(certificate, other)), None)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise PkiError(
            str(path), f"not a PEM certificate ({error})", "Take it out of the folder, or make it again."
        ) from error


def _revoked(directory: Path, certificates: Iterable[x509.Certificate], on: date) -> frozenset[tuple[x509.Name, int]]:
    """Issuer and number of what the revocation lists of the folder have revoked by that day, if their issuer signed them."""
    revoked: set[tuple[x509.Name, int]] = set()
    issuers = list(certificates)
    for name in REVOCATION_LISTS:
        path = directory / f"{name}.pem"
        if not path.exists():
            continue
        try:
            crl = x509.load_pem_x509_crl(path.read_bytes())
        except (OSError, ValueError) as error:
            raise PkiError(str(path), f"not a revocation list ({error})", "Take it out, or make it again.") from error
        if not any(one.subject == crl.issuer and _signed(crl, one) for one in issuers):
            raise PkiError(str(path), "not signed by an authority of the folder", "Take it out, or make it again.")
        revoked |= {(crl.issuer, entry.serial_number) for entry in crl if entry.revocation_date_utc.date() <= on}
    return frozenset(revoked)


def _signed(crl: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    try:
        return crl.is_signature_valid(authority.public_key())  # pyright: ignore[reportArgumentType] - a TypeError if not
    except (TypeError, ValueError):
        return False


def _entry(name: str, certificate: x509.Certificate, directory: Path, judge: _Judge) -> CertificateEntry:
    subject = " ".join(
        part
        for oid in (NameOID.SURNAME, NameOID.GIVEN_NAME, NameOID.COMMON_NAME)
        if (part := _attribute(certificate.subject, oid))
    )
    return CertificateEntry(
        name=name,
        subject=subject,
        card=_card(certificate),
        serial=certificate.serial_number,
        issuer=_attribute(certificate.issuer, NameOID.COMMON_NAME),
        first=certificate.not_valid_before_utc.date(),
        last=certificate.not_valid_after_utc.date(),
        state=judge.state(name),
        has_key=(directory / f"{name}.key.pem").is_file(),
    )


def _card(certificate: x509.Certificate) -> str | None:
    attributes = CpxAttributes.of(certificate)
    if attributes is not None:
        return attributes.name.value if attributes.name else "unknown"
    return None if _is_authority(certificate) else "technical"


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return True  # an old root says nothing of itself


def _attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    return " ".join(str(one.value) for one in name.get_attributes_for_oid(oid))
