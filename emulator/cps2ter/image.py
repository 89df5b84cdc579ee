"""The image of a CPS2ter card: a CPS3's, without certificates and keys."""

from __future__ import annotations

from emulator.cps3.image import CpsCredentials, CpsImage

NO_CREDENTIALS = CpsCredentials(authentication="", authentication_key="", signature="", signature_key="", issuer="")
"""A card of this generation holds none here: how its keys are used is not public."""


class Cps2terImage(CpsImage, frozen=True, kw_only=True, omit_defaults=True, tag_field="profile", tag="cps2ter"):
    """A CPS2ter card: identity, profession, activities and billing situations behind class A0.

    Attributes:
        credentials: None of them is used; leave the table out.

    """

    credentials: CpsCredentials = NO_CREDENTIALS
