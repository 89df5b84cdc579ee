"""`vitale report --verify`: whether a dossier is as it was made, file by file."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from .manifest import CERTIFICATE, DOCUMENT, EVENTS, MANIFEST, SEAL, SIGNATURE, ListError, read_list, sha256
from .signature import SigningError, check_signature, fingerprint, name_of, trusted_by

_MOST = 1 << 30
"""Bytes of all files beyond which a dossier is not looked at: a zip can claim to hold more than there is memory."""

_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""How a file may be packed: a dossier's are deflated, and zip programs store what is short."""


class DossierError(Exception):
    """A file that is no dossier at all: what is wrong, and the next step."""

    def __init__(self, path: Path, reason: str, next_step: str) -> None:
        super().__init__(f"{path}: {reason}. {next_step}")
        self.path = path
        self.reason = reason
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a file of a dossier: its name, and a sentence."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A dossier that was checked.

    Attributes:
        findings: What is wrong; a dossier is as it was made when there is nothing.
        files: How many files it has.
        manifest: The SHA-256 of its manifest, which is on the cover of its document.
        signer: Who signed it, None where nobody did or the signature is wrong.
        certificate: The SHA-256 of the signer's certificate.
        trusted: Whether the signer is one of those trusted; None where nobody said whom to trust.
    """

    findings: tuple[Finding, ...]
    files: int
    manifest: str
    signer: str | None = None
    certificate: str = ""
    trusted: bool | None = None


def check_dossier(path: Path, manifest: str = "", trusted: Path | None = None) -> Checked:
    """Check every file of a dossier against its lists, and its signature.

    Args:
        path: The zip.
        manifest: The SHA-256 on the cover of the document, or its beginning: hex digits, spaces between them or not. A dossier made
            anew with other evidence has another one. Empty: not compared.
        trusted: PEM with the certificates of whom to trust as signer, or of their authorities.

    Raises:
        DossierError: It is no zip, or one without the lists of a dossier.
        SigningError: `trusted` cannot be read.
    """
    files, findings = _unzipped(path)
    if missing := [
        name for name in (MANIFEST, SEAL) if name not in files and not any(one.file == name for one in findings)
    ]:
        raise DossierError(
            path,
            f"a zip without {missing[0]}, which every dossier has",
            "Give a zip of `vitale report --format dossier`.",
        )
    sealed = _listed(SEAL, files, findings)
    before = len(findings)
    _compare(SEAL, sealed, {MANIFEST, DOCUMENT}, files, findings)
    odd = [one.file for one in findings[before:]]
    listed = _listed(MANIFEST, files, findings)
    signed = {CERTIFICATE} if SIGNATURE in files else set[str]()
    _compare(MANIFEST, listed, {EVENTS, *signed}, files, findings)
    known = {MANIFEST, DOCUMENT, SEAL, SIGNATURE, *listed}
    if listed:
        findings += [Finding(name, "is in no list of the dossier") for name in files if name not in known]
    if CERTIFICATE in listed and SIGNATURE not in files:
        findings.append(Finding(SIGNATURE, f"is missing, and the dossier has a {CERTIFICATE}"))
    hash_ = sha256(files.get(MANIFEST, b""))
    asked = "".join(manifest.split()).lower()
    if not hash_.startswith(asked):
        findings.append(Finding(MANIFEST, f"has the SHA-256 {hash_}, and {asked} was given"))
    who, is_trusted = _signer(files, trusted, findings)
    if odd and who is None:  # nothing but a signature can tell which of the two it was
        findings.append(Finding(SEAL, f"may be what was changed, rather than {' and '.join(odd)}"))
    unique = tuple(dict.fromkeys(findings))
    if who is None:
        return Checked(unique, len(files), hash_, trusted=is_trusted)
    return Checked(unique, len(files), hash_, name_of(who), fingerprint(who), is_trusted)


def _unzipped(path: Path) -> tuple[dict[str, bytes], list[Finding]]:
    again = "Give a zip of `vitale report --format dossier`."
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    try:
        with zipfile.ZipFile(path) as source:
            size = sum(entry.file_size for entry in source.infolist())
            if size > _MOST:
                raise DossierError(path, f"its files claim to have {size} bytes", again)
            for entry in source.infolist():
                if entry.filename in files:
                    findings.append(Finding(entry.filename, "is there twice"))
                if entry.compress_type not in _METHODS:
                    findings.append(Finding(entry.filename, "cannot be unpacked (no dossier is packed in this way)"))
                    continue
                try:
                    files[entry.filename] = source.read(entry)
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                    findings.append(Finding(entry.filename, f"cannot be unpacked ({error})"))
    except OSError as error:
        raise DossierError(path, f"cannot be read ({error.strerror or error})", again) from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise DossierError(path, f"is no zip ({error})", again) from error
    return files, findings


def _listed(name: str, files: dict[str, bytes], findings: list[Finding]) -> dict[str, str]:
    if name not in files:
        return {}
    try:
        return read_list(name, files[name])
    except ListError as error:
        findings.append(Finding(name, f"was changed: {error.reason}"))
        return {}


def _compare(
    name: str, listed: dict[str, str], needed: set[str], files: dict[str, bytes], findings: list[Finding]
) -> None:
    """Find what is not as a list says."""
    wrong = {one.file for one in findings}
    for file, digest in listed.items():
        if file not in files:
            if file not in wrong:
                findings.append(Finding(file, f"is missing; {name} lists it"))
        elif sha256(files[file]) != digest:
            findings.append(Finding(file, f"was changed: it is not the file that {name} lists"))
    if listed:
        findings += [Finding(file, f"is not listed in {name}") for file in sorted(needed - set(listed))]


def _signer(
    files: dict[str, bytes], trusted: Path | None, findings: list[Finding]
) -> tuple[x509.Certificate | None, bool | None]:
    """Return who signed, and whether they are trusted."""
    if SIGNATURE not in files or CERTIFICATE not in files or SEAL not in files:
        if trusted is not None:
            findings.append(Finding(SIGNATURE, "is missing: the dossier is not signed"))
        return None, None if trusted is None else False
    try:
        who = check_signature(files[SIGNATURE], files[SEAL], files[CERTIFICATE])
    except SigningError as error:
        findings.append(Finding(SIGNATURE, error.reason))
        return None, None if trusted is None else False
    if trusted is None:
        return who, None
    is_trusted = trusted_by(files[CERTIFICATE], trusted)
    if not is_trusted:
        findings.append(Finding(CERTIFICATE, f"{name_of(who)} is not in {trusted}, nor certified by one who is"))
    return who, is_trusted
