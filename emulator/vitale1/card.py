"""The carte Vitale 1 as a card.

Neither the commands nor the zones of a real Vitale 1 are public. Only the ATRs are (observed), and that a family of 19
fits on it. So the card answers the commands of our Vitale 2 and holds the same files, but for the Adèle application,
which belongs to the later card (basis of everything here: assumption).
"""

from __future__ import annotations

from pathlib import Path

from emulator.card import CardSystem
from emulator.vitale1.image import Vitale1Image
from emulator.vitale2.card import vitale_card
from reader_core.layouts import MF_VITALE, VITALE

APPLICATIONS = (VITALE, MF_VITALE)
"""What our Vitale 1 has (assumption)."""


def build_vitale1(image: Vitale1Image, base: Path | None = None) -> CardSystem:
    """Make a card from an image.

    Args:
        image: what the card says.
        base: folder that relative paths of authorities start from.

    Raises:
        ValueError: a key cannot be computed.
        reader_core.layouts.LayoutError: the records do not fit their files.
        emulator.pki.PkiError: an authority cannot be found.

    """
    return vitale_card(image, base, APPLICATIONS)
