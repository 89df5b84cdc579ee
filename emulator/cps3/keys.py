"""What the keys of a CPS3 compute, and with which algorithms."""

from collections.abc import Callable, Iterable
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

from emulator.card import CommandContext, Handler, InternalKey, answer, internal_authenticate, refuse
from emulator.cps3.pkcs15 import AUTHENTICATION, AUTHENTICATION_ALGORITHM, SIGNATURE
from reader_core.iso7816 import SW, ResponseApdu, TlvError, find_tlv, parse_tlvs

_SET, _ALGORITHM, _KEY = 0x41, 0x80, 0x84

_SUITABLE: Final = {
    0xA4: (frozenset({AUTHENTICATION_ALGORITHM}), AUTHENTICATION.reference),
    0xB6: (frozenset({0x12, 0x42}), SIGNATURE.reference),
    0xB8: (frozenset({0x1A}), AUTHENTICATION.reference),
    0xAA: (frozenset({0x10, 0x40}), None),
}
"""By template: algorithms of the CPS3, and the key they go with (observed: ANS Cryptolib)."""

_OPERATIONS: Final = frozenset({(0x90, 0xA0), (0x90, 0x80), (0x9E, 0x9A), (0x80, 0x86)})
"""PSO: HASH, HASH with the hash given, COMPUTE DIGITAL SIGNATURE, DECIPHER."""


def manage_environment(context: CommandContext) -> ResponseApdu:
    """MANAGE SECURITY ENVIRONMENT: SET (P1=41) for the algorithms and keys of the card.

    Refuses other forms and templates (6A86), an algorithm that is not the template's or is missing (6A80), and a key that
    is not there (6A88).
    """
    if context.command.p1 != _SET or context.command.p2 not in _SUITABLE:
        return refuse(SW.INCORRECT_P1_P2)
    algorithms, key = _SUITABLE[context.command.p2]
    try:
        objects = parse_tlvs(context.data)
    except TlvError:
        return refuse(SW.WRONG_DATA)
    algorithm, reference = find_tlv(objects, _ALGORITHM), find_tlv(objects, _KEY)
    if algorithm is None or algorithm.value not in {bytes([number]) for number in algorithms}:
        return refuse(SW.WRONG_DATA)
    if key is not None and (reference is None or reference.value != bytes([key])):
        return refuse(SW.REFERENCED_DATA_NOT_FOUND)
    context.state.environment[context.command.p2] = context.data
    return answer()


def internal_authentication(keys: Iterable[InternalKey]) -> Handler:
    """INTERNAL AUTHENTICATE with the key of the security environment; P1 and P2 are 00, all else is refused (6A86)."""
    standard = internal_authenticate(keys).handler

    def handle(context: CommandContext) -> ResponseApdu:
        if context.command.p1 or context.command.p2:
            return refuse(SW.INCORRECT_P1_P2)
        return standard(context)

    return handle


def perform_security_operation(context: CommandContext) -> ResponseApdu:
    """PERFORM SECURITY OPERATION: not on this card yet; 6A81 for what a CPS3 does, 6A86 for anything else."""
    known = (context.command.p1, context.command.p2) in _OPERATIONS
    return refuse(SW.FUNCTION_NOT_SUPPORTED if known else SW.INCORRECT_P1_P2)


def rsa_authentication(key: rsa.RSAPrivateKey) -> Callable[[bytes], bytes]:
    """Make the computation of INTERNAL AUTHENTICATE: RSA PKCS#1 v1.5, block type 1, over the data as given.

    The data is usually a DigestInfo, but the card does not look (observed: ANS Cryptolib). The private numbers are used as
    they are, without any protection against being watched: these are published test keys.

    Returns:
        A function from data to signature, as long as the modulus. It raises ValueError for data that is empty or takes
        more than 40 % of the modulus.
    """
    numbers = key.private_numbers()
    modulus = numbers.public_numbers.n
    size = key.key_size // 8
    most = size * 2 // 5

    def sign(data: bytes) -> bytes:
        if not 1 <= len(data) <= most:
            raise ValueError(f"INTERNAL AUTHENTICATE takes 1 to {most} bytes, not {len(data)}")
        block = b"\x00\x01" + b"\xff" * (size - 3 - len(data)) + b"\x00" + data
        message = int.from_bytes(block, "big")
        first = pow(message, numbers.dmp1, numbers.p)
        second = pow(message, numbers.dmq1, numbers.q)
        signature = second + (first - second) * numbers.iqmp % numbers.p * numbers.q
        return (signature % modulus).to_bytes(size, "big")

    return sign
