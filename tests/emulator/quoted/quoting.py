"""What the tests of quoted lines share: cards of built-in images, and answers that come in two pieces.

The sources: [A] the ANS Cryptolib CPS (github.com/ansforge/dops-cryptolib), [P] pcsc-tools' smartcard_list.txt, [2217] and [2223]
OpenSC's pull request 2217 and issue 2223, [O] OpenSC's driver card-iasecc.c, [R] RufusAdmin's reader, [N] public Node.js readers,
[K] cardpeek's vitale_2.lua, [G] the GIP-CPS dictionary of 2003, [M] MedinTux's headers. Where a source gives a command without
its answer, ours is in the line and the comment says so.
"""

from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.asymmetric import rsa

from emulator.card import CardSystem
from emulator.image import build_card, load_image, patch_image
from emulator.pki import load_certificate

Play = Callable[[CardSystem, Sequence[str]], None]

PIN = "0020000108 31323334FFFFFFFF"
PUK = "0020000208 3132333435363738"


def card(name: str, **changes: object) -> CardSystem:
    """A new card of a built-in image."""
    made = build_card(patch_image(load_image(name), changes))
    assert isinstance(made, CardSystem)
    return made


def public_key(name: str) -> rsa.RSAPublicKey:
    """The key that verifies what a built-in card signs."""
    key = load_certificate(f"builtin:{name}").public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def whole(made: CardSystem, command: str) -> bytes:
    """An answer that has to end with 9000, fetched where it waits."""
    raw = bytes.fromhex(command)
    answer = made.transmit(raw)
    data = answer[:-2]
    while answer[-2] == 0x61:
        answer = made.transmit(bytes((raw[0] & 0x03, 0xC0, 0, 0)) + answer[-1:])
        data += answer[:-2]
    assert answer[-2:] == b"\x90\x00", f"{command}: {answer.hex()}"
    return data
