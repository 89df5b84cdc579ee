"""The virtual carte Vitale 1: public ATRs, our documented layout, up to 19 beneficiaries."""

from emulator.vitale1.card import build_vitale1
from emulator.vitale1.image import ATR, PUBLIC_ATRS, Vitale1Image

__all__ = ["ATR", "PUBLIC_ATRS", "Vitale1Image", "build_vitale1"]
