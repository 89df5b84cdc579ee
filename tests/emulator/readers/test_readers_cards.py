"""Vitale 1, CPS4 and the contactless CPS3 in real pcscd slots: a pyscard program works with each, by whatever protocol.

The same program runs in this process on our pyscard readers, with the same outcome.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from emulator.image import build_card, load_image, patch_image
from emulator.pki import load_certificate
from emulator.readers import InProcessReader, PrivatePcscd, pyscard_readers
from reader_core.iso7816 import Card

from .cards_program import MESSAGE, work

pytestmark = pytest.mark.pcsc

PROGRAM = Path(__file__).with_name("cards_program.py")
ANY, T0, T1 = 0, 1, 2
PROTO_MISMATCH = "8010000f"
VITALE1 = "3f65250052096a9000"
CPS4, CPS4_CANDIDATE, CPS4_T0 = (
    "3b9b188001001225006480040100009044",
    "3b9b188001001225006480000401009044",
    "3bdc18ff00001225006480000401009000",
)
CONTACTLESS = "3b8f80010031b86404b0ecc1739401808290000e"

Work = Callable[[str, str, int, bool], dict[str, Any]]
"""ATR of the card that is meant, task, protocol asked for, and whether commands with data carry an Le."""

BOTH_FORMS = pytest.mark.parametrize("with_le", [False, True], ids=["as on T=0", "with Le"])


def _cards() -> dict[str, Card]:
    made = {VITALE1: build_card(load_image("vitale1")), CONTACTLESS: build_card(load_image("cps3-contactless"))}
    return made | {
        atr: build_card(patch_image(load_image("cps4"), {"atr": atr.upper()}))
        for atr in (CPS4, CPS4_CANDIDATE, CPS4_T0)
    }


@pytest.fixture(scope="module")
def over_pcscd() -> Iterator[Work]:
    cards = _cards()
    with PrivatePcscd(list(cards.values()), slots=6) as daemon:
        names = dict(zip(cards, (slot.name for slot in daemon.slots), strict=False))

        def run(atr: str, task: str, protocol: int, with_le: bool) -> dict[str, Any]:
            done = subprocess.run(
                [sys.executable, str(PROGRAM), names[atr], task, str(protocol), str(int(with_le))],
                env=os.environ | daemon.environment, capture_output=True, text=True, timeout=120,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)

        yield run


@pytest.fixture(scope="module")
def in_process() -> Iterator[Work]:
    readers = {atr: InProcessReader(f"Slot {atr}", card) for atr, card in _cards().items()}

    def run(atr: str, task: str, protocol: int, with_le: bool) -> dict[str, Any]:
        return work(readers[atr].name, task, protocol, with_le)

    with pyscard_readers(*readers.values()):
        yield run


@pytest.fixture(params=["over_pcscd", "in_process"], scope="module")
def work_with(request: pytest.FixtureRequest) -> Work:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(
    ("atr", "task", "asked", "agreed"),
    [
        (VITALE1, "vitale", ANY, T0),
        (VITALE1, "vitale", T0, T0),
        (CPS4, "cps4", ANY, T1),
        (CPS4, "cps4", T0, T0),
        (CPS4, "cps4", T1, T1),
        (CPS4_CANDIDATE, "cps4", ANY, T1),
        (CPS4_T0, "cps4", ANY, T0),
        (CONTACTLESS, "contactless", ANY, T1),
        (CONTACTLESS, "contactless", T0, T0),
    ],
)
def test_the_protocol_is_the_one_asked_for_or_else_t1(
    work_with: Work, atr: str, task: str, asked: int, agreed: int
) -> None:
    found = work_with(atr, task, asked, False)
    assert (found["protocol"], found["atr"]) == (agreed, atr)


@pytest.mark.parametrize("atr", [VITALE1, CPS4_T0])
def test_a_card_that_offers_t0_alone_is_not_connected_by_t1(work_with: Work, atr: str) -> None:
    assert work_with(atr, "vitale", T1, False) == {"refused": PROTO_MISMATCH}


def test_nineteen_beneficiaries_of_a_vitale1(work_with: Work) -> None:
    found = work_with(VITALE1, "vitale", ANY, False)
    identity, numbers = bytes.fromhex(found["identity"]), bytes.fromhex(found["numbers"])
    assert identity.startswith(b"\x65")
    assert b"\x80\x1bGRANDCHAMP".ljust(29) + b"\x81\x1bAUGUSTE".ljust(29) in identity
    assert numbers.count(b"\x93\x0f") == 19
    assert b"\x93\x0f155067599901963" in numbers
    assert bytes.fromhex(found["pointers"])[:1] == b"\xe0"
    assert b"COUVERT \x00" in bytes.fromhex(found["pointers"])
    assert found["protected"] == "6982"


@BOTH_FORMS
@pytest.mark.parametrize(
    ("atr", "asked"),
    [(CPS4, T1), (CPS4, T0), (CPS4_CANDIDATE, ANY), (CPS4_T0, T0)],
    ids=["T=1", "T=0 of both", "rc", "T=0"],
)
def test_a_cps4_is_read_opened_and_signs(work_with: Work, atr: str, asked: int, with_le: bool) -> None:
    found = work_with(atr, "cps4", asked, with_le)
    assert found["profession"] == "e20a800231308100" + "82026672"
    information = bytes.fromhex(found["information"])
    assert information[:2] == bytes((0x62, len(information) - 2))
    assert bytes.fromhex("84088025000001FF0100") in information
    assert found["closed"] == "9000" + "6982"
    assert found["codes"] == ["63c3", "63c2", "63c2", "9000", "9000"]
    assert bytes.fromhex(found["activity"]).startswith(b"\xee\x3a\x84\x21CABINET MEDICAL DU TILLEUL FICTIF")
    certificate = x509.load_der_x509_certificate(bytes.fromhex(found["certificate"]))
    assert certificate == load_certificate("builtin:cps.sig")
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    for name, filling in {
        "pkcs1": padding.PKCS1v15(),
        "pss": pss,
        "last block on the card": padding.PKCS1v15(),
    }.items():
        _key(certificate).verify(bytes.fromhex(found["signatures"][name]), MESSAGE, filling, hashes.SHA256())


@BOTH_FORMS
@pytest.mark.parametrize("asked", [T1, T0], ids=["T=1", "T=0"])
def test_a_contactless_cps3_proves_itself_without_a_code(work_with: Work, asked: int, with_le: bool) -> None:
    found = work_with(CONTACTLESS, "contactless", asked, with_le)
    assert found["number"] == "5a0a8025000001999000224f"
    assert (found["closed"], found["code"]) == ("9000" + "6982", "6d00")
    certificate = x509.load_der_x509_certificate(bytes.fromhex(found["certificate"]))
    certificate.verify_directly_issued_by(load_certificate("builtin:ca"))
    _key(certificate).verify(bytes.fromhex(found["signature"]), MESSAGE, padding.PKCS1v15(), hashes.SHA256())


def _key(certificate: x509.Certificate) -> rsa.RSAPublicKey:
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def test_openssl_verifies_what_a_cps4_signed_over_pcscd(over_pcscd: Work, tmp_path: Path) -> None:
    found = over_pcscd(CPS4, "cps4", T1, True)
    (tmp_path / "certificate.der").write_bytes(bytes.fromhex(found["certificate"]))
    (tmp_path / "message").write_bytes(MESSAGE)
    _openssl(tmp_path, "x509", "-inform", "DER", "-in", "certificate.der", "-pubkey", "-noout", "-out", "key.pem")
    for name, signature in found["signatures"].items():
        (tmp_path / "signature").write_bytes(bytes.fromhex(signature))
        options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"] if name == "pss" else []
        said = _openssl(
            tmp_path, "dgst", "-sha256", "-verify", "key.pem", *options, "-signature", "signature", "message"
        )
        assert said.strip() == "Verified OK", name


def _openssl(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout
