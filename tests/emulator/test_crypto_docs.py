"""What docs/cards/cps3.md and docs/pki.md show is what the cards do."""

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from emulator.cps3 import CpsImage, build_cps3
from emulator.cps3.keys import HASHES, SIGNATURES
from emulator.crypto import SHA256, hash_data
from emulator.image import load_image
from emulator.pki import load_certificate
from emulator.pki.plan import PROFESSIONALS

DOCS = Path(__file__).parents[2] / "docs"
CPS3, PKI = ((DOCS / name).read_text(encoding="utf-8") for name in ("cards/cps3.md", "pki.md"))


def section(title: str) -> str:
    return CPS3.partition(f"### {title}")[2].partition("\n### ")[0]


def test_signature_conversation() -> None:
    image = load_image("cps")
    assert isinstance(image, CpsImage)
    card = build_cps3(image)
    card.transmit(bytes.fromhex("002000010831323334FFFFFFFF"))
    lines = re.findall(
        r"^([<>]) ((?:[0-9A-F]+ +)*[0-9A-F]+|signature 90 00)(?:  |$)", section("Signature"), re.MULTILINE
    )
    assert [mark for mark, _ in lines] == [">", "<"] * 4
    answer = b""
    for mark, text in lines:
        if mark == ">":
            answer = card.transmit(bytes.fromhex(text))
        elif text.startswith("signature"):
            key = load_certificate("builtin:cps.sig").public_key()
            assert isinstance(key, rsa.RSAPublicKey)
            key.verify(answer[:-2], b"abc", padding.PKCS1v15(), hashes.SHA256())
        else:
            assert answer == bytes.fromhex(text)


def test_hash_data_after_a_block() -> None:
    (shown,) = re.findall(r"^(90 28 .*)$", section("Signature"), re.MULTILINE)
    assert bytes.fromhex(shown) == hash_data(SHA256, b"a" * 64 + b"bc")


def test_algorithms_are_those_of_the_table() -> None:
    (hash_row,) = re.findall(r"`00 22 41 AA` \| hash \| (.*?) \|", CPS3)
    (sign_row,) = re.findall(r"`00 22 41 B6` \| signature \| (.*?) \|", CPS3)
    for row, algorithms in ((hash_row, HASHES), (sign_row, SIGNATURES)):
        assert {int(number, 16) for number in re.findall(r"`(..)`", row)} == set(algorithms)


def test_every_card_of_the_pki_is_on_its_page() -> None:
    assert all(f"`{professional.name}`" in PKI for professional in PROFESSIONALS)


def test_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PKI, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(example, "docs/pki.md", "exec"), names)
    signature = names["signature"]
    assert isinstance(signature, bytes)
    key = load_certificate("my-pki/cps.sig.pem").public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(signature, b"message", padding.PKCS1v15(), hashes.SHA256())
