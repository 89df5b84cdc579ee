"""Images from files: names, paths, defaults, and errors that say where."""

import json
import tomllib
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from emulator.image import (
    IMAGES,
    ImageError,
    build_card,
    builtin_names,
    dump_image,
    image_schema,
    load_image,
    parse_image,
    patch_image,
)
from emulator.pki import DATA
from emulator.vitale2 import VitaleImage
from reader_core.records import NO_DATE, Accident, compute_key

VITALE_NAMES = ["famille", "maternite", "mayotte", "mines", "ratp", "specimen", "uncam"]

SMALL = """\
profile = "vitale2"
title = "petite"

[carte]
numero_serie = "12345678"

[assure]
nir = "1850575999001"
regime = "01"
caisse = "349"
code_gestion = "10"

[[beneficiaires]]
nom_usuel = "UN"
prenom = "A"
date_naissance = 1985-05-12

[[beneficiaires]]
nom_usuel = "DEUX"
prenom = "B"
date_naissance = "19531332"

[[beneficiaires.couvertures]]
situation = "0100"
"""


def vitale(text: str) -> VitaleImage:
    image = parse_image(text, "petite.toml")
    assert isinstance(image, VitaleImage)
    return image


def refusal(text: str) -> ImageError:
    with pytest.raises(ImageError) as caught:
        parse_image(text, "petite.toml")
    assert caught.value.source == "petite.toml"
    assert caught.value.next_step
    return caught.value


@pytest.mark.parametrize("name", builtin_names())
def test_every_builtin_image_makes_a_card(name: str) -> None:
    card = build_card(load_image(name))
    assert card.power_on() == card.atr


def test_the_builtin_vitale_cards_are_synthetic_test_cards() -> None:
    assert set(VITALE_NAMES) <= set(builtin_names())
    serials: set[str] = set()
    for name in VITALE_NAMES:
        image = load_image(name)
        assert isinstance(image, VitaleImage)
        records = image.records()
        assert records.assure.type_carte == "T"
        serials.add(records.assure.numero_serie)
        for nir, key in [
            (records.assure.nir, records.assure.cle_nir),
            *((one.beneficiaire.nir_certifie, one.beneficiaire.cle_nir_certifie) for one in records.beneficiaires),
        ]:
            if nir:
                assert key == compute_key(nir)
                assert nir[7:10] == "999" or nir[5:10] == "97699"
    assert len(serials) == len(VITALE_NAMES)


def test_defaults() -> None:
    records = vitale(SMALL).records()
    first, second = records.beneficiaires
    assert records.assure.cle_nir == "50"
    assert (records.assure.type_carte, records.assure.type_porteur, records.assure.centre) == ("T", "A", "")
    assert records.assure.fin_validite == NO_DATE
    assert records.service_amo.code == "00"
    assert records.accidents is None
    assert records.zone_commune is None
    assert records.pan.numero == "8025000002123456787F"
    assert first.beneficiaire.date_naissance == "198505120000"
    assert (first.beneficiaire.qualite, first.beneficiaire.rang_naissance) == ("0", "1")
    assert first.mutuelle is None
    assert first.identite.nationalite == "F"
    assert first.inscription.nir == "185057599900150"
    assert second.beneficiaire.date_naissance == "195313320000"
    assert second.identite.naissance == "19531332"
    assert second.couvertures[0].code == "00100"


@pytest.mark.parametrize(
    ("written", "group", "identity"),
    [
        ("1985-05-12", "198505120000", "19850512"),
        ('"1985-05-12"', "198505120000", "19850512"),
        ('"19850512"', "198505120000", "19850512"),
        ('"198505120830"', "198505120830", "19850512"),
        ("1985-05-12T08:30:00", "198505120830", "19850512"),
        ('"850512"', "850512", "850512"),
        ('""', "000000000000", ""),
    ],
)
def test_ways_to_write_a_date(written: str, group: str, identity: str) -> None:
    holder = vitale(SMALL.replace("1985-05-12", written)).records().beneficiaires[0]
    assert holder.beneficiaire.date_naissance == group
    assert holder.identite.naissance == identity


