"""The keys of a CPS3: which computation is whose, in which security environment, and who may ask for it.

Algorithm numbers, templates and the forms of the commands are observed (source of the ANS Cryptolib, which drives real
cards, and OpenSC's driver). The status words are those of ISO/IEC 7816-8 and IAS ECC (standard); that a real card gives
the same for the same mistake is an assumption.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from emulator.card import CommandContext, Handler, answer, refuse
from emulator.cps3.pkcs15 import AUTHENTICATION, AUTHENTICATION_ALGORITHM, SIGNATURE
from emulator.crypto import SHA1, SHA256, HashAlgorithm
from reader_core.iso7816 import SW, ResponseApdu, TlvError, find_tlv, parse_tlvs

HASH, SIGN, AUTHENTICATE, DECIPHER = 0xAA, 0xB6, 0xA4, 0xB8
"""Control reference templates, P2 of MSE: what an environment is for."""

HASHES: Final = {0x10: SHA1, 0x40: SHA256}
"""By algorithm number of the template AA (observed)."""

SIGNATURES: Final = {0x12: SHA1, 0x42: SHA256}
"""RSA PKCS#1 v1.5 over a digest, by algorithm number of the template B6 (observed)."""

DECIPHER_ALGORITHM: Final = 0x1A
"""RSA PKCS#1 v1.5: tag 80 of the template B8 (observed)."""

_SET, _ALGORITHM, _KEY = 0x41, 0x80, 0x84

Environments = Mapping[int, tuple[frozenset[int], int | None]]
"""By template: its algorithms, and the key they go with; None for a template without one."""

CONTACT: Final[Environments] = {
    AUTHENTICATE: (frozenset({AUTHENTICATION_ALGORITHM}), AUTHENTICATION.reference),
    SIGN: (frozenset(SIGNATURES), SIGNATURE.reference),
    DECIPHER: (frozenset({DECIPHER_ALGORITHM}), AUTHENTICATION.reference),
    HASH: (frozenset(HASHES), None),
}
"""What a CPS3 has with contact (observed: ANS Cryptolib)."""

_DIGEST: Final = "cps3.digest"
"""Where a digest made by PSO: HASH waits for its signature; it is lost with the DF, as the environment is."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest, and what made it."""

    algorithm: HashAlgorithm
    value: bytes


def manage_environment(environments: Environments) -> Handler:
    """MANAGE SECURITY ENVIRONMENT: SET (P1=41) for the algorithms and keys of a card.

    The handler refuses other forms and templates (6A86), an algorithm that is not the template's or is missing (6A80), and a
    key that is not there (6A88). What was set before then stays. Setting the template of hashes forgets an earlier digest.
    """

    def handle(context: CommandContext) -> ResponseApdu:
        template = context.command.p2
        if context.command.p1 != _SET or template not in environments:
            return refuse(SW.INCORRECT_P1_P2)
        algorithms, key = environments[template]
        try:
            objects = parse_tlvs(context.data)
        except TlvError:
            return refuse(SW.WRONG_DATA)
        algorithm, reference = find_tlv(objects, _ALGORITHM), find_tlv(objects, _KEY)
        if algorithm is None or algorithm.value not in {bytes([number]) for number in algorithms}:
            return refuse(SW.WRONG_DATA)
        if key is not None and (reference is None or reference.value != bytes([key])):
            return refuse(SW.REFERENCED_DATA_NOT_FOUND)
        context.state.environment[template] = context.data
        if template == HASH:
            forget_digest(context)
        return answer()

    return handle


def algorithm_in_use(context: CommandContext, template: int) -> int | None:
    """Tell the algorithm number that MSE has set for a template since the application was selected."""
    found = find_tlv(parse_tlvs(context.state.environment.get(template, b"")), _ALGORITHM)
    return None if found is None else found.value[0]


def keep_digest(context: CommandContext, digest: Digest) -> None:
    """Let a digest wait for its signature."""
    context.state.local[_DIGEST] = digest


def waiting_digest(context: CommandContext) -> Digest | None:
    """Give the digest that waits."""
    waiting = context.state.local.get(_DIGEST)
    return waiting if isinstance(waiting, Digest) else None


def forget_digest(context: CommandContext) -> None:
    """Let no digest wait any more: it is signed once."""
    context.state.local.pop(_DIGEST, None)
