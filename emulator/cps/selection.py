"""What the cards of the family that speak IAS ECC share: SELECT, and a certificate with its key."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from cryptography import x509

from emulator.card import AbsolutePath, CommandContext, SelectRules
from emulator.crypto import RsaKey
from emulator.pki import PkiError, load_certificate, load_key
from reader_core.iso7816 import ResponseApdu

MF_IDENTIFIER: Final = bytes.fromhex("3F00")
_KEY_BITS: Final = 2048

_SELECT: Final = SelectRules(
    p1=frozenset({0x00, 0x02, 0x03, 0x04, 0x08, 0x09}),
    p2=frozenset({0x04, 0x0C}),
    absolute_path=AbsolutePath.ANYWHERE,
)
"""A CPS3 gives FCP or nothing, never FCI (observed: P2=00 answers 6A86); a path of P1=09 may begin at 3F00 (observed)."""


def select_file(context: CommandContext) -> ResponseApdu:
    """SELECT, with two liberties of the family.

    By name, P2=00 is taken and gives nothing (observed: 9000 without an answer in a public trace). P1=02, which asks for an
    EF, takes 3F00 too (observed: OpenSC's driver goes back to the MF this way).
    """
    command = context.command
    if (command.p1, command.p2) == (0x04, 0x00):
        command = replace(command, p2=0x0C)
    elif command.p1 == 0x02 and command.data == MF_IDENTIFIER:
        command = replace(command, p1=0x00)
    return _SELECT.handle(replace(context, command=command))


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
