"""The image of a CPS4: a CPS3's, with an ATR of its own and the data object that its holder may write."""

from typing import Annotated

import msgspec

from emulator.cps3.image import CpsImage

CPS4_ATR_PATTERN = (
    "^(3[Bb]9[Bb]188001001225006480(04010000|00040100)9044|3[Bb][Dd][Cc]18[Ff][Ff]00001225006480000401009000)$"
)
CPS4_ATRS = (
    "3B9B188001001225006480040100009044",
    "3B9B188001001225006480000401009044",
    "3BDC18FF00001225006480000401009000",
)
"""Contact, release candidate, and the one that offers T=0 only (observed: ANS Cryptolib)."""

T0_ATR = CPS4_ATRS[2]

DATA_SIZE = 255
"""Most bytes of CPS_DATA (assumption)."""


class Cps4Image(CpsImage, frozen=True, kw_only=True, tag_field="profile", tag="cps4"):
    """A CPS4 contact card.

    Attributes:
        atr: Answer to reset, hexadecimal: one of the three that are public. The last one makes it a T=0 card, the others
            T=1.
        cps_data: CPS_DATA, the one object that can be written, hexadecimal; written back with the state.
    """

    atr: Annotated[str, msgspec.Meta(pattern=CPS4_ATR_PATTERN, description="hexadecimal; a public ATR of a CPS4")] = (
        CPS4_ATRS[0]
    )
    cps_data: Annotated[
        str, msgspec.Meta(pattern="^([0-9A-Fa-f]{2})*$", max_length=2 * DATA_SIZE, description="hexadecimal")
    ] = ""
