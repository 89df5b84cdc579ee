"""The secret codes of a card, as the CPS2ter command set gives them: 9804 wrong, 9840 locked.

They are the card's own codes: a try spent here is missing there, and a PIN given here opens there (assumption: the holder
knows one code).
"""

from __future__ import annotations

from emulator.card import CardRefusalError, CommandContext, PinObject, answer
from emulator.cps2ter.status import PIN_INCORRECT, PIN_INVALIDATED, PIN_LOCKED, PIN_NOT_ACTIVATED
from reader_core.iso7816 import SW, ResponseApdu

_PIN, _PUK = 1, 2
_LENGTH = 8


def verify_code(context: CommandContext) -> ResponseApdu:
    """20: VERIFY CHV: eight bytes, padded with FF."""
    pin = _code(context, {_PIN, _PUK}, _LENGTH)
    _compare(context, pin, context.data)
    context.security.grant(pin.grants)
    return answer()


def change_code(context: CommandContext) -> ResponseApdu:
    """24: CHANGE CHV: the old and the new code, eight bytes each; afterwards the code counts as given."""
    pin = _code(context, {_PIN}, 2 * _LENGTH)
    _compare(context, pin, context.data[:_LENGTH])
    _set(pin, context.data[_LENGTH:])
    context.security.grant(pin.grants)
    return answer()


def unblock_code(context: CommandContext) -> ResponseApdu:
    """2C: UNBLOCK CHV: the unblocking code and the new PIN, eight bytes each; P2 is 00 or 01."""
    pin = context.pins[_PIN]
    _code(context, {0, _PIN}, 2 * _LENGTH)
    _compare(context, context.pins[_PUK], context.data[:_LENGTH])
    _set(pin, context.data[_LENGTH:])
    context.security.grant(pin.grants)
    return answer()


def _code(context: CommandContext, references: set[int], length: int) -> PinObject:
    p1, p2 = context.command.p1, context.command.p2
    if p1:
        raise CardRefusalError(SW.OUT_OF_RANGE_P1_P2)
    if p2 not in references:
        raise CardRefusalError(PIN_NOT_ACTIVATED)
    if len(context.data) != length:
        raise CardRefusalError(SW.WRONG_LENGTH)
    return context.pins[p2 or _PIN]


def _compare(context: CommandContext, pin: PinObject, data: bytes) -> None:
    status = pin.compare(data)
    if status == SW.OK:
        return
    if status == SW.REFERENCE_DATA_NOT_USABLE:
        raise CardRefusalError(PIN_INVALIDATED)
    context.security.revoke(pin.grants)
    raise CardRefusalError(PIN_LOCKED if pin.blocked else PIN_INCORRECT)


def _set(pin: PinObject, data: bytes) -> None:
    """Take a new code; one that is no code of this card is told as a wrong one (assumption)."""
    try:
        pin.set(data)
    except ValueError:
        raise CardRefusalError(PIN_INCORRECT) from None
