"""Hashes taken up in the middle: against hashlib, against printed vectors, and the command data that carries them."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.crypto import SHA1, SHA256, HashAlgorithm, PartialHash, hash_data, read_hash_data

BOTH = pytest.mark.parametrize("algorithm", [SHA1, SHA256], ids=lambda algorithm: algorithm.name)

# FIPS 180-4, and the intermediate state after one block of 64 "a", made by another program.
ABC = {
    "sha1": "a9993e364706816aba3e25717850c26c9cd0d89d",
    "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
}
STATE_OF_64_A = "df5bb81ce81e0626fb45a8944fd40f31b25e6816d6d499c1ab90492900635e66"


@BOTH
def test_printed_vector(algorithm: HashAlgorithm) -> None:
    assert algorithm.finish(algorithm.nothing, b"abc").hex() == ABC[algorithm.name]
    assert algorithm.digest(b"abc").hex() == ABC[algorithm.name]


def test_state_after_one_block_is_that_of_another_program() -> None:
    partial, last = SHA256.begin(b"a" * 64 + b"bc")
    assert (partial.state.hex(), partial.bits, last) == (STATE_OF_64_A, 512, b"bc")


@BOTH
@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 1000])
@pytest.mark.parametrize("keep", [True, False])
def test_every_edge_of_a_block(algorithm: HashAlgorithm, length: int, keep: bool) -> None:
    message = bytes(number * 7 % 256 for number in range(length))
    partial, last = algorithm.begin(message, keep=keep)
    assert algorithm.finish(partial, last) == hashlib.new(algorithm.name, message).digest()
    assert partial.bits + len(last) * 8 == length * 8
    assert len(last) <= (64 if keep else 63)
    assert last or not keep or not message


@BOTH
@settings(deadline=None)
@given(message=st.binary(max_size=400), keep=st.booleans())
def test_the_card_finishes_what_the_computer_began(algorithm: HashAlgorithm, message: bytes, keep: bool) -> None:
    data = hash_data(algorithm, message, keep=keep)
    assert algorithm.finish(*read_hash_data(algorithm, data)) == hashlib.new(algorithm.name, message).digest()


def test_command_data_is_what_the_public_programs_send() -> None:
    assert hash_data(SHA256, b"abc").hex() == "9000" + "8003616263"
    assert hash_data(SHA256, b"a" * 64 + b"bc").hex() == "9028" + STATE_OF_64_A + "0000000000000200" + "80026263"
    assert hash_data(SHA256, b"a" * 64).hex() == "9028" + STATE_OF_64_A + "0000000000000200" + "8000"
    assert hash_data(SHA256, b"a" * 64, keep=True).hex() == "9000" + "8040" + "61" * 64


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "not the objects"),
        ("9000", "not the objects"),
        ("8003616263 9000", "not the objects"),
        ("9000 8003616263 8000", "not the objects"),
        ("9000 80036162", "truncated|ends|bytes"),
        ("9000 8041" + "61" * 65, "more than one block"),
        ("9001 00 8000", "count are 40 bytes"),
        ("9020" + STATE_OF_64_A + "8000", "count are 40 bytes"),
        ("901C" + "00" * 28 + "8000", "count are 40 bytes"),
        ("9028" + STATE_OF_64_A + "0000000000000000 8000", "0 bits"),
        ("9028" + STATE_OF_64_A + "0000000000000201 8000", "513 bits"),
        ("9028" + STATE_OF_64_A + "FFFFFFFFFFFFFE00 8000", "whole blocks"),
    ],
)
def test_other_data_is_refused(data: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_hash_data(SHA256, bytes.fromhex(data))


@pytest.mark.parametrize(
    ("partial", "last"),
    [
        (PartialHash(bytes(20), 512), b""),
        (PartialHash(bytes(32), 8), b""),
        (PartialHash(bytes(32), -512), b""),
        (PartialHash(bytes(32), 512), bytes(65)),
    ],
)
def test_a_hash_that_cannot_be_is_not_finished(partial: PartialHash, last: bytes) -> None:
    with pytest.raises(ValueError, match=r"bytes|bits"):
        SHA256.finish(partial, last)


@settings(deadline=None)
@given(st.binary(max_size=120))
def test_no_command_data_does_anything_but_hash_or_raise_value_error(data: bytes) -> None:
    try:
        partial, last = read_hash_data(SHA1, data)
    except ValueError:
        return
    assert len(SHA1.finish(partial, last)) == 20
