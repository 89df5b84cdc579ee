"""The CPS4: two channels, two applications, four ways to sign, and a data object that its holder writes."""

import hashlib
from collections.abc import Callable, Sequence

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from hypothesis import given
from hypothesis import strategies as st

from emulator.card import CardSystem, Transmission
from emulator.cps3 import CpsState
from emulator.cps4 import CPS4_ATRS, Cps4Card, Cps4Image
from emulator.crypto import SHA1, SHA256, HashAlgorithm, hash_data
from emulator.image import ImageError, build_card, dump_image, load_image, parse_image, patch_image
from emulator.pki import PkiError, load_certificate
from reader_core.session.recognition import recognise

Play = Callable[[CardSystem, Sequence[str]], None]

OPEN = "01A4040C08 8025000001FF0100"
VERIFY = "0120000108 31323334FFFFFFFF"
WRONG = "0120000108 39393939FFFFFFFF"
APPLICATION = "01A4000C020001"


def cps4(atr: str = CPS4_ATRS[0]) -> Cps4Card:
    card = build_card(patch_image(load_image("cps4"), {"atr": atr}))
    assert isinstance(card, Cps4Card)
    return card


def public_key(name: str) -> rsa.RSAPublicKey:
    key = load_certificate(name).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key


@pytest.fixture(params=[CPS4_ATRS[0], CPS4_ATRS[2]], ids=["T=1", "T=0"])
def card(request: pytest.FixtureRequest) -> Cps4Card:
    return cps4(request.param)


def send(card: CardSystem, command: str | bytes) -> bytes:
    """One command and its whole answer, on both protocols."""
    raw = bytes.fromhex(command) if isinstance(command, str) else command
    answer = card.transmit(raw)
    data = answer[:-2]
    while answer[-2] == 0x61:
        answer = card.transmit(bytes((raw[0] & 0x03, 0xC0, 0, 0)) + answer[-1:])
        data += answer[:-2]
    return data + answer[-2:]


@pytest.mark.parametrize(("atr", "protocol"), [(CPS4_ATRS[0], "T=1"), (CPS4_ATRS[1], "T=1"), (CPS4_ATRS[2], "T=0")])
def test_every_public_atr(atr: str, protocol: str) -> None:
    card = cps4(atr)
    assert card.power_on().hex().upper() == atr
    assert card.transmission == protocol
    found = recognise(card.atr)
    assert found is not None
    assert found.name == "cps4"


def test_another_atr_is_refused() -> None:
    with pytest.raises(ImageError, match="no public ATR of a CPS4"):
        patch_image(load_image("cps4"), {"atr": "3B751300004309EA9000"})


def test_chipdoc_in_channel_1_and_cps2ter_in_channel_0(card: Cps4Card, play: Play) -> None:
    play(
        card,
        [
            "A0A40000023F00", "9F07",
            "00A4000C023F00", "6985",
            "01A4000C023F00", "6881",
            OPEN, "9000",
            APPLICATION, "9000",
            "01A4020C02D120", "9000",
            "01B0000002", "6982",
            VERIFY, "9000",
            "01B0000002", "EE3A 9000",
            "A0A40000024010", "9F07",
            "A0B0000002", "EE3A 9000",
            "00B0000002", "6985",
        ],
    )  # fmt: skip


def test_selecting_again_after_6985(card: Cps4Card, play: Play) -> None:
    """The recovery that the ANS library sends, command by command."""
    play(
        card,
        [
            OPEN, "9000",
            "01A4040C07 A0000001510000", "9000",
            "01200001", "6985",
            "00A4040C08 8025000001FF0002", "9000",
            OPEN, "9000",
            "01200001", "63C3",
        ],
    )  # fmt: skip


def test_class_a0_works_only_while_the_volume_is_selected(card: Cps4Card, play: Play) -> None:
    play(
        card,
        [
            "00A4040C08 8025000001FF0100", "9000",
            "A0A40000023F00", "6985",
            "00A4040C08 8025000001FF0002", "9000",
            "A0A40000023F00", "9F07",
        ],
    )  # fmt: skip


