"""A card of the CPS family in use: who holds it, its certificates, its confidential code, its signature."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.x509.oid import NameOID

from reader_core.errors import ErrorCode, ReadingError
from reader_core.iso7816 import SW, CardChannel, CommandApdu, Connection, ResponseApdu, Tlv, TlvError, TransportError
from reader_core.layouts import LayoutError, decode
from reader_core.layouts.cps import CPS_PKCS15_FID, NUMERO, PORTEUR
from reader_core.records.cps import PorteurCps
from reader_core.session.dialects import DIALECTS, Dialect
from reader_core.session.extent import extent_of, one_object
from reader_core.session.files import FileRefusedError, read_ef, read_sfi, select_child
from reader_core.session.reading import Professional, printed_number
from reader_core.session.recognition import Family, recognise
from reader_core.session.situations import with_situations
from reader_core.session.transport import CPS_IN_USE, CPS_POWER_ON, as_reading_error
from reader_core.session.trust import load_certificate

PIN_LENGTH = 4
"""Digits of a confidential code (observed: CPS documentation)."""

_PIN_REFERENCE = 0x01
_AUTHENTICATION_CERTIFICATE = 0xA002
_AUTHORITY_CERTIFICATE = 0xA003
_INS_VERIFY = 0x20
_NOT_ENTERED = {0x6400: "nobody entered it in time", 0x6401: "its entry was cancelled"}
"""What a reader with a PIN pad answers in the card's place (PC/SC part 10)."""


@dataclass(frozen=True, slots=True)
class ProfessionalCard:
    """A powered professional card whose free data have been read.

    Attributes:
        channel: the way to the card's files.
        dialect: how its profile is spoken to.
        professional: the holder and the card's number.
        certificate: certificate of the authentication key.
        authorities: certificates of the authorities the card carries, nearest first.
    """

    channel: CardChannel
    dialect: Dialect
    professional: Professional
    certificate: x509.Certificate
    authorities: tuple[x509.Certificate, ...]

    @property
    def porteur(self) -> PorteurCps:
        """The holder and the card."""
        return self.professional.porteur

    @classmethod
    def open(cls, connection: Connection) -> ProfessionalCard:
        """Power a card on, recognise it, and read what anyone may read.

        Raises:
            ReadingError: `cps_absent`, `cps_unknown`, `cps_unsuitable`, `cps_removed`, `reader_unavailable`, or
                `card_data_invalid` with the file and the offset.
        """
        try:
            atr = connection.power_on()
        except TransportError as error:
            raise as_reading_error(error, CPS_POWER_ON) from error
        profile = recognise(atr)
        if profile is None or profile.family is not Family.CPS:
            shown = "an unknown card" if profile is None else f"a {profile.title}"
            raise ReadingError(ErrorCode.CPS_UNKNOWN, f"{shown}, ATR {atr.hex(' ').upper()}")
        if profile.cannot:
            raise ReadingError(ErrorCode.CPS_UNSUITABLE, f"{profile.title}: {profile.cannot}")
        with _in_use():
            return cls._read(DIALECTS[profile.name], connection)

    @classmethod
    def _read(cls, dialect: Dialect, connection: Connection) -> ProfessionalCard:
        try:
            channel = dialect.open(connection)
            numero = decode(NUMERO, _number(channel))
            select_child(channel, CPS_PKCS15_FID, "PKCS#15")
            porteur = decode(PORTEUR, read_ef(channel, PORTEUR.fid, PORTEUR.name))
            certificate = _certificate(channel, _AUTHENTICATION_CERTIFICATE, "A002")
            authority = _certificate(channel, _AUTHORITY_CERTIFICATE, "A003")
        except LayoutError as error:
            raise ReadingError(ErrorCode.CARD_DATA_INVALID, f"professional card, {error}") from error
        except FileRefusedError as error:
            raise ReadingError(ErrorCode.CARD_DATA_INVALID, f"professional card, file {error}") from error
        if not porteur:
            raise ReadingError(ErrorCode.CARD_DATA_INVALID, f"professional card, file {PORTEUR.name}, offset 0: empty")
        holder = Professional(porteur[0].record, printed_number(numero[0].record.numero if numero else ""))
        return cls(channel, dialect, holder, certificate, (authority,))

    def check_holder(self) -> None:
        """Refuse a card whose free file names another holder than its certificate.

        Raises:
            ReadingError: `chain_untrusted`.
        """
        names = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        certified = [name.value for name in names]
        if certified != [self.porteur.identifiant_national]:
            raise ReadingError(
                ErrorCode.CHAIN_UNTRUSTED,
                f"the certificate is {certified}'s, the card says {self.porteur.identifiant_national}",
            )

    def probe(self) -> None:
        """Make sure the card is still there and powered, by a command that a signature needs anyway.

        Raises:
            TransportError: it is not.
        """
        self.channel.send(self.dialect.environment)

    def with_situations(self) -> ProfessionalCard:
        """Read the holder's work, which the code opens; a card where it was read already is given back as it is.

        Raises:
            ReadingError: `cps_removed`, or `reader_unavailable`.
        """
        if self.professional.situations is not None or self.professional.anomalies:
            return self
        volume = CardChannel(self.channel.connection, *self.channel.exchange)  # channel 0 on every profile
        with _in_use():
            return replace(self, professional=with_situations(volume, self.professional))

    def without_situations(self) -> ProfessionalCard:
        """Forget what only the code opens."""
        return replace(self, professional=Professional(self.porteur, self.professional.numero_carte))

    def tries_left(self) -> int | None:
        """Ask how many tries the confidential code has left, which costs none; 0 is blocked, None is unknown.

        Raises:
            ReadingError: `cps_removed`, or `reader_unavailable`.
        """
        with _in_use():
            return self.dialect.tries(self.channel)

    def verify_pin(self, pin: str) -> None:
        """Present the confidential code. A code of the wrong form is not sent: it would cost a try.

        Raises:
            ReadingError: `pin_wrong` with the tries left, `pin_blocked`, `pin_missing` when it was to be entered at a
                PIN pad and was not, `cps_removed`, or `reader_unavailable`.
        """
        if len(pin) != PIN_LENGTH or not (pin.isascii() and pin.isdigit()):
            raise ReadingError(ErrorCode.PIN_WRONG, f"a code has {PIN_LENGTH} digits; nothing was sent to the card")
        data = pin.encode("ascii").ljust(8, b"\xff")
        with _in_use():
            response = self.channel.send(CommandApdu(0x00, _INS_VERIFY, 0x00, _PIN_REFERENCE, data))
        sw = response.sw
        if sw == SW.OK:
            return
        if sw in {SW.AUTHENTICATION_BLOCKED, SW.REFERENCE_DATA_NOT_USABLE} or sw.retries == 0:
            raise ReadingError(ErrorCode.PIN_BLOCKED, f"the card answered {sw}", retries=0)
        if sw.retries is not None or sw == SW.VERIFICATION_FAILED:
            left = "" if sw.retries is None else f"; {sw.retries} tries left"
            raise ReadingError(ErrorCode.PIN_WRONG, f"the card answered {sw}{left}", retries=sw.retries)
        if sw in _NOT_ENTERED:
            raise ReadingError(ErrorCode.PIN_MISSING, f"{_NOT_ENTERED[sw]}: {sw}")
        raise ReadingError(ErrorCode.CPS_UNKNOWN, f"VERIFY: the card answered {sw} ({sw.meaning})")

    def sign(self, digest: bytes) -> bytes:
        """Sign with the authentication key, after the confidential code.

        Args:
            digest: SHA-256 digest, 32 bytes.

        Returns:
            The PKCS#1 v1.5 signature, 256 bytes.

        Raises:
            ReadingError: `pin_missing` when the card does not hold the code for presented, `cps_removed`,
                `reader_unavailable`, or `cps_unknown` for a refusal nobody expects.
        """
        command = self.dialect.signature(digest)
        with _in_use():
            response = self.channel.send(command)
            if not response.ok and response.sw != SW.SECURITY_STATUS_NOT_SATISFIED:
                # The key that `probe` chose is chosen no longer: something else was selected since.
                self._choose_key()
                response = self.channel.send(command)
        _check(command, response)
        return response.data

    def _choose_key(self) -> None:
        try:
            self.dialect.enter(self.channel)
            select_child(self.channel, CPS_PKCS15_FID, "PKCS#15")
        except FileRefusedError as error:
            raise ReadingError(ErrorCode.CPS_UNKNOWN, str(error)) from error
        _check(self.dialect.environment, self.channel.send(self.dialect.environment))


