"""MANAGE SECURITY ENVIRONMENT, as ISO/IEC 7816-4 has it: which key and algorithm the next command uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from emulator.card.context import CardRefusalError, CommandContext, answer
from reader_core.iso7816 import SW, ResponseApdu, TlvError, find_tlv, parse_tlvs

Key = TypeVar("Key")

AUTHENTICATION = 0xA4
"""Tag of the control reference template for authentication; the other ones are `TEMPLATES`."""

TEMPLATES = frozenset({AUTHENTICATION, 0xA6, 0xAA, 0xB4, 0xB6, 0xB8})
"""Control reference templates: authentication, key agreement, hash, checksum, signature, confidentiality."""

_KEY_REFERENCES = (0x84, 0x83)
_SET, _ERASE = 0x01, 0xF4


def manage_security_environment(context: CommandContext) -> ResponseApdu:
    """Answer MANAGE SECURITY ENVIRONMENT: SET keeps a template's objects, ERASE forgets them all.

    SET answers 6A86 for a tag that is no control reference template and 6A80 for data that is not data objects. STORE
    and RESTORE answer 6A81. What was set is lost with the current DF.

    Raises:
        CardRefusalError: one of those words.
    """
    p1, p2 = context.command.p1, context.command.p2
    if p1 == _ERASE:
        context.state.environment.clear()
        return answer()
    if p1 & 0x0F != _SET:
        raise CardRefusalError(SW.FUNCTION_NOT_SUPPORTED)
    if p2 not in TEMPLATES:
        raise CardRefusalError(SW.INCORRECT_P1_P2)
    try:
        parse_tlvs(context.data)
    except TlvError:
        raise CardRefusalError(SW.WRONG_DATA) from None
    context.state.environment[p2] = context.data
    return answer()


def named_key(keys: Mapping[int, Key], context: CommandContext, template: int = AUTHENTICATION) -> Key:
    """The key that a command uses: the one of P2, or with P2 = 0 the one of the security environment.

    Args:
        keys: by their reference.
        context: of the command.
        template: tag of the control reference template, A4 unless given.

    Raises:
        CardRefusalError: 6A86 for an algorithm in P1, 6985 when P2 is 0 and the environment names no key, 6A88 when there
            is no such key.
    """
    if context.command.p1:
        raise CardRefusalError(SW.INCORRECT_P1_P2)
    reference = context.command.p2 or _reference(context.state.environment.get(template, b""))
    if not reference:
        raise CardRefusalError(SW.CONDITIONS_NOT_SATISFIED)
    if reference not in keys:
        raise CardRefusalError(SW.REFERENCED_DATA_NOT_FOUND)
    return keys[reference]


def _reference(environment: bytes) -> int:
    objects = parse_tlvs(environment)
    found = (find_tlv(objects, tag) for tag in _KEY_REFERENCES)
    return next((int.from_bytes(tlv.value) for tlv in found if tlv is not None), 0)