def test_pin_commands(card: Cps4Card, play: Play) -> None:
    play(
        card,
        [
            OPEN, "9000",
            "01200001", "63C3",
            "0124010104 31313131", "6982",
            VERIFY, "9000",
            "01200001", "9000",
            "0124010104 31313131", "9000",
            VERIFY, "63C2",
            VERIFY, "63C1",
            VERIFY, "63C0",
            "01200001", "6983",
            "012C0381", "6982",
            "0120000208 3132333435363738", "9000",
            "012C0381", "9000",
            "0124010104 32323232", "9000",
            "012000010432323232", "9000",
        ],
    )  # fmt: skip
    assert card.image.pin == "2222"
    assert card.image.state == CpsState(puk_uses_left=99)


def test_the_code_is_one_for_both_applications(card: Cps4Card, play: Play) -> None:
    play(card, [OPEN, "9000", WRONG, "63C2", "A020000108 39393939FFFFFFFF", "9804", "01200001", "63C1"])
    again = parse_image(dump_image(card.image))
    assert isinstance(again, Cps4Image)
    assert again.state == CpsState(pin_tries_left=1)


SIGNATURES = pytest.mark.parametrize(
    ("number", "algorithm", "pss"),
    [("0A", SHA1, False), ("28", SHA256, False), ("15", SHA1, True), ("2C", SHA256, True)],
)


def _check(name: str, signature: bytes, message: bytes, algorithm: HashAlgorithm, *, pss: bool) -> None:
    used = hashes.SHA1() if algorithm is SHA1 else hashes.SHA256()
    filling = padding.PSS(padding.MGF1(used), algorithm.size) if pss else padding.PKCS1v15()
    digest = hashlib.new(algorithm.name, message).digest()
    public_key(name).verify(signature, digest, filling, utils.Prehashed(used))


@SIGNATURES
@pytest.mark.parametrize(("key", "name"), [("81", "builtin:cps.sig"), ("82", "builtin:cps.aut")])
def test_a_digest_is_signed(
    card: Cps4Card, play: Play, number: str, algorithm: HashAlgorithm, pss: bool, key: str, name: str
) -> None:
    play(card, [OPEN, "9000", APPLICATION, "9000", VERIFY, "9000", f"012281B604 9102{number}{key}", "9000"])
    digest = hashlib.new(algorithm.name, b"message").digest()
    le = b"\x00" if card.transmission is Transmission.T1 else b""
    answer = send(card, bytes.fromhex("012A9E9A") + bytes([len(digest)]) + digest + le)
    assert answer[-2:] == b"\x90\x00", answer.hex()
    _check(name, answer[:-2], b"message", algorithm, pss=pss)


@SIGNATURES
@pytest.mark.parametrize("length", [3, 64, 200])
def test_the_last_block_is_hashed_on_the_card(
    card: Cps4Card, play: Play, number: str, algorithm: HashAlgorithm, pss: bool, length: int
) -> None:
    message = bytes(range(length))
    data = hash_data(algorithm, message, keep=True)
    play(card, [OPEN, "9000", APPLICATION, "9000", VERIFY, "9000", f"012281B604 9102{number}81", "9000"])
    play(card, [f"012A90A0{len(data):02X}{data.hex()}", "9000"])
    answer = send(card, "012A9E9A00")
    _check("builtin:cps.sig", answer[:-2], message, algorithm, pss=pss)
    play(card, ["012A9E9A00", "6985"])


def test_deciphering_takes_no_padding_byte_and_gives_the_whole_block(card: Cps4Card, play: Play) -> None:
    block = public_key("builtin:cps.aut").encrypt(b"secret", padding.PKCS1v15())
    play(card, [OPEN, "9000", APPLICATION, "9000", "012241B803 830120", "9000"])
    play(card, [f"112A8086E7{block[:231].hex()}", "9000", f"012A808619{block[231:].hex()}", "6982"])
    play(card, [VERIFY, "9000", f"112A8086E7{block[:231].hex()}", "9000"])
    le = "00" if card.transmission is Transmission.T1 else ""
    answer = send(card, f"012A808619{block[231:].hex()}{le}")
    assert (len(answer), answer[:2], answer[-9:]) == (258, b"\x00\x02", b"\x00secret\x90\x00")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("0122F301", "6A86"),
        ("012241B604 91022881", "6A86"),
        ("012281B604 91021281", "6A80"),
        ("012281B603 910128", "6A80"),
        ("012281B604 80022881", "6A80"),
        ("012281B601 91", "6A80"),
        ("012281B604 91022883", "6A88"),
        ("012241B803 830110", "6A88"),
        ("012A9E9A00", "6985"),
        ("012A90A002 9000", "6985"),
        ("012A8086020102", "6985"),
        ("012A00BE0101", "6A86"),
        ("01880000020102", "6D00"),
        ("0122", "6700"),
    ],
)
def test_refusals(card: Cps4Card, play: Play, command: str, expected: str) -> None:
    play(card, [OPEN, "9000", VERIFY, "9000", command, expected])


