"""SHA-1 and SHA-256 that can be taken up in the middle: the computer hashes all but the last block, the card that one.

No library gives the intermediate state of a hash away, so the two compression functions are here (FIPS 180-4).
"""

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from emulator.crypto.compression import SHA1_INITIAL, SHA256_INITIAL, compress_sha1, compress_sha256

BLOCK: Final = 64
"""Bytes in a block, of both."""


@dataclass(frozen=True, slots=True)
class PartialHash:
    """A hash over whole blocks, not finished.

    Attributes:
        state: The intermediate value, as long as the digest will be.
        bits: Bits hashed so far; a multiple of 512.
    """

    state: bytes
    bits: int


@dataclass(frozen=True, slots=True)
class HashAlgorithm:
    """SHA-1 or SHA-256.

    Attributes:
        name: The name `hashlib` and OpenSSL know it by.
        size: Bytes in a digest.
        initial: The state before anything was hashed (FIPS 180-4, 5.3).
        compress: Takes one block of 64 bytes into a state, a tuple of 32-bit words.
    """

    name: str
    size: int
    initial: tuple[int, ...]
    compress: Callable[[tuple[int, ...], bytes], tuple[int, ...]]

    @property
    def nothing(self) -> PartialHash:
        """The hash before its first block."""
        return PartialHash(self._packed(self.initial), 0)

    def digest(self, message: bytes) -> bytes:
        """Hash a message at once."""
        return hashlib.new(self.name, message).digest()

    def begin(self, message: bytes, *, keep: bool = False) -> tuple[PartialHash, bytes]:
        """Hash all whole blocks of a message.

        Args:
            message: The whole message.
            keep: When the message ends with a block, leave that block for the card (the ANS Cryptolib never gives the
                card an empty last block; OpenSC does).

        Returns:
            The hash so far, and the bytes that are left for the card: fewer than 64, or 64 when one was kept.
        """
        blocks = len(message) // BLOCK
        if keep and blocks and not len(message) % BLOCK:
            blocks -= 1
        state = self.initial
        for at in range(blocks):
            state = self.compress(state, message[at * BLOCK : (at + 1) * BLOCK])
        return PartialHash(self._packed(state), blocks * BLOCK * 8), message[blocks * BLOCK :]

    def finish(self, partial: PartialHash, last: bytes) -> bytes:
        """Hash the bytes that are left, and the length.

        Args:
            partial: What was hashed before.
            last: At most 64 bytes.

        Returns:
            The digest of the whole message.

        Raises:
            ValueError: The state is not this algorithm's, the count is not of whole blocks, or too many bytes are left.
        """
        if len(partial.state) != self.size:
            raise ValueError(f"a state of {self.name} has {self.size} bytes, not {len(partial.state)}")
        if partial.bits < 0 or partial.bits % (BLOCK * 8) or partial.bits >> 63:
            raise ValueError(f"{partial.bits} bits are not a number of whole blocks of {BLOCK} bytes")
        if len(last) > BLOCK:
            raise ValueError(f"{len(last)} bytes are more than one block")
        state = struct.unpack(f">{self.size // 4}I", partial.state)
        padded = last + b"\x80" + bytes(-(len(last) + 9) % BLOCK) + struct.pack(">Q", partial.bits + len(last) * 8)
        for at in range(0, len(padded), BLOCK):
            state = self.compress(state, padded[at : at + BLOCK])
        return self._packed(state)

    def _packed(self, state: tuple[int, ...]) -> bytes:
        return struct.pack(f">{self.size // 4}I", *state)


SHA1: Final = HashAlgorithm("sha1", 20, SHA1_INITIAL, compress_sha1)
SHA256: Final = HashAlgorithm("sha256", 32, SHA256_INITIAL, compress_sha256)
