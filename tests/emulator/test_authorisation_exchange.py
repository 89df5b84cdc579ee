"""The exchange that opens a Vitale's protected files, byte by byte, and each of its refusals."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from emulator.authorisation import CpxGate
from emulator.card import CardSystem, DedicatedFile, ElementaryFile, requires, standard_commands
from emulator.cps3 import Cps3Card, CpsImage, build_cps3
from emulator.image import load_image
from emulator.pki import der, load_certificate, load_key, trusted_roots
from emulator.pki.attributes import CpxAttributes

PAN = bytes.fromhex("8025000002123456781F")
SECRET = b"couverture"
CHALLENGE = bytes(range(16))
SHA256_INFO = bytes.fromhex("3031300D060960864801650304020105000420")
READ = "00B0840000"


def vitale(category: str = "T", roots: tuple[bytes, ...] | None = None) -> CardSystem:
    gate = CpxGate(trusted_roots() if roots is None else roots, category, PAN)
    root = DedicatedFile(children=[ElementaryFile(0x2015, SECRET, sfi=4, read=requires("cpx"))])
    random: Iterator[int] = iter(range(2**20))
    return CardSystem(
        atr=bytes.fromhex("3B7513000043 09EA9000"),
        root=root,
        commands=standard_commands() | gate.handlers(),
        random=lambda count: bytes(next(random) % 256 for _ in range(count)),
    )


def professional(name: str, pin: str | None = "1234") -> Cps3Card:
    image = load_image(name)
    assert isinstance(image, CpsImage)
    card = build_cps3(image)
    if pin is not None:
        assert plain(card, f"0020000108{pin.encode().hex()}FFFFFFFF") == "9000"
    return card


def plain(card: CardSystem, command: str) -> str:
    return card.transmit(bytes.fromhex(command)).hex().upper()


def chained(card: CardSystem, header: str, data: bytes) -> str:
    """Send data in links of 255 bytes, as docs/cards/exchange.md says; give the last status word."""
    links = [data[at : at + 255] for at in range(0, len(data), 255)] or [b""]
    for link in links[:-1]:
        assert plain(card, f"10{header}{len(link):02X}{link.hex()}") == "9000"
    return plain(card, f"00{header}{len(links[-1]):02X}{links[-1].hex()}")


def present(card: CardSystem, certificate: bytes) -> str:
    return chained(card, "2A00BE", certificate)


def builtin(name: str) -> bytes:
    return der(load_certificate(f"builtin:{name}"))


def ask_challenge(card: CardSystem, length: int = 16) -> bytes:
    answer = card.transmit(bytes([0x00, 0x84, 0x00, 0x00, length]))
    assert answer[-2:] == b"\x90\x00"
    return answer[:-2]


def signed_by(card: Cps3Card, challenge: bytes, pan: bytes = PAN) -> bytes:
    assert plain(card, "00A4090C043F000001") == "9000"
    assert plain(card, "002241A406800102840182") == "9000"
    info = SHA256_INFO + hashlib.sha256(challenge + pan).digest()
    assert plain(card, f"0088000033{info.hex()}00") == "6100"
    return card.transmit(bytes.fromhex("00C0000000"))[:-2]


def authenticate(card: CardSystem, signature: bytes) -> str:
    return chained(card, "820000", signature)


def opened(card: CardSystem) -> bool:
    answer = plain(card, READ)
    assert answer in {"6982", "6C0A"}
    return answer == "6C0A"


@pytest.mark.parametrize("name", ["cps", "cpf", "cpe", "cde"])
def test_entitled_cards_open_the_protected_files_until_reset(name: str) -> None:
    card = vitale()
    assert not opened(card)
    assert present(card, builtin("ca")) == "9000"
    assert present(card, builtin(f"{name}.aut")) == "9000"
    assert not opened(card)
    assert authenticate(card, signed_by(professional(name), ask_challenge(card))) == "9000"
    assert opened(card)
    assert plain(card, "00B084000A") == SECRET.hex().upper() + "9000"
    card.reset()
    assert not opened(card)
    assert authenticate(card, bytes(256)) == "6985"


@pytest.mark.parametrize("name", ["cps-expiree", "cps-revoquee"])
def test_a_card_has_no_clock_and_no_list(name: str) -> None:
    # Expiry and revocation are for the reader: these cards are there to test it.
    card = vitale()
    present(card, builtin("ca"))
    assert present(card, builtin(f"{name}.aut")) == "9000"
    assert authenticate(card, signed_by(professional(name), ask_challenge(card))) == "9000"


def test_cpa_signs_well_and_is_not_entitled() -> None:
    card = vitale()
    present(card, builtin("ca"))
    assert present(card, builtin("cpa.aut")) == "9000"
    assert authenticate(card, signed_by(professional("cpa"), ask_challenge(card))) == "6982"
    assert not opened(card)


def test_test_and_real_cards_do_not_mix() -> None:
    for category, name in (("T", "cps-reelle"), ("R", "cps"), ("", "cps")):
        card = vitale(category)
        assert present(card, builtin("ca")) == "9000"
        assert present(card, builtin(f"{name}.aut")) == "6985"
    card = vitale("R")
    present(card, builtin("ca"))
    assert present(card, builtin("cps-reelle.aut")) == "9000"


def test_an_untrusted_chain_is_refused_at_each_link() -> None:
    card = vitale()
    assert present(card, builtin("untrusted-ca")) == "6300"
    assert present(card, builtin("cps-inconnue.aut")) == "6300"
    assert present(card, builtin("ca")) == "9000"
    assert present(card, builtin("cps-inconnue.aut")) == "6300"
    assert authenticate(card, bytes(256)) == "6985"
    assert present(vitale(roots=()), builtin("ca")) == "6300"


def test_a_refused_certificate_takes_the_accepted_one_away() -> None:
    card = vitale()
    present(card, builtin("ca"))
    present(card, builtin("cps.aut"))
    assert present(card, builtin("cps-inconnue.aut")) == "6300"
    signature = signed_by(professional("cps"), ask_challenge(card))
    assert authenticate(card, signature) == "6985"
    assert present(card, builtin("untrusted-ca")) == "6300"
    assert present(card, builtin("cps.aut")) == "6300"


@pytest.mark.parametrize(
    "presented",
    [b"", b"\x30\x03\x02\x01\x00", b"certificate", builtin("cps.sig"), builtin("ca") + b"\x00"],
    ids=["nothing", "other DER", "text", "signature certificate", "trailing byte"],
)
def test_what_is_no_usable_certificate_gets_6a80(presented: bytes) -> None:
    card = vitale()
    present(card, builtin("ca"))
    assert present(card, presented) == "6A80"


def test_a_signature_by_another_card_or_for_another_vitale_is_refused() -> None:
    card = vitale()
    present(card, builtin("ca"))
    present(card, builtin("cps.aut"))
    assert authenticate(card, signed_by(professional("cpe"), ask_challenge(card))) == "6300"
    assert authenticate(card, signed_by(professional("cps"), ask_challenge(card), PAN[::-1])) == "6300"
    ask_challenge(card)
    assert authenticate(card, b"") == "6300"
    assert not opened(card)


def test_a_challenge_serves_once_and_has_sixteen_bytes() -> None:
    card = vitale()
    present(card, builtin("ca"))
    present(card, builtin("cps.aut"))
    holder = professional("cps")
    assert authenticate(card, signed_by(holder, CHALLENGE)) == "6985"
    signature = signed_by(holder, ask_challenge(card))
    assert authenticate(card, signature) == "9000"
    assert authenticate(card, signature) == "6985"
    assert not opened(card)
    assert authenticate(card, signed_by(holder, ask_challenge(card, 8))) == "6985"


def test_an_authentication_without_a_certificate_is_refused() -> None:
    card = vitale()
    signature = signed_by(professional("cps"), ask_challenge(card))
    assert authenticate(card, signature) == "6985"
    present(card, builtin("ca"))
    ask_challenge(card)
    assert authenticate(card, signature) == "6985"


@pytest.mark.parametrize("command", ["002A00AE0101", "002A9E9A0101", "008200010101", "008201000101"])
def test_other_parameters_are_refused(command: str) -> None:
    assert plain(vitale(), command) == "6A86"


def test_the_professional_card_refuses_to_sign_without_its_pin() -> None:
    card = professional("cps", pin=None)
    assert plain(card, "002241A406800102840182") == "9000"
    assert plain(card, "0088000033" + "00" * 51) == "6982"


@given(st.integers(0, 2**16), st.integers(1, 255))
def test_a_changed_certificate_is_never_accepted(position: int, change: int) -> None:
    certificate = bytearray(builtin("cps.aut"))
    certificate[position % len(certificate)] ^= change
    card = vitale()
    present(card, builtin("ca"))
    assert present(card, bytes(certificate)) in {"6A80", "6300"}
    assert card.fault is None


def _issue(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, *extensions: x509.ExtensionType) -> bytes:
    """A certificate that the trusted authority really signed."""
    authority = load_certificate("builtin:ca")
    builder = x509.CertificateBuilder(
        authority.subject,
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "899799900016")]),
        key,
        77,
        datetime(2020, 1, 1, tzinfo=UTC),
        datetime(2030, 1, 1, tzinfo=UTC),
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    certificate = builder.sign(load_key("builtin:ca.key"), hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.DER)


def _usage(*, signature: bool = True, sign_certificates: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


LEAF = x509.BasicConstraints(ca=False, path_length=None)
AUTHORITY = x509.BasicConstraints(ca=True, path_length=None)
CPS = CpxAttributes("80", "00", "00").to_extension()


def _rsa_key() -> rsa.RSAPublicKey:
    return load_key("builtin:cps.aut.key").public_key()


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        (_issue(_rsa_key(), LEAF, _usage(), CPS), "9000"),
        (_issue(_rsa_key(), LEAF, _usage()), "6A80"),
        (_issue(_rsa_key(), LEAF, _usage(signature=False), CPS), "6A80"),
        (_issue(_rsa_key(), LEAF, CPS), "6A80"),
        (_issue(_rsa_key(), _usage(), CPS), "6A80"),
        (_issue(ec.generate_private_key(ec.SECP256R1()).public_key(), LEAF, _usage(), CPS), "6A80"),
        (_issue(_rsa_key(), AUTHORITY, _usage(), CPS), "6A80"),
        (_issue(_rsa_key(), AUTHORITY, _usage(sign_certificates=True), CPS), "6300"),
        (_issue(_rsa_key(), LEAF, _usage(), CpxAttributes("80", "09", "00").to_extension()), "9000"),
    ],
    ids=[
        "good", "no attributes", "no signature usage", "no usage", "no constraints", "elliptic", "authority that may not sign",
        "authority not from a root", "unknown type",
    ],
)  # fmt: skip
def test_what_the_authority_signed_must_also_be_a_professional_card(certificate: bytes, expected: str) -> None:
    card = vitale()
    present(card, builtin("ca"))
    assert present(card, certificate) == expected


def test_a_type_that_nobody_published_is_not_entitled() -> None:
    card = vitale()
    present(card, builtin("ca"))
    unknown = _issue(_rsa_key(), LEAF, _usage(), CpxAttributes("80", "09", "00").to_extension())
    assert present(card, unknown) == "9000"
    assert authenticate(card, signed_by(professional("cps"), ask_challenge(card))) == "6982"
