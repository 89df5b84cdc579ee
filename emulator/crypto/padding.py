"""How RSA blocks are filled: PKCS#1 v1.5 for signatures and decryption, PSS (RFC 8017)."""

from typing import Final

from emulator.crypto.hashing import HashAlgorithm

_INFO_HEADS: Final = {
    "sha1": bytes.fromhex("3021300906052B0E03021A05000414"),
    "sha256": bytes.fromhex("3031300D060960864801650304020105000420"),
}
"""DER before the digest in a DigestInfo (RFC 8017, 9.2, note 1)."""

_SHORTEST_FILL: Final = 8


def digest_info(algorithm: HashAlgorithm, digest: bytes) -> bytes:
    """Name the algorithm of a digest, as a PKCS#1 v1.5 signature holds it.

    Raises:
        ValueError: The digest has another length than the algorithm's.
    """
    _check(algorithm, digest)
    return _INFO_HEADS[algorithm.name] + digest


def pkcs1_encode(data: bytes, size: int) -> bytes:
    """Fill a block for a signature, PKCS#1 v1.5, type 1.

    Args:
        data: Usually a DigestInfo.
        size: Bytes in the modulus.

    Raises:
        ValueError: The data leaves no room for eight bytes of filling.
    """
    fill = size - 3 - len(data)
    if fill < _SHORTEST_FILL:
        raise ValueError(f"{len(data)} bytes do not fit into a block of {size}")
    return b"\x00\x01" + b"\xff" * fill + b"\x00" + data


def pkcs1_remove_encryption(block: bytes) -> bytes:
    """Give what an encrypted block of type 2 holds.

    Args:
        block: As long as the modulus.

    Raises:
        ValueError: It is not one. It is not done in constant time: the keys here are public.
    """
    end = block.find(b"\x00", 2)
    if block[:2] != b"\x00\x02" or end < 2 + _SHORTEST_FILL:
        raise ValueError("not a block of type 2")
    return block[end + 1 :]


def mask(algorithm: HashAlgorithm, seed: bytes, length: int) -> bytes:
    """MGF1 (RFC 8017, B.2.1): stretch a seed to a length in bytes."""
    rounds = range(-(-length // algorithm.size))
    return b"".join(algorithm.digest(seed + number.to_bytes(4, "big")) for number in rounds)[:length]


def pss_encode(algorithm: HashAlgorithm, digest: bytes, salt: bytes, bits: int) -> bytes:
    """EMSA-PSS (RFC 8017, 9.1.1), the mask made with the same hash.

    Args:
        algorithm: The hash of digest, second hash and mask.
        digest: Hash of the message.
        salt: Usually as many random bytes as a digest has.
        bits: Bits in the modulus, less one.

    Raises:
        ValueError: The digest has another length than the algorithm's, or the block is too small.
    """
    _check(algorithm, digest)
    size = -(-bits // 8)
    fill = size - algorithm.size - len(salt) - 2
    if fill < 0:
        raise ValueError(f"a digest of {algorithm.size} bytes and a salt of {len(salt)} do not fit into {size}")
    second = algorithm.digest(bytes(8) + digest + salt)
    plain = bytes(fill) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(plain, mask(algorithm, second, len(plain)), strict=True))
    masked[0] &= 0xFF >> 8 * size - bits
    return bytes(masked) + second + b"\xbc"


def _check(algorithm: HashAlgorithm, digest: bytes) -> None:
    if len(digest) != algorithm.size:
        raise ValueError(f"a digest of {algorithm.name} has {algorithm.size} bytes, not {len(digest)}")
