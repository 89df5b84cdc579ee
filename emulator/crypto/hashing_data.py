"""The data of PSO: HASH when the card hashes the last block: 90 { state, bits hashed so far } 80 { the bytes left }.

Observed in the source of the ANS Cryptolib and of OpenSC, which agree: the eight bytes after the state count the bits
hashed before the last block, and 90 is empty when there was no earlier block.
"""

from typing import Final

from emulator.crypto.hashing import BLOCK, HashAlgorithm, PartialHash
from reader_core.iso7816 import Tlv, TlvError, parse_tlvs

_PARTIAL, _LAST = 0x90, 0x80
_COUNT: Final = 8


def hash_data(algorithm: HashAlgorithm, message: bytes, *, keep: bool = False) -> bytes:
    """Make the command data for a whole message, as a computer does.

    Args:
        algorithm: The hash.
        message: The whole message.
        keep: Leave a last whole block for the card.
    """
    partial, last = algorithm.begin(message, keep=keep)
    state = partial.state + partial.bits.to_bytes(_COUNT, "big") if partial.bits else b""
    return Tlv(_PARTIAL, state) + Tlv(_LAST, last)


def read_hash_data(algorithm: HashAlgorithm, data: bytes) -> tuple[PartialHash, bytes]:
    """Take the command data apart, as the card does.

    Returns:
        The hash so far, and the bytes that are left.

    Raises:
        ValueError: It is not the two objects, a length is none that the algorithm has, or the count is not one of whole
            blocks, at least one.
    """
    try:
        objects = parse_tlvs(data)
    except TlvError as error:
        raise ValueError(str(error)) from error
    if [item.tag for item in objects] != [_PARTIAL, _LAST]:
        raise ValueError("not the objects 90 and 80")
    state, last = (item.value for item in objects)
    if len(last) > BLOCK:
        raise ValueError(f"{len(last)} bytes are more than one block")
    if not state:
        return algorithm.nothing, last
    if len(state) != algorithm.size + _COUNT:
        raise ValueError(f"a state of {algorithm.name} and its count are {algorithm.size + _COUNT} bytes")
    bits = int.from_bytes(state[algorithm.size :], "big")
    if not bits or bits % (BLOCK * 8) or bits >> 63:
        raise ValueError(f"{bits} bits are not a number of whole blocks")
    return PartialHash(state[: algorithm.size], bits), last
