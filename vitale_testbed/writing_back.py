"""A card's counters, saved in the image it came from."""

import os
import tempfile
from pathlib import Path

from emulator.cps3 import Cps3Card
from emulator.image import dump_image
from vitale_testbed.names import OpenedCard
from vitale_testbed.problems import Problem


def write_back_state(opened: OpenedCard) -> None:
    """Save the counters of a professional card in its file; built-in images and cards in readers are left alone.

    The file is replaced whole or not at all, so that a full disk or a power cut costs no card.

    Raises:
        Problem: the file cannot be written.
    """
    if opened.path is None or not isinstance(opened.card, Cps3Card) or opened.card.image == opened.image:
        return
    try:
        _replace(opened.path, dump_image(opened.card.image))
    except OSError as error:
        raise Problem(
            f"{opened.path}: the card's state cannot be saved: {error.strerror}",
            code="file_not_writable",
            next_step="make the file and its folder writable, or leave --write-back out",
        ) from error


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, text=True)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(path.stat().st_mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
