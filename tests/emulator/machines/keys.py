"""Keys behind a security environment: what was set in each channel since its DF became the current one, and the digest that waits.

Written from docs/cards/cps3.md (Keys) and cps4.md (Keys), where the two agree.
"""

from dataclasses import dataclass, field
from functools import cache

from cryptography.hazmat.primitives.asymmetric import padding, rsa

from emulator.pki import load_certificate

from .card import OK, other_length, waiting, word
from .iso import IsoModel

SIZE = 256
"""Bytes in the modulus, and in what a key computes."""

GOOD = ("whole", "after another")
HASHED = (*GOOD, "of the other hash", "nothing", "too much", "turned round")
"""Data of PSO: HASH, see `hash_data`."""


@cache
def cryptogram() -> bytes:
    """A block that key 82 deciphers to `secret`."""
    key = load_certificate("builtin:cps.aut").public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key.encrypt(b"secret", padding.PKCS1v15())


def hash_data(kind: str, size: int) -> bytes:
    """The last block and what was hashed before it: `90 {value, bits} 80 {bytes left}`.

    Args:
        kind: one of `HASHED`.
        size: of the digest that the environment has, 0 for none. The intermediate value may be any.
    """

    def after_a_block(digest: int) -> bytes:
        return bytes((0x90, digest + 8)) + bytes(digest) + (512).to_bytes(8) + bytes.fromhex("8002 6263")

    return {
        "whole": bytes.fromhex("9000 8003 616263"),
        "after another": after_a_block(size or 20),
        "of the other hash": after_a_block(52 - (size or 20)),
        "nothing": b"",
        "too much": b"\x90\x00\x80\x41" + bytes(65),
        "turned round": bytes.fromhex("8003 616263 9000"),
    }[kind]


@dataclass(slots=True)
class Environment:
    """Template to the algorithm that MSE has set, and the size of the digest that waits, 0 for none."""

    algorithms: dict[int, int] = field(default_factory=dict[int, int])
    digest: int = 0


class KeysModel(IsoModel):
    """A card with keys.

    Attributes:
        keys: what each channel knows of them; lost when another DF is selected there.
    """

    def forget(self) -> None:
        super().forget()
        self.keys = {channel: Environment() for channel in range(self.channels)}

    def enter(self, channel: int, df: bytes, ef: int | None = None) -> None:
        if channel not in self.open or self.open[channel].df != df:
            self.keys[channel] = Environment()
        super().enter(channel, df, ef)

    def check_hashed(self, answer: bytes, kind: str, size: int, channel: int) -> None:
        """PSO: HASH: 6985 without environment; a digest waits, or what waited is lost."""
        if not size:
            assert answer == word(0x6985)
            return
        assert answer == (OK if kind in GOOD else word(0x6A80))
        self.keys[channel].digest = size if kind in GOOD else 0

    def check_signed(self, answer: bytes, size: int, ne: int | None, channel: int) -> None:
        """PSO: COMPUTE DIGITAL SIGNATURE of a digest of this size: the one in the data, or else the one that waits.

        A digest is signed once; without environment, PIN or the right Le it goes on waiting.
        """
        keys = self.keys[channel]
        if not size:
            assert answer == word(0x6985)
        elif "pin" not in self.granted:
            assert answer == word(0x6982)
        elif self.joined:
            keys.digest = 0
            if len(self.joined) == size:
                self.computed(answer, ne, channel)
            else:
                assert answer == word(0x6A80)
        elif keys.digest != size:
            assert answer == word(0x6985)
        elif not self.t1 and ne not in {None, SIZE}:
            assert answer == other_length(SIZE)
        else:
            keys.digest = 0
            self.computed(answer, ne, channel)

    def computed(self, answer: bytes, ne: int | None, channel: int) -> None:
        """As many bytes as the modulus has come, at once or in two pieces; what they are, other tests verify."""
        at_once = (ne or 0) if self.t1 or not self.joined else 0
        assert len(answer) == at_once + 2
        if at_once == SIZE:
            assert answer[SIZE:] == OK
            return
        left = SIZE - at_once
        assert answer[at_once:] == waiting(left)
        rest = self.card.transmit(bytes((channel, 0xC0, 0, 0, left & 0xFF)))
        assert (len(rest), rest[left:]) == (left + 2, OK)
