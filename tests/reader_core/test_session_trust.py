"""What the reader holds against a professional card: authority, dates, revocation."""

import datetime as dt
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.pki import DATA, load_certificate, load_key
from reader_core import ReadingError, TrustStore
from reader_core.access import Check
from reader_core.rules import Api
from reader_core.session import trust as trust_module

ON = date(2026, 1, 15)
CHECKS = {"before": (Check.CHAIN, Check.VALIDITY), "4.10": tuple(Check)}
"""What each set of rules looks at (docs/4.10.md)."""


def pem(name: str) -> bytes:
    return (DATA / f"{name}.pem").read_bytes()


def chain(name: str, *authorities: str) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    return load_certificate(f"builtin:{name}.aut"), tuple(load_certificate(f"builtin:{each}") for each in authorities)


def refusal(store: TrustStore, name: str, *authorities: str, on: date = ON, api: Api = "4.10") -> str | None:
    try:
        store.check(*chain(name, *authorities), on, CHECKS[api])
    except ReadingError as error:
        return error.code.value if error.evidence else "no evidence"
    return None


@pytest.fixture(scope="module")
def whole() -> TrustStore:
    return TrustStore((pem("root"),), (pem("ca.crl"), pem("root.crl")))


def test_a_good_card(whole: TrustStore) -> None:
    assert refusal(whole, "cps", "ca") is None


def test_der_and_pem_are_the_same() -> None:
    root = load_certificate("builtin:root").public_bytes(Encoding.DER)
    crl = x509.load_pem_x509_crl(pem("ca.crl")).public_bytes(Encoding.DER)
    store = TrustStore((root,), (crl,))
    assert refusal(store, "cps", "ca") is None
    assert refusal(store, "cps-revoquee", "ca") == "cps_revoked"


@pytest.mark.parametrize(
    ("name", "authorities"),
    [
        ("cps-inconnue", ("untrusted-ca",)),
        ("cps-inconnue", ("untrusted-ca", "untrusted-root")),
        ("cps-inconnue", ("ca",)),
        ("cps", ()),
        ("cps", ("untrusted-ca",)),
        ("cps", ("root",)),
    ],
)
def test_a_chain_that_does_not_lead_to_our_root(whole: TrustStore, name: str, authorities: tuple[str, ...]) -> None:
    assert refusal(whole, name, *authorities) == "chain_untrusted"


def test_another_cards_certificate_is_no_authority(whole: TrustStore) -> None:
    fake = chain("cps")[0]
    with pytest.raises(ReadingError, match="no recognised root"):
        whole.check(fake, (load_certificate("builtin:cpf.aut"),), ON)


def _signed_by(issuer: str, subject: x509.Name) -> x509.Certificate:
    """A certificate that a professional card signed as if it were an authority."""
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(load_certificate(f"builtin:{issuer}").subject)
        .public_key(load_key("builtin:cpf.aut.key").public_key())
        .serial_number(9)
        .not_valid_before(start)
        .not_valid_after(start.replace(year=2099))
        .sign(load_key(f"builtin:{issuer}.key"), hashes.SHA256())
    )


def test_a_card_cannot_make_itself_an_authority(whole: TrustStore) -> None:
    made = _signed_by("cps.aut", x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "MADE UP")]))
    authorities = (load_certificate("builtin:cps.aut"), load_certificate("builtin:ca"))
    with pytest.raises(ReadingError, match="no recognised root"):
        whole.check(made, authorities, ON)


@settings(max_examples=300, deadline=None)
@given(position=st.integers(0, 1100), value=st.integers(1, 255))
def test_a_damaged_certificate_is_refused_by_loading_or_by_judging_it(position: int, value: int) -> None:
    whole = load_certificate("builtin:cps.aut")
    raw = bytearray(whole.public_bytes(Encoding.DER))
    raw[position % len(raw)] ^= value
    try:
        damaged = trust_module.load_certificate(bytes(raw))
    except ValueError:
        return
    if (damaged.tbs_certificate_bytes, damaged.signature) == (whole.tbs_certificate_bytes, whole.signature):
        return  # the name of the algorithm beside the signature is not part of what is signed
    store = TrustStore((pem("root"),), (pem("ca.crl"), pem("root.crl")))
    with pytest.raises(ReadingError, match=r"no recognised root|valid"):
        store.check(damaged, (load_certificate("builtin:ca"),), ON)


