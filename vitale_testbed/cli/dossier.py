"""What `vitale report` does with a dossier: the signer, the PDF, and `--verify`."""

import os
import re
import sys
from pathlib import Path

import click

from reader_core.formats.errors import FormatError
from reader_core.formats.sheet import pdf
from reports.vitale.dossier import Checked, DossierError, Signer, SigningError, check_dossier, load_signer
from reports.vitale.dossier.signature import PasswordNeededError
from reports.vitale.values import plain
from vitale_testbed.problems import ExitCode, Problem

PASSWORD = "VITALE_SIGN_PASSWORD"  # noqa: S105 - the name of a variable
_SHORTEST = 16
_ON_COVER = "type what stands on the cover of dossier.pdf"


def check_printer() -> None:
    """Say that no PDF can be made here, before the work for it is done.

    Raises:
        Problem: An extra is missing.
    """
    try:
        pdf.check()
    except FormatError as error:
        raise Problem(error.message, code=error.code, next_step=error.next_step) from error


def signer_of(key: Path | None, certificate: Path | None) -> Signer | None:
    """Return who signs, or None where no key was given; asks for a password that is needed and was not given.

    Raises:
        Problem: The key or the certificate cannot be used.
    """
    if key is None:
        if certificate is not None:
            raise Problem("--sign-certificate needs --sign", code="usage", next_step="give the key with --sign FILE")
        return None
    given = os.environ.get(PASSWORD)
    try:
        try:
            return load_signer(key, certificate, given.encode() if given else None)
        except PasswordNeededError:
            if not sys.stdin.isatty():
                raise
            typed = click.prompt(f"Password of {key}", hide_input=True)
            return load_signer(key, certificate, str(typed).encode())
    except SigningError as error:
        raise Problem(error.reason, code="bad_signer", next_step=error.next_step) from error


def verify(path: Path, manifest: str | None, trusted: Path | None) -> int:
    """Check a dossier and say what was found.

    Returns:
        0 when it is as it was made, 1 when something was changed.

    Raises:
        Problem: It is no dossier, or what it is to be compared with cannot be used.
    """
    asked = "" if manifest is None else _hex(manifest)
    if manifest is not None and not asked:  # a variable of a script that nobody set: nothing would be compared
        raise Problem("--manifest-sha256 is empty", code="usage", next_step=_ON_COVER)
    try:
        checked = check_dossier(path, trusted=trusted)
        if not asked and not checked.findings and not checked.trusted and sys.stdin.isatty() and sys.stdout.isatty():
            question = "First 16 digits or more of the SHA-256 on the cover of dossier.pdf (Enter to go without)"
            asked = _hex(str(click.prompt(question, default="", show_default=False)))
        checked = check_dossier(path, asked, trusted)
    except DossierError as error:
        raise Problem(_line(f"{error.path}: {error.reason}"), code="bad_dossier", next_step=error.next_step) from error
    except SigningError as error:
        raise Problem(error.reason, code="bad_signer", next_step=error.next_step) from error
    _tell(path, checked, compared=bool(asked))
    return ExitCode.REFUSED if checked.findings else ExitCode.OK


def _hex(text: str) -> str:
    digits = "".join(text.split())
    if digits and (not re.fullmatch(r"[0-9A-Fa-f]*", digits) or not _SHORTEST <= len(digits) <= 64):
        raise Problem(
            f"{text!r} is no SHA-256, nor the first {_SHORTEST} digits of one",
            code="usage",
            next_step=_ON_COVER,
        )
    return digits


def _line(text: str) -> str:
    """Return what a zip from anywhere says, so that it neither moves the cursor nor looks like a line of ours."""
    return "U+000A".join(plain(line) for line in text.split("\n"))


def _tell(path: Path, checked: Checked, *, compared: bool) -> None:
    for finding in checked.findings:
        click.echo(_line(f"{finding.file} {finding.reason}"))
    if checked.findings:
        click.echo(f"{path} is NOT as it was made: do not rely on it")
        return
    as_what = "its lists say" if checked.signer is None else "they were made"
    click.echo(f"{path}: {checked.files} files, all as {as_what}")
    told = "as given" if compared else "to be compared with the cover of dossier.pdf, or given with --manifest-sha256"
    click.echo(f"  manifest   {checked.manifest}\n             {told}")
    if checked.signer is None:
        click.echo(
            "  signature  none\n             nothing vouches for the dossier.pdf of this zip: read the one that you hold"
        )
        return
    click.echo(f"  signature  {_line(checked.signer)}\n             certificate {checked.certificate}")
    click.echo(
        "             by one of those trusted"
        if checked.trusted
        else "             whether to trust the signer was not asked: give --trust FILE"
    )
