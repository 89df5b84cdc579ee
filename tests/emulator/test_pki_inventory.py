"""What each certificate of a folder is worth on a day; the openssl command is of the same opinion."""

import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.pki import DATA, PkiError, load_certificate, load_key
from emulator.pki.generate import generate
from emulator.pki.inventory import CertificateEntry, State, inventory
from emulator.pki.plan import PROFESSIONALS

DAY = date(2026, 1, 15)
OPENSSL = {
    State.GOOD: ": OK",
    State.EXPIRED: "certificate has expired",
    State.REVOKED: "certificate revoked",
    State.UNTRUSTED: "unable to get local issuer certificate",
}


def states(directory: Path, on: date = DAY) -> dict[str, State]:
    return {entry.name: entry.state for entry in inventory(directory, on)}


def copied(to: Path, *names: str) -> Path:
    for name in names:
        shutil.copy(DATA / f"{name}.pem", to)
    return to


def test_built_in_certificates_are_what_their_names_say() -> None:
    found = {entry.name: entry for entry in inventory(DATA, DAY)}
    assert [name for name, entry in found.items() if entry.card is None] == [
        "ca",
        "root",
        "untrusted-ca",
        "untrusted-root",
    ]
    for professional in PROFESSIONALS:
        expected = {
            "cps-expiree": State.EXPIRED,
            "cps-revoquee": State.REVOKED,
            "cps-inconnue": State.UNTRUSTED,
        }.get(professional.name, State.GOOD)
        assert found[f"{professional.name}.aut"].state is found[f"{professional.name}.sig"].state is expected
    assert found["cde.aut"] == CertificateEntry(
        name="cde.aut",
        subject="ANTRAIGNE Odile 399000001141",
        card="CDE",
        serial=0x1008,
        issuer="VITALE-TESTBED TEST CA - NOT FOR PRODUCTION",
        first=date(2020, 1, 1),
        last=date(2099, 12, 31),
        state=State.GOOD,
        has_key=True,
    )


@pytest.mark.parametrize(
    ("name", "on", "expected"),
    [
        ("cps-expiree.aut", date(2014, 12, 31), State.NOT_YET_VALID),
        ("cps-expiree.aut", date(2015, 1, 1), State.GOOD),
        ("cps-expiree.aut", date(2019, 12, 31), State.GOOD),
        ("cps-expiree.aut", date(2020, 1, 1), State.EXPIRED),
        ("cps-revoquee.sig", date(2020, 5, 31), State.GOOD),
        ("cps-revoquee.sig", date(2020, 6, 1), State.REVOKED),
        ("cps.aut", date(2099, 12, 31), State.GOOD),
        ("cps.aut", date(2100, 1, 1), State.EXPIRED),
        ("ca", date(2014, 1, 1), State.NOT_YET_VALID),
    ],
)
def test_the_day_decides(name: str, on: date, expected: State) -> None:
    assert states(DATA, on)[name] is expected


@settings(deadline=None, max_examples=30)
@given(st.dates(date(2010, 1, 1), date(2110, 1, 1)))
def test_a_card_is_good_on_exactly_its_days(on: date) -> None:
    found = states(DATA, on)
    assert (found["cps.aut"] is State.GOOD) == (2020 <= on.year <= 2099)
    assert (found["cps-expiree.aut"] is State.GOOD) == (2015 <= on.year <= 2019)
    assert State.GOOD not in {found["untrusted-ca"], found["cps-inconnue.aut"]}


def test_a_card_without_its_authority_has_no_issuer(tmp_path: Path) -> None:
    copied(tmp_path, "root", "cps.aut")
    assert states(tmp_path) == {"root": State.GOOD, "cps.aut": State.NO_ISSUER}
    assert not any(entry.has_key for entry in inventory(tmp_path, DAY))


def test_an_authority_of_the_same_name_with_another_key_is_no_issuer(tmp_path: Path) -> None:
    generate(tmp_path, ())
    copied(tmp_path, "cps.aut")
    assert states(tmp_path)["cps.aut"] is State.NO_ISSUER
    assert states(tmp_path)["ca"] is State.GOOD


def test_a_folder_without_certificates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PkiError, match="no certificate in it"):
        inventory(tmp_path, DAY)
    with pytest.raises(PkiError, match="no such folder"):
        inventory(tmp_path / "nothing", DAY)


@pytest.mark.parametrize(("name", "reason"), [("x.pem", "not a PEM"), ("ca.crl.pem", "not a revocation list")])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, reason: str) -> None:
    copied(tmp_path, "root", "ca")
    (tmp_path / name).write_text("nothing\n")
    with pytest.raises(PkiError, match=reason) as caught:
        inventory(tmp_path, DAY)
    assert caught.value.reference.endswith(name)


def test_a_revocation_list_of_nobody_is_refused(tmp_path: Path) -> None:
    generate(tmp_path, ())
    copied(tmp_path, "ca.crl")
    with pytest.raises(PkiError, match="not signed by an authority"):
        inventory(tmp_path, DAY)


def test_some_cards_only_with_revocations_of_those(tmp_path: Path) -> None:
    wanted = [one for one in PROFESSIONALS if one.name in {"cps", "cps-revoquee"}]
    files = generate(tmp_path, wanted)
    assert len(files) == 4 * 2 + 2 * 4 + 2
    assert {path.name for path in files} == {path.name for path in tmp_path.iterdir()}
    crl = x509.load_pem_x509_crl((tmp_path / "ca.crl.pem").read_bytes())
    assert sorted(entry.serial_number for entry in crl) == [0x100D, 0x100E]
    assert load_key("cps.aut.key.pem", tmp_path) != load_key("builtin:cps.aut.key")


def test_a_file_that_was_written_again_is_read_again(tmp_path: Path) -> None:
    copied(tmp_path, "ca")
    before = load_certificate("ca.pem", tmp_path)
    generate(tmp_path, ())
    assert load_certificate("ca.pem", tmp_path) != before


@pytest.mark.judge
def test_openssl_is_of_the_same_opinion_about_a_new_pki(tmp_path: Path) -> None:
    generate(tmp_path)
    trusted = ["-CAfile", tmp_path / "root.pem", "-untrusted", tmp_path / "ca.pem"]
    lists = ["-CRLfile", tmp_path / "ca.crl.pem", "-CRLfile", tmp_path / "root.crl.pem", "-crl_check_all"]
    at = ["-attime", str(int(datetime(2026, 1, 15, 12, tzinfo=UTC).timestamp()))]
    for entry in inventory(tmp_path, DAY):
        if entry.name == "untrusted-root":
            continue  # OpenSSL says "self-signed certificate" of it
        command = ["openssl", "verify", *at, *trusted, *lists, tmp_path / f"{entry.name}.pem"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert OPENSSL[entry.state] in done.stdout + done.stderr, entry
        assert (done.returncode == 0) == (entry.state is State.GOOD)
