"""The keys of a CPS4: MANAGE SECURITY ENVIRONMENT, PERFORM SECURITY OPERATION.

Observed (source of the ANS Cryptolib): MSE `22 81 B6` with 91 02 {algorithm, key | 80}, MSE `22 41 B8` with 83 01 20, the
algorithms, PSO HASH with the last block on the card, PSO CDS with a digest or without data, DECIPHER without padding byte,
and that there is no INTERNAL AUTHENTICATE: deciphering a filled block proves the card. Status words: ISO/IEC 7816-8 (standard).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from emulator.card import CardRefusalError, CommandContext, answer, refuse, requires
from emulator.cps.codes import PIN_NAME
from emulator.cps3.pkcs15 import AUTHENTICATION, SIGNATURE
from emulator.crypto import SHA1, SHA256, HashAlgorithm, RsaKey, read_hash_data
from reader_core.iso7816 import SW, ResponseApdu, TlvError, find_tlv, parse_tlvs

SIGNATURE_KEY, AUTHENTICATION_KEY = SIGNATURE.reference, AUTHENTICATION.reference
"""81 and 82, the numbers that PKCS#15 gives them; MSE names them with the bit 80 set (observed)."""

DECIPHERING_KEY: Final = 0x20
"""What MSE calls the authentication key for deciphering (observed)."""

_SIGN_ENVIRONMENT, _DECIPHER_ENVIRONMENT = (0x81, 0xB6), (0x41, 0xB8)
_HASH, _SIGN, _DECIPHER = (0x90, 0xA0), (0x9E, 0x9A), (0x80, 0x86)
_DIGEST, _ENVIRONMENT = "cps4.digest", "cps4.environment"


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A way to sign: the hash, and whether PSS fills the block."""

    hashing: HashAlgorithm
    pss: bool


ALGORITHMS: Final[Mapping[int, Algorithm]] = {
    0x0A: Algorithm(SHA1, pss=False),
    0x28: Algorithm(SHA256, pss=False),
    0x15: Algorithm(SHA1, pss=True),
    0x2C: Algorithm(SHA256, pss=True),
}
"""By number in MSE (observed). The salt of PSS is as long as the digest (assumption: RFC 8017's usual choice)."""


@dataclass(frozen=True, slots=True)
class SigningEnvironment:
    """What MSE has set for signing."""

    algorithm: Algorithm
    key: int


class Cps4Keys:
    """The private keys of one card.

    Args:
        signature: Key 81.
        authentication: Key 82, which deciphers as 20.
    """

    def __init__(self, signature: RsaKey, authentication: RsaKey) -> None:
        self._keys = {SIGNATURE_KEY: signature, AUTHENTICATION_KEY: authentication}

    def manage_environment(self, context: CommandContext) -> ResponseApdu:
        """MSE SET: 6A86 for any other form, 6A80 for an algorithm or object that is none, 6A88 for a key that is not there."""
        form = (context.command.p1, context.command.p2)
        if form not in {_SIGN_ENVIRONMENT, _DECIPHER_ENVIRONMENT}:
            return refuse(SW.INCORRECT_P1_P2)
        tag = 0x91 if form == _SIGN_ENVIRONMENT else 0x83
        try:
            found = find_tlv(parse_tlvs(context.data), tag)
        except TlvError:
            found = None
        if found is None:
            return refuse(SW.WRONG_DATA)
        if form == _DECIPHER_ENVIRONMENT:
            if found.value != bytes([DECIPHERING_KEY]):
                return refuse(SW.REFERENCED_DATA_NOT_FOUND)
            context.state.environment[0xB8] = found.value
            return answer()
        if len(found.value) != 2 or found.value[0] not in ALGORITHMS:
            return refuse(SW.WRONG_DATA)
        number, key = found.value
        if key not in self._keys:
            return refuse(SW.REFERENCED_DATA_NOT_FOUND)
        context.state.local.pop(_DIGEST, None)
        context.state.local[_ENVIRONMENT] = SigningEnvironment(ALGORITHMS[number], key)
        return answer()

    def perform(self, context: CommandContext) -> ResponseApdu:
        """PSO: HASH, COMPUTE DIGITAL SIGNATURE, DECIPHER; 6A86 for anything else."""
        operations: dict[tuple[int, int], Callable[[CommandContext], ResponseApdu]] = {
            _HASH: self._hash,
            _SIGN: self._sign,
            _DECIPHER: self._decipher,
        }
        operation = operations.get((context.command.p1, context.command.p2))
        return refuse(SW.INCORRECT_P1_P2) if operation is None else operation(context)

    def _hash(self, context: CommandContext) -> ResponseApdu:
        """Finish a hash on the card: 6985 without environment, 6A80 for data that is no partial hash."""
        algorithm = _signing(context).algorithm.hashing
        context.state.local.pop(_DIGEST, None)
        try:
            digest = algorithm.finish(*read_hash_data(algorithm, context.data))
        except ValueError:
            return refuse(SW.WRONG_DATA)
        context.state.local[_DIGEST] = digest
        return answer()

    def _sign(self, context: CommandContext) -> ResponseApdu:
        """Sign the digest in the data, or without data the one of PSO HASH, once: 6985 when none waits, 6982 without PIN."""
        environment = _signing(context)
        context.demand(requires(PIN_NAME))
        key, hashing = self._keys[environment.key], environment.algorithm.hashing
        digest = context.data or context.state.local.get(_DIGEST)
        if not isinstance(digest, bytes):
            return refuse(SW.CONDITIONS_NOT_SATISFIED)
        context.demand_ne(key.size)
        context.state.local.pop(_DIGEST, None)
        try:
            if environment.algorithm.pss:
                return answer(key.sign_pss(hashing, digest, context.random(hashing.size)))
            return answer(key.sign_digest(hashing, digest))
        except ValueError:
            return refuse(SW.WRONG_DATA)

    def _decipher(self, context: CommandContext) -> ResponseApdu:
        """RSA on one block as it is: no padding byte before it, and its filling stays for the reader to remove (observed)."""
        if 0xB8 not in context.state.environment:
            return refuse(SW.CONDITIONS_NOT_SATISFIED)
        context.demand(requires(PIN_NAME))
        try:
            return answer(self._keys[AUTHENTICATION_KEY].raw(context.data))
        except ValueError:
            return refuse(SW.WRONG_DATA)


def _signing(context: CommandContext) -> SigningEnvironment:
    found = context.state.local.get(_ENVIRONMENT)
    if not isinstance(found, SigningEnvironment):
        raise CardRefusalError(SW.CONDITIONS_NOT_SATISFIED)
    return found
