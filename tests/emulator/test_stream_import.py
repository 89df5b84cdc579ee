"""Group streams become images and come back byte for byte; what cannot be one is refused in its place."""

import tomllib

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.image import ImageError, build_card, builtin_names, dump_image, image_schema, load_image, parse_image
from emulator.stream_import import export_stream, import_stream
from emulator.vitale2 import VitaleImage
from reader_core.layouts.group_stream import GROUPS, encode_group, parse_stream

COUNTS = {101: 14, 102: 3, 103: 9, 104: 18, 105: 2, 106: 4, 107: 6, 108: 2, 109: 12, 111: 1}

ODD = [
    "",
    "0",
    "T",
    "brut:",
    "brut:x",
    "000000000000",
    "19501901",
    "195019010000",
    "199913320830",
    "850512",
    "é\n\x85\\\"'",
]

VALUES = st.one_of(st.sampled_from(ODD).map(lambda text: text.encode("latin-1")), st.binary(max_size=127))


def group(number: int, *values: str) -> bytes:
    fields = [value.encode("latin-1") for value in values]
    return encode_group(number, fields + [b""] * (COUNTS[number] - len(fields)))


@st.composite
def groups(draw: st.DrawFn) -> bytes:
    number = draw(st.sampled_from(GROUPS))
    count = draw(st.sampled_from([COUNTS[number]] * 9 + [0, 1, 20]))
    return encode_group(number, draw(st.lists(VALUES, min_size=count, max_size=count)))


def through_toml(image: VitaleImage) -> VitaleImage:
    again = parse_image(dump_image(image))
    assert again == image
    assert isinstance(again, VitaleImage)
    return again


@given(st.lists(groups(), max_size=12).map(b"".join))
@settings(deadline=None)
def test_any_stream_of_whole_groups_survives_the_image_and_its_file(raw: bytes) -> None:
    image = import_stream(raw, "some.in")
    assert export_stream(image) == raw
    assert export_stream(through_toml(image)) == raw
    build_card(image)


VITALES = [name for name in builtin_names() if isinstance(load_image(name), VitaleImage)]


@pytest.mark.parametrize("name", VITALES)
def test_a_built_in_card_survives_being_a_stream(name: str) -> None:
    built_in = load_image(name)
    assert isinstance(built_in, VitaleImage)
    raw = export_stream(built_in)
    image = import_stream(raw, f"{name}.in")
    assert export_stream(image) == raw
    assert image.flux is None, "its order is the usual one"
    said, wanted = image.records(), built_in.records()
    assert said.assure == wanted.assure
    assert [one.beneficiaire for one in said.beneficiaires] == [one.beneficiaire for one in wanted.beneficiaires]
    assert [one.couvertures for one in said.beneficiaires] == [one.couvertures for one in wanted.beneficiaires]
    assert [one.inscription for one in said.beneficiaires] == [one.inscription for one in wanted.beneficiaires]


def test_the_stream_of_a_card_begins_as_written_by_hand() -> None:
    raw = export_stream(load_image("specimen"))
    assert (
        raw.hex()
        .upper()
        .startswith(
            "0065"  # 101
            "3E"  # 62 bytes
            "0154"  # T
            "083030303030313031"  # 00000101
            "0C303030303030303030303030"  # no end of validity
            "000000"
            "0141"  # A
            "0D32383530353735393939303031"
            "023937"
        )
    )
    assert [one.number for one in parse_stream(raw)] == [101, 102, 104, 105, 106]


def test_an_image_says_a_date_as_a_person_writes_it() -> None:
    dates = ["202001310000", "195019010000", "199913320830", "850512", "000000000000", "", "19850512", "A"]
    raw = group(104) + b"".join(group(109, "1", "2", "3", "4", date, "brut:") for date in dates)
    image = import_stream(raw, "dates.in")
    (holder,) = image.beneficiaires
    assert holder.amc is not None
    written = [one.debut for one in (holder.amc, *holder.autres_amc)]
    assert written == ["2020-01-31", "1950-19-01", "199913320830", "850512", "", "brut:", "brut:19850512", "brut:A"]
    assert {one.fin for one in (holder.amc, *holder.autres_amc)} == {"brut:brut:"}


