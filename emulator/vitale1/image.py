"""The image of a carte Vitale 1: the tables of a Vitale 2, under another profile and with other ATRs."""

from __future__ import annotations

from emulator.vitale2.image import VitaleImage
from emulator.vitale2.sections import Vitale1Atr

ATR = "3F65250052096A9000"
"""The ATR that public lists call "French carte Vitale": inverse convention, T=0 (observed: pcsc-tools)."""

PUBLIC_ATRS = (
    "3F6525002209F99000",
    "3F6525002209699000",
    "3F6525002C09F99000",
    "3F6525002C09699000",
    "3F65250052096A9000",
    "3F652500A3096A9000",
    "3F652500A4096A9000",
)
"""Every ATR that pcsc-tools' smartcard_list.txt gives a Vitale 1 (observed)."""


class Vitale1Image(VitaleImage, frozen=True, kw_only=True, tag_field="profile", tag="vitale1"):
    """A carte Vitale 1: everything a Vitale 2's image says, with an ATR of its own.

    Attributes:
        atr: Answer to reset, hexadecimal: one of the seven that public lists have.

    """

    atr: Vitale1Atr = ATR
