"""The private key of a card: what it computes with it (RFC 8017).

The numbers are used as they are, without any protection against being watched: these are published test keys.
"""

from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

from emulator.crypto.hashing import SHA256, HashAlgorithm
from emulator.crypto.padding import digest_info, pkcs1_encode, pkcs1_remove_encryption, pss_encode

_LIBRARY_SHA256: Final = utils.Prehashed(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA private key with its numbers for the Chinese remainder theorem.

    Attributes:
        bits: Bits in the modulus.
        modulus: n.
        primes: p and q.
        exponents: d mod p-1 and d mod q-1.
        coefficient: Inverse of q mod p.
        library: The same key, as the library that loaded it computes with it.
    """

    bits: int
    modulus: int
    primes: tuple[int, int]
    exponents: tuple[int, int]
    coefficient: int
    library: rsa.RSAPrivateKey = field(repr=False, compare=False)

    @classmethod
    def of(cls, key: rsa.RSAPrivateKey) -> Self:
        """Take the numbers of a key that was loaded from a file."""
        numbers = key.private_numbers()
        return cls(
            key.key_size,
            numbers.public_numbers.n,
            (numbers.p, numbers.q),
            (numbers.dmp1, numbers.dmq1),
            numbers.iqmp,
            key,
        )

    @property
    def size(self) -> int:
        """Bytes in the modulus, and in everything the key makes."""
        return -(-self.bits // 8)

    def raw(self, block: bytes) -> bytes:
        """RSA without any filling: the block to the power of d.

        Args:
            block: As many bytes as the modulus has.

        Raises:
            ValueError: It has another length, or is not below the modulus.
        """
        message = int.from_bytes(block, "big")
        if len(block) != self.size or message >= self.modulus:
            raise ValueError(f"not a number of {self.size} bytes below the modulus")
        first, second = (
            pow(message, exponent, prime) for exponent, prime in zip(self.exponents, self.primes, strict=True)
        )
        value = second + (first - second) * self.coefficient % self.primes[0] * self.primes[1]
        return (value % self.modulus).to_bytes(self.size, "big")

    def sign(self, data: bytes) -> bytes:
        """Sign data as given, PKCS#1 v1.5, usually a DigestInfo.

        That of SHA-256 is what every reading has signed, and a library signs it sixteen times as fast as `raw`. No library
        signs data of any other form.

        Raises:
            ValueError: It does not fit.
        """
        digest = data[-SHA256.size :]
        if len(digest) == SHA256.size and data == digest_info(SHA256, digest):
            return self.library.sign(digest, padding.PKCS1v15(), _LIBRARY_SHA256)
        return self.raw(pkcs1_encode(data, self.size))

    def sign_digest(self, algorithm: HashAlgorithm, digest: bytes) -> bytes:
        """Sign a digest, PKCS#1 v1.5 with its DigestInfo.

        Raises:
            ValueError: The digest has another length than the algorithm's.
        """
        return self.sign(digest_info(algorithm, digest))

    def sign_pss(self, algorithm: HashAlgorithm, digest: bytes, salt: bytes) -> bytes:
        """Sign a digest, PSS with this salt and the mask of the same hash.

        Raises:
            ValueError: The digest has another length than the algorithm's, or does not fit with the salt.
        """
        return self.raw(pss_encode(algorithm, digest, salt, self.bits - 1).rjust(self.size, b"\x00"))

    def decipher(self, cryptogram: bytes) -> bytes:
        """Decipher and remove the filling, PKCS#1 v1.5.

        Raises:
            ValueError: The length is wrong, or what comes out is not a block of type 2.
        """
        return pkcs1_remove_encryption(self.raw(cryptogram))