def test_the_order_stands_in_the_image_where_it_is_unusual() -> None:
    raw = (
        group(111, "zone") + group(105) + group(101, "T", "00000102") + group(104) + group(106) + encode_group(106, [])
    )
    document = tomllib.loads(dump_image(import_stream(raw, "odd.in", "Un flux")))
    assert document["title"] == "Un flux"
    assert document["flux"] == {"ordre": [111, "0069020000", 101, 104, 106, "006A00"]}
    jsonschema.validate(document, image_schema())


def test_keys_may_be_wrong_or_missing() -> None:
    raw = group(101, "T", "00000102", "", "", "", "", "A", "2850575999001", "00") + group(102)
    raw += group(104, "UN", "", "", "", "", "", "", "", "2850575999001", "") + group(104, "UN", *[""] * 8, "12")
    image = import_stream(raw, "keys.in")
    assert image.assure.cle_nir == "00"
    assert [one.cle_nir_certifie for one in image.beneficiaires] == ["brut:", "12"]
    assert export_stream(image) == raw


def test_long_names_are_cut_in_the_identity_files_only() -> None:
    raw = group(101) + group(102) + group(104, "N" * 127, "", "P" * 127, "", "", "", "", "", "1" * 127, "22") * 19
    image = import_stream(raw, "long.in")
    holder = image.records().beneficiaires[18]
    assert (holder.identite.nom, holder.identite.prenom, holder.inscription.nir) == ("N" * 27, "P" * 27, "1" * 15)
    assert holder.beneficiaire.nom_usuel == "N" * 127
    assert export_stream(image) == raw
    build_card(image)


@pytest.mark.parametrize("kind", ["T", "R", "", "é"])
def test_an_imported_card_is_a_test_card(kind: str) -> None:
    assert import_stream(group(101, kind), "kind.in").is_test


def test_a_category_written_by_hand() -> None:
    text = dump_image(load_image("specimen"))
    for said, is_test in (('categorie = "reelle"', False), ('type_carte = "R"', False), ("", True)):
        image = parse_image(text.replace("[carte]", f"[carte]\n{said}"))
        assert isinstance(image, VitaleImage)
        assert image.is_test is is_test


@pytest.mark.parametrize(
    ("raw", "where", "reason"),
    [
        (group(102) + b"\x00\x69\x05\x00", "offset 10, group 105", "announces 5 bytes"),
        (group(102) + b"\x00\x6e\x00", "offset 6", "110 is no group"),
        (b"profile", "offset 0", "28786 is no group"),
        (group(101) + group(111, "x" * 40_000), "offset 17, group 111", "a file holds 32768"),
        (group(104, *["x" * 127] * 18) * 19, "offset 0, group 104", "a file holds 32768"),
        (encode_group(106, [b"x"] * 9000) * 2, "offset 0, group 106", "a file holds 32768"),
    ],
)
def test_what_is_no_stream_is_refused_in_its_place(raw: bytes, where: str, reason: str) -> None:
    with pytest.raises(ImageError) as caught:
        import_stream(raw, "broken.in")
    error = caught.value
    assert (error.source, error.where) == ("broken.in", where)
    assert reason in error.reason
    assert error.next_step


def test_a_professional_card_has_no_stream() -> None:
    with pytest.raises(ImageError, match="has no group stream"):
        export_stream(load_image("cps"))


@pytest.mark.parametrize(
    ("ordre", "reason"),
    [
        ("[101, 105]", "group 105 of beneficiary 0 is named"),
        ("[101]", "group 104 has a record that is not named"),
        ('["006E00"]', "flux.ordre[0]: offset 0: 110 is no group"),
        ('[101, ""]', "flux.ordre[1]: not one whole group"),
        ('["006F00006F00"]', "flux.ordre[0]: not one whole group"),
        ("[110]", "Invalid enum value 110"),
        ('["0g"]', "hexadecimal"),
    ],
)
def test_an_order_that_does_not_fit_the_image(ordre: str, reason: str) -> None:
    with pytest.raises(ImageError) as caught:
        parse_image(dump_image(load_image("specimen")) + f"\n[flux]\nordre = {ordre}\n", "mine.toml")
    assert caught.value.source == "mine.toml"
    assert reason in str(caught.value)
