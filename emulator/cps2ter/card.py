"""The CPS2ter card: class A0 and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from emulator.card import CardSystem, DedicatedFile
from emulator.cps.codes import holder_codes, kept_codes, restored_counters
from emulator.cps.number import card_number
from emulator.cps2ter.files import volume_files
from emulator.cps2ter.image import Cps2terImage
from emulator.cps2ter.volume import Cps2terVolume

ATR: Final = bytes.fromhex("3BAC00402A001225006480820212009000")
"""The older CPS (observed: pcsc-tools' list; which generation of the CPS2 family gives it is not public)."""


class Cps2terCard(CardSystem):
    """A CPS2ter card: everything through class A0; any other class is 6E00.

    Args:
        image: what the card says.
        random: source of challenges.

    Raises:
        LayoutError: the records do not fit their files.
    """

    def __init__(self, image: Cps2terImage, random: Callable[[int], bytes] = os.urandom) -> None:
        self._image = image
        volume = Cps2terVolume(volume_files(image.records, card_number(image.numero_serie)))
        super().__init__(
            atr=ATR,
            root=DedicatedFile(name="MF"),
            commands={},
            proprietary=volume.commands(),
            pins=holder_codes(image),
            random=random,
        )
        self.restore(restored_counters(image.state))

    @property
    def image(self) -> Cps2terImage:
        """The image as it is now, counters and PIN included: write it back to keep them."""
        return kept_codes(self._image, self)


def build_cps2ter(image: Cps2terImage) -> Cps2terCard:
    """Make a card from its image; see `Cps2terCard`."""
    return Cps2terCard(image)
