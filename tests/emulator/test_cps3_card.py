"""The CPS3 command by command: what public traces show, then the secret codes and the keys."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from emulator.card import CardSystem
from emulator.cps3 import Cps3Card, CpsImage, CpsState, build_cps3
from emulator.image import dump_image, load_image, parse_image
from emulator.pki import load_certificate

Play = Callable[[CardSystem, Sequence[str]], None]

VERIFY = "0020000108 31323334FFFFFFFF"
WRONG = "0020000108 30303030FFFFFFFF"
SET_AUTHENTICATION = "002241A406 800102 840182"
EF_ATR = (
    "804301B8460404B0ECC147039401804F088025000001FF0100E010020201040202010402020100020201007808"
    "06062B8122F87802 8202 9000"
)
# Files D101 and D120 of the image `cps`, written by hand from docs/cards/cps3.md.
HOLDER = (
    "E049 80023830 81023030 82023030 830138 840A39393739393930303031 850136 86024452"
    "8709 56414C425245555345 8806 48E96CE86E65 89083230323030313031 8A083230393931323331"
)
ACTIVITY = (
    "EE3A 8421 434142494E4554204D45444943414C2044552054494C4C45554C20464943544946"
    "850F 343939393030303030393030303138 8604 53413037"
)
SHA256_INFO = bytes.fromhex("3031300D060960864801650304020105000420")


@pytest.fixture
def image() -> CpsImage:
    loaded = load_image("cps")
    assert isinstance(loaded, CpsImage)
    return loaded


@pytest.fixture
def card(image: CpsImage) -> Cps3Card:
    return build_cps3(image)


def internal_authenticate(card: Cps3Card, data: bytes) -> bytes:
    answer = card.transmit(bytes([0x00, 0x88, 0x00, 0x00, len(data)]) + data)
    return card.transmit(bytes.fromhex("00C0000000")) if answer == b"\x61\x00" else answer


def test_answers_as_the_public_trace_of_a_real_card_does(card: Cps3Card, play: Play) -> None:
    # OpenSC issue 2223: the FCP of EF.ATR and EF.DIR, and the content of EF.ATR, byte for byte.
    assert card.power_on().hex().upper() == "3BAC00402A001225006480000310009000"
    play(
        card,
        [
            "00A4000C023F00", "9000",
            "00A40904022F01", "6127",
            "00C0000027", "6225 80020039 820101 83022F01 8801E8 A112 8C077B45FFFFFF4500 9C077BFFFFFFFFFF00 8A0105 9000",
            "00B0000039", f"{EF_ATR} 9000",
            "00A40400088025000001FF0100", "9000",
            "00A40904022F00", "6127",
            "00C0000027", "6225 80020065 820101 83022F00 8801F0 A112 8C077B45FFFFFF4500 9C077BFFFFFFFFFF00 8A0105 9000",
        ],
    )  # fmt: skip


def test_refuses_the_selects_that_a_real_card_refuses(card: Cps3Card, play: Play) -> None:
    play(
        card,
        [
            "00A40000023F00", "6A86",
            "00A40200022F00", "6A86",
            "00A40904022F02", "6A82",
            "00A4090C043F000001", "9000",
            "00A4090C022F01", "6A82",
            "00A4020C023F00", "9000",
            "00A4090C022F01", "9000",
            "00A4010C020001", "6A86",
            "00A4040C0DE828BD080F8025000001FF0010", "9000",
            "00A4030C", "9000",
            "00A4040C07A0000001510000", "6A82",
        ],
    )  # fmt: skip


def test_number_by_short_identifier_has_the_issuer_and_a_luhn_digit(card: Cps3Card, play: Play) -> None:
    play(card, ["00B09C0000", "6C0C", "00B09C000C", "5A0A 8025000001 99900001 8F 9000"])


def test_holder_is_free_and_activities_need_the_pin(card: Cps3Card, play: Play) -> None:
    play(
        card,
        [
            "00A4090C043F000001", "9000",
            "00A4020C02D101", "9000",
            "00B000004B",
            f"{HOLDER} 9000",
            "00A4020402D120", "6124",
            "00C0000024", "6222 8002003C 820101 8302D120 A112 8C077B45FFFFFF4511 9C077BFFFFFFFFFF11 8A0105 9000",
            "00B0000000", "6982",
            VERIFY, "9000",
            "00B000003C",
            f"{ACTIVITY} 9000",
            "00A4020C02D122", "6A82",
            "reset",
            "00A4090C063F000001D120", "9000",
            "00B0000000", "6982",
        ],
    )  # fmt: skip


def test_pin_is_counted_blocks_and_stays_blocked(card: Cps3Card, play: Play) -> None:
    play(
        card,
        [
            "0020000100", "63C3",
            VERIFY, "9000",
            "0020000100", "9000",
            WRONG, "63C2",
            "0020000100", "63C2",
            "00200001023132", "6700",
            WRONG, "63C1",
            "reset",
            WRONG, "63C0",
            VERIFY, "6983",
            "reset",
            VERIFY, "6983",
            "0020000100", "6983",
            "00200003083132333400000000", "6A88",
        ],
    )  # fmt: skip
    assert card.image.state == CpsState(pin_tries_left=0)


def test_state_goes_into_the_image_and_comes_back(card: Cps3Card, play: Play) -> None:
    play(card, [WRONG, "63C2", "00200002083131313131313131", "63C9"])
    again = parse_image(dump_image(card.image))
    assert isinstance(again, CpsImage)
    assert again.state == CpsState(pin_tries_left=2, puk_tries_left=9, puk_uses_left=100)
    play(build_cps3(again), [WRONG, "63C1"])


def test_puk_unblocks_with_a_new_pin(card: Cps3Card, play: Play) -> None:
    new_pin = "002C000110 3132333435363738 34333231FFFFFFFF"
    play(
        card,
        [
            WRONG, "63C2",
            WRONG, "63C1",
            WRONG, "63C0",
            "002C000110 3030303030303030 34333231FFFFFFFF", "63C9",
            new_pin, "9000",
            "0020000100", "63C3",
            VERIFY, "63C2",
            "002000010434333231", "9000",
        ],
    )  # fmt: skip
    assert card.image.pin == "4321"
    assert card.image.state == CpsState(puk_uses_left=99)


def test_puk_given_by_verify_allows_a_reset_as_the_access_conditions_say(card: Cps3Card, play: Play) -> None:
    play(
        card,
        [
            "002C0301", "6982",
            "00200002083132333435363738", "9000",
            "002C020108 34333231FFFFFFFF", "9000",
            "002C0301", "9000",
            "002C020108 61626364FFFFFFFF", "6A80",
            "002C020108 313233343536FFFF", "6A80",
        ],
    )  # fmt: skip
    assert card.image.pin == "4321"


def test_wrong_puks_block_the_puk_itself(card: Cps3Card, play: Play) -> None:
    for left in range(9, -1, -1):
        play(card, ["002C000110 3030303030303030 34333231FFFFFFFF", f"63C{left:X}"])
    play(card, ["002C000110 3132333435363738 34333231FFFFFFFF", "6983"])
    assert card.image.state.puk_tries_left == 0


def test_pin_is_changed_by_old_and_new_value(card: Cps3Card, play: Play) -> None:
    play(
        card,
        [
            "002400010831323334 35363738", "9000",
            VERIFY, "63C2",
            "0020000108 35363738FFFFFFFF", "9000",
            "0024010104 31313131", "9000",
        ],
    )  # fmt: skip
    assert card.image.pin == "1111"


def test_counters_can_be_read_as_data_objects(card: Cps3Card, play: Play) -> None:
    pin, puk = ("00CB3FFF0A 4D08 7006 BF8101 02 A080", "00CB3FFF0A 4D08 7006 BF8102 02 A080")
    conditions = "80020008 A108 8C06"
    play(
        card,
        [
            WRONG, "63C2",
            pin, "611C",
            "00C000001C", f"701A BF810116 A014 9A0103 9B0102 {conditions} F3000013FF00 9000",
            puk, "611F",
            "00C000001F", f"701D BF810219 A017 9A010A 9B010A 9D0164 {conditions} F3FF00FFFF00 9000",
            "00CB3FFF0B 4D09 7007 BF8101 03 7F4180", "610F",
            "00C000000F", "700D BF810109 7F4106 800108 810104 9000",
            "00CB3FFF0A 4D08 7006 BFFB03 02 7B80", "6110",
            "00C0000010", "700E BFFB030A 7B08 A406 830102 950108 9000",
        ],
    )  # fmt: skip


def test_key_objects_are_those_of_the_application(card: Cps3Card, play: Play) -> None:
    key = "00CB3FFF0A 4D08 7006 BF9002 02 A080"
    play(
        card,
        [
            key, "6A88",
            "00A4090C043F000001", "9000",
            key, "6117",
            "00C0000017", "7015 BF900211 A00F 80020100 A109 8C077B FF1111FFFF00 9000",
            "00CB3FFF0B 4D09 7007 BF9001 03 7F4880", "610C",
            "00C000000C", "700A BF900106 7F4803 800101 9000",
            "00CB3FFF0A 4D08 7006 BF8101 02 A080", "6A88",
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("00CB00FF0A 4D08 7006 BF8101 02 A080", "6A86"),
        ("00CB3FFF02 4D08", "6A80"),
        ("00CB3FFF0A 4D08 7006 BF8101 02 A000", "6A80"),
        ("00CB3FFF0A 4C08 7006 BF8101 02 A080", "6A80"),
        ("00CB3FFF0A 4D08 7006 BF8103 02 A080", "6A88"),
        ("00CB3FFF0A 4D08 7006 BF8101 02 A180", "6A88"),
        ("00CB3FFF0A 4D08 7006 BFFB05 02 7B80", "6A88"),
        ("00CB3FFF0A 4D08 7006 9F8101 02 A080", "6A88"),
        ("00CB3FFF0A 4D08 7006 BFA001 02 A080", "6A88"),
    ],
)
def test_refuses_other_data_objects(card: Cps3Card, play: Play, command: str, expected: str) -> None:
    play(card, [command, expected])


@pytest.mark.parametrize("part", ["BF9003 02 A080", "BF9002 02 A180"])
def test_refuses_other_key_objects(card: Cps3Card, play: Play, part: str) -> None:
    play(card, ["00A4090C043F000001", "9000", f"00CB3FFF0A 4D08 7006 {part}", "6A88"])


def test_authentication_key_signs_what_openssl_verifies(card: Cps3Card, play: Play) -> None:
    play(card, [VERIFY, "9000", SET_AUTHENTICATION, "9000"])
    answer = internal_authenticate(card, SHA256_INFO + hashlib.sha256(b"challenge").digest())
    assert answer[-2:] == b"\x90\x00"
    key = load_certificate("builtin:cps.aut").public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(answer[:-2], b"challenge", padding.PKCS1v15(), hashes.SHA256())


def test_authentication_key_is_refused_without_pin_or_environment(card: Cps3Card, play: Play) -> None:
    data = "0088000003 010203"
    play(
        card,
        [
            data, "6985",
            SET_AUTHENTICATION, "9000",
            data, "6982",
            VERIFY, "9000",
            data, "6100",
            "0088008203 010203", "6A86",
            "0088000067" + "00" * 103, "6A80",
            "0088000066" + "00" * 102, "6100",
            "reset",
            data, "6985",
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("002241A406 800103 840182", "6A80"),
        ("002241A403 840182", "6A80"),
        ("002241A403 800102", "6A88"),
        ("002241A406 800102 840181", "6A88"),
        ("002241A403 800202", "6A80"),
        ("002241A606 800102 840182", "6A86"),
        ("0022F300", "6A86"),
        ("002241B606 800142 840181", "9000"),
        ("002241B806 80011A 840182", "9000"),
        ("002241AA03 800140", "9000"),
        ("002A9E9A00", "6985"),
        ("002A908003 010203", "6A81"),
        ("002A00BE0101", "6A86"),
        ("0082000000", "6D00"),
        ("A0A40000023F00", "9F07"),
        ("A4A40000023F00", "6E00"),
    ],
)
def test_environment_and_operations(card: Cps3Card, play: Play, command: str, expected: str) -> None:
    play(card, [command, expected])


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_no_bytes_disturb_it(commands: list[bytes]) -> None:
    card = _HYPOTHESIS_CARD
    card.reset()
    for command in commands:
        assert len(card.transmit(command)) >= 2
    assert card.fault is None


@given(
    ins=st.sampled_from([0x20, 0x22, 0x24, 0x2A, 0x2C, 0x88, 0xA4, 0xB0, 0xCB]),
    p1=st.sampled_from([0x00, 0x02, 0x03, 0x04, 0x09, 0x3F, 0x41, 0x9C]),
    p2=st.sampled_from([0x00, 0x01, 0x02, 0x04, 0x0C, 0xA4, 0xB6, 0xFF]),
    data=st.binary(max_size=40),
)
def test_no_near_command_disturbs_it(ins: int, p1: int, p2: int, data: bytes) -> None:
    body = bytes([len(data)]) + data if data else b""
    assert len(_HYPOTHESIS_CARD.transmit(bytes([0x00, ins, p1, p2]) + body)) >= 2
    assert _HYPOTHESIS_CARD.fault is None


def _hypothesis_card() -> Cps3Card:
    loaded: Any = load_image("cps")
    return build_cps3(loaded)


_HYPOTHESIS_CARD = _hypothesis_card()
