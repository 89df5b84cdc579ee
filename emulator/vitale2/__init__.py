"""The virtual carte Vitale 2: its image, and the card that is made of it."""

from emulator.vitale2.card import build_vitale2
from emulator.vitale2.image import ATR, VitaleImage

__all__ = ["ATR", "VitaleImage", "build_vitale2"]
