"""The virtual CPS3: contact side, and contactless side."""

from emulator.cps.image import CpsState
from emulator.cps3.card import ATR, Cps3Card, build_cps3
from emulator.cps3.contactless import Cps3ContactlessCard, build_cps3_contactless
from emulator.cps3.contactless_image import CONTACTLESS_ATRS, Cps3ContactlessImage
from emulator.cps3.image import CpsCredentials, CpsImage

__all__ = [
    "ATR",
    "CONTACTLESS_ATRS",
    "Cps3Card",
    "Cps3ContactlessCard",
    "Cps3ContactlessImage",
    "CpsCredentials",
    "CpsImage",
    "CpsState",
    "build_cps3",
    "build_cps3_contactless",
]
