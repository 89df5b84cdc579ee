"""How each profile of professional card is spoken to, where they differ: the logical channel, the way in, the signature.

CPS3: the public traces and OpenSC's IAS/ECC driver; CPS4: the ANS Cryptolib CPS, both by way of docs/cards (observed). Which
key answers a Vitale is ours (assumption): the one for authentication, number 82.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reader_core.iso7816 import SW, CardChannel, CommandApdu, Connection, Tlv, TlvError
from reader_core.layouts import cps, cps2ter
from reader_core.session.files import FileRefusedError, select_aid, select_mf

_INS_VERIFY = 0x20
_INS_MSE = 0x22
_INS_PSO = 0x2A
_INS_INTERNAL_AUTHENTICATE = 0x88
_INS_GET_DATA = 0xCB
_PIN_OBJECT = bytes.fromhex("4D087006BF810102A080")
_PIN_COUNTER = (0xBF8101, 0xA0, 0x9B)
"""Within the template 70: the object of the code 1, its parameters, the tries left."""
_SHA256_DIGEST_INFO = bytes.fromhex("3031300D060960864801650304020105000420")
"""DigestInfo of RFC 8017, 9.2, before the 32 bytes of a SHA-256 digest."""
_ISSUER_DOMAIN = bytes.fromhex("A0000001510000")
"""The application of GlobalPlatform that the ANS Cryptolib selects on its way back to ChipDoc (observed)."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is said to one profile of card.

    Attributes:
        number: logical channel of its PKCS#15 files.
        enter: selects the MF of the files, from wherever the card is; after power-on too, since nothing public says
            which file of which volume a card starts with.
        environment: MSE SET that chooses the authentication key for a PKCS#1 v1.5 signature with SHA-256.
        signature: makes the command that signs a SHA-256 digest.
        tries: asks how many tries the confidential code has left, which costs none; None when the card does not say.
            It may select another file.
    """

    number: int
    enter: Callable[[CardChannel], None]
    environment: CommandApdu
    signature: Callable[[bytes], CommandApdu]
    tries: Callable[[CardChannel], int | None]

    def open(self, connection: Connection) -> CardChannel:
        """Give the channel to the card's files, with the application that holds them selected.

        Raises:
            FileRefusedError: the card has no such application.
            TransportError: the card is gone.
        """
        channel = CardChannel(connection, number=self.number)
        self.enter(channel)
        return channel


def _enter_chipdoc(channel: CardChannel) -> None:
    """Select ChipDoc in its channel; where it answers 6985, the way back that the ANS Cryptolib takes (observed)."""
    try:
        select_aid(channel, cps.MF.aid, "ChipDoc")
    except FileRefusedError as error:
        if error.sw != SW.CONDITIONS_NOT_SATISFIED:
            raise
        select_aid(channel, _ISSUER_DOMAIN, "issuer domain")
        select_aid(CardChannel(channel.connection), cps2ter.CPS2TER.aid, "CPS2ter")
        select_aid(channel, cps.MF.aid, "ChipDoc")


def _internal_authenticate(digest: bytes) -> CommandApdu:
    return CommandApdu(0x00, _INS_INTERNAL_AUTHENTICATE, 0x00, 0x00, _SHA256_DIGEST_INFO + digest, ne=256)


def _compute_signature(digest: bytes) -> CommandApdu:
    return CommandApdu(0x00, _INS_PSO, 0x9E, 0x9A, digest, ne=256)


def _tries_in_object(channel: CardChannel) -> int | None:
    """The counter in the security data object of the code (IAS ECC), as the ANS Cryptolib asks for it (observed)."""
    try:
        select_mf(channel)
    except FileRefusedError:
        return None
    response = channel.send(CommandApdu(0x00, _INS_GET_DATA, 0x3F, 0xFF, _PIN_OBJECT, ne=256))
    try:
        found = Tlv.parse(response.data, strict=False).find(*_PIN_COUNTER, strict=False) if response.ok else None
    except TlvError:
        return None
    return found.value[0] if found is not None and len(found.value) == 1 else None


def _tries_by_verify(channel: CardChannel) -> int | None:
    """VERIFY without a code: 63Cx, or 6983 once it is blocked (observed: ANS Cryptolib)."""
    sw = channel.send(CommandApdu(0x00, _INS_VERIFY, 0x00, 0x01)).sw
    return 0 if sw == SW.AUTHENTICATION_BLOCKED else sw.retries


CPS3 = Dialect(
    number=0,
    enter=select_mf,
    environment=CommandApdu(0x00, _INS_MSE, 0x41, 0xA4, Tlv(0x80, b"\x02") + Tlv(0x84, b"\x82")),
    signature=_internal_authenticate,
    tries=_tries_in_object,
)
CPS4 = Dialect(
    number=1,
    enter=_enter_chipdoc,
    environment=CommandApdu(0x00, _INS_MSE, 0x81, 0xB6, Tlv(0x91, b"\x28\x82")),  # 28: SHA-256, PKCS#1 v1.5
    signature=_compute_signature,
    tries=_tries_by_verify,
)
DIALECTS = {"cps3": CPS3, "cps4": CPS4}
"""By the profile's name; the profiles that are not here cannot open protected data."""
