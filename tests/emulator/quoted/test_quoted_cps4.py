"""The CPS4: each quoted line is played as it is written. The sources are in `quoting`."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils

from emulator.crypto import SHA256, hash_data

from .quoting import PIN, Play, card, public_key, whole

CPS4_AID = "8025000001FF0100"


def test_cps4_is_selected_again(play: Play) -> None:
    """[A]: channel 1 is ChipDoc, channel 0 CPS2ter; on 6985: IDS, CPS2ter AID, CPS4 AID, with P2=0C."""
    play(
        card("cps4"),
        [
            f"01A4040C08{CPS4_AID}", "9000",
            "01A4040C07 A0000001510000", "9000",
            "00A4040C08 8025000001FF0002", "9000",
            f"01A4040C08{CPS4_AID}", "9000",
            "01A4040C0D E828BD080F8025000001FF0010", "9000",
        ],
    )  # fmt: skip


@pytest.mark.parametrize("algorithm", ["0A", "28", "15", "2C"])
def test_cps4_environments(play: Play, algorithm: str) -> None:
    """[A]: MSE `22 81 B6` 91 02 {algorithm, key | 80}; MSE `22 41 B8` 83 01 20."""
    play(
        card("cps4"),
        [
            f"01A4040C08{CPS4_AID}", "9000",
            f"01 22 81 B6 04 91 02 {algorithm} 81", "9000",
            "01 22 41 B8 03 83 01 20", "9000",
        ],
    )  # fmt: skip


def test_cps4_pin_counter_change_and_unblocking(play: Play) -> None:
    """[A]: VERIFY without data gives 63Cx or 6983; change 24 P1=01, new code only; unblocking 2C P1=03, reference | 80."""
    wrong = "01200001083030303030303030"
    play(
        card("cps4"),
        [
            f"01A4040C08{CPS4_AID}", "9000",
            "01200001", "63C3",
            wrong, "63C2",
            wrong, "63C1",
            wrong, "63C0",
            "01200001", "6983",
            "01200002083132333435363738", "9000",
            "012C0381", "9000",
            "0124010104 34333231", "9000",
            "012000010434333231", "9000",
        ],
    )  # fmt: skip


T0 = "3BDC18FF00001225006480000401009000"
APPLICATION = "01A4040C0D E828BD080F8025000001FF0010"
GIVE_PIN = f"01{PIN[2:]}"


@pytest.mark.parametrize("atr", ["3B9B188001001225006480040100009044", T0])
@pytest.mark.parametrize("key", ["81", "82"])
@pytest.mark.parametrize(
    ("algorithm", "used", "pss"),
    [
        ("0A", hashes.SHA1(), False),
        ("28", hashes.SHA256(), False),
        ("15", hashes.SHA1(), True),
        ("2C", hashes.SHA256(), True),
    ],
)
def test_cps4_algorithms(
    play: Play, atr: str, key: str, algorithm: str, used: hashes.SHA1 | hashes.SHA256, pss: bool
) -> None:
    """[A]: 0A SHA-1 PKCS1, 28 SHA-256 PKCS1, 15 SHA-1 PSS, 2C SHA-256 PSS; 91 02 {algorithm, key | 80}."""
    made, digest = card("cps4", atr=atr), hashlib.new(used.name, b"text").digest()
    play(made, [APPLICATION, "9000", GIVE_PIN, "9000", f"012281B604 9102{algorithm}{key}", "9000"])
    signature = whole(made, f"012A9E9A{len(digest):02X}{digest.hex()}")
    filling = padding.PSS(padding.MGF1(used), used.digest_size) if pss else padding.PKCS1v15()
    name = {"81": "cps.sig", "82": "cps.aut"}[key]
    public_key(name).verify(signature, digest, filling, utils.Prehashed(used))


def test_cps4_last_hash_round_on_the_card(play: Play) -> None:
    """[A]: PSO HASH `2A 90 A0`, then PSO CDS `2A 9E 9A` without data, on the CPS4 too."""
    made, data = card("cps4"), hash_data(SHA256, bytes(100))
    play(made, [APPLICATION, "9000", GIVE_PIN, "9000", "012281B604 91022881", "9000"])
    play(made, [f"012A90A0{len(data):02X}{data.hex()}", "9000"])
    signature, digest = whole(made, "012A9E9A00"), hashlib.sha256(bytes(100)).digest()
    public_key("cps.sig").verify(signature, digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


def test_cps4_deciphers_without_padding_byte(play: Play) -> None:
    """[A]: MSE `22 41 B8` 83 01 20; DECIPHER `2A 80 86` without a byte before the cryptogram, in a chain of E7."""
    made, block = card("cps4"), public_key("cps.aut").encrypt(b"secret", padding.PKCS1v15())
    play(made, [APPLICATION, "9000", GIVE_PIN, "9000", "01 22 41 B8 03 83 01 20", "9000"])
    play(made, [f"112A8086E7{block[:0xE7].hex()}", "9000"])
    assert whole(made, f"012A808619{block[0xE7:].hex()}").endswith(b"\x00secret")


def test_cps4_has_no_internal_authenticate(play: Play) -> None:
    """[A]: no INTERNAL AUTHENTICATE, RSA deciphering instead."""
    play(card("cps4"), [APPLICATION, "9000", GIVE_PIN, "9000", "018800000101", "6D00"])


def test_cps4_data_can_be_written(play: Play) -> None:
    """[A]: CPS_DATA is the only object that can be modified, and free to read; 3F00/0001/D107."""
    made = card("cps4", cps_data="00")
    play(made, ["01A4040C08 8025000001FF0100", "9000", "01A4090C06 3F000001D107", "9000", "01B0000001", "00 9000"])
    play(made, [GIVE_PIN, "9000", "01D600000142", "9000", "01B0000001", "42 9000"])
    play(made, ["01A4020C02D101", "9000", "01D600000142", "6982"])


def test_cps4_a_new_pin_needs_the_old_one_verified(play: Play) -> None:
    """[A]: 24 P1=01, new only, after VERIFY."""
    play(
        card("cps4"),
        [APPLICATION, "9000", "0124010104 34333231", "6982", GIVE_PIN, "9000", "0124010104 34333231", "9000"],
    )
