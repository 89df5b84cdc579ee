"""How a Vitale decides that a professional card may open its protected files.

This side is the Vitale's: it verifies the chain of the professional card, gives a challenge, and verifies the answer.
The exchange is ours (basis: assumption; nothing public says how a real Vitale does it) and is written down byte by
byte in docs/cards/exchange.md. A card has no clock: expiry and revocation are judged by the reader.
"""

from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from emulator.card import CommandContext, Instruction, refuse
from emulator.pki.attributes import CpxAttributes
from reader_core.iso7816 import SW, ResponseApdu
from reader_core.records.cps import ENTITLED

SECURITY_NAME: Final = "cpx"
"""The name that stands in the card's security state once a professional card has been accepted."""

CHALLENGE_LENGTH: Final = 16
TEST_CARD: Final = "T"
"""The type of card (record group 101) that every public test deck says (observed)."""

INS_PSO: Final = 0x2A
INS_EXTERNAL_AUTHENTICATE: Final = 0x82

_VERIFY_CERTIFICATE: Final = (0x00, 0xBE)
_AUTHORITY: Final = "cpx.authority"
_PROFESSIONAL: Final = "cpx.professional"
_UNREADABLE: Final = (ValueError, TypeError, x509.InvalidVersion, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm)


class NotACertificateError(Exception):
    """The bytes are no certificate that this exchange can use."""


@dataclass(frozen=True, slots=True)
class PresentedCertificate:
    """What the card needs of a certificate put before it, read once; nothing here is trusted yet."""

    certificate: x509.Certificate
    key: rsa.RSAPublicKey
    is_authority: bool
    attributes: CpxAttributes | None

    @classmethod
    def parse(cls, der: bytes) -> "PresentedCertificate":
        """Read an X.509 certificate of an authority, or of a professional card's authentication key.

        Args:
            der: The certificate in DER, and nothing after it.

        Raises:
            NotACertificateError: It is not one, has no RSA key, or its key may not be used this way.
        """
        try:
            certificate = x509.load_der_x509_certificate(der)
            key = certificate.public_key()
            is_authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
            usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
            attributes = CpxAttributes.of(certificate)
        except (*_UNREADABLE, x509.ExtensionNotFound, x509.DuplicateExtension) as error:
            raise NotACertificateError(str(error)) from error
        if not isinstance(key, rsa.RSAPublicKey):
            raise NotACertificateError("the key is not an RSA key")
        if not (usage.key_cert_sign if is_authority else usage.digital_signature and attributes is not None):
            raise NotACertificateError("the key is neither an authority's nor a professional card's for authentication")
        return cls(certificate, key, is_authority, attributes)

    def is_issued_by(self, issuer: x509.Certificate) -> bool:
        """Tell whether the issuer's name and signature fit."""
        try:
            self.certificate.verify_directly_issued_by(issuer)
        except (*_UNREADABLE, InvalidSignature):
            return False
        return True


class CpxGate:
    """The authorisation of a Vitale: what it trusts. What it has accepted lives in the card's volatile state.

    Args:
        roots: DER certificates of the authorities the card trusts.
        category: The Vitale's own type of card: "T" for a test card, anything else for a real one. A test card takes
            test professional cards only, and a real one real ones.
        pan: The 10 bytes of the Vitale's number (tag 5A in EF 2F02); they are part of what is signed.

    Raises:
        ValueError: A root is not a certificate.
    """

    def __init__(self, roots: tuple[bytes, ...], category: str, pan: bytes) -> None:
        self._roots = tuple(x509.load_der_x509_certificate(root) for root in roots)
        self._is_test = category == TEST_CARD
        self._pan = pan

    def handlers(self) -> dict[int, Instruction]:
        """Give the card system its commands: 2A (PSO: VERIFY CERTIFICATE) and 82 (EXTERNAL AUTHENTICATE)."""
        return {
            INS_PSO: Instruction(self.verify_certificate, chaining=True),
            INS_EXTERNAL_AUTHENTICATE: Instruction(self.external_authenticate, chaining=True),
        }

    def verify_certificate(self, context: CommandContext) -> ResponseApdu:
        """PSO: VERIFY CERTIFICATE. An authority must come from a root, a professional card from that authority.

        Answers 9000, 6A80 (no usable certificate), 6300 (wrong signature or unknown issuer), 6985 (a professional card
        of the other category), 6A86. Whatever is presented takes the professional card's certificate away that was accepted
        before it; an authority takes the earlier authority away too.
        """
        if (context.command.p1, context.command.p2) != _VERIFY_CERTIFICATE:
            return refuse(SW.INCORRECT_P1_P2)
        accepted = context.state.scratch
        accepted.pop(_PROFESSIONAL, None)
        try:
            presented = PresentedCertificate.parse(context.data)
        except NotACertificateError:
            return refuse(SW.WRONG_DATA)
        if presented.is_authority:
            accepted.pop(_AUTHORITY, None)
            if not any(presented.is_issued_by(root) for root in self._roots):
                return refuse(SW.VERIFICATION_FAILED)
            accepted[_AUTHORITY] = presented
            return refuse(SW.OK)
        authority = accepted.get(_AUTHORITY)
        if not isinstance(authority, PresentedCertificate) or not presented.is_issued_by(authority.certificate):
            return refuse(SW.VERIFICATION_FAILED)
        if presented.attributes is None or presented.attributes.is_test != self._is_test:
            return refuse(SW.CONDITIONS_NOT_SATISFIED)
        accepted[_PROFESSIONAL] = presented
        return refuse(SW.OK)

    def external_authenticate(self, context: CommandContext) -> ResponseApdu:
        """EXTERNAL AUTHENTICATE with the signature of the challenge and the Vitale's number.

        Without data it only tells: 9000 open, 6300 not. With data it answers 9000 and opens the protected files until reset,
        or 6985 (no challenge of 16 bytes, or no accepted certificate), 6300 (wrong signature), 6982 (a card that is not
        entitled), 6A86. Each try uses up the challenge, and one that fails closes what an earlier one opened.
        """
        if context.command.p1 or context.command.p2:
            return refuse(SW.INCORRECT_P1_P2)
        if not context.data:
            return refuse(SW.OK if SECURITY_NAME in context.security else SW.VERIFICATION_FAILED)
        context.security.revoke(SECURITY_NAME)
        challenge, context.state.challenge = context.state.challenge, None
        professional = context.state.scratch.get(_PROFESSIONAL)
        if (
            challenge is None
            or len(challenge) != CHALLENGE_LENGTH
            or not isinstance(professional, PresentedCertificate)
        ):
            return refuse(SW.CONDITIONS_NOT_SATISFIED)
        try:
            professional.key.verify(context.data, challenge + self._pan, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return refuse(SW.VERIFICATION_FAILED)
        if professional.attributes is None or professional.attributes.name not in ENTITLED:
            return refuse(SW.SECURITY_STATUS_NOT_SATISFIED)
        context.security.grant(SECURITY_NAME)
        return refuse(SW.OK)
