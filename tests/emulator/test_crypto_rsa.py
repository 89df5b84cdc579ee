"""What keys compute, held to two programs that were not written here: `cryptography` and the openssl command."""

import hashlib
import subprocess
from functools import cache
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.crypto import (
    SHA1,
    SHA256,
    HashAlgorithm,
    RsaKey,
    digest_info,
    pkcs1_encode,
    pkcs1_remove_encryption,
    pss_encode,
)
from emulator.pki import DATA, load_key

LIBRARY: dict[str, hashes.HashAlgorithm] = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}
BOTH = pytest.mark.parametrize("algorithm", [SHA1, SHA256], ids=lambda algorithm: algorithm.name)
KEY = DATA / "cps.sig.key.pem"


@cache
def pair(bits: int = 2048) -> tuple[rsa.RSAPrivateKey, RsaKey]:
    private = load_key("builtin:cps.sig.key") if bits == 2048 else rsa.generate_private_key(65537, bits)
    return private, RsaKey.of(private)


@BOTH
@settings(deadline=None, max_examples=20)
@given(message=st.binary(max_size=100))
def test_signature_is_byte_for_byte_that_of_the_library(algorithm: HashAlgorithm, message: bytes) -> None:
    private, key = pair()
    expected = private.sign(message, padding.PKCS1v15(), LIBRARY[algorithm.name])
    assert key.sign_digest(algorithm, algorithm.digest(message)) == expected


@settings(deadline=None, max_examples=20)
@given(digest=st.binary(min_size=32, max_size=32))
def test_a_signature_by_the_library_is_that_of_the_numbers(digest: bytes) -> None:
    _, key = pair()
    info = digest_info(SHA256, digest)
    assert key.sign(info) == key.sign_digest(SHA256, digest) == key.raw(pkcs1_encode(info, key.size))


@pytest.mark.parametrize("data", [bytes(32), digest_info(SHA256, bytes(32))[1:], b"0" + digest_info(SHA256, bytes(32))])
def test_what_is_no_digest_info_is_signed_as_it_is(data: bytes) -> None:
    private, key = pair()
    numbers = private.public_key().public_numbers()
    signed = pow(int.from_bytes(key.sign(data)), numbers.e, numbers.n).to_bytes(key.size)
    assert signed == b"\x00\x01" + b"\xff" * (key.size - 3 - len(data)) + b"\x00" + data


@BOTH
@pytest.mark.parametrize("bits", [1024, 1025, 1031, 2048])
@pytest.mark.parametrize("salt", [b"", b"12345678", bytes(range(32))])
def test_pss_is_verified_by_the_library(algorithm: HashAlgorithm, bits: int, salt: bytes) -> None:
    private, key = pair(bits)
    signature = key.sign_pss(algorithm, algorithm.digest(b"message"), salt)
    assert len(signature) == key.size == (bits + 7) // 8
    scheme = padding.PSS(padding.MGF1(LIBRARY[algorithm.name]), len(salt))
    private.public_key().verify(signature, b"message", scheme, LIBRARY[algorithm.name])
    with pytest.raises(InvalidSignature):
        private.public_key().verify(signature, b"massage", scheme, LIBRARY[algorithm.name])


@settings(deadline=None, max_examples=20)
@given(plain=st.binary(max_size=245))
def test_deciphers_what_the_library_enciphered(plain: bytes) -> None:
    private, key = pair()
    cryptogram = private.public_key().encrypt(plain, padding.PKCS1v15())
    assert key.decipher(cryptogram) == plain
    assert key.raw(cryptogram)[:2] == b"\x00\x02"


def test_raw_rsa_undoes_the_public_exponent() -> None:
    private, key = pair()
    numbers = private.public_key().public_numbers()
    message = int.from_bytes(b"a number", "big")
    block = pow(message, numbers.e, numbers.n).to_bytes(256, "big")
    assert int.from_bytes(key.raw(block), "big") == message


def test_data_that_does_not_fit_is_refused() -> None:
    _, key = pair()
    with pytest.raises(ValueError, match="below the modulus"):
        key.raw(b"\xff" * 256)
    with pytest.raises(ValueError, match="256 bytes"):
        key.raw(bytes(255))
    with pytest.raises(ValueError, match="do not fit"):
        key.sign(bytes(246))
    assert len(key.sign(bytes(245))) == 256
    with pytest.raises(ValueError, match="has 32 bytes"):
        key.sign_digest(SHA256, bytes(20))
    with pytest.raises(ValueError, match="has 20 bytes"):
        key.sign_pss(SHA1, bytes(32), b"")
    with pytest.raises(ValueError, match="do not fit"):
        pss_encode(SHA256, bytes(32), bytes(223), 2047)


def test_blocks_are_as_the_standard_prints_them() -> None:
    assert pkcs1_encode(b"\xaa\xbb", 16).hex() == "0001" + "ff" * 11 + "00" + "aabb"
    info = digest_info(SHA1, bytes(20)).hex()
    assert info == "30213009" + "06052b0e03021a" + "0500" + "0414" + "00" * 20


@pytest.mark.parametrize(
    "block",
    [
        b"\x00\x01" + b"\xff" * 8 + b"\x00data",
        b"\x00\x02" + b"\xff" * 7 + b"\x00data",
        b"\x00\x02" + b"\xff" * 20,
        b"\x01\x02" + b"\xff" * 8 + b"\x00data",
        b"",
    ],
)
def test_other_blocks_are_not_deciphered(block: bytes) -> None:
    with pytest.raises(ValueError, match="type 2"):
        pkcs1_remove_encryption(block)


def openssl(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def public(tmp_path: Path) -> Path:
    private, _ = pair()
    path = tmp_path / "public.pem"
    path.write_bytes(
        private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return path


@pytest.mark.judge
@BOTH
@pytest.mark.parametrize("scheme", ["pkcs1", "pss"])
def test_openssl_verifies(algorithm: HashAlgorithm, scheme: str, public: Path, tmp_path: Path) -> None:
    _, key = pair()
    message, signature = tmp_path / "message", tmp_path / "signature"
    message.write_bytes(b"un message" * 20)
    partial, last = algorithm.begin(message.read_bytes())
    digest = algorithm.finish(partial, last)
    assert digest == hashlib.new(algorithm.name, message.read_bytes()).digest()
    made = key.sign_digest(algorithm, digest) if scheme == "pkcs1" else key.sign_pss(algorithm, digest, digest)
    signature.write_bytes(made)
    options = ("-sigopt", f"rsa_padding_mode:{scheme}", *(("-sigopt", "rsa_pss_saltlen:-1") if scheme == "pss" else ()))
    check = ("dgst", f"-{algorithm.name}", "-verify", public, *options, "-signature", signature)
    assert openssl(*check, message).stdout.strip() == "Verified OK"
    message.write_bytes(b"un autre message")
    assert openssl(*check, message).returncode == 1


@pytest.mark.judge
def test_deciphers_what_openssl_enciphered(public: Path, tmp_path: Path) -> None:
    plain, cryptogram = tmp_path / "plain", tmp_path / "cryptogram"
    plain.write_bytes(b"une cle de session")
    done = openssl("pkeyutl", "-encrypt", "-pubin", "-inkey", public, "-in", plain, "-out", cryptogram)
    assert done.returncode == 0, done.stderr
    _, key = pair()
    assert key.decipher(cryptogram.read_bytes()) == b"une cle de session"
