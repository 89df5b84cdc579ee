"""The CPS2ter command set and volume (class A0, 9Fxx, 98xx), and the older card that has nothing else."""

from emulator.cps2ter.card import ATR, Cps2terCard, build_cps2ter
from emulator.cps2ter.files import volume_files
from emulator.cps2ter.image import Cps2terImage
from emulator.cps2ter.volume import CLASS, Cps2terVolume

__all__ = ["ATR", "CLASS", "Cps2terCard", "Cps2terImage", "Cps2terVolume", "build_cps2ter", "volume_files"]
