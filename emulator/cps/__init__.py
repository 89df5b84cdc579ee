"""What every card of the CPS family has: its image, its number, its secret codes; SELECT and credentials of those with keys."""

from emulator.cps.image import CodesImage, CpsState, HolderImage

__all__ = ["CodesImage", "CpsState", "HolderImage"]