def test_no_signature_without_pin_or_of_something_else(card: Cps4Card, play: Play) -> None:
    digest = "00" * 32
    play(
        card,
        [
            OPEN, "9000",
            "012281B604 91022881", "9000",
            f"012A9E9A20{digest}", "6982",
            VERIFY, "9000",
            "012A9E9A020102", "6A80",
            "012A90A003 900101", "6A80",
            "012A9E9A00", "6985",
        ],
    )  # fmt: skip


def test_the_holder_writes_cps_data_and_it_stays(card: Cps4Card, play: Play) -> None:
    play(
        card,
        [
            OPEN, "9000",
            "01A4090C043F000001", "9000",
            "01A4020C02D107", "9000",
            "01D6000003414243", "6982",
            VERIFY, "9000",
            "01D6000003414243", "9000",
            "01D600030144", "9000",
            "01D6010001FF", "6B00",
            "01B0000004", "41424344 9000",
        ],
    )  # fmt: skip
    again = parse_image(dump_image(card.image))
    assert isinstance(again, Cps4Image)
    assert again.cps_data == "41424344"
    fresh = build_card(again)
    assert isinstance(fresh, Cps4Card)
    play(fresh, [OPEN, "9000", "01A4090C063F000001D107", "9000", "01B0000004", "41424344 9000"])


def test_certificates_and_token_are_there(card: Cps4Card, play: Play) -> None:
    play(card, [OPEN, "9000", "01A4090C063F000001A001", "9000"])
    read = b""
    while (answer := send(card, bytes.fromhex("01B0") + len(read).to_bytes(2) + b"\x80"))[-2:] == b"\x90\x00":
        read += answer[:-2]
    if answer[-2] == 0x6C:
        read += send(card, bytes.fromhex("01B0") + len(read).to_bytes(2) + answer[-1:])[:-2]
    elif answer[-2:] == b"\x62\x82":
        read += answer[:-2]
    assert x509.load_der_x509_certificate(read) == load_certificate("builtin:cps.sig")
    play(card, ["01A4020C025032", "9000"])
    assert b"CPS4 (carte de test)" in send(card, "01B0000060")


def test_a_pair_that_is_none_is_refused() -> None:
    with pytest.raises(ImageError, match="not the key of") as caught:
        build_card(patch_image(load_image("cps4"), {"credentials.signature_key": "builtin:cps.aut.key"}))
    assert isinstance(caught.value.__cause__, PkiError)


@given(
    commands=st.lists(
        st.tuples(
            st.sampled_from([0x00, 0x01, 0x11, 0x02, 0xA0]),
            st.sampled_from([0x20, 0x22, 0x24, 0x2A, 0x2C, 0x70, 0xA4, 0xB0, 0xC0, 0xD6]),
            st.binary(min_size=2, max_size=40),
        ),
        max_size=8,
    )
)
def test_no_near_command_disturbs_it(commands: list[tuple[int, int, bytes]]) -> None:
    _HYPOTHESIS_CARD.reset()
    for cla, ins, rest in commands:
        assert len(_HYPOTHESIS_CARD.transmit(bytes((cla, ins)) + rest)) >= 2
    assert _HYPOTHESIS_CARD.fault is None
    assert _HYPOTHESIS_CARD.transmit(bytes.fromhex("01A4040C088025000001FF0100")) == b"\x90\x00"


_HYPOTHESIS_CARD = cps4()
