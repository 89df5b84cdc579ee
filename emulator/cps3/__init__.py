"""The virtual CPS3, contact side."""

from emulator.cps3.image import CpsCredentials, CpsImage, CpsState

__all__ = ["CpsCredentials", "CpsImage", "CpsState"]
