"""Screenshots: taken for what their bytes say, whatever they are called, and kept beside the stream."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.testimony import Attachment
from reader_core.errors import ErrorText
from vitale_testbed.consult.refusals import Refusal, RefusedError

FOLDER: Final = "screenshots"
MEDIA_TYPES: Final = frozenset({"image/png", "image/jpeg"})
MOST: Final = 5 * 1024 * 1024
"""Bytes of one; a screen of 4K as PNG has about 1 MiB."""
_SIDE: Final = 16_384
_NAME: Final = 120

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SIZES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG markers of frame headers, which have the size (ISO/IEC 10918-1, B.2.2)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What the bytes say: the media type, the end of a file's name, and pixels."""

    media_type: str
    suffix: str
    width: int
    height: int


def look(content: bytes) -> Picture:
    """Tell what a picture is.

    Raises:
        RefusedError: `not_a_picture`: neither PNG nor JPEG, cut, empty or larger than a screen.
    """
    size = _png_size(content) if content.startswith(_PNG) else _jpeg_size(content)
    if size is None or not all(0 < side <= _SIDE for side in size):
        raise RefusedError(_NOT_A_PICTURE)
    kind = ("image/png", "png") if content.startswith(_PNG) else ("image/jpeg", "jpg")
    return Picture(*kind, *size)


def keep(folder: Path, case_id: str, reading: int, name: str, content: bytes) -> Attachment:
    """Write a screenshot below the folder of a stream; the same one twice is one file.

    Args:
        folder: of the stream.
        case_id: ``VIT-MIN-003/2``.
        reading: from 1.
        name: what it is called where it comes from; kept as words only.
        content: the file.

    Raises:
        RefusedError: `not_a_picture`, or `not_kept` when the disk does not take it.
    """
    picture = look(content)
    digest = hashlib.sha256(content).hexdigest()
    file = f"{FOLDER}/{case_id.replace('/', '-')}-{reading}-{digest[:12]}.{picture.suffix}"
    path = folder / file
    new = path.with_name(f".{path.name}")
    try:
        path.parent.mkdir(exist_ok=True)
        new.write_bytes(content)
        new.replace(path)
    except OSError as error:
        raise RefusedError(
            Refusal(
                "not_kept",
                507,
                ErrorText(
                    "The screenshot could not be written.",
                    "La capture n'a pas pu être enregistrée.",
                    "Make room on the disk, then try again; the answers are kept.",
                    "Libérez de la place sur le disque, puis réessayez ; les réponses sont gardées.",
                ),
                str(error.strerror),
            )
        ) from error
    return Attachment(
        file=file,
        name="".join(each for each in name if each.isprintable())[:_NAME],
        media_type=picture.media_type,
        sha256=digest,
        size=len(content),
        width=picture.width,
        height=picture.height,
        reading=reading,
    )


def _png_size(content: bytes) -> tuple[int, int] | None:
    """Width and height (PNG specification, 11.2.1), if the file goes to its end, chunk by chunk."""
    at, size = len(_PNG), None
    while at + 12 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if kind == b"IHDR" and length == 13:
            size = int.from_bytes(content[at + 8 : at + 12]), int.from_bytes(content[at + 12 : at + 16])
        at += 12 + length
        if kind == b"IEND":
            return size if at <= len(content) else None
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of the first frame (ISO/IEC 10918-1, annex B), if the file has an end."""
    if not content.startswith(b"\xff\xd8\xff") or b"\xff\xd9" not in content[-64:]:
        return None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker in _SIZES:
            return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        if length < 2:
            return None
        at += 2 + length
    return None


_NOT_A_PICTURE: Final = Refusal(
    "not_a_picture",
    415,
    ErrorText(
        "This file is no whole PNG or JPEG picture of a screen.",
        "Ce fichier n'est pas une image PNG ou JPEG entière.",
        "Save the screenshot as PNG or JPEG and choose it again.",
        "Enregistrez la capture en PNG ou en JPEG, puis choisissez-la à nouveau.",
    ),
)
