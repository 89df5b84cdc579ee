"""GET DATA on the security data objects of a CPS3: PIN, unblocking code, keys, security environments.

The command is `00 CB 3F FF` with an extended header list `4D { 70 { BFxxyy { tag 80 } } }`; the answer carries the
one object asked for in the same templates (basis: standard, IAS ECC; references, counters and the access
conditions of the codes as observed in a public dump of a CPS3, OpenSC pull request 2217).
"""

from collections.abc import Mapping
from typing import Final

from emulator.card import CommandContext, PinObject, answer, refuse
from emulator.cps3.access import ALWAYS, BY_PIN, BY_PUK, NEVER
from emulator.cps3.pkcs15 import AUTHENTICATION, SIGNATURE
from reader_core.iso7816 import SW, ResponseApdu, Tlv, TlvError
from reader_core.layouts import cps

_REQUEST, _TEMPLATE = 0x4D, 0x70
_WHOLE: Final = 0x80
"""In a header list, "80" as a length asks for the whole object."""
_PARAMETERS: Final = 0xA0
_SECRET_CLASS: Final = 0x8100
_PRIVATE_KEY_CLASS: Final = 0x9000
_ENVIRONMENT_CLASS: Final = 0xFB00
_LOCAL: Final = 0x80

_MODES_OF_SECRET: Final = 0xF3
_SECRET_CONDITIONS: Final = {
    1: (ALWAYS, ALWAYS, BY_PUK, NEVER, ALWAYS),
    2: (NEVER, ALWAYS, NEVER, NEVER, ALWAYS),
}
"""By reference: change, verify, reset, put data, get data (observed in that dump)."""

_MODES_OF_KEY: Final = 0x7B
_KEY_CONDITIONS: Final = {
    SIGNATURE.reference: (BY_PIN, NEVER, NEVER, NEVER, NEVER, ALWAYS),
    AUTHENTICATION.reference: (NEVER, BY_PIN, BY_PIN, NEVER, NEVER, ALWAYS),
}
"""By reference: sign, internal authenticate, decipher, generate, put data, get data (assumption)."""

_KEY_BYTES: Final = 256
"""Tag 80 of a key: its size in bytes (observed: OpenSC computes with it, and refuses to sign for 0800)."""

_ENVIRONMENTS: Final = {BY_PIN & 0x0F: 1, BY_PUK & 0x0F: 2}
"""Security environments: number to the reference of the secret code that it asks for."""


def get_data(context: CommandContext) -> ResponseApdu:
    """Answer GET DATA for a security data object.

    Refuses other places than 3FFF (6A86), data that is no header list (6A80), and objects that are not there (6A88). Secret
    codes are objects of the MF and keys of the PKCS#15 application: elsewhere they are not there.
    """
    if (context.command.p1, context.command.p2) != (0x3F, 0xFF):
        return refuse(SW.INCORRECT_P1_P2)
    try:
        wanted = _asked_for(context.data)
    except (TlvError, ValueError):
        return refuse(SW.WRONG_DATA)
    found = _find(context, *wanted)
    if found is None:
        return refuse(SW.REFERENCED_DATA_NOT_FOUND)
    return answer(Tlv(_TEMPLATE, Tlv(wanted[0], found)))


def _asked_for(data: bytes) -> tuple[int, int]:
    """Give the tags of the data object and of the part of it that a header list names."""
    request = Tlv.parse(data)
    template = Tlv.parse(request.value)
    named = Tlv.parse(template.value)
    if (request.tag, template.tag) != (_REQUEST, _TEMPLATE) or named.value[-1:] != bytes([_WHOLE]):
        raise ValueError("not an extended header list for one whole object")
    return named.tag, int.from_bytes(named.value[:-1], "big")


def _find(context: CommandContext, tag: int, part: int) -> Tlv | None:
    kind, reference = tag & 0xFF00, tag & 0xFF
    if tag >> 16 != 0xBF:
        return None
    if kind == _SECRET_CLASS and context.state.df is context.root:
        return _secret(context.pins, reference, part)
    if kind == _PRIVATE_KEY_CLASS and context.state.df.fid == cps.CPS_PKCS15_FID:
        return _private_key(reference | _LOCAL, part)
    if kind == _ENVIRONMENT_CLASS and part == 0x7B and reference in _ENVIRONMENTS:
        return Tlv(0x7B, Tlv(0xA4, Tlv(0x83, bytes([_ENVIRONMENTS[reference]])), Tlv(0x95, b"\x08")))
    return None


def _conditions(modes: int, conditions: tuple[int, ...]) -> Tlv:
    return Tlv(0xA1, Tlv(0x8C, bytes([modes, *conditions])))


def _secret(secrets: Mapping[int, PinObject], reference: int, part: int) -> Tlv | None:
    secret = secrets.get(reference)
    if secret is None:
        return None
    if part == 0x7F41:
        return Tlv(part, Tlv(0x80, bytes([secret.length])), Tlv(0x81, bytes([secret.minimum])))
    if part != _PARAMETERS:
        return None
    uses = () if secret.uses is None else (Tlv(0x9D, bytes([secret.uses.left])),)
    return Tlv(
        part,
        Tlv(0x9A, bytes([secret.tries.limit])),
        Tlv(0x9B, bytes([secret.tries.left])),
        *uses,
        Tlv(0x80, secret.length.to_bytes(2, "big")),
        _conditions(_MODES_OF_SECRET, _SECRET_CONDITIONS[reference]),
    )


def _private_key(reference: int, part: int) -> Tlv | None:
    if reference not in _KEY_CONDITIONS:
        return None
    if part == 0x7F48:
        return Tlv(part, Tlv(0x80, b"\x01"))
    if part != _PARAMETERS:
        return None
    conditions = _conditions(_MODES_OF_KEY, _KEY_CONDITIONS[reference])
    return Tlv(part, Tlv(0x80, _KEY_BYTES.to_bytes(2, "big")), conditions)
