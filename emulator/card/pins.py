"""Reference data that a person knows: PIN and PUK, with counters that survive reset and power."""

from __future__ import annotations

import hmac

from emulator.card.access import ALWAYS, NEVER, AccessRule
from emulator.card.counters import Counter
from emulator.card.files import DedicatedFile
from reader_core.iso7816 import SW, StatusWord, tries_left


class PinObject:
    """A PIN or an unblocking code (PUK).

    A value may be sent bare, or padded to exactly `length` bytes. Data longer than that or shorter than `minimum` is a
    format error that costs no try.

    Args:
        reference: the P2 that names it: 01 to 1F, or 81 to 9F where the card numbers the PINs of a DF so.
        value: the secret, without padding.
        tries: how often in a row it may be wrong, 1 to 15.
        length: the length it is padded to.
        minimum: least length of a value.
        pad: the padding byte.
        puk: reference of the code that unblocks it; None when nothing does.
        uses: how often it may be given rightly in all, to be verified or to unblock another one; None for no limit.
        df: the DF it belongs to: it is found, and its verification lasts, only in there. None for the whole card.
        replace: who may set a new value by giving the old one (CHANGE REFERENCE DATA, P1=00).
        change: who may set a new value without giving the old one (CHANGE REFERENCE DATA, P1=01).
        unblock: who may reset its counter without giving the PUK (RESET RETRY COUNTER, P1=02 and 03).
        grants: the name in the security state; `pin:<reference>` in decimal unless given.

    Attributes:
        tries: the persistent counter of wrong tries in a row; exhausted is blocked.
        uses: the persistent counter of uses; None for no limit.

    Raises:
        ValueError: a value that does not fit, or a number out of range.
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
        df: DedicatedFile | None = None,
        replace: AccessRule = ALWAYS,
        change: AccessRule = NEVER,
        unblock: AccessRule = NEVER,
        grants: str | None = None,
    ) -> None:
        if reference & ~0x9F or not reference & 0x1F:
            raise ValueError(f"a reference is 01 to 1F or 81 to 9F, not {reference:02X}")
        if not 1 <= tries <= 15:
            raise ValueError(f"a PIN has 1 to 15 tries, as 63Cx counts them, not {tries}")
        self.reference = reference
        self.length = length
        self.minimum = minimum
        self.pad = pad
        self.puk = puk
        self.df = df
        self.replace = replace
        self.change = change
        self.unblock = unblock
        self.grants = grants or f"pin:{reference}"
        self.tries = Counter(f"pin.{reference}.tries", tries)
        self.uses = None if uses is None else Counter(f"pin.{reference}.uses", uses)
        self._value = self._checked(value)

    @property
    def value(self) -> bytes:
        """The secret, without padding; persistent, as it may be changed."""
        return self._value

    @property
    def blocked(self) -> bool:
        """Whether it has been wrong too often."""
        return self.tries.exhausted

    @property
    def refusal(self) -> StatusWord | None:
        """Why no value at all is right: 6984 when no use is left, 6983 when blocked; None when one may be given."""
        if self.uses is not None and self.uses.exhausted:
            return SW.REFERENCE_DATA_NOT_USABLE
        return SW.AUTHENTICATION_BLOCKED if self.blocked else None

    @property
    def status(self) -> StatusWord:
        """What a VERIFY without data answers while it is not verified: 63Cx, or the `refusal`."""
        return self.refusal or tries_left(self.tries.left)

    @property
    def counters(self) -> tuple[Counter, ...]:
        """Its persistent counters."""
        return (self.tries,) if self.uses is None else (self.tries, self.uses)

    def fits(self, data: bytes) -> bool:
        """Whether the length of data is one that can be compared."""
        return self.minimum <= len(data) <= self.length

    def compare(self, data: bytes) -> StatusWord:
        """Compare data with the value, and count.

        Returns:
            9000, a full counter and one use less; 63Cx and one try less; 6983 when it was blocked before and 6984 when no
            use was left, whatever the data; 6700 when the data has no length of a value.
        """
        if self.refusal is not None:
            return self.refusal
        if not self.fits(data):
            return SW.WRONG_LENGTH
        # Spent before the comparison, as a card does: power cut in the middle must not give a free try.
        self.tries.spend()
        if not hmac.compare_digest(self._bare(data), self._value):
            return tries_left(self.tries.left)
        self.tries.refill()
        if self.uses is not None:
            self.uses.spend()
        return SW.OK

    def set(self, data: bytes) -> None:
        """Take a new value, bare or padded, and a full counter.

        Raises:
            ValueError: it does not fit.
        """
        self._value = self._checked(self._bare(data))
        self.tries.refill()

    def _bare(self, data: bytes) -> bytes:
        """The value in data: padding counts as such only when it fills the whole length."""
        return data.rstrip(bytes((self.pad,))) if len(data) == self.length else data

    def _checked(self, value: bytes) -> bytes:
        # A padding byte inside a value would make two values that follow each other ambiguous.
        if not self.fits(value) or self.pad in value:
            raise ValueError(f"a value has {self.minimum} to {self.length} bytes, none of them the padding byte")
        return bytes(value)

    def __repr__(self) -> str:
        return f"<PIN {self.reference:02X}, {self.tries.left} of {self.tries.limit} tries left>"
