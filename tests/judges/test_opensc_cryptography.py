"""What Debian's OpenSC and GnuTLS make the CPS3's keys do, and exactly where OpenSC itself stops; OpenSSL verifies.

Two limits are OpenSC's, not the card's; docs/cards/cps3.md explains them. These tests pin both, so that a version of
OpenSC without them is noticed.
"""

import hashlib
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from emulator.card import DedicatedFile, ElementaryFile
from emulator.cps3 import Cps3Card, CpsImage, build_cps3
from emulator.image import load_image
from emulator.pki import DATA
from reader_core.iso7816 import parse_tlvs

pytestmark = [pytest.mark.judge, pytest.mark.pcsc]

SIGNATURE_ID, AUTHENTICATION_ID = "9990000110", "9990000120"
LOGIN = ("pkcs11-tool", "--login", "--pin", "1234")
MESSAGE = b"bonjour la carte"

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Beside = Callable[[Cps3Card], AbstractContextManager[Run]]


class SeenCard(Cps3Card):
    """A CPS3 that remembers the commands it was sent, and its answers."""

    def __init__(self, image: CpsImage) -> None:
        super().__init__(image)
        self.seen: list[tuple[str, str]] = []

    def transmit(self, command: bytes) -> bytes:
        answer = super().transmit(command)
        self.seen.append((command.hex().upper(), answer.hex().upper()))
        return answer


def load() -> CpsImage:
    image = load_image("cps")
    assert isinstance(image, CpsImage)
    return image


@pytest.fixture(scope="module")
def card() -> SeenCard:
    return SeenCard(load())


@pytest.fixture(scope="module")
def run(card: SeenCard, beside: Beside) -> Iterator[Run]:
    with beside(card) as started:
        yield started


@pytest.fixture
def message(tmp_path: Path) -> Path:
    path = tmp_path / "message"
    path.write_bytes(MESSAGE)
    return path


@pytest.fixture
def verifies(tmp_path: Path) -> Callable[[str, bytes, Path], bool]:
    """Whether OpenSSL finds a signature over a file good, by the certificate `cps.sig` or `cps.aut`."""

    def check(certificate: str, signature: bytes, message: Path) -> bool:
        key, file = tmp_path / "key.pem", tmp_path / "signature.bin"
        read = ("openssl", "x509", "-in", DATA / f"{certificate}.pem", "-pubkey", "-noout", "-out", key)
        subprocess.run(read, check=True)
        file.write_bytes(signature)
        command = ("openssl", "dgst", "-sha256", "-verify", key, "-signature", file, message)
        return subprocess.run(command, capture_output=True, check=False).stdout == b"Verified OK\n"

    return check


def test_algorithms_and_keys_are_listed_as_a_real_card_lists_them(run: Run) -> None:
    # The first four algorithms, both usages and the access flags: what OpenSC issue 2267 shows of a real CPS3.
    listed = re.sub(r" +", " ", run("pkcs15-tool", "--list-info").stdout)
    found = re.findall(r"mechanism : (.*?) ?\n.*?operations : (.*?)\n.*?algo_ref : \[(.*?)\]", listed, re.DOTALL)
    assert found == [
        ("[0x220] CKM_SHA_1", "[0x40], hash", "0x10"),
        ("[0x250] CKM_SHA256", "[0x40], hash", "0x40"),
        ("[0x06] CKM_SHA1_RSA_PKCS", "[0x02], compute_signature", "0x12"),
        ("[0x40] CKM_SHA256_RSA_PKCS", "[0x02], compute_signature", "0x42"),
        ("[0x01] CKM_RSA_PKCS", "[0x02], compute_signature", "0x02"),
        ("[0x01] CKM_RSA_PKCS", "[0x20], decipher", "0x1a"),
    ]
    keys = re.sub(r" +", " ", run("pkcs15-tool", "--list-keys").stdout)
    assert re.findall(r"Usage : (.*)", keys) == ["[0x200], nonRepudiation", "[0x06], decrypt, sign"]
    assert re.findall(r"Access Flags : (.*)", keys) == ["[0x0D], sensitive, alwaysSensitive, neverExtract"] * 2
    assert re.findall(r"Algo_refs : (.*)", keys) == ["3, 4", "6, 5"]  # OpenSC's own choice, from usage and TokenInfo


def test_pkcs11_test_finds_one_error_and_it_is_its_own(run: Run) -> None:
    done = run(*LOGIN, "--test")
    assert done.returncode == 0
    said = " ".join(done.stdout.split())
    assert "testing key 1 (CPS_PRIV_AUT) with 1 mechanism RSA-PKCS: OK" in said
    assert said.endswith("RSA-PKCS: OK 1 errors")
    assert re.findall(r"(\S+): ERR: (.*?\(0x\w+\))", said + done.stderr) == [
        ("SHA1-RSA-PKCS", "C_Sign() returned CKR_FUNCTION_NOT_SUPPORTED (0x54)")
    ]


def test_pkcs11_test_finds_no_error_on_the_authentication_key(beside: Beside) -> None:
    card = build_cps3(load())
    application = card.root.child(0x0001)
    assert isinstance(application, DedicatedFile)
    keys = application.child(0x7002)
    assert isinstance(keys, ElementaryFile)
    keys.content[:] = bytes(parse_tlvs(bytes(keys.content))[1])
    with beside(card) as run:
        done = run(*LOGIN, "--test")
    said = " ".join(done.stdout.split())
    assert "testing key 0 (CPS_PRIV_AUT) all 4 signature functions seem to work" in said
    assert said.endswith("No errors")
    assert said.count("RSA-PKCS: OK") == 3  # signature, verification, decipherment


