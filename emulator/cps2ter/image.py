"""The image of a CPS2ter card, which has no certificates and keys: how its keys are used is not public."""

from __future__ import annotations

from emulator.cps.image import CodesImage


class Cps2terImage(CodesImage, frozen=True, kw_only=True, tag_field="profile", tag="cps2ter"):
    """A CPS2ter card: identity, profession, activities and billing situations behind class A0."""
