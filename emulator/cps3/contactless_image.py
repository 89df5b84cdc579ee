"""The image of a CPS3 seen without contact."""

from typing import Annotated

import msgspec

from emulator.cps.image import HolderImage

CONTACTLESS_ATR_PATTERN = "^3[Bb]8[Ff]80010031[Bb]86404[Bb]0[Ee][Cc][Cc]173940180(8290000[Ee]|[Ff]{6}[Ee]3)$"
CONTACTLESS_ATRS = ("3B8F80010031B86404B0ECC1739401808290000E", "3B8F80010031B86404B0ECC173940180FFFFFFE3")
"""The first is the usual one (observed: ANS Cryptolib, pcsc-tools), the second one list has for hospital cards (observed)."""


class TechnicalCredentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The one key that works without contact; the references are those of `CpsCredentials`.

    Attributes:
        technical: Certificate of the technical key.
        technical_key: RSA private key of 2048 bits that belongs to it.
        issuer: Certificate of the authority that issued it.
    """

    technical: str
    technical_key: str
    issuer: str = "builtin:ca"


class Cps3ContactlessImage(HolderImage, frozen=True, kw_only=True, tag_field="profile", tag="cps3-contactless"):
    """A CPS3 on the contactless side: its number, and the technical key.

    Attributes:
        atr: Answer to reset as PC/SC makes it up for the contactless side, hexadecimal: one of the two that are public.
        credentials: The technical certificate and key.
    """

    atr: Annotated[
        str, msgspec.Meta(pattern=CONTACTLESS_ATR_PATTERN, description="hexadecimal; a public ATR of this card")
    ] = CONTACTLESS_ATRS[0]
    credentials: TechnicalCredentials
