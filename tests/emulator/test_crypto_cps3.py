"""The CPS3's operations by command: environment, PIN, hash with its last block on the card, signature, decipherment."""

from collections.abc import Callable, Sequence

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.card import CardSystem
from emulator.cps3 import Cps3Card, CpsImage, build_cps3
from emulator.crypto import SHA1, SHA256, HashAlgorithm, hash_data
from emulator.image import load_image
from emulator.pki import load_certificate
from reader_core.iso7816 import CommandApdu

Play = Callable[[CardSystem, Sequence[str]], None]

VERIFY = "0020000108 31323334FFFFFFFF"
HASH_SHA256, HASH_SHA1 = "002241AA03 800140", "002241AA03 800110"
SIGN_SHA256, SIGN_SHA1 = "002241B606 800142 840181", "002241B606 800112 840181"
SIGN_SHA256_KEY_FIRST = "002241B606 840181 800142"
DECIPHER = "002241B806 80011A 840182"
PSO_SIGN, ASK_SIGN = "002A9E9A00", "002A9E9A"  # the second only learns that a signature waits
ABC = "002A90A007 9000 8003616263"
IN_APPLICATION = "00A4090C043F000001"

ENVIRONMENTS = {"sha1": (HASH_SHA1, SIGN_SHA1), "sha256": (HASH_SHA256, SIGN_SHA256)}
LIBRARY: dict[str, hashes.HashAlgorithm] = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}
BOTH = pytest.mark.parametrize("algorithm", [SHA1, SHA256], ids=lambda algorithm: algorithm.name)


@pytest.fixture
def card() -> Cps3Card:
    return _card()


def _card() -> Cps3Card:
    image = load_image("cps")
    assert isinstance(image, CpsImage)
    return build_cps3(image)


def send(card: Cps3Card, command: str | bytes) -> bytes:
    """Sends a command whose data may need links, and fetches the whole answer."""
    raw = bytes.fromhex(command) if isinstance(command, str) else command
    answer = card.transmit(raw)
    data = b""
    while answer[-2] == 0x61 or (answer[-2] == 0x6C and raw[1] != 0xC0):
        data += answer[:-2]
        if answer[-2] == 0x6C:
            answer = card.transmit(raw[:4] + answer[-1:])
        else:
            answer = card.transmit(bytes([0x00, 0xC0, 0x00, 0x00, answer[-1]]))
    return data + answer


def in_links(head: str, data: bytes, size: int = 200) -> list[bytes]:
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    ins, p1, p2 = bytes.fromhex(head)
    return [bytes(CommandApdu(0x00 if part is parts[-1] else 0x10, ins, p1, p2, data=part)) for part in parts]


def public(name: str) -> rsa.RSAPublicKey:
    key = load_certificate(f"builtin:cps.{name}").public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def signed(card: Cps3Card, algorithm: HashAlgorithm, message: bytes, *, keep: bool = False) -> bytes:
    hashing, signing = ENVIRONMENTS[algorithm.name]
    data = hash_data(algorithm, message, keep=keep)
    for command in (IN_APPLICATION, VERIFY, hashing, bytes([0x00, 0x2A, 0x90, 0xA0, len(data)]) + data, signing):
        assert send(card, command) == b"\x90\x00"
    answer = send(card, PSO_SIGN)
    assert answer[-2:] == b"\x90\x00"
    return answer[:-2]


@BOTH
@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(message=st.binary(max_size=200), keep=st.booleans())
def test_signature_over_a_hash_finished_by_the_card(algorithm: HashAlgorithm, message: bytes, keep: bool) -> None:
    signature = signed(_HYPOTHESIS_CARD, algorithm, message, keep=keep)
    public("sig").verify(signature, message, padding.PKCS1v15(), LIBRARY[algorithm.name])


