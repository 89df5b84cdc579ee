"""The virtual carte Vitale 2: its image, and the card that is made of it."""

from emulator.vitale2.card import build_vitale2
from emulator.vitale2.image import ATR, PUBLIC_ATRS, VitaleImage

__all__ = ["ATR", "PUBLIC_ATRS", "VitaleImage", "build_vitale2"]
