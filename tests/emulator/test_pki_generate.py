"""The test PKI: made again byte for byte, chains that OpenSSL accepts, and references that fail with words."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from emulator.pki import (
    DATA,
    PkiError,
    builtin_names,
    load_certificate,
    load_key,
    revocation_list_paths,
    trusted_root_paths,
    trusted_roots,
)
from emulator.pki.__main__ import main
from emulator.pki.attributes import CPX_ATTRIBUTES_OID, CpxAttributes
from emulator.pki.generate import generate
from emulator.pki.plan import AUTHORITIES, PROFESSIONALS, TECHNICAL, Professional

CARDS = pytest.mark.parametrize("professional", PROFESSIONALS, ids=lambda professional: professional.name)


def test_is_made_again_byte_for_byte_from_its_keys(tmp_path: Path) -> None:
    for key in DATA.glob("*.key.pem"):
        (tmp_path / key.name).write_bytes(key.read_bytes())
    made = {path.name for path in generate(tmp_path)}
    assert made == {path.name for path in DATA.glob("*.pem")}
    assert all((tmp_path / name).read_bytes() == (DATA / name).read_bytes() for name in made)


def test_a_missing_key_is_drawn_and_says_that_it_is_a_test_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("emulator.pki.generate.PROFESSIONALS", ())
    monkeypatch.setattr("emulator.pki.generate.AUTHORITIES", AUTHORITIES[:2])
    monkeypatch.setattr("emulator.pki.generate.KEY_SIZE", 1024)
    assert main([str(tmp_path / "new")]) == 0
    assert f"8 files in {tmp_path / 'new'}" in capsys.readouterr().out
    text = (tmp_path / "new" / "root.key.pem").read_text()
    assert "NOT FOR PRODUCTION" in text.partition("-----BEGIN")[0]


def test_command_refuses_what_it_cannot_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["a", "b"]) == 2
    assert "usage: python -m emulator.pki" in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert main([str(tmp_path / "file")]) == 2
    assert "cannot write the test PKI" in capsys.readouterr().err


def test_command_runs_as_a_module(tmp_path: Path) -> None:
    for key in DATA.glob("*.key.pem"):
        (tmp_path / key.name).write_bytes(key.read_bytes())
    done = subprocess.run([sys.executable, "-m", "emulator.pki", str(tmp_path)], capture_output=True, check=False)
    assert done.returncode == 0


def test_a_key_of_another_kind_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "root.key.pem").write_bytes(_elliptic_key())
    with pytest.raises(PkiError, match=r"not an RSA key\. Delete it"):
        generate(tmp_path)


@CARDS
def test_certificates_say_what_the_plan_says(professional: Professional) -> None:
    for use, serial in (("sig", professional.serial), ("aut", professional.serial + 1)):
        certificate = load_certificate(f"builtin:{professional.name}.{use}")
        assert certificate.serial_number == serial
        assert CpxAttributes.of(certificate) == professional.attributes
        (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        assert name.value == professional.identifier
        assert len(professional.identifier) == 12
        assert load_key(f"builtin:{professional.name}.{use}.key").public_key() == certificate.public_key()


def test_the_technical_certificate_names_a_card_and_nobody() -> None:
    certificate = load_certificate("builtin:technique")
    assert certificate.serial_number == TECHNICAL.serial
    assert CpxAttributes.of(certificate) is None
    names = {attribute.oid: attribute.value for attribute in certificate.subject}
    assert names.keys() == {NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME}
    assert names[NameOID.COMMON_NAME] == "TECHNIQUE 99900022"
    assert load_key("builtin:technique.key").public_key() == certificate.public_key()


def test_good_cards_are_valid_from_2020_to_2099_and_the_expired_one_is_not() -> None:
    for professional in PROFESSIONALS:
        certificate = load_certificate(f"builtin:{professional.name}.aut")
        first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if professional.name == "cps-expiree":
            assert last < datetime(2020, 1, 1, tzinfo=UTC)
        else:
            assert first == datetime(2020, 1, 1, tzinfo=UTC)
            assert last.year == 2099


def test_every_authority_says_that_it_is_for_tests() -> None:
    for authority in AUTHORITIES:
        assert "NOT FOR PRODUCTION" in load_certificate(f"builtin:{authority.name}").subject.rfc4514_string()


def test_revocation_list_names_both_certificates_of_one_card() -> None:
    crl = x509.load_pem_x509_crl((DATA / "ca.crl.pem").read_bytes())
    assert sorted(entry.serial_number for entry in crl) == [0x100D, 0x100E]
    assert not list(x509.load_pem_x509_crl((DATA / "root.crl.pem").read_bytes()))


def test_extension_is_three_texts_in_a_sequence() -> None:
    extension = CpxAttributes("80", "02", "01").to_extension()
    assert extension.oid == CPX_ATTRIBUTES_OID
    assert extension.value.hex().upper() == "300C" + "0C023830" + "0C023032" + "0C023031"


def test_certificates_without_the_extension_have_no_attributes() -> None:
    assert CpxAttributes.of(load_certificate("builtin:ca")) is None


@pytest.mark.judge
@CARDS
def test_openssl_judges_the_chains(professional: Professional) -> None:
    command = [
        "openssl", "verify", "-attime", str(int(datetime(2026, 1, 15, tzinfo=UTC).timestamp())),
        "-CAfile", DATA / "root.pem", "-untrusted", DATA / "ca.pem",
        "-CRLfile", DATA / "ca.crl.pem", "-CRLfile", DATA / "root.crl.pem", "-crl_check_all",
        DATA / f"{professional.name}.aut.pem",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    expected = {
        "cps-expiree": "certificate has expired",
        "cps-revoquee": "certificate revoked",
        "cps-inconnue": "unable to get local issuer certificate",
    }.get(professional.name, ": OK")
    assert expected in done.stdout + done.stderr


def test_paths_for_products_exist() -> None:
    assert all(path.is_file() for path in (*trusted_root_paths(), *revocation_list_paths()))
    assert len(trusted_roots()) == len(trusted_root_paths()) == 1


@pytest.mark.parametrize("reference", ["builtin:nobody", "missing.pem"])
def test_a_missing_file_is_named_with_a_next_step(reference: str) -> None:
    with pytest.raises(PkiError, match="no such file") as caught:
        load_certificate(reference)
    assert caught.value.reference == reference
    assert ("cps.aut" in caught.value.next_step) == reference.startswith("builtin:")
    assert "cps.aut" in builtin_names()


def test_files_that_hold_something_else_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.pem").write_text("nothing\n")
    (tmp_path / "ec.pem").write_bytes(_elliptic_key())
    (tmp_path / "locked.pem").write_bytes(_elliptic_key(serialization.BestAvailableEncryption(b"secret")))
    with pytest.raises(PkiError, match="not a PEM certificate"):
        load_certificate("text.pem", tmp_path)
    with pytest.raises(PkiError, match="not a usable PEM key"):
        load_key("text.pem", tmp_path)
    with pytest.raises(PkiError, match="not a usable PEM key"):
        load_key("locked.pem", tmp_path)
    with pytest.raises(PkiError, match="not an RSA key"):
        load_key("ec.pem", tmp_path)


def _elliptic_key(encryption: serialization.KeySerializationEncryption | None = None) -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        encryption or serialization.NoEncryption(),
    )
