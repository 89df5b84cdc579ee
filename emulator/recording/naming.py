"""How a recording is named where an image may be: `read.apdu`, `read.apdu#cps`, `lenient:read.apdu`."""

from __future__ import annotations

import re

from emulator.recording.errors import RecordingError
from emulator.recording.parser import load_recording
from emulator.recording.replay import ReplayCard

SUFFIX = ".apdu"
LENIENT = "lenient:"
_NAME = re.compile(rf"(?P<path>.*{re.escape(SUFFIX)})(?:#(?P<slot>[^#/]*))?", re.DOTALL)
"""A `#` in the folder's or the file's own name is no mark of a slot."""


def is_recording(name: str) -> bool:
    """Whether a name means a recording: its file ends in `.apdu`, or `lenient:` stands before it."""
    return name.startswith(LENIENT) or _NAME.fullmatch(name) is not None


def open_replay(name: str, slot: str = "") -> ReplayCard:
    """Make the card that a name means.

    Args:
        name: the file; `#cps` after it names one of several cards, `lenient:` before it makes the replay lenient.
        slot: which card is meant where the name does not say so and the recording has several.

    Raises:
        RecordingError: there is no such file, it is no recording, or it has no such card.
    """
    bare = name.removeprefix(LENIENT)
    found = _NAME.fullmatch(bare)
    path, chosen = (bare, None) if found is None else (found["path"], found["slot"])
    recording = load_recording(path)
    several = len(recording.cards) > 1
    try:
        return ReplayCard(
            recording, chosen or (slot if several and slot else None), strict=not name.startswith(LENIENT)
        )
    except RecordingError as error:
        step = f"{error.next_step} Write {path}#NAME to choose." if several else error.next_step
        raise RecordingError(path, error.line, error.reason, step) from error