def test_sha256_rsa_pkcs_stops_inside_opensc_after_the_card_agreed(run: Run, card: SeenCard, message: Path) -> None:
    card.seen.clear()
    sign = (*LOGIN, "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", SIGNATURE_ID, "--input-file", message)
    done = run(*sign, OPENSC_DEBUG="9")
    assert "C_SignFinal failed: rv = CKR_FUNCTION_NOT_SUPPORTED (0x54)" in done.stderr
    assert re.search(
        r"card-iasecc\.c:\d+:iasecc_qsign_data_sha256: returning with: -1408 \(Not supported\)", done.stderr
    )
    environments = [(command, answer) for command, answer in card.seen if command.startswith("0022")]
    assert environments[:2] == [("002241AA03800140", "9000"), ("002241B606840181800142", "9000")]
    assert not any(command.startswith("002A") for command, _ in card.seen)


def test_sha256_rsa_pkcs_is_not_asked_of_the_authentication_key(run: Run, card: SeenCard, message: Path) -> None:
    card.seen.clear()
    sign = (*LOGIN, "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", AUTHENTICATION_ID, "--input-file", message)
    done = run(*sign, OPENSC_DEBUG="9")
    assert "C_SignInit failed: rv = CKR_MECHANISM_INVALID (0x70)" in done.stderr
    assert re.search(r"framework-pkcs15\.c:\d+:pkcs15_prkey_can_do: returning with: 112", done.stderr)
    assert not any(command.startswith(("0022", "0088")) for command, _ in card.seen)


def test_the_signature_opensc_cannot_ask_for_is_there(
    run: Run, message: Path, verifies: Callable[[str, bytes, Path], bool]
) -> None:
    # The same commands OpenSC would have sent, given to it one by one.
    commands = (
        "00A4090C063F0000017002",
        "002000010831323334FFFFFFFF",
        "002241AA03800140",
        "002241B606840181800142",
        f"002A90A0{len(MESSAGE) + 4:02X}900080{len(MESSAGE):02X}{MESSAGE.hex()}",
        "002A9E9A00",
    )
    done = run("opensc-tool", "--card-driver", "default", *(part for one in commands for part in ("--send-apdu", one)))
    assert done.returncode == 0
    last = done.stdout.rpartition("Received")[2]
    assert "SW1=0x90, SW2=0x00" in last
    signature = bytes.fromhex("".join(re.findall(r"^((?:[0-9A-F]{2} )+)", last, re.MULTILINE)))
    assert len(signature) == 256
    assert verifies("cps.sig", signature, message)


def test_gnutls_signs_with_sha256(run: Run) -> None:
    token = ("--provider", "opensc-pkcs11.so", "--login", "--test-sign")
    good = run("p11tool", *token, "pkcs11:id=%99%90%00%01%20;type=private", GNUTLS_PIN="1234")
    assert good.returncode == 0
    said = good.stdout + good.stderr
    assert "Signing using RSA-SHA256... ok" in said
    assert "Verifying against public key in the token... ok" in said
    bad = run("p11tool", *token, "pkcs11:id=%99%90%00%01%10;type=private", GNUTLS_PIN="1234")
    assert bad.returncode == 1
    assert "Cannot sign data: PKCS #11 unsupported feature" in bad.stdout + bad.stderr


def test_rsa_pkcs_over_a_sha256_digest_info_is_a_sha256_signature(
    run: Run, tmp_path: Path, message: Path, verifies: Callable[[str, bytes, Path], bool]
) -> None:
    info, signature = tmp_path / "info", tmp_path / "signature"
    info.write_bytes(bytes.fromhex("3031300D060960864801650304020105000420") + hashlib.sha256(MESSAGE).digest())
    sign = (*LOGIN, "--sign", "--mechanism", "RSA-PKCS", "--id", AUTHENTICATION_ID)
    assert run(*sign, "--input-file", info, "--output-file", signature).returncode == 0
    assert verifies("cps.aut", signature.read_bytes(), message)
    assert not verifies("cps.sig", signature.read_bytes(), message)


@pytest.mark.parametrize(
    "tool",
    [
        (*LOGIN, "--decrypt", "--mechanism", "RSA-PKCS", "--id", AUTHENTICATION_ID, "--input-file", "{}"),
        ("pkcs15-crypt", "--decipher", "--pin", "1234", "--pkcs1", "--key", AUTHENTICATION_ID, "--input", "{}"),
    ],
    ids=["pkcs11-tool", "pkcs15-crypt"],
)
def test_what_openssl_enciphered_is_deciphered(run: Run, tmp_path: Path, message: Path, tool: tuple[str, ...]) -> None:
    cryptogram, plain = tmp_path / "cryptogram", tmp_path / "plain"
    encrypt = ("openssl", "pkeyutl", "-encrypt", "-certin", "-inkey", DATA / "cps.aut.pem", "-in", message)
    subprocess.run((*encrypt, "-out", cryptogram), check=True)
    option = "--output-file" if tool[0] == "pkcs11-tool" else "--output"
    done = run(*(part.format(cryptogram) for part in tool), option, plain)
    assert done.returncode == 0, done.stderr
    assert plain.read_bytes() == MESSAGE
