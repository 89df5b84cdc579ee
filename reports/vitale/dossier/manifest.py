"""The lists of a dossier: which files it has, and the SHA-256 of each.

There are two, both in the format of ``sha256sum``, so that nobody needs this program to check them. `MANIFEST` names every file that
the evidence consists of; its own hash is printed on the cover of the PDF. `SEAL` names the manifest and the PDF, which could not be
in a list whose hash it shows; a signature is over the seal, and so over everything.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from reports.vitale.pictures import FILE_NAME, FOLDER

MANIFEST = "MANIFEST.sha256"
SEAL = "SEAL.sha256"
SIGNATURE = "SEAL.sha256.p7s"
CERTIFICATE = "signer.pem"
DOCUMENT = "dossier.pdf"
EVENTS = "events.jsonl"

_HEADS = {
    MANIFEST: "# vitale-dossier/1: the files of the evidence. Check with: sha256sum -c MANIFEST.sha256",
    SEAL: "# vitale-dossier/1: the manifest and the document. Check with: sha256sum -c SEAL.sha256",
}
_LINE = re.compile(f"([0-9a-f]{{64}})  ((?:{FOLDER}/)?{FILE_NAME})")


class ListError(Exception):
    """A list that is not one, or not one that this program made: ``reason``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sha256(content: bytes) -> str:
    """Return the SHA-256 of a file, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def write_list(name: str, files: Mapping[str, bytes]) -> bytes:
    """Return a list of files, `MANIFEST` or `SEAL`."""
    return _written(name, {file: sha256(content) for file, content in files.items()})


def read_list(name: str, content: bytes) -> dict[str, str]:
    """Return what a list says: name of a file -> its SHA-256.

    Every byte counts: what is not exactly as `write_list` would write it is refused.

    Raises:
        ListError: It is not.
    """
    try:
        lines = content.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise ListError("it is not text") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines[1:-1], 2):
        matched = _LINE.fullmatch(line)
        if matched is None or matched[2] in found:
            raise ListError(f"line {number} is not a SHA-256 and the name of a file")
        found[matched[2]] = matched[1]
    if not found or content != _written(name, found):
        raise ListError("it is not as this program writes it")
    return found


def _written(name: str, hashes: Mapping[str, str]) -> bytes:
    lines = [_HEADS[name], *(f"{hashes[file]}  {file}" for file in sorted(hashes))]
    return "".join(f"{line}\n" for line in lines).encode("ascii")
