"""What the images of all cards of the CPS family say before they become cards.

An image is data: records, and the state of the secret codes. It is what a TOML file of `emulator/images` holds.
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


class HolderImage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Any card of the family.

    Attributes:
        title: One line for a person who chooses a card.
        records: What the card says of its holder.
        numero_serie: Eight digits; the card's number (PAN) is 8025000001, these, and a Luhn digit.
    """

    title: str
    records: CpsRecords
    numero_serie: Digits8


class CodesImage(HolderImage, frozen=True, kw_only=True):
    """A card with secret codes.

    Attributes:
        pin: Secret code of the holder, four digits.
        puk: Unblocking code, eight digits.
        state: Counters, written back after use.
    """

    pin: Digits4 = "1234"
    puk: Digits8 = "12345678"
    state: CpsState = CpsState()
