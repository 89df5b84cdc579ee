"""The virtual CPS4: the ChipDoc application in logical channel 1, the CPS2ter volume in channel 0."""

from emulator.cps4.card import Cps4Card, build_cps4
from emulator.cps4.image import CPS4_ATRS, Cps4Image

__all__ = ["CPS4_ATRS", "Cps4Card", "Cps4Image", "build_cps4"]
