"""GET CHALLENGE, INTERNAL and EXTERNAL AUTHENTICATE, as ISO/IEC 7816-4 has them. The cryptography is injected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from emulator.card.access import ALWAYS, AccessRule
from emulator.card.context import CardRefusalError, CommandContext, Instruction, answer, refuse
from emulator.card.counters import Counter
from emulator.card.environment import named_key
from reader_core.iso7816 import SW, ResponseApdu, tries_left


@dataclass(frozen=True, slots=True)
class ChallengeRules:
    """The challenges that a card gives.

    Attributes:
        usual: bytes given when as many as possible are asked for (Le = 00).
        most: most bytes given; asking for exactly more is 6700.
    """

    usual: int = 8
    most: int = 256

    def handle(self, context: CommandContext) -> ResponseApdu:
        """Answer GET CHALLENGE. The challenge stays good until it is used, replaced or lost by a reset.

        Raises:
            CardRefusalError: P1-P2 are not 0000 (6A86), or the length is none that is given (6700).
        """
        command = context.command
        if command.p1 or command.p2:
            raise CardRefusalError(SW.INCORRECT_P1_P2)
        if command.data or command.ne is None:
            raise CardRefusalError(SW.WRONG_LENGTH)
        count = self.usual if command.ne_is_maximum else command.ne
        if count > self.most:
            raise CardRefusalError(SW.WRONG_LENGTH)
        context.demand_ne(count)
        context.state.challenge = context.random(count)
        return answer(context.state.challenge)


@dataclass(frozen=True, slots=True)
class InternalKey:
    """A key with which the card proves itself.

    Attributes:
        reference: the key reference: P2, or object 84 of the template A4 in the security environment when P2 is 0.
        compute: makes the answer of the command's data; raises ValueError for data it cannot take (6A80).
        use: who may use it (else 6982).
    """

    reference: int
    compute: Callable[[bytes], bytes]
    use: AccessRule = ALWAYS


@dataclass(frozen=True, slots=True)
class ExternalKey:
    """A key that the outside proves to have.

    Attributes:
        reference: the key reference: as for an internal key.
        check: whether the second argument, the command's data, answers the first, the challenge.
        grants: the name that a right answer adds to the security state.
        limit: how often in a row the answer may be wrong; None for no counter (then 6300, else 63Cx and 6983).
        tries: the persistent counter, made from the limit.
    """

    reference: int
    check: Callable[[bytes, bytes], bool]
    grants: str
    limit: int | None = None
    tries: Counter | None = field(init=False)

    def __post_init__(self) -> None:
        tries = None if self.limit is None else Counter(f"key.{self.reference:02X}.tries", self.limit)
        object.__setattr__(self, "tries", tries)


def internal_authenticate(keys: Iterable[InternalKey], *, chaining: bool = True) -> Instruction:
    """The instruction 88 for these keys.

    It answers 6A88 for an unknown key, 6985 when P2 is 0 and no environment names one, 6982 when the key may not be used,
    6A80 for data the key does not take.
    """
    by_reference = {key.reference: key for key in keys}

    def handle(context: CommandContext) -> ResponseApdu:
        key = named_key(by_reference, context)
        context.demand(key.use)
        if not context.data:
            raise CardRefusalError(SW.WRONG_LENGTH)
        try:
            return answer(key.compute(context.data))
        except ValueError:
            raise CardRefusalError(SW.WRONG_DATA) from None

    return Instruction(handle, chaining=chaining)


def external_authenticate(keys: Iterable[ExternalKey], *, chaining: bool = True) -> Instruction:
    """The instruction 82 for these keys.

    Without data it tells whether the key's name is granted, as VERIFY does. With data it uses up the challenge, right or
    wrong: 6985 without one, 6300 or 63Cx for a wrong answer, 6983 once too many were wrong. A wrong answer takes an
    earlier right one back.
    """
    by_reference = {key.reference: key for key in keys}

    def handle(context: CommandContext) -> ResponseApdu:
        key = named_key(by_reference, context)
        if not context.data:
            return answer() if key.grants in context.security else refuse(_failure(key))
        if key.tries is not None and key.tries.exhausted:
            raise CardRefusalError(SW.AUTHENTICATION_BLOCKED)
        challenge, context.state.challenge = context.state.challenge, None
        if challenge is None:
            raise CardRefusalError(SW.CONDITIONS_NOT_SATISFIED)
        if key.tries is not None:
            key.tries.spend()
        if not key.check(challenge, context.data):
            context.security.revoke(key.grants)
            raise CardRefusalError(SW.VERIFICATION_FAILED if key.tries is None else tries_left(key.tries.left))
        if key.tries is not None:
            key.tries.refill()
        context.security.grant(key.grants)
        return answer()

    counters = tuple(key.tries for key in by_reference.values() if key.tries is not None)
    return Instruction(handle, chaining=chaining, counters=counters)


def _failure(key: ExternalKey) -> int:
    if key.tries is None:
        return SW.VERIFICATION_FAILED
    return SW.AUTHENTICATION_BLOCKED if key.tries.exhausted else tries_left(key.tries.left)
