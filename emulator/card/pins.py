"""Reference data that a person knows: PIN and PUK, with counters that survive reset and power."""

from __future__ import annotations

import hmac

from emulator.card.access import ALWAYS, NEVER, AccessRule


class PinObject:
    """A PIN or an unblocking code (PUK).

    A value may be sent bare or padded to `length`; anything longer, or shorter than `minimum`, is a format error that
    costs no try.

    Args:
        reference: the P2 that names it: 1 to 31 for a PIN of the whole card, 81 to 9F (hexadecimal) for one of a DF.
        value: the secret, without padding.
        tries: how often in a row it may be wrong.
        length: the length it is padded to.
        minimum: least length of a value.
        pad: the padding byte.
        puk: reference of the code that unblocks it; None when nothing does.
        uses: how often it may be used to unblock; None for no limit. Only for a PUK.
        change: who may set a new value without giving the old one (CHANGE REFERENCE DATA, P1=01).
        unblock: who may reset the counter without giving the PUK (RESET RETRY COUNTER, P1=02 and 03).
        grants: the name in the security state; `pin:<reference>` unless given.

    Attributes:
        tries_left: persistent; 0 is blocked.
        uses_left: persistent; None for no limit.

    Raises:
        ValueError: a value that does not fit, or counters out of range.
    """

    def __init__(
        self,
        reference: int,
        value: bytes,
        tries: int = 3,
        *,
        length: int = 8,
        minimum: int = 4,
        pad: int = 0xFF,
        puk: int | None = None,
        uses: int | None = None,
        change: AccessRule | None = None,
        unblock: AccessRule = NEVER,
        grants: str | None = None,
    ) -> None:
        if not 1 <= reference & 0x1F or reference & 0x60 or reference > 0xFF:
            raise ValueError(f"a reference is 01 to 1F or 81 to 9F, not {reference:02X}")
        if not 1 <= tries <= 15:
            raise ValueError(f"63Cx counts 1 to 15 tries, not {tries}")
        if not minimum <= len(value) <= length or value.endswith(bytes((pad,))):
            raise ValueError(f"a value has {minimum} to {length} bytes and no padding")
        self.reference = reference
        self.value = bytes(value)
        self.tries = tries
        self.length = length
        self.minimum = minimum
        self.pad = pad
        self.puk = puk
        self.uses = uses
        self.change = change if change is not None else NEVER
        self.unblock = unblock
        self.grants = grants or f"pin:{reference}"
        self.tries_left = tries
        self.uses_left = uses
