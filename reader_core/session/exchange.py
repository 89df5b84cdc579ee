"""The exchange that opens a Vitale's protected files in the presence of a professional card.

Written down byte by byte in docs/cards/exchange.md (basis: assumption; how real cards do it is not public): the Vitale
verifies the professional card's certificates, gives a challenge, and verifies the professional card's signature of it.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from reader_core.errors import ErrorCode, ReadingError
from reader_core.iso7816 import SW, CommandApdu, StatusWord
from reader_core.session.files import FileRefusedError
from reader_core.session.professional import ProfessionalCard
from reader_core.session.vitale import VitaleCard

CHALLENGE_LENGTH = 16

_INS_PSO = 0x2A
_INS_EXTERNAL_AUTHENTICATE = 0x82
_INS_GET_CHALLENGE = 0x84

_CERTIFICATE_REFUSALS = {
    SW.WRONG_DATA: ErrorCode.CHAIN_UNTRUSTED,
    SW.VERIFICATION_FAILED: ErrorCode.CHAIN_UNTRUSTED,
    SW.CONDITIONS_NOT_SATISFIED: ErrorCode.CARDS_MIXED,
}
_SIGNATURE_REFUSALS = {
    SW.VERIFICATION_FAILED: ErrorCode.CHAIN_UNTRUSTED,
    SW.SECURITY_STATUS_NOT_SATISFIED: ErrorCode.CPS_NOT_ENTITLED,
}


def present_certificates(vitale: VitaleCard, cps: ProfessionalCard) -> None:
    """Let the Vitale judge the professional card's certificates, authorities first.

    Raises:
        ReadingError: `chain_untrusted`, `cards_mixed`, or `vitale_unknown` for a Vitale without this exchange.
        TransportError: the Vitale is gone.
    """
    try:
        vitale.select_vitale()
    except FileRefusedError as error:
        raise ReadingError(ErrorCode.VITALE_UNKNOWN, str(error)) from error
    for certificate in (*reversed(cps.authorities), cps.certificate):
        command = CommandApdu(0x00, _INS_PSO, 0x00, 0xBE, certificate.public_bytes(Encoding.DER))
        sw = vitale.channel.send(command).sw
        if not sw.ok:
            raise _refusal("VERIFY CERTIFICATE", sw, _CERTIFICATE_REFUSALS, _name(certificate))


def authenticate(vitale: VitaleCard, cps: ProfessionalCard) -> None:
    """Let the professional card sign the Vitale's challenge and number, and the Vitale judge the signature.

    Raises:
        ReadingError: `pin_missing`, `chain_untrusted`, `cps_not_entitled`, `cps_removed`, `vitale_unknown`, or
            `card_data_invalid` for a Vitale without a number.
        TransportError: the Vitale is gone.
    """
    if not vitale.pan:
        raise ReadingError(
            ErrorCode.CARD_DATA_INVALID, "the Vitale's number (file PAN), part of what is signed, is missing"
        )
    challenge = vitale.channel.send(CommandApdu(0x00, _INS_GET_CHALLENGE, 0x00, 0x00, ne=CHALLENGE_LENGTH))
    if not challenge.ok or len(challenge.data) != CHALLENGE_LENGTH:
        raise _refusal("GET CHALLENGE", challenge.sw, {}, f"{len(challenge.data)} bytes")
    digest = hashes.Hash(hashes.SHA256())
    digest.update(challenge.data + bytes.fromhex(vitale.pan))
    signature = cps.sign(digest.finalize())
    sw = vitale.channel.send(CommandApdu(0x00, _INS_EXTERNAL_AUTHENTICATE, 0x00, 0x00, signature)).sw
    if not sw.ok:
        raise _refusal("EXTERNAL AUTHENTICATE", sw, _SIGNATURE_REFUSALS, cps.porteur.type)


def _refusal(command: str, sw: StatusWord, table: dict[StatusWord, ErrorCode], about: str) -> ReadingError:
    """A Vitale that refuses in a way the exchange does not know does not have the exchange: a real one, for instance."""
    code = table.get(sw, ErrorCode.VITALE_UNKNOWN)
    return ReadingError(code, f"{command}: the Vitale answered {sw} ({sw.meaning}); {about}")


def _name(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()
