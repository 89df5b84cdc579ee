"""VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER, as ISO/IEC 7816-4 has them."""

from __future__ import annotations

from emulator.card.context import CardRefusalError, CommandContext, answer, refuse
from emulator.card.pins import PinObject
from reader_core.iso7816 import SW, ResponseApdu


def verify(context: CommandContext) -> ResponseApdu:
    """Answer VERIFY.

    Without data it only tells: 9000 when verified since the reset, 6983 when blocked, 6984 when no use is left, 63Cx
    otherwise; with P1 = FF and no data it takes the verification back. With data it compares and counts, and a wrong value
    takes an earlier verification back.

    Raises:
        CardRefusalError: P1-P2 are none of these (6A86), there is no such PIN (6A88), or the value is wrong (63Cx) or blocked (6983).
    """
    p1, p2 = context.command.p1, context.command.p2
    if p1 not in {0x00, 0xFF} or p2 & 0x60:
        raise CardRefusalError(SW.INCORRECT_P1_P2)
    pin = context.pin(p2)
    if p1 == 0xFF:
        if context.data:
            raise CardRefusalError(SW.LENGTH_INCONSISTENT_WITH_P1_P2)
        context.security.revoke(pin.grants)
        return answer()
    if not context.data:
        return answer() if pin.grants in context.security else refuse(pin.status)
    _compare(context, pin, context.data)
    context.security.grant(pin.grants, pin.df)
    return answer()


def change_reference_data(context: CommandContext) -> ResponseApdu:
    """Answer CHANGE REFERENCE DATA: the old and the new value (P1=00), or the new one alone (P1=01).

    Each has its rule (6982). When the two together are twice the padded length they are cut in the middle; otherwise the
    card, which knows how long the old value is, cuts there. A change grants nothing.

    Raises:
        CardRefusalError: as for `verify`, the rule does not hold (6982), or the new value does not fit (6A80).
    """
    p1, p2 = context.command.p1, context.command.p2
    if p1 not in {0x00, 0x01} or p2 & 0x60:
        raise CardRefusalError(SW.INCORRECT_P1_P2)
    pin = context.pin(p2)
    if p1 == 0x01:
        context.demand(pin.change)
        _set(pin, context.data)
        return answer()
    context.demand(pin.replace)
    old, new = _cut(pin, context.data, pin)
    _compare(context, pin, old)
    _set(pin, new)
    return answer()


def reset_retry_counter(context: CommandContext) -> ResponseApdu:
    """Answer RESET RETRY COUNTER.

    P1 = 00: unblocking code and new value; 01: unblocking code alone; 02: new value alone; 03: nothing. The last two
    need the PIN's `unblock` rule. The PIN is not verified afterwards. A wrong code counts down the code's own tries; a right
    one counts down its uses, here as in VERIFY, and 6984 says that none are left.

    Raises:
        CardRefusalError: as for `verify`, the rule does not hold (6982), or the new value has another length (6700).
    """
    p1, p2 = context.command.p1, context.command.p2
    if p1 > 0x03 or p2 & 0x60:
        raise CardRefusalError(SW.INCORRECT_P1_P2)
    pin = context.pin(p2)
    new = b""
    if p1 in {0x00, 0x01}:
        code, new = _unblocking_code(context, pin, with_value=p1 == 0x00)
        _compare(context, code, context.data[: len(context.data) - len(new)])
    else:
        context.demand(pin.unblock)
        new = context.data
        if (p1 == 0x02 and not pin.fits(new)) or (p1 == 0x03 and new):
            raise CardRefusalError(SW.WRONG_LENGTH)
    if new:
        _set(pin, new)
    pin.tries.refill()
    context.security.revoke(pin.grants)
    return answer()


def _unblocking_code(context: CommandContext, pin: PinObject, *, with_value: bool) -> tuple[PinObject, bytes]:
    """The code that unblocks the PIN, and the new value that follows it in the data, if one does."""
    if pin.puk is None:
        raise CardRefusalError(SW.CONDITIONS_NOT_SATISFIED)
    code = context.pin(pin.puk)
    return code, _cut(code, context.data, pin)[1] if with_value else b""


def _cut(first: PinObject, data: bytes, second: PinObject) -> tuple[bytes, bytes]:
    """Two values that follow each other without a mark; a blocked or ill-sized pair is refused before it costs a try."""
    if first.refusal is not None:
        raise CardRefusalError(first.refusal)
    at = first.length if len(data) == first.length + second.length else len(first.value)
    if not second.fits(data[at:]):
        raise CardRefusalError(SW.WRONG_LENGTH)
    return data[:at], data[at:]


def _compare(context: CommandContext, pin: PinObject, data: bytes) -> None:
    status = pin.compare(data)
    if status == SW.OK:
        return
    # What was not compared says nothing about who is there: it costs neither a try nor the verification.
    if status.retries is not None:
        context.security.revoke(pin.grants)
    raise CardRefusalError(status)


def _set(pin: PinObject, data: bytes) -> None:
    if not pin.fits(data):
        raise CardRefusalError(SW.WRONG_LENGTH)
    try:
        pin.set(data)
    except ValueError:
        raise CardRefusalError(SW.WRONG_DATA) from None