def test_without_roots_the_reader_has_no_opinion_on_the_chain() -> None:
    assert refusal(TrustStore(), "cps-inconnue", "untrusted-ca") is None
    assert refusal(TrustStore(), "cps-expiree", "ca") == "cps_expired"
    assert refusal(TrustStore((), (pem("ca.crl"),)), "cps-revoquee", "ca") == "cps_revoked"


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2014, 12, 31), "chain_untrusted"),  # its authority did not exist yet
        (date(2015, 1, 1), None),
        (date(2019, 12, 31), None),
        (date(2020, 1, 1), "cps_expired"),
    ],
)
def test_expiry_is_judged_on_the_day_of_the_reading(whole: TrustStore, on: date, code: str | None) -> None:
    assert refusal(whole, "cps-expiree", "ca", on=on) == code


@pytest.mark.parametrize(
    ("on", "api", "code"),
    [
        (date(2020, 5, 31), "4.10", None),
        (date(2020, 6, 1), "4.10", "cps_revoked"),
        (ON, "4.10", "cps_revoked"),
        (ON, "before", None),
    ],
)
def test_revocation_is_looked_up_since_410(whole: TrustStore, on: date, api: Api, code: str | None) -> None:
    assert refusal(whole, "cps-revoquee", "ca", on=on, api=api) == code


def test_no_list_no_revocation() -> None:
    assert refusal(TrustStore((pem("root"),), (pem("root.crl"),)), "cps-revoquee", "ca") is None


def _crl(issuer: x509.Name, serial: int, key_of: str) -> bytes:
    when = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
    entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer)
        .last_update(when)
        .next_update(when.replace(year=2099))
        .add_revoked_certificate(entry)
        .sign(load_key(f"builtin:{key_of}.key"), hashes.SHA256())
    )
    return made.public_bytes(Encoding.DER)


def test_a_list_that_the_authority_did_not_sign_does_not_count() -> None:
    card, authorities = chain("cps", "ca")
    forged = _crl(authorities[0].subject, card.serial_number, "untrusted-ca")
    assert refusal(TrustStore((pem("root"),), (forged,)), "cps", "ca") is None
    real = _crl(authorities[0].subject, card.serial_number, "ca")
    assert refusal(TrustStore((pem("root"),), (forged, real)), "cps", "ca") == "cps_revoked"


def test_a_revoked_authority_takes_its_cards_with_it() -> None:
    ca = load_certificate("builtin:ca")
    gone = _crl(ca.issuer, ca.serial_number, "root")
    assert refusal(TrustStore((pem("root"),), (gone,)), "cps", "ca") == "cps_revoked"


def test_an_authority_with_another_kind_of_key_is_no_accident(whole: TrustStore) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "EC AUTHORITY")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

    def make(subject: x509.Name, *, ca: bool) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(7)
            .not_valid_before(start)
            .not_valid_after(start.replace(year=2099))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )

    root, card = make(name, ca=True), make(x509.Name([]), ca=False)
    store = TrustStore((root.public_bytes(Encoding.DER),), (_crl(name, 7, "ca"),))
    store.check(card, (), ON)
    with pytest.raises(ReadingError, match="no recognised root"):
        whole.check(card, (root,), ON)


@pytest.mark.parametrize("raw", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_refused_at_once(raw: bytes, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"not an X\.509 certificate"):
        TrustStore(roots=(raw,))
    with pytest.raises(ValueError, match="not a certificate revocation list"):
        TrustStore(crls=(raw,))
    path = tmp_path / "root.pem"
    path.write_bytes(raw)
    with pytest.raises(ValueError, match=r"root\.pem: not an X\.509"):
        TrustStore.from_files([path])
    with pytest.raises(ValueError, match=r"root\.pem: not a certificate revocation list"):
        TrustStore.from_files([], [str(path)])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.pem"):
        TrustStore.from_files([tmp_path / "absent.pem"])


def test_files_are_read(trust: TrustStore) -> None:
    assert refusal(trust, "cps-revoquee", "ca") == "cps_revoked"
    load: Callable[[bytes], x509.Certificate] = trust_module.load_certificate
    assert load(trust.roots[0]) == load_certificate("builtin:root")
