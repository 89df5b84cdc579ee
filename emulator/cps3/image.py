"""The image of a CPS3: what its file says under `profile = "cps3"`."""

import msgspec

from emulator.cps.image import CodesImage


class CpsCredentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the card's certificates and keys come from.

    Each value is `builtin:NAME` for one of the test PKI (`emulator.pki`), or the path of a PEM file relative to the
    image's file.

    Attributes:
        authentication: Certificate of key 82.
        authentication_key: RSA private key of 2048 bits that belongs to it.
        signature: Certificate of key 81.
        signature_key: RSA private key of 2048 bits that belongs to it.
        issuer: Certificate of the authority that issued both.
    """

    authentication: str
    authentication_key: str
    signature: str
    signature_key: str
    issuer: str = "builtin:ca"


class CpsImage(CodesImage, frozen=True, kw_only=True, tag_field="profile", tag="cps3"):
    """A CPS3 contact card.

    Attributes:
        credentials: References of certificates and keys.
    """

    credentials: CpsCredentials
