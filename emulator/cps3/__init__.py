"""The virtual CPS3, contact side."""

from emulator.cps3.card import ATR, Cps3Card, build_cps3
from emulator.cps3.image import CpsCredentials, CpsImage, CpsState

__all__ = ["ATR", "Cps3Card", "CpsCredentials", "CpsImage", "CpsState", "build_cps3"]
