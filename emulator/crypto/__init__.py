"""What the keys of a card compute, and hashing whose last block is done by the card. Bytes in, bytes out.

It knows neither commands nor status words: a card says which of these it can do, and when. Written here from the
standards rather than taken from a library, because a card is handed half a hash and half an operation; the tests
hold it to OpenSSL and `cryptography`.

    partial, last = SHA256.begin(message)               # what a computer does
    digest = SHA256.finish(partial, last)               # what the card does
    signature = RsaKey.of(key).sign_digest(SHA256, digest)
"""

from emulator.crypto.hashing import SHA1, SHA256, HashAlgorithm, PartialHash
from emulator.crypto.hashing_data import hash_data, read_hash_data
from emulator.crypto.padding import digest_info, mask, pkcs1_encode, pkcs1_remove_encryption, pss_encode
from emulator.crypto.rsa import RsaKey

__all__ = [
    "SHA1",
    "SHA256",
    "HashAlgorithm",
    "PartialHash",
    "RsaKey",
    "digest_info",
    "hash_data",
    "mask",
    "pkcs1_encode",
    "pkcs1_remove_encryption",
    "pss_encode",
    "read_hash_data",
]