@BOTH
def test_signature_over_a_digest_given_as_data(card: Cps3Card, play: Play, algorithm: HashAlgorithm) -> None:
    # What the ANS Cryptolib does for CKM_RSA_PKCS: the bare digest goes with the command.
    play(card, [VERIFY, "9000", ENVIRONMENTS[algorithm.name][1], "9000"])
    digest = algorithm.digest(b"bonjour")
    answer = send(card, bytes([0x00, 0x2A, 0x9E, 0x9A, len(digest)]) + digest)
    public("sig").verify(answer[:-2], b"bonjour", padding.PKCS1v15(), LIBRARY[algorithm.name])
    play(card, ["002A9E9A05 0102030405", "6A80"])


def test_environments_may_be_set_in_either_order(card: Cps3Card, play: Play) -> None:
    # OpenSC sets both, then hashes; the ANS Cryptolib hashes between the two.
    opensc = [HASH_SHA256, SIGN_SHA256_KEY_FIRST, ABC]
    cryptolib = [HASH_SHA256, ABC, SIGN_SHA256]
    answers: list[bytes] = []
    for order in (opensc, cryptolib):
        play(card, ["reset", IN_APPLICATION, "9000", VERIFY, "9000"])
        play(card, [line for command in order for line in (command, "9000")])
        answers.append(send(card, PSO_SIGN))
    assert answers[0] == answers[1]
    public("sig").verify(answers[0][:-2], b"abc", padding.PKCS1v15(), hashes.SHA256())


def test_signature_is_refused_step_by_step(card: Cps3Card, play: Play) -> None:
    play(
        card,
        [
            IN_APPLICATION, "9000",
            ABC, "6985",
            PSO_SIGN, "6985",
            HASH_SHA256, "9000",
            ABC, "9000",
            PSO_SIGN, "6985",
            SIGN_SHA256, "9000",
            PSO_SIGN, "6982",
            VERIFY, "9000",
            ASK_SIGN, "6100",
        ],
    )  # fmt: skip


def test_a_digest_is_signed_once(card: Cps3Card, play: Play) -> None:
    ready = [VERIFY, "9000", HASH_SHA256, "9000", SIGN_SHA256, "9000"]
    play(card, [*ready, ABC, "9000", ASK_SIGN, "6100", PSO_SIGN, "6985"])


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ([HASH_SHA256, "9000"], "6985"),
        (["002A90A002 9000", "6A80"], "6985"),
        ([SIGN_SHA1, "9000"], "6985"),
        ([IN_APPLICATION, "9000"], "6985"),
        (["00A4000C023F00", "9000"], "6100"),
        (["00A4090C022F01", "9000", "00B0000002", "8043 9000"], "6100"),
        (["00200001083030303030303030", "63C2"], "6982"),
        (["002241B606 800142 840182", "6A88"], "6100"),
        (["0084000008", "................ 9000"], "6100"),
    ],
    ids=["hash set again", "bad hash", "other hash", "other DF", "same DF", "file", "PIN lost", "bad MSE", "challenge"],
)
def test_what_a_waiting_digest_survives(card: Cps3Card, play: Play, between: list[str], expected: str) -> None:
    play(card, [VERIFY, "9000", HASH_SHA256, "9000", SIGN_SHA256, "9000", ABC, "9000", *between, ASK_SIGN, expected])


@pytest.mark.parametrize(
    "data",
    ["9000", "8003616263", "9000 8041" + "61" * 65, "9014" + "00" * 20 + "8000", "9028" + "00" * 40 + "8000", "90"],
)
def test_hash_data_that_is_none(card: Cps3Card, play: Play, data: str) -> None:
    raw = bytes.fromhex(data)
    play(card, [HASH_SHA256, "9000", f"002A90A0{len(raw):02X} {data}", "6A80"])


