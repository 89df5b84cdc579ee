"""The signature of a dossier: of one content, by one signer, to the byte; and who may give a signer a name."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core
from asn1crypto.crl import CertificateList
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from dossier_keys import NOW, Key, Keys, certificate

from reports.vitale.dossier import Signer, SigningError, check_dossier, load_signer, make_dossier
from reports.vitale.dossier.signature import check_signature, sign, trusted_by


@pytest.mark.parametrize(("key", "others"), [("editor.p12", ()), ("elliptic.pem", (1, 0x20, 0x80, 0xFF))])
def test_every_byte_of_the_signature_counts(keys: Keys, key: str, others: tuple[int, ...]) -> None:
    """Of a signature with a chain, and of a short one, whose bytes get several values each: also those of another ASN.1 type."""
    signer = load_signer(keys[key], password=b"sesame" if key.endswith("p12") else None)
    signature, certificates = sign(b"content", signer), signer.pem
    check_signature(signature, b"content", certificates)
    for at, byte in enumerate(signature):
        for other in {2, *(byte ^ mask for mask in others)} - {byte}:
            changed = bytearray(signature)
            changed[at] = other
            with pytest.raises(SigningError):
                check_signature(bytes(changed), b"content", certificates)


def decoded(der: bytes) -> Any:  # asn1crypto has no types
    return cms.ContentInfo.load(der)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def _algorithm(data: Any) -> None:
    """RSA under the name of RSA with SHA-256, 1.2.840.113549.1.1.11: the same mathematics, other bytes."""
    data["signer_infos"][0]["signature_algorithm"]["algorithm"] = "sha256_rsa"


def _unsigned(data: Any) -> None:
    data["signer_infos"][0]["unsigned_attrs"] = [{"type": "1.2.3.4", "values": [core.Any(core.Integer(5))]}]


def _revoked(data: Any) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "CRL")])
    empty = x509.CertificateRevocationListBuilder().issuer_name(name).last_update(NOW).next_update(NOW)
    made: Any = CertificateList.load(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        empty.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    )
    data["crls"] = cms.RevocationInfoChoices([made])


@pytest.mark.parametrize("change", [_algorithm, _unsigned, _revoked])
def test_what_the_signature_does_not_cover_is_as_it_was_written(keys: Keys, change: Callable[[Any], None]) -> None:
    signer = load_signer(keys["editor.pem"])
    whole = decoded(sign(b"content", signer))
    check_signature(whole.dump(), b"content", signer.pem)
    change(whole["content"])
    with pytest.raises(SigningError, match="not as this program writes it"):
        check_signature(whole.dump(force=True), b"content", signer.pem)


@pytest.mark.parametrize("key", ["editor.pem", "elliptic.pem"])
def test_a_signature_is_of_one_content_and_one_signer(keys: Keys, key: str) -> None:
    signer = load_signer(keys[key])
    signature = sign(b"content", signer)
    assert check_signature(signature, b"content", signer.pem) == signer.certificate
    for content, by in ((b"Content", signer.pem), (b"content", keys["stranger.crt"].read_bytes()), (b"content", b"")):
        with pytest.raises(SigningError):
            check_signature(signature, content, by)


@pytest.mark.parametrize(
    ("file", "certificate_file", "password", "reason"),
    [
        ("missing.pem", None, None, "cannot be read"),
        ("text.pem", None, None, "it is no key"),
        ("alone.key", None, None, "has no certificate"),
        ("alone.key", "stranger.crt", None, "no certificate of the key"),
        ("alone.key", "text.pem", None, "has no certificate"),
        ("locked.key", "editor.crt", None, "needs its password"),
        ("locked.key", "editor.crt", b"wrong", "the password is wrong"),
        ("alone.key", "editor.crt", b"wrong", "has no password"),
        ("editor.p12", None, None, "needs its password"),
        ("editor.p12", None, b"wrong", "the password is wrong"),
        ("expired.pem", None, None, "the certificate is valid from"),
        ("odd.pem", None, None, "cannot sign CMS"),
    ],
)
def test_a_key_that_cannot_sign_is_refused(
    keys: Keys, file: str, certificate_file: str | None, password: bytes | None, reason: str
) -> None:
    with pytest.raises(SigningError, match=reason) as caught:
        load_signer(keys[file], keys[certificate_file] if certificate_file else None, password)
    assert caught.value.next_step


ROOT = {"ca": True}
CHAINS: list[tuple[list[dict[str, Any]], bool]] = [
    ([ROOT, {}], True),
    ([ROOT, ROOT, {}], True),
    ([ROOT, {"ca": True, "path_length": 0, "signs": True}, {}], True),
    ([{"ca": True, "path_length": 1}, ROOT, {}], True),
    ([ROOT, {"ca": False}, {}], False),
    ([ROOT, {"ca": None}, {}], False),
    ([ROOT, {"ca": True, "signs": False}, {}], False),
    ([{"ca": True, "path_length": 0}, ROOT, {}], False),
    ([{"ca": False}, {}], False),
]
"""From the authority that is trusted down to the signer, and whether RFC 5280 lets it certify the signer."""


def _chain(kinds: list[dict[str, Any]]) -> list[x509.Certificate]:
    made: list[tuple[x509.Certificate, Key]] = []
    for at, kind in enumerate(kinds):
        key = ec.generate_private_key(ec.SECP256R1())
        made.append((certificate(f"CN {at}", key, made[-1] if made else None, **kind), key))
    return [one for one, _ in made]


@pytest.mark.parametrize(("kinds", "trusted"), CHAINS)
def test_only_authorities_give_names(kinds: list[dict[str, Any]], trusted: bool, tmp_path: Path) -> None:
    root, *others = _chain(kinds)
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    shown = b"".join(one.public_bytes(Encoding.PEM) for one in reversed(others))
    assert trusted_by(shown, tmp_path / "root.pem") is trusted


@pytest.mark.judge
@pytest.mark.parametrize(("kinds", "trusted"), CHAINS)
def test_openssl_trusts_the_same_chains(kinds: list[dict[str, Any]], trusted: bool, tmp_path: Path) -> None:
    root, *others = _chain(kinds)
    for name, which in (("root", [root]), ("others", others), ("leaf", others[-1:])):
        (tmp_path / name).write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in which))
    arguments = ["-CAfile", "root", "-untrusted", "others", "leaf"]
    told = subprocess.run(["openssl", "verify", *arguments], cwd=tmp_path, capture_output=True)
    assert (told.returncode == 0) is trusted


def test_who_holds_a_certificate_cannot_name_another(
    make_stream: Callable[..., Path], keys: Keys, tmp_path: Path
) -> None:
    editor = load_signer(keys["editor.pem"])
    key = ec.generate_private_key(ec.SECP256R1())
    forged = certificate("CNDA officiel", key, (editor.certificate, editor.key))
    signer = Signer(key, forged, (editor.certificate,))
    path = tmp_path / "forged.zip"
    path.write_bytes(make_dossier(make_stream(requirements=1), str.encode, "fr", signer)[0])
    checked = check_dossier(path, trusted=keys["authority.pem"])
    assert (checked.trusted, [one.file for one in checked.findings]) == (False, ["signer.pem"])
