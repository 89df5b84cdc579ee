"""A certificate of a card with its key."""

from pathlib import Path
from typing import Final

from cryptography import x509

from emulator.crypto import RsaKey
from emulator.pki import PkiError, load_certificate, load_key

_KEY_BITS: Final = 2048


def key_pair(certificate: str, key: str, base: Path | None) -> tuple[x509.Certificate, RsaKey]:
    """Load a certificate and its private key by their references.

    Raises:
        PkiError: One of them is missing or unusable, or they do not belong together.
    """
    loaded, private = load_certificate(certificate, base), load_key(key, base)
    if private.key_size != _KEY_BITS:
        raise PkiError(key, f"a key of {private.key_size} bits", f"A card of this family has keys of {_KEY_BITS} bits.")
    if loaded.public_key() != private.public_key():
        raise PkiError(key, f"not the key of {certificate}", "Give the certificate and the key of one pair.")
    return loaded, RsaKey.of(private)
