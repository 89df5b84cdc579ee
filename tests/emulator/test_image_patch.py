"""Changed copies of images: what fixtures are made of."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.image import Image, ImageError, load_image, patch_image
from emulator.image_document import PathError, change, locate, parse_path
from emulator.vitale2 import VitaleImage
from reader_core.records import VitaleRecords


def records(image: Image) -> VitaleRecords:
    assert isinstance(image, VitaleImage)
    return image.records()


def refusal(changes: dict[str, object]) -> ImageError:
    with pytest.raises(ImageError) as caught:
        patch_image(load_image("mines"), changes)
    return caught.value


def test_values_deep_inside() -> None:
    original = load_image("mines")
    changed = patch_image(original, {"assure.regime": "05", "beneficiaires[1].couvertures[0].ald": "2"})
    assert records(changed).assure.regime == "05"
    assert records(changed).beneficiaires[1].couvertures[0].code == "20700"
    assert records(changed).beneficiaires[0] == records(original).beneficiaires[0]
    assert records(original).assure.regime == "07"


def test_no_change_is_the_same_image() -> None:
    assert patch_image(load_image("famille"), {}) == load_image("famille")


def test_computed_values_follow() -> None:
    changed = patch_image(
        load_image("specimen"), {"assure.nir": "285052A999001", "beneficiaires[0].nir_certifie": "285052A999001"}
    )
    assert records(changed).assure.cle_nir == "57"
    assert records(changed).beneficiaires[0].inscription.nir == "285052A99900157"


@pytest.mark.parametrize("day", ["20260301", "2026-03-01", date(2026, 3, 1)])
def test_a_section_that_was_not_there(day: object) -> None:
    changed = patch_image(load_image("specimen"), {"beneficiaires[0].maternite.date_presumee": day})
    maternite = records(changed).beneficiaires[0].maternite
    assert maternite is not None
    assert maternite.date_presumee == "202603010000"


def test_whole_tables_and_arrays() -> None:
    changed = patch_image(
        load_image("specimen"),
        {
            "beneficiaires[0].couvertures": [{"situation": "0105"}, {"debut": date(2020, 1, 1), "situation": "0106"}],
            "service_amo": {"code": "01"},
        },
    )
    assert [one.code for one in records(changed).beneficiaires[0].couvertures] == ["00105", "00106"]
    assert records(changed).service_amo.code == "01"


def test_appending_and_removing() -> None:
    changed = patch_image(load_image("specimen"), {"beneficiaires[0].couvertures[1]": {"situation": "0101"}})
    assert [one.code for one in records(changed).beneficiaires[0].couvertures] == ["00100", "00101"]
    assert (
        records(patch_image(changed, {"beneficiaires[0].couvertures[0]": None})).beneficiaires[0].couvertures[0].code
        == "00101"
    )
    assert (
        records(patch_image(load_image("maternite"), {"beneficiaires[0].maternite": None})).beneficiaires[0].maternite
        is None
    )
    without = patch_image(load_image("famille"), {"beneficiaires[0].mutuelle": None, "zone_commune": None})
    assert records(without).beneficiaires[0].periodes_mutuelle == ()
    assert records(without).zone_commune is None


@pytest.mark.parametrize(
    ("path", "value", "where", "reason"),
    [
        ("assur.regime", "05", "", "unknown field `assur`"),
        ("assure.regim", "05", "assure", "unknown field `regim`"),
        ("assure.regime", 5, "assure.regime", "Expected `str`, got `int`"),
        ("assure.regime.code", "05", "assure.regime.code", "not a table"),
        ("assure[0]", "05", "assure[0]", "not an array"),
        ("beneficiaires.nom_usuel", "X", "beneficiaires.nom_usuel", "not a table"),
        ("beneficiaires[2].nom_usuel", "X", "beneficiaires[2].nom_usuel", "there is no [2]: the array has 2"),
        ("beneficiaires[0].droits[3].fin", "20200101", "beneficiaires[0].droits[3].fin", "there is no [3]"),
        ("beneficiaires[3]", {}, "beneficiaires[3]", "there is no [3]"),
        ("beneficiaires[0].accidents[0].x", "X", "beneficiaires[0].accidents[0].x", "there is no [0]: the array has 0"),
        ("assure.regime", None, "assure", "missing required field `regime`"),
        ("", "X", "", "not a path"),
        ("a..b", "X", "a..b", "not a path"),
        ("[0]", "X", "[0]", "not a path"),
        ("beneficiaires[-1].nom_usuel", "X", "beneficiaires[-1].nom_usuel", "not a path"),
        ("beneficiaires[0].nom_usuel", "ŒIL", "beneficiaires[0].nom_usuel", "Latin-1"),
        ("profile", "cps9", "profile", "unknown profile"),
    ],
)
def test_paths_and_values_that_do_not_fit(path: str, value: object, where: str, reason: str) -> None:
    error = refusal({path: value})
    assert error.where == where
    assert reason in error.reason
    assert error.next_step


def test_professional_cards_are_changed_the_same_way() -> None:
    changed = patch_image(load_image("cps"), {"pin": "0000", "state.pin_tries_left": 1})
    assert changed != load_image("cps")
    assert patch_image(changed, {"pin": "1234", "state.pin_tries_left": 3}) == load_image("cps")


def test_a_document_is_never_changed_in_place() -> None:
    document = {"a": [{"b": "1"}]}
    assert change(document, {"a[0].b": "2", "a[1]": {"b": "3"}, "c.d": "4"}) == {
        "a": [{"b": "2"}, {"b": "3"}],
        "c": {"d": "4"},
    }
    assert document == {"a": [{"b": "1"}]}


def test_paths() -> None:
    assert parse_path("beneficiaires[1].couvertures[0].ald") == ("beneficiaires", 1, "couvertures", 0, "ald")
    assert parse_path("a[0][12]") == ("a", 0, 12)


@given(st.text(max_size=30))
def test_any_text_is_a_path_or_an_error(text: str) -> None:
    with contextlib.suppress(PathError):
        assert all(isinstance(step, int) or step.isidentifier() or "-" in step for step in parse_path(text))


def test_lines_of_nested_tables() -> None:
    text = "a = 1\n[[t]]\nx = 1\n[[t.u]]\ny = 1\n[[t]]\n[[t.u]]\ny = 1\n[[t.u]]\ny = 2\n[v.w]\nz.k = 1\n"
    assert locate(text, "$.a") == "line 1, a"
    assert locate(text, "$.t[0].u[0].y") == "line 5, t[0].u[0].y"
    assert locate(text, "$.t[1].u[1].y") == "line 10, t[1].u[1].y"
    assert locate(text, "$.t[1].u[0].missing") == "line 7, t[1].u[0].missing"
    assert locate(text, "$.v.w.z.k") == "line 12, v.w.z.k"
    assert locate(text, "$.nowhere") == "nowhere"
    assert not locate("", "$")
