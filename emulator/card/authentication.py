"""INTERNAL and EXTERNAL AUTHENTICATE: ISO/IEC 7816-4, 7.5. The cryptography is injected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from emulator.card.access import ALWAYS, AccessRule
from emulator.card.context import Instruction


@dataclass(frozen=True, slots=True)
class InternalKey:
    """A key with which the card proves itself.

    Attributes:
        reference: the key reference: P2, or tag 84 of the template A4 in the security environment when P2 is 0.
        compute: makes the answer of the command's data; raises ValueError for data it cannot take (6A80).
        use: who may use it (else 6982).
    """

    reference: int
    compute: Callable[[bytes], bytes]
    use: AccessRule = ALWAYS


@dataclass(slots=True)
class ExternalKey:
    """A key that the outside proves to know.

    Attributes:
        reference: the key reference in P2.
        check: whether the answer (second) fits the challenge (first).
        grants: the name that a right answer adds to the security state.
        tries: how often in a row the answer may be wrong; None for no counter (then 6300, else 63Cx and 6983).
        tries_left: persistent.
    """

    reference: int
    check: Callable[[bytes, bytes], bool]
    grants: str
    tries: int | None = None
    tries_left: int | None = None


def internal_authenticate(keys: Iterable[InternalKey], *, chaining: bool = True) -> Instruction:
    """The instruction 88 for these keys."""
    raise NotImplementedError


def external_authenticate(keys: Iterable[ExternalKey], *, chaining: bool = True) -> Instruction:
    """The instruction 82 for these keys."""
    raise NotImplementedError
