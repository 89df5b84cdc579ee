"""OpenSC as Debian ships it, with its own driver for the CPS3: nobody here wrote what reads the card."""

import hashlib
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from emulator.cps3 import Cps3Card, CpsImage, build_cps3
from emulator.image import load_image
from emulator.pki import DATA

pytestmark = [pytest.mark.judge, pytest.mark.pcsc]

AUTHENTICATION_ID = "9990000120"
SHA256_INFO = bytes.fromhex("3031300D060960864801650304020105000420")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def card() -> Cps3Card:
    image = load_image("cps")
    assert isinstance(image, CpsImage)
    return build_cps3(image)


@pytest.fixture(scope="module")
def run(card: Cps3Card, beside: Callable[[Cps3Card], AbstractContextManager[Run]]) -> Iterator[Run]:
    with beside(card) as started:
        yield started


def sections(dump: str) -> dict[str, dict[str, str]]:
    """Objects of `pkcs15-tool --dump`: title to fields."""
    found: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in dump.splitlines():
        if line and not line.startswith((" ", "\t")):
            current = found.setdefault(line, {})
        elif match := re.match(r"\s+(\S[^:]*?)\s*: *(.*?)\s*$", line):
            current[match[1]] = match[2]
    return found


def test_atr_and_driver(run: Run) -> None:
    assert "3b:ac:00:40:2a:00:12:25:00:64:80:00:03:10:00:90:00" in run("opensc-tool", "-a").stdout
    named = run("opensc-tool", "-n")
    assert (named.returncode, named.stdout.strip()) == (0, "IAS-ECC")


def test_serial_number(run: Run) -> None:
    # The last 8 bytes of the card's number 8025000001 99900001 8F.
    assert run("opensc-tool", "--serial").stdout.startswith("00 00 01 99 90 00 01 8F")


def test_dump_lists_codes_keys_certificates_and_data(run: Run) -> None:
    done = run("pkcs15-tool", "--dump")
    assert done.returncode == 0
    found = sections(done.stdout)
    assert list(found) == [
        "PKCS#15 Card [CPS3 (carte de test)]:",
        "PIN [Code porteur]",
        "PIN [Code de déblocage]",
        "Private RSA Key [CPS_PRIV_SIG]",
        "Private RSA Key [CPS_PRIV_AUT]",
        "X.509 Certificate [Certificat de Signature CPS]",
        "X.509 Certificate [Certificat d'Authentification CPS]",
        "X.509 Certificate [Autorité de certification]",
        "Data object 'CPS_NAME_PS'",
        "Data object 'CPS_ACTIVITY_01_PS'",
        "Data object 'CPS_ACTIVITY_02_PS'",
    ]
    pin = found["PIN [Code porteur]"]
    assert pin["Reference"].startswith("1 ")
    assert pin["Length"] == "min_len:4, max_len:4, stored_len:8"
    assert pin["Auth ID"] == "02"
    key = found["Private RSA Key [CPS_PRIV_AUT]"]
    assert key["Key ref"] == "130 (0x82)"
    assert key["Usage"] == "[0x06], decrypt, sign"
    assert found["Private RSA Key [CPS_PRIV_SIG]"]["Usage"] == "[0x200], nonRepudiation"
    certificate = found["X.509 Certificate [Certificat d'Authentification CPS]"]
    assert certificate["ID"] == key["ID"] == AUTHENTICATION_ID
    assert certificate["Path"].endswith("3f000001a002")
    assert certificate["Encoded serial"] == "02 02 1002"


def test_certificates_come_out_as_they_went_in(run: Run, tmp_path: Path) -> None:
    read = tmp_path / "read.pem"
    assert run("pkcs15-tool", "--read-certificate", AUTHENTICATION_ID, "-o", read).returncode == 0
    done = run("openssl", "verify", "-CAfile", DATA / "root.pem", "-untrusted", DATA / "ca.pem", read)
    assert done.stdout.strip().endswith(": OK")
    assert run("openssl", "x509", "-in", read, "-noout", "-serial").stdout.strip() == "serial=1002"


def test_pin_right_and_wrong(run: Run, card: Cps3Card) -> None:
    verify = ("pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin")
    assert run(*verify, "1234").returncode == 0
    wrong = run(*verify, "9999")
    assert wrong.returncode != 0
    assert "PIN code or key incorrect" in wrong.stderr
    assert card.image.state.pin_tries_left == 2
    assert run(*verify, "1234").returncode == 0
    assert card.image.state.pin_tries_left == 3


def test_blocked_pin_is_unblocked_by_the_puk(run: Run, card: Cps3Card) -> None:
    verify = ("pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin")
    for _ in range(3):
        assert run(*verify, "0000").returncode != 0
    assert "blocked" in run(*verify, "1234").stderr
    unblock = ("pkcs15-tool", "--unblock-pin", "--auth-id", "01")
    assert run(*unblock, "--puk", "12345678", "--new-pin", "4321").returncode == 0
    assert card.image.pin == "4321"
    change = ("pkcs15-tool", "--change-pin", "--auth-id", "01")
    assert run(*change, "--pin", "4321", "--new-pin", "1234").returncode == 0
    assert run(*verify, "1234").returncode == 0


def test_activities_are_read_with_the_pin_only(run: Run) -> None:
    read = ("pkcs15-tool", "--read-data-object", "CPS_ACTIVITY_01_PS")
    assert "EE 3A 84 21 43 41 42 49 4E 45 54" in run(*read, "--pin", "1234").stdout
    assert "EE 3A" not in run(*read, "--pin", "9999").stdout
    assert run("pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", "1234").returncode == 0


def test_pkcs11_signature_is_verified_by_openssl(run: Run, tmp_path: Path) -> None:
    message, info, signature, key = (tmp_path / name for name in ("message", "info", "signature", "key.pem"))
    message.write_bytes(b"bonjour la carte")
    info.write_bytes(SHA256_INFO + hashlib.sha256(message.read_bytes()).digest())
    sign = ("pkcs11-tool", "--login", "--pin", "1234", "--sign", "--mechanism", "RSA-PKCS", "--id", AUTHENTICATION_ID)
    done = run(*sign, "--input-file", info, "--output-file", signature)
    assert done.returncode == 0, done.stderr
    assert len(signature.read_bytes()) == 256
    key.write_text(run("openssl", "x509", "-in", DATA / "cps.aut.pem", "-pubkey", "-noout").stdout)
    check = ("openssl", "dgst", "-sha256", "-verify", key, "-signature", signature)
    assert run(*check, message).stdout.strip() == "Verified OK"
    message.write_bytes(b"bonjour une autre carte")
    assert run(*check, message).returncode != 0


def test_pkcs11_lists_the_token(run: Run) -> None:
    listed = run("pkcs11-tool", "-L").stdout
    assert "token label        : CPS3 (carte de... (Code porteur)" in listed
    assert "serial num         : 000001999000018f" in listed
    assert "pin min/max        : 4/4" in listed
