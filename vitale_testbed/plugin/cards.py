"""Virtual cards for a test: made from an image, changed, watched."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from emulator.cps3 import Cps3Card
from emulator.faults import CardReplacedError, Fault, FaultyCard, parse_fault
from emulator.image import Image, build_card, load_image, patch_image
from emulator.readers import TracedCard
from emulator.recording import ReplayCard, is_recording, open_replay
from reader_core.iso7816 import Card
from vitale_testbed.names import image_kind
from vitale_testbed.plugin.log import ApduLog

Changes: TypeAlias = Mapping[str, object]
"""New values by path, as in `emulator.image.patch_image`: `{"assure.regime": "05"}`."""

NO_CHANGES: Final[Changes] = {}


class VirtualCard:
    """A virtual card that remembers what it was asked. It is a `reader_core.iso7816.Card`.

    A test may talk to it as a reader does, or put it in a slot. It keeps its counters from one slot to the next.

    Args:
        card: the card behind it.
        slot: what its entries in the log are called.
        log: where they go.
        image: what it was built from, for messages and for `image`.
    """

    def __init__(self, card: Card, slot: str, log: ApduLog, image: Image | None = None) -> None:
        self._bare = card
        self._faulty = FaultyCard(card)
        self._card = TracedCard(self._faulty, slot, log.record)
        self._slot = slot
        self._image = image
        self.log = log
        if isinstance(card, ReplayCard):
            log.follow(card)

    @property
    def inner(self) -> Card:
        """The card behind this one: for a recording, the `ReplayCard` with its `divergences`."""
        return self._bare

    @property
    def image(self) -> Image:
        """The image of the card; a CPS gives the one it is now, with what is left of its counters.

        Raises:
            ValueError: the card was not built from an image.
        """
        if self._image is None:
            raise ValueError("this card was not built from an image")
        return self._bare.image if isinstance(self._bare, Cps3Card) else self._image

    @property
    def title(self) -> str:
        """What the image says the card is; the ATR of a card without one."""
        return self._bare.atr.hex(" ").upper() if self._image is None else self._image.title

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._card.atr

    def power_on(self) -> bytes:
        """Apply power: a cold reset. Returns the ATR."""
        return self._card.power_on()

    def reset(self) -> bytes:
        """A warm reset. Returns the ATR."""
        return self._card.reset()

    def power_off(self) -> None:
        """Cut the power: what was selected and verified is lost, counters stay."""
        self._card.power_off()

    def transmit(self, command: bytes) -> bytes:
        """Answer one command APDU, or break as the faults that are armed say.

        Raises:
            CardReplacedError: another card is in the slot by now.
            TransportError: as the faults say.
        """
        try:
            return self._card.transmit(command)
        except CardReplacedError as swapped:
            raise CardReplacedError(VirtualCard(swapped.other, self._slot, self.log)) from None

    def arm(self, fault: str | Fault) -> None:
        """Make the card break from now on.

        Args:
            fault: `"removed:after=3"`, as `emulator.faults.parse_fault` reads it, or a `Fault`.

        Raises:
            FaultError: there is no such fault, or it has no such parameter or value.
        """
        self._faulty.arm(parse_fault(fault) if isinstance(fault, str) else fault)

    def disarm(self) -> None:
        """Mend the card: all faults are gone, and one that was pulled can be inserted again."""
        self._faulty.disarm()

    def __repr__(self) -> str:
        return f"<VirtualCard {self.title}>"


CardSource: TypeAlias = str | Path | Image | Card
"""What a card may be given as: a built-in image's name, the path of an image or of a recording, an image, or a card."""


def virtual_card(
    source: CardSource = "specimen", *, changes: Changes = NO_CHANGES, slot: str = "", log: ApduLog | None = None
) -> VirtualCard:
    """Make a card. Every call makes a new one, but a `VirtualCard` is given back as it is.

    Args:
        source: a built-in image's name, the path of an image or of a recording (`read.apdu`, `read.apdu#cps`,
            `lenient:read.apdu`), an image, or a card of your own.
        changes: new values by path: `{"assure.regime": "05"}`.
        slot: what its entries in the log are called; "vitale" or "cps" by the card's kind unless given.
        log: where they go; a log of its own unless given.

    Raises:
        ImageError: there is no such image, or a change does not fit it.
        RecordingError: there is no such recording, or it has no such card.
        ValueError: changes for something that is not an image.
    """
    if isinstance(source, (str, Path)) and is_recording(str(source)):
        source = open_replay(str(source), slot)
    if isinstance(source, VirtualCard):
        if changes:
            raise ValueError("a card that is made already cannot be changed: give its image")
        return source
    log = ApduLog() if log is None else log
    if not isinstance(source, (str, Path, msgspec.Struct)):
        if changes:
            raise ValueError("only an image can be changed: give its name, its path, or the image")
        return VirtualCard(source, slot or "vitale", log)
    image = load_image(source) if isinstance(source, (str, Path)) else source
    image = patch_image(image, changes) if changes else image
    return VirtualCard(build_card(image), slot or image_kind(image), log, image)
