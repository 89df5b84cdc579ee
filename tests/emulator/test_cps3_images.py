"""The built-in professional cards: image, files and certificates say the same; bad images fail with words."""

from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from stdnum import luhn

from emulator.card import DedicatedFile, ElementaryFile
from emulator.cps3 import Cps3Card, CpsImage, build_cps3
from emulator.image import load_image
from emulator.pki import PkiError
from emulator.pki.attributes import CpxAttributes
from emulator.pki.plan import PROFESSIONALS
from reader_core.layouts import cps
from reader_core.layouts.codec import decode
from reader_core.records.cps import CpxType

NAMES = tuple(professional.name for professional in PROFESSIONALS)
ALL = pytest.mark.parametrize("name", NAMES)


def load(name: str) -> CpsImage:
    image = load_image(name)
    assert isinstance(image, CpsImage)
    return image


def content(card: Cps3Card, *path: int) -> bytes:
    file: DedicatedFile | ElementaryFile | None = card.root
    for fid in path:
        assert isinstance(file, DedicatedFile)
        file = file.child(fid)
    assert isinstance(file, ElementaryFile)
    return bytes(file.content)


@ALL
def test_certificate_and_files_agree(name: str) -> None:
    image = load(name)
    card = build_cps3(image)
    (holder,) = decode(cps.PORTEUR, content(card, 0x0001, 0xD101))
    assert holder.record == image.records.porteur
    certificate = x509.load_der_x509_certificate(content(card, 0x0001, 0xA002))
    subject = {attribute.oid: attribute.value for attribute in certificate.subject}
    porteur = image.records.porteur
    assert subject[NameOID.COMMON_NAME] == porteur.identifiant_national
    assert (subject[NameOID.SURNAME], subject[NameOID.GIVEN_NAME]) == (porteur.nom, porteur.prenom)
    assert CpxAttributes.of(certificate) == CpxAttributes(porteur.categorie, porteur.type, porteur.responsabilite)
    assert f"{certificate.not_valid_before_utc:%Y%m%d}" == porteur.debut_validite
    assert f"{certificate.not_valid_after_utc:%Y%m%d}" == porteur.fin_validite
    issuer = x509.load_der_x509_certificate(content(card, 0x0001, 0xA003))
    certificate.verify_directly_issued_by(issuer)
    x509.load_der_x509_certificate(content(card, 0x0001, 0xA001)).verify_directly_issued_by(issuer)


@ALL
def test_numbers_have_valid_keys(name: str) -> None:
    image = load(name)
    (number,) = decode(cps.NUMERO, content(build_cps3(image), 0xD003))
    assert number.record.numero[:18] == f"8025000001{image.numero_serie}"
    assert luhn.is_valid(number.record.numero[:19])
    assert number.record.numero[19] == "F"
    assert luhn.is_valid(image.records.porteur.numero + image.records.porteur.cle)


def test_cards_are_what_their_names_say() -> None:
    kinds = {name: load(name).records.porteur.card_type for name in NAMES}
    assert kinds == {
        "cps": CpxType.CPS,
        "cpf": CpxType.CPF,
        "cpe": CpxType.CPE,
        "cde": CpxType.CDE,
        "cpa": CpxType.CPA,
        "cps-expiree": CpxType.CPS,
        "cps-revoquee": CpxType.CPS,
        "cps-reelle": CpxType.CPS,
        "cps-inconnue": CpxType.CPS,
    }
    assert [name for name in NAMES if not load(name).records.porteur.is_test] == ["cps-reelle"]


def test_numbers_on_the_cards_differ() -> None:
    assert len({load(name).numero_serie for name in NAMES}) == len(NAMES)


def test_directory_has_the_length_of_a_real_one_and_both_applications() -> None:
    directory = content(build_cps3(load("cps")), 0x2F00)
    assert len(directory) == 101
    assert bytes.fromhex("E828BD080F8025000001FF0010") in directory
    assert bytes.fromhex("E828BD080F8025000001FF0020") in directory


def test_sixteen_activities_fit_and_a_seventeenth_is_refused_by_the_image() -> None:
    image = load("cps")
    activity = image.records.activites[0]
    records = msgspec.structs.replace(image, records=type(image.records)(image.records.porteur, (activity,) * 16))
    assert content(build_cps3(records), 0x0001, 0xD12F) == content(build_cps3(image), 0x0001, 0xD120)
    with pytest.raises(ValueError, match="16 activities"):
        type(image.records)(image.records.porteur, (activity,) * 17)


def _with_key(image: CpsImage, reference: str) -> CpsImage:
    credentials = msgspec.structs.replace(image.credentials, authentication_key=reference)
    return msgspec.structs.replace(image, credentials=credentials)


def test_a_key_that_is_not_the_certificates_is_refused() -> None:
    with pytest.raises(PkiError, match=r"not the key of builtin:cps\.aut"):
        build_cps3(_with_key(load("cps"), "builtin:cpf.aut.key"))


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 1024)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "short.pem").write_bytes(pem)
    with pytest.raises(PkiError, match="a key of 1024 bits"):
        build_cps3(_with_key(load("cps"), "short.pem"), tmp_path)


@pytest.mark.parametrize(
    ("field", "value"), [("pin", "12345"), ("pin", "abcd"), ("puk", "1234"), ("numero_serie", "1")]
)
def test_schema_refuses_codes_of_another_shape(field: str, value: str) -> None:
    document = msgspec.to_builtins(load("cps"))
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert(document | {field: value}, CpsImage)


@pytest.mark.parametrize("state", [{"pin_tries_left": 4}, {"puk_tries_left": 11}, {"puk_uses_left": -1}])
def test_schema_refuses_impossible_counters(state: dict[str, int]) -> None:
    document = msgspec.to_builtins(load("cps"))
    with pytest.raises(msgspec.ValidationError, match="state"):
        msgspec.convert(document | {"state": state}, CpsImage)
