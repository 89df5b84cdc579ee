"""The image of a CPS3: what its file says before it becomes a card.

An image is data: records, references of certificates and keys, and the state of the secret codes. It is what a
TOML file of `emulator/images` holds under `profile = "cps3"`.
"""

from typing import Annotated

import msgspec

from reader_core.records.cps import CpsRecords

PIN_TRIES = 3
"""Wrong PINs before the card blocks (observed: dumps of the PIN object of a CPS3)."""

PUK_TRIES = 10
"""Wrong unblocking codes before they block too (observed: maximum 0A in the same dumps)."""

PUK_USES = 100
"""Unblockings in the life of a card (observed: remaining 64, hexadecimal, in the same dumps)."""

Digits4 = Annotated[str, msgspec.Meta(pattern="^[0-9]{4}$", description="four digits")]
Digits8 = Annotated[str, msgspec.Meta(pattern="^[0-9]{8}$", description="eight digits")]


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


class CpsState(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What outlives reset and power: the counters of the secret codes. A counter at zero means blocked.

    Attributes:
        pin_tries_left: Wrong PINs the card still takes, 0 to 3.
        puk_tries_left: Wrong unblocking codes the card still takes, 0 to 10.
        puk_uses_left: Unblockings left, 0 to 100.
    """

    pin_tries_left: Annotated[int, msgspec.Meta(ge=0, le=PIN_TRIES)] = PIN_TRIES
    puk_tries_left: Annotated[int, msgspec.Meta(ge=0, le=PUK_TRIES)] = PUK_TRIES
    puk_uses_left: Annotated[int, msgspec.Meta(ge=0, le=PUK_USES)] = PUK_USES


class CpsImage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="profile", tag="cps3"):
    """A CPS3 contact card.

    Attributes:
        title: One line for a person who chooses a card.
        records: What the card says of its holder.
        credentials: References of certificates and keys.
        numero_serie: Eight digits; the card's number (PAN) is 8025000001, these, and a Luhn digit.
        pin: Secret code of the holder, four digits.
        puk: Unblocking code, eight digits.
        state: Counters, written back after use.
    """

    title: str
    records: CpsRecords
    credentials: CpsCredentials
    numero_serie: Digits8
    pin: Digits4 = "1234"
    puk: Digits8 = "12345678"
    state: CpsState = CpsState()
