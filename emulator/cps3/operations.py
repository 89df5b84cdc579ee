"""What a CPS3 does with its keys: INTERNAL AUTHENTICATE, and PERFORM SECURITY OPERATION to hash, sign and decipher.

Every refusal costs nothing but a digest that waited: no counter, no verified PIN. In this order: a form the card does
not know (6A86), no environment (6985), no PIN (6982), data it cannot take (6A80, 6700).
"""

from collections.abc import Callable, Iterable
from typing import Final

from emulator.card import (
    AccessRule,
    CardRefusalError,
    CommandContext,
    Handler,
    InternalKey,
    answer,
    internal_authenticate,
    refuse,
)
from emulator.cps3.keys import (
    DECIPHER,
    HASH,
    HASHES,
    SIGN,
    SIGNATURES,
    Digest,
    algorithm_in_use,
    forget_digest,
    keep_digest,
    waiting_digest,
)
from emulator.crypto import RsaKey, read_hash_data
from reader_core.iso7816 import SW, ResponseApdu

_HASH: Final = (0x90, 0xA0)
_HASH_GIVEN: Final = (0x90, 0x80)
_SIGN: Final = (0x9E, 0x9A)
_DECIPHER: Final = (0x80, 0x86)
_CRYPTOGRAM: Final = 0x81
"""The byte before a cryptogram: it says that the filling is PKCS#1 (observed: ANS Cryptolib, OpenSC)."""


def security_operations(signature: RsaKey, decipherment: RsaKey, use: AccessRule) -> Handler:
    """Make PERFORM SECURITY OPERATION.

    Args:
        signature: Key 81.
        decipherment: Key 82.
        use: Who may use either of them.

    Returns:
        A handler that answers 6A81 for PSO: HASH of a whole text (90 80), which ISO/IEC 7816-8 has and this card has not,
        and 6A86 for anything else it does not know.
    """

    def handle(context: CommandContext) -> ResponseApdu:
        match (context.command.p1, context.command.p2):
            case operation if operation == _HASH:
                return _hash(context)
            case operation if operation == _SIGN:
                return _sign(context, signature, use)
            case operation if operation == _DECIPHER:
                return _decipher(context, decipherment, use)
            case operation:
                known = operation == _HASH_GIVEN
                return refuse(SW.FUNCTION_NOT_SUPPORTED if known else SW.INCORRECT_P1_P2)

    return handle


def _hash(context: CommandContext) -> ResponseApdu:
    """Hash the last block; needs no PIN. The digest is not given away: it waits for the signature."""
    forget_digest(context)
    algorithm = HASHES[_in_use(context, HASH)]
    try:
        value = algorithm.finish(*read_hash_data(algorithm, context.data))
    except ValueError:
        return refuse(SW.WRONG_DATA)
    keep_digest(context, Digest(algorithm, value))
    return answer()


def _sign(context: CommandContext, key: RsaKey, use: AccessRule) -> ResponseApdu:
    """Sign the digest that waits, or one given as data instead of it; it must be of the environment's hash."""
    algorithm = SIGNATURES[_in_use(context, SIGN)]
    context.demand(use)
    digest = Digest(algorithm, context.data) if context.data else waiting_digest(context)
    if digest is None or digest.algorithm is not algorithm:
        return refuse(SW.CONDITIONS_NOT_SATISFIED)
    context.demand_ne(key.size)
    forget_digest(context)
    return _computed(lambda: key.sign_digest(algorithm, digest.value))


def _decipher(context: CommandContext, key: RsaKey, use: AccessRule) -> ResponseApdu:
    """Decipher a cryptogram as long as the modulus, and remove its filling."""
    _in_use(context, DECIPHER)
    context.demand(use)
    if len(context.data) != 1 + key.size:
        return refuse(SW.WRONG_LENGTH)
    if context.data[0] != _CRYPTOGRAM:
        return refuse(SW.WRONG_DATA)
    return _computed(lambda: key.decipher(context.data[1:]))


def _in_use(context: CommandContext, template: int) -> int:
    algorithm = algorithm_in_use(context, template)
    if algorithm is None:
        raise CardRefusalError(SW.CONDITIONS_NOT_SATISFIED)
    return algorithm


def _computed(compute: Callable[[], bytes]) -> ResponseApdu:
    try:
        return answer(compute())
    except ValueError:
        return refuse(SW.WRONG_DATA)


def internal_authentication(keys: Iterable[InternalKey]) -> Handler:
    """INTERNAL AUTHENTICATE with the key of the security environment; P1 and P2 are 00, all else is refused (6A86)."""
    standard = internal_authenticate(keys).handler

    def handle(context: CommandContext) -> ResponseApdu:
        if context.command.p1 or context.command.p2:
            return refuse(SW.INCORRECT_P1_P2)
        return standard(context)

    return handle


def rsa_authentication(key: RsaKey) -> Callable[[bytes], bytes]:
    """Make the computation of INTERNAL AUTHENTICATE: RSA PKCS#1 v1.5, block type 1, over the data as given.

    The data is usually a DigestInfo, but the card does not look (observed: ANS Cryptolib).

    Returns:
        A function from data to signature, as long as the modulus. It raises ValueError for data that is empty or takes
        more than 40 % of the modulus.
    """
    most = key.size * 2 // 5

    def sign(data: bytes) -> bytes:
        if not 1 <= len(data) <= most:
            raise ValueError(f"INTERNAL AUTHENTICATE takes 1 to {most} bytes, not {len(data)}")
        return key.sign(data)

    return sign
