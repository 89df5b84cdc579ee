"""Names to images and readers: what IMAGE|READER means on the command line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from emulator.cps import HolderImage
from emulator.image import Image, ImageError, build_card, builtin_names, dump_image, load_image
from emulator.pki import PkiError
from emulator.readers import InProcessReader
from emulator.recording import RecordingError, ReplayCard, is_recording, open_replay
from reader_core.connections import TIMEOUT_S, open_connection, open_slots
from reader_core.iso7816 import Card, Connection, TransportError
from vitale_testbed.problems import Problem
from vitale_testbed.replaying import ReplayConnection
from vitale_testbed.reporting_errors import image_problem, pki_problem, recording_problem, transport_problem

_READER_PREFIXES = ("pcsc:", "socket:")


@dataclass(frozen=True, slots=True)
class OpenedCard:
    """A card ready to be read, and where it came from.

    Attributes:
        connection: what a reader core takes.
        image: the image it was built from; None when the card sits in a reader.
        path: the file of the image; None for a built-in one.
        card: the card object behind the connection, to save its state; None when it sits in a reader.
    """

    connection: Connection
    image: Image | None = None
    path: Path | None = None
    card: object = None

    @property
    def masked(self) -> bool:
        """Whether it is the replay of a masked recording, whose certificates cannot be verified."""
        return isinstance(self.card, ReplayCard) and self.card.masked


def image_kind(image: Image) -> Literal["vitale", "cps"]:
    """Tell whose card an image is: `vitale`, or `cps` for every card of the CPS family."""
    return "cps" if isinstance(image, HolderImage) else "vitale"


def is_reader(name: str) -> bool:
    """Tell a reader from an image: `pcsc:...`, `socket:...`, or a name that is neither a built-in image nor a file."""
    if name.startswith(_READER_PREFIXES):
        return True
    if name in builtin_names() or Path(name).exists() or is_recording(name):
        return False
    return not name.endswith(".toml") and "/" not in name and " " in name


def open_cards(vitale: str, cps: str | None, timeout_s: float = TIMEOUT_S) -> tuple[OpenedCard, OpenedCard | None]:
    """Open both slots. The same PC/SC reader given twice means the two slots of one reader.

    Args:
        vitale: IMAGE|READER for the Vitale, as for `open_card`.
        cps: the same for the professional card; None for none.
        timeout_s: seconds that a card in a reader has for each answer.

    Raises:
        Problem: as `open_card`, or a reader of one slot is given twice.
    """
    if cps == vitale and is_reader(vitale):
        try:
            first, second = open_slots(vitale, cps, timeout_s)
        except ValueError as error:
            raise _no_reader(vitale, error) from error
        return OpenedCard(first), None if second is None else OpenedCard(second)
    first_card = open_card(vitale, "Vitale", timeout_s)
    return first_card, None if cps is None else open_card(cps, "CPS", timeout_s)


def open_card(name: str, slot: str, timeout_s: float = TIMEOUT_S) -> OpenedCard:
    """Open IMAGE|READER.

    Args:
        name: the name of a built-in image, the path of an image or of a recording (`.apdu`), `pcsc:NAME`,
            `socket:HOST:PORT`, or a PC/SC reader's name.
        slot: `Vitale` or `CPS`, for messages.
        timeout_s: seconds that a card in a reader has for each answer.

    Raises:
        Problem: there is no such image or reader, or it cannot be used.
    """
    if is_reader(name):
        try:
            return OpenedCard(open_connection(name, timeout_s))
        except TransportError as error:
            raise transport_problem(error) from error
        except ValueError as error:
            raise _no_reader(name, error) from error
    if is_recording(name):
        replay = open_recording(name, slot.lower())
        return OpenedCard(ReplayConnection(InProcessReader(f"{slot} ({name})", replay).connect(), replay), card=replay)
    try:
        image = load_image(name)
        card = build_card(image)
    except ImageError as error:
        raise image_problem(error) from error
    except PkiError as error:
        raise pki_problem(error) from error
    path = None if name in builtin_names() else Path(name)
    return OpenedCard(InProcessReader(f"{slot} ({name})", card).connect(), image, path, card)


def _no_reader(name: str, error: ValueError) -> Problem:
    return Problem(
        f"{name!r} is no reader: {error}", code="bad_reader", next_step="write pcsc:NAME or socket:HOST:PORT"
    )


def open_recording(name: str, slot: str = "") -> ReplayCard:
    """Make the card that a recording's name means; see `emulator.recording.open_replay`.

    Raises:
        Problem: there is no such recording, or it has no such card.
    """
    try:
        return open_replay(name, slot)
    except RecordingError as error:
        raise recording_problem(error) from error


def make_card(name: str) -> Card:
    """Make the card of an image or of a recording.

    Raises:
        Problem: it is a recording that cannot be used.
        ImageError: there is no such image, or it cannot be used.
    """
    return open_recording(name) if is_recording(name) else build_card(load_image(name))


__all__ = [
    "OpenedCard",
    "dump_image",
    "image_kind",
    "is_reader",
    "make_card",
    "open_card",
    "open_cards",
    "open_recording",
]
