"""The compression functions of SHA-1 and SHA-256, as FIPS 180-4 writes them."""

import struct
from itertools import count, islice
from math import isqrt
from typing import Final

_MASK: Final = 0xFFFFFFFF

SHA1_INITIAL: Final = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)
_SHA1_CONSTANTS: Final = (0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6)


def _primes(number: int) -> tuple[int, ...]:
    return tuple(islice((n for n in count(2) if all(n % d for d in range(2, isqrt(n) + 1))), number))


def _cube_root_fraction(prime: int) -> int:
    """First 32 bits after the point of a prime's cube root (section 4.2.2)."""
    scaled = prime << 96
    low, high = 0, 1 << 36
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= scaled else (low, middle)
    return low & _MASK


SHA256_INITIAL: Final = tuple(isqrt(prime << 64) & _MASK for prime in _primes(8))
_SHA256_CONSTANTS: Final = tuple(_cube_root_fraction(prime) for prime in _primes(64))


def _left(word: int, by: int) -> int:
    return (word << by | word >> 32 - by) & _MASK


def _right(word: int, by: int) -> int:
    return _left(word, 32 - by)


def compress_sha1(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """Take one block of 64 bytes into the five words of a SHA-1 (section 6.1.2)."""
    words = list(struct.unpack(">16I", block))
    for t in range(16, 80):
        words.append(_left(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1))
    a, b, c, d, e = state
    for t, word in enumerate(words):
        match t // 20:
            case 0:
                f = b & c ^ ~b & d
            case 2:
                f = b & c ^ b & d ^ c & d
            case _:
                f = b ^ c ^ d
        mixed = _left(a, 5) + f + e + _SHA1_CONSTANTS[t // 20] + word & _MASK
        a, b, c, d, e = mixed, a, _left(b, 30), c, d
    return tuple(old + new & _MASK for old, new in zip(state, (a, b, c, d, e), strict=True))


def compress_sha256(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """Take one block of 64 bytes into the eight words of a SHA-256 (section 6.2.2)."""
    words = list(struct.unpack(">16I", block))
    for t in range(16, 64):
        before, after = words[t - 15], words[t - 2]
        first = _right(before, 7) ^ _right(before, 18) ^ before >> 3
        second = _right(after, 17) ^ _right(after, 19) ^ after >> 10
        words.append(words[t - 16] + first + words[t - 7] + second & _MASK)
    a, b, c, d, e, f, g, h = state
    for constant, word in zip(_SHA256_CONSTANTS, words, strict=True):
        first = h + (_right(e, 6) ^ _right(e, 11) ^ _right(e, 25)) + (e & f ^ ~e & g) + constant + word
        second = (_right(a, 2) ^ _right(a, 13) ^ _right(a, 22)) + (a & b ^ a & c ^ b & c)
        a, b, c, d, e, f, g, h = first + second & _MASK, a, b, c, d + first & _MASK, e, f, g
    return tuple(old + new & _MASK for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))