@pytest.mark.parametrize("lost", ["reset", IN_APPLICATION])
def test_environment_is_lost_with_the_application(card: Cps3Card, play: Play, lost: str) -> None:
    play(card, [VERIFY, "9000", SIGN_SHA256, "9000", HASH_SHA256, "9000"])
    play(card, [lost] if lost == "reset" else [lost, "9000"])
    play(card, [ABC, "6985", PSO_SIGN, "6985"])


@settings(deadline=None, max_examples=15)
@given(plain=st.binary(max_size=245))
def test_deciphers_after_pin_and_environment(plain: bytes) -> None:
    card = _HYPOTHESIS_CARD
    for command in (VERIFY, DECIPHER):
        assert send(card, command) == b"\x90\x00"
    *before, last = in_links("2A8086", b"\x81" + public("aut").encrypt(plain, padding.PKCS1v15()))
    assert [card.transmit(link) for link in before] == [b"\x90\x00"] * len(before)
    assert send(card, last) == plain + b"\x90\x00"


@pytest.mark.parametrize(
    ("prepare", "data", "expected"),
    [
        ([VERIFY], b"\x81" + bytes(256), "6985"),
        ([DECIPHER], b"\x81" + bytes(256), "6982"),
        ([VERIFY, DECIPHER], b"\x81" + bytes(255), "6700"),
        ([VERIFY, DECIPHER], b"\x81" + bytes(257), "6700"),
        ([VERIFY, DECIPHER], b"\x00" + bytes(256), "6A80"),
        ([VERIFY, DECIPHER], b"\x81" + bytes(256), "6A80"),
        ([VERIFY, DECIPHER], b"\x81" + b"\xff" * 256, "6A80"),
    ],
    ids=["no environment", "no PIN", "short", "long", "other first byte", "no filling", "above the modulus"],
)
def test_decipherment_is_refused(card: Cps3Card, prepare: list[str], data: bytes, expected: str) -> None:
    for command in prepare:
        assert send(card, command) == b"\x90\x00"
    answers = [card.transmit(link).hex().upper() for link in in_links("2A8086", data)]
    assert answers[-1] == expected
    assert card.fault is None


@pytest.mark.parametrize("first", [0x00, 0x02, 0x80])
def test_a_good_cryptogram_after_another_first_byte_is_refused(card: Cps3Card, first: int) -> None:
    for command in (VERIFY, DECIPHER):
        assert send(card, command) == b"\x90\x00"
    cryptogram = public("aut").encrypt(b"text", padding.PKCS1v15())
    assert [card.transmit(link).hex() for link in in_links("2A8086", bytes([first]) + cryptogram)] == ["9000", "6a80"]
    assert [send(card, link) for link in in_links("2A8086", b"\x81" + cryptogram)][-1] == b"text\x90\x00"


def test_hash_may_come_in_links(card: Cps3Card, play: Play) -> None:
    play(card, [VERIFY, "9000", HASH_SHA256, "9000", SIGN_SHA256, "9000"])
    for link in in_links("2A90A0", hash_data(SHA256, b"a" * 130), size=30):
        assert card.transmit(link) == b"\x90\x00"
    answer = send(card, PSO_SIGN)
    public("sig").verify(answer[:-2], b"a" * 130, padding.PKCS1v15(), hashes.SHA256())


@settings(deadline=None)
@given(
    p=st.sampled_from(["90A0", "9E9A", "8086", "9080", "00BE"]),
    data=st.binary(max_size=120),
    prepare=st.lists(st.sampled_from([VERIFY, HASH_SHA1, HASH_SHA256, SIGN_SHA1, SIGN_SHA256, DECIPHER, ABC])),
)
def test_no_operation_disturbs_it(p: str, data: bytes, prepare: list[str]) -> None:
    card = _HYPOTHESIS_CARD
    card.reset()
    for command in prepare:
        send(card, command)
    body = bytes([len(data)]) + data if data else b"\x00"
    assert len(send(card, bytes.fromhex(f"002A{p}") + body)) >= 2
    assert card.fault is None


_HYPOTHESIS_CARD = _card()