def test_identity_follows_the_group_unless_told_otherwise() -> None:
    text = SMALL.replace('prenom = "B"', 'prenom = "B"\nnir_certifie = "285052A999001"')
    assert vitale(text).records().beneficiaires[1].inscription.nir == "285052A99900157"
    text += '[beneficiaires.identite]\nnom = "AUTRE"\nprenom = ""\nnaissance = 2001-02-03\nnir = "X"\n'
    holder = vitale(text).records().beneficiaires[1]
    assert (holder.identite.nom, holder.identite.prenom, holder.identite.naissance) == ("AUTRE", "", "20010203")
    assert holder.inscription.nir == "X"
    assert holder.beneficiaire.nom_usuel == "DEUX"


def test_a_wrong_key_may_be_given() -> None:
    text = SMALL.replace('nir = "1850575999001"', 'nir = "1850575999001"\ncle_nir = "51"')
    assert vitale(text).records().assure.cle_nir == "51"


def test_accidents_keep_their_places() -> None:
    text = SMALL.replace("[assure]", '[[accidents]]\norganisme = "A"\n\n[[accidents]]\nidentifiant = "B"\n\n[assure]')
    accidents = vitale(text).records().accidents
    assert accidents is not None
    assert accidents.entries == (Accident("A"), Accident(identifiant="B"))
    assert accidents.identifiant2 == "B"


@pytest.mark.parametrize("name", builtin_names())
def test_what_is_dumped_can_be_read_back(name: str) -> None:
    image = load_image(name)
    assert parse_image(dump_image(image)) == image


@pytest.mark.parametrize("name", VITALE_NAMES)
def test_the_published_schema_accepts_what_we_write(name: str) -> None:
    schema = image_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    document = tomllib.loads(dump_image(load_image(name)))
    jsonschema.validate(document, schema)
    document["assure"]["regim"] = "01"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)
    json.dumps(schema)


@pytest.mark.parametrize(
    ("old", "new", "where", "reason"),
    [
        ('regime = "01"', "regime = 1", "line 9, assure.regime", "Expected `str`, got `int`"),
        ('regime = "01"', 'regim = "01"', "line 7, assure", "unknown field `regim`"),
        ('regime = "01"\n', "", "line 7, assure", "missing required field `regime`"),
        ('prenom = "B"', "prenom = 2", "line 20, beneficiaires[1].prenom", "Expected `str`"),
        (
            'situation = "0100"',
            "situation = 100",
            "line 24, beneficiaires[1].couvertures[0].situation",
            "Expected `str`",
        ),
        ('"UN"', '"ŒIL"', "line 14, beneficiaires[0].nom_usuel", "Latin-1"),
        ("1985-05-12", '"12/05/1985"', "line 16, beneficiaires[0].date_naissance", "not a date"),
        ('"12345678"', '"1234"', "line 5, carte.numero_serie", "eight digits"),
        ('"vitale2"', '"vitale9"', "line 1, profile", "unknown profile 'vitale9'"),
        ('profile = "vitale2"\n', "", "", "says no profile"),
        ('nir = "1850575999001"', 'nir = "185"', "", "give its key as cle_nir"),
    ],
)
def test_a_slip_of_the_pen_is_found_where_it_is(old: str, new: str, where: str, reason: str) -> None:
    assert SMALL.count(old) == 1
    error = refusal(SMALL.replace(old, new))
    assert (error.where, reason in error.reason) == (where, True), error
    assert str(error).startswith("petite.toml")


def test_too_many_periods() -> None:
    error = refusal(SMALL + '\n[[beneficiaires.couvertures]]\nsituation = "0100"\n' * 7)
    assert error.where.endswith("beneficiaires[1].couvertures")
    assert "length <= 7" in error.reason


def test_a_crowd_that_does_not_fit_the_identity_file() -> None:
    crowd = '[[beneficiaires]]\nnom_usuel = "{0}"\nprenom = "{0}"\ndate_naissance = 2000-01-01\n'.format("X" * 80)
    error = refusal(SMALL + crowd * 17)
    assert error.where == "file IDENTITE"


