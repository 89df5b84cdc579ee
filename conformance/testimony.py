"""What a person says of a product's screen: the answers as they were given, corrections and screenshots, as a stream keeps them."""

from __future__ import annotations

from typing import Literal

import msgspec

Outcome = Literal["data", "data_and_message", "refused", "broken", "impossible"]
"""What the product did: it shows the card's data, without or with a message; it shows none and says why; it crashed, hangs or
shows nonsense; or it cannot be brought into the situation at all."""

FieldState = Literal["shown", "nothing", "no_place"]
"""Whether the screen shows a value, leaves its place empty, or has no place for it."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen shows of one value.

    Attributes:
        state: Whether it is there.
        text: As the person typed it, or the code of a choice.
    """

    state: FieldState
    text: str = ""


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """What a person saw at one reading.

    Attributes:
        outcome: What the product did.
        reason: The code of the refusal that its message comes to, as the person understands it; empty without a message.
        message: The message, letter for letter; what the product did instead of answering; or why the case is impossible.
        fields: Path in the card object -> what the screen shows of it.
    """

    outcome: Outcome
    reason: str = ""
    message: str = ""
    fields: dict[str, Field] = {}


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A screenshot, kept beside the stream.

    Attributes:
        file: Its path from the stream's folder: ``screenshots/VIT-MIN-003-2-1-9f86d081884c.png``.
        name: What it was called where it came from.
        media_type: ``image/png`` or ``image/jpeg``, by its content.
        sha256: Of its content, 64 hex digits.
        size: Bytes.
        width: Pixels.
        height: Pixels.
        reading: Which reading of the case it shows, from 1.
    """

    file: str
    name: str
    media_type: str
    sha256: str
    size: int
    width: int
    height: int
    reading: int = 1


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """Answers that a person changed after the expected values were shown.

    Attributes:
        at: When, ISO 8601 in UTC.
        note: Why, in the person's words.
        verdict: What the case had ended with before.
        before: The answers before.
    """

    at: str
    note: str
    verdict: str
    before: tuple[Screen, ...]


class Testimony(msgspec.Struct, frozen=True, kw_only=True):
    """What stands behind a case that a person answered.

    Attributes:
        by: Who read the screen, in their own words.
        screens: The answers that were judged, one for each reading.
        corrections: Earlier answers, oldest first.
        attachments: Screenshots, in the order they were given.
    """

    by: str = ""
    screens: tuple[Screen, ...] = ()
    corrections: tuple[Correction, ...] = ()
    attachments: tuple[Attachment, ...] = ()