def _check(command: CommandApdu, response: ResponseApdu) -> None:
    if response.sw == SW.SECURITY_STATUS_NOT_SATISFIED:
        raise ReadingError(ErrorCode.PIN_MISSING, f"the card answered {response.sw}")
    if not response.ok:
        shown = f"{command.ins:02X}: the card answered {response.sw} ({response.sw.meaning})"
        raise ReadingError(ErrorCode.CPS_UNKNOWN, f"command {shown}")


def _number(channel: CardChannel) -> bytes:
    """Read the card's number, the one file right below the MF that a reading needs."""
    extent, expected = extent_of(NUMERO), NUMERO.expected_size
    if NUMERO.sfi is not None:
        with suppress(FileRefusedError):  # it has no short identifier on this card
            return read_sfi(channel, NUMERO.sfi, NUMERO.name, extent=extent, expected=expected)
    return read_ef(channel, NUMERO.fid, NUMERO.name, extent=extent, expected=expected)


def _certificate(channel: CardChannel, fid: int, what: str) -> x509.Certificate:
    raw = read_ef(channel, fid, what, extent=one_object)
    try:
        return load_certificate(bytes(Tlv.parse_from(raw, strict=False)[0]))  # the file may be longer than its content
    except TlvError as error:
        raise LayoutError(what, error.offset, error.reason) from error
    except ValueError as error:
        raise LayoutError(what, 0, str(error)) from error


@contextmanager
def _in_use() -> Generator[None]:
    try:
        yield
    except TransportError as error:
        raise as_reading_error(error, CPS_IN_USE) from error
