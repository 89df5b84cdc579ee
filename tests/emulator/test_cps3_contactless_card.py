"""The CPS3 without contact: the technical key alone."""

from collections.abc import Callable, Sequence

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from emulator.authorisation import NotACertificateError, PresentedCertificate
from emulator.card import CardSystem
from emulator.cps3 import CONTACTLESS_ATRS, Cps3ContactlessCard, Cps3ContactlessImage
from emulator.image import ImageError, build_card, dump_image, load_image, parse_image, patch_image
from emulator.pki import PkiError, der, load_certificate
from reader_core.session.recognition import recognise

Play = Callable[[CardSystem, Sequence[str]], None]
SET_TECHNICAL = "002241A406 800102 840183"


def contactless() -> Cps3ContactlessCard:
    card = build_card(load_image("cps3-contactless"))
    assert isinstance(card, Cps3ContactlessCard)
    return card


@pytest.mark.parametrize("atr", CONTACTLESS_ATRS)
def test_both_public_atrs(atr: str) -> None:
    card = build_card(patch_image(load_image("cps3-contactless"), {"atr": atr}))
    assert card.power_on().hex().upper() == atr
    found = recognise(card.atr)
    assert found is not None
    assert found.name == "cps3-contactless"


def test_another_atr_is_refused() -> None:
    with pytest.raises(ImageError, match="no public ATR"):
        patch_image(load_image("cps3-contactless"), {"atr": "3BAC00402A001225006480000310009000"})


def test_free_files_are_read_in_one_answer_each(play: Play) -> None:
    play(
        contactless(),
        [
            "00A4090404 3F00D003 00",
            "6225 8002000C 820101 8302D003 8801E0 A112 8C077B45FFFFFF4500 9C077BFFFFFFFFFF00 8A0105 9000",
            "00B000000C", "5A0A 8025000001 99900022 4F 9000",
            "00A4040C0D E828BD080F8025000001FF0020", "9000",
            "00A4020C025031", "9000",
            "00B0000000", "A00A 30080406 3F0000027002 A40A 30080406 3F0000027004 A60A 30080406 3F0000027005 9000",
        ],
    )  # fmt: skip


def test_nothing_of_the_contact_side_is_read(play: Play) -> None:
    card = contactless()
    play(card, ["00A4040C0D E828BD080F8025000001FF0010", "9000"])
    for fid in ["5031", "5032", "7001", "7002", "7004", "7005", "7006", "A001", "A002", "A003", "D101", "D120"]:
        play(card, [f"00A4020C02{fid}", "9000", "00B0000000", "6982"])


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("00200001083132333435363738", "6D00"),
        ("0020000100", "6D00"),
        ("002C0001", "6D00"),
        ("002A9E9A00", "6D00"),
        ("00CB3FFF0A 4D08 7006 BF8101 02 A080", "6D00"),
        ("A0A40000023F00", "6E00"),
        ("002241B606 800142 840181", "6A86"),
        ("002241A406 800102 840182", "6A88"),
        ("002241A406 80010A 840183", "6A80"),
        ("002241A402 8001", "6A80"),
        ("0088000003010203", "6985"),
    ],
)
def test_neither_codes_nor_signature_nor_the_other_volume(play: Play, command: str, expected: str) -> None:
    play(contactless(), [command, expected])


def test_the_technical_key_proves_the_card_without_pin() -> None:
    card = contactless()
    assert card.transmit(bytes.fromhex(SET_TECHNICAL)) == b"\x90\x00"
    info = bytes.fromhex("3031300D060960864801650304020105000420")
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"challenge")
    answer = card.transmit(bytes.fromhex("0088000033") + info + digest.finalize() + b"\x00")
    assert answer[-2:] == b"\x90\x00"
    key = _certificate(card).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(answer[:-2], b"challenge", padding.PKCS1v15(), hashes.SHA256())


def test_the_certificate_is_the_authoritys_and_opens_no_vitale() -> None:
    certificate = _certificate(contactless())
    certificate.verify_directly_issued_by(load_certificate("builtin:ca"))
    with pytest.raises(NotACertificateError):
        PresentedCertificate.parse(der(certificate))


def test_the_image_goes_out_and_comes_back() -> None:
    image = load_image("cps3-contactless")
    assert isinstance(image, Cps3ContactlessImage)
    assert parse_image(dump_image(image)) == image
    assert contactless().image == image


def test_a_pair_that_is_none_is_refused() -> None:
    image = patch_image(load_image("cps3-contactless"), {"credentials.technical_key": "builtin:cps.aut.key"})
    with pytest.raises(ImageError, match="not the key of") as caught:
        build_card(image)
    assert isinstance(caught.value.__cause__, PkiError)


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_no_bytes_disturb_it(commands: list[bytes]) -> None:
    _HYPOTHESIS_CARD.reset()
    for command in commands:
        assert len(_HYPOTHESIS_CARD.transmit(command)) >= 2
    assert _HYPOTHESIS_CARD.fault is None


def _certificate(card: CardSystem) -> x509.Certificate:
    card.transmit(bytes.fromhex("00A4090C06 3F000002A001"))
    read = b""
    while True:
        answer = card.transmit(bytes.fromhex("00B0") + len(read).to_bytes(2) + b"\x00")
        if answer[-2:] not in {b"\x90\x00", b"\x62\x82"} or len(answer) == 2:
            return x509.load_der_x509_certificate(read)
        read += answer[:-2]


_HYPOTHESIS_CARD = contactless()