@pytest.mark.parametrize("cut", [0, 15, 30, 60, 100, 130, 170, 190, len(SMALL) - 10])
def test_a_truncated_image_is_an_error_with_a_next_step(cut: int) -> None:
    error = refusal(SMALL[:cut])
    assert error.reason


def test_garbled_toml_says_the_line() -> None:
    error = refusal(SMALL.replace('regime = "01"', 'regime = "01'))
    assert error.where.startswith("line 9")
    assert "not valid TOML" in error.reason
    assert refusal(SMALL + 'zone = ["a",').where == "line 25, end of the file"


def test_a_number_that_python_itself_refuses() -> None:
    error = refusal("a = " + "1" * 5000)
    assert error.reason == "a number has too many digits"
    assert error.next_step


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin1.toml").write_bytes('title = "é"'.encode("latin-1"))
    for path, reason in [
        (tmp_path / "absent.toml", "there is no such image or file"),
        (tmp_path, "cannot be read"),
        (tmp_path / "latin1.toml", "not UTF-8"),
    ]:
        with pytest.raises(ImageError) as caught:
            load_image(path)
        assert reason in caught.value.reason


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(ImageError) as caught:
        load_image("specimn")
    assert "Did you mean specimen?" in caught.value.next_step
    assert "famille" in caught.value.next_step


def test_a_file_and_its_authorities(tmp_path: Path) -> None:
    path = tmp_path / "ma-carte.toml"
    path.write_text('racines = ["autorité.pem"]\n' + SMALL, "utf-8")
    image = load_image(path)
    assert isinstance(image, VitaleImage)
    assert image.racines == (str(tmp_path / "autorité.pem"),)
    with pytest.raises(ImageError) as caught:
        build_card(image)
    assert "autorité.pem" in str(caught.value)
    (tmp_path / "autorité.pem").write_bytes((DATA / "root.pem").read_bytes())
    assert build_card(image).power_on()


def test_relative_credentials_of_a_professional_card(tmp_path: Path) -> None:
    text = (IMAGES / "cps.toml").read_text("utf-8")
    assert "builtin:" in text
    path = tmp_path / "cps.toml"
    path.write_text(text, "utf-8")
    assert load_image(path) == load_image("cps")


def test_dates_are_dates() -> None:
    assert vitale(SMALL).records().beneficiaires[0].beneficiaire.date_naissance.as_date() == date(1985, 5, 12)


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("cps3-contactless", {"pin": "1234"}, "unknown field `pin`"),
        ("cps3-contactless", {"credentials.signature": "builtin:cps.sig"}, "unknown field `signature`"),
        ("cps2ter", {"credentials.issuer": "builtin:ca"}, "unknown field `credentials`"),
    ],
)
def test_a_card_is_told_nothing_that_it_has_no_use_for(name: str, changes: dict[str, object], said: str) -> None:
    with pytest.raises(ImageError, match=said):
        patch_image(load_image(name), changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"records.porteur.nom": "LŒUVRE"}, "file PORTEUR: nom has 'Œ', which Latin-1 cannot write"),
        ({"records.activites[0].raison_sociale": "X" * 40_000}, "a file holds 32768"),
        ({"records.profession.profession": "€"}, "which Latin-1 cannot write"),
        ({"records.situations[2].raison_sociale": "€"}, "which Latin-1 cannot write"),
        ({"pin": "12345"}, "pin: four digits are wanted"),
    ],
)
def test_records_that_no_professional_card_can_hold_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ImageError, match=said):
        patch_image(load_image("cps"), changes)


def test_values_that_are_nested_too_deeply_are_refused() -> None:
    with pytest.raises(ImageError, match="nested too deeply"):
        parse_image("a = " + "[" * 5000 + "]" * 5000)


def test_a_name_that_is_no_path_is_refused() -> None:
    with pytest.raises(ImageError, match="no path"):
        load_image("a\0b")


def test_an_authority_that_no_file_can_be() -> None:
    image = patch_image(load_image("specimen"), {"racines[0]": "x" * 5000})
    with pytest.raises(ImageError, match="it cannot be looked for") as caught:
        build_card(image)
    assert "builtin:NAME" in caught.value.next_step
