"""Screenshots of a run that a person answered: read from beside the stream, and shown only as what the stream says they are."""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from conformance.events import CaseFinished
from conformance.testimony import Attachment

from .bilingual import Text

FOLDER = "screenshots"
"""The only folder, beside a stream, whose files are looked at."""

FILE_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
"""What a screenshot, and any other file of a dossier, may be called: a name that every list, zip and page can hold as it is."""

_BUDGET = 12_000_000
"""Bytes of pictures that are put into the page; the others are linked."""

_MOST = 5 * 1024 * 1024
_FILE = re.compile(f"{FOLDER}/{FILE_NAME}")
_BEGINNINGS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A screenshot as the page shows it.

    Attributes:
        attachment: As the stream has it.
        source: The picture itself as a data URL; empty when it is linked only, or not there.
        problem: Why it is not shown; None when it is.
    """

    attachment: Attachment
    source: str = ""
    problem: Text | None = None


def pictures(stream: Path, cases: Iterable[CaseFinished]) -> Mapping[str, tuple[Picture, ...]]:
    """Read the screenshots of cases, those that come first into the page.

    Args:
        stream: The ``events.jsonl``.
        cases: Those most in need of attention first.

    Returns:
        Id of a case -> its screenshots. A case without any is not there.
    """
    left = _BUDGET
    found: dict[str, tuple[Picture, ...]] = {}
    for case in cases:
        if case.testimony is None or not case.testimony.attachments:
            continue
        here: list[Picture] = []
        for attachment in case.testimony.attachments:
            picture = _read(stream.parent, attachment, left)
            left -= attachment.size if picture.source else 0
            here.append(picture)
        found[case.id] = tuple(here)
    return found


def attached(stream: Path, cases: Iterable[CaseFinished]) -> dict[str, bytes]:
    """Return the screenshots of cases that are as they were attached: their path from the stream's folder, and their content."""
    found: dict[str, bytes] = {}
    for case in cases:
        for attachment in case.testimony.attachments if case.testimony else ():
            content = _content(stream.parent, attachment)
            if isinstance(content, bytes):
                found[attachment.file] = content
    return found


def _read(folder: Path, attachment: Attachment, left: int) -> Picture:
    content = _content(folder, attachment)
    if isinstance(content, Text):
        return Picture(attachment, problem=content)
    if len(content) > left:
        return Picture(attachment)
    return Picture(attachment, f"data:{attachment.media_type};base64,{base64.b64encode(content).decode()}")


def _content(folder: Path, attachment: Attachment) -> bytes | Text:
    """Return the content of a screenshot, or why there is none to show."""
    name = PurePosixPath(attachment.file)
    beginning = _BEGINNINGS.get(attachment.media_type)
    # A stream comes from anywhere: it must not make a report of other files of this machine.
    if name.parts[:-1] != (FOLDER,) or "\\" in attachment.file or beginning is None:
        return Text("capture d'un autre endroit, non lue", "screenshot from elsewhere, not read")
    if not _FILE.fullmatch(attachment.file):
        return Text("capture au nom impossible, non lue", "screenshot of an impossible name, not read")
    path = folder / FOLDER / name.name
    try:
        if path.is_symlink() or path.stat().st_size > _MOST:
            return _CHANGED
        content = path.read_bytes()
    except OSError:
        return Text("capture absente", "screenshot missing")
    if hashlib.sha256(content).hexdigest() != attachment.sha256 or not content.startswith(beginning):
        return _CHANGED
    return content


_CHANGED = Text("capture modifiée depuis l'essai, non montrée", "screenshot changed since the test, not shown")
