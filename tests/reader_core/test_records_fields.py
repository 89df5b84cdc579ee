"""The table of groups and fields, and the records it describes."""

import dataclasses
import re
from pathlib import Path

import pytest

from reader_core.layouts import VITALE2_BY_NAME
from reader_core.nomenclatures import NOMENCLATURES
from reader_core.nomenclatures.markdown import nomenclatures_page
from reader_core.records.fields import CPS, GROUPS, VITALE, Group
from reader_core.records.markdown import records_page

# Fields counted on the public descriptions: groups of a Vitale, then those of SSV_LireCartePS.
COUNTS = {101: 14, 102: 3, 103: 9, 104: 18, 105: 2, 106: 4, 107: 6, 108: 2, 109: 12, 111: 1, 1: 7, 2: 21}

# Places that the sources number: 101/8 NIR, 10 to 12 régime, caisse, centre, 13 gestion; 104/14 qualité.
PLACES = [
    (101, 8, "nir"),
    (101, 10, "regime"),
    (101, 11, "caisse"),
    (101, 12, "centre"),
    (101, 13, "code_gestion"),
    (104, 9, "nir_certifie"),
    (104, 12, "date_naissance"),
    (104, 13, "rang_naissance"),
    (104, 14, "qualite"),
    (106, 3, "ald"),
    (106, 4, "situation"),
    (2, 2, "mode_exercice"),
    (2, 14, "specialite"),
    (2, 21, "habilitation_lot"),
]


def named(group: Group) -> list[str]:
    return [field.nom for field in group.fields]


def test_every_group_has_the_fields_that_were_counted() -> None:
    assert {group.numero: len(group.fields) for group in GROUPS} == COUNTS
    assert all([field.numero for field in group.fields] == list(range(1, len(group.fields) + 1)) for group in GROUPS)


@pytest.mark.parametrize(("group", "place", "name"), PLACES)
def test_fields_stand_where_the_sources_number_them(group: int, place: int, name: str) -> None:
    (found,) = (each for each in GROUPS if each.numero == group)
    assert named(found)[place - 1] == name


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: str(group.numero))
def test_records_have_these_fields_in_this_order(group: Group) -> None:
    own = [field.name for field in dataclasses.fields(group.record)]
    if group.numero == 1:  # the holder on our cards has more than the group
        own = [name for name in own if name in named(group)]
    assert own == named(group)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: str(group.numero))
def test_docstrings_number_the_fields(group: Group) -> None:
    said = re.findall(r"^ +(\w+): field (\d+)", group.record.__doc__ or "", re.MULTILINE)
    assert [(name, int(number)) for name, number in said] == [(field.nom, field.numero) for field in group.fields]


def test_the_files_of_the_card_have_the_fields_of_the_groups() -> None:
    by_number = {group.numero: named(group) for group in VITALE}
    files = {layout.group: layout for layout in VITALE2_BY_NAME.values() if layout.group is not None}
    assert {number: [field.name for field in layout.fields] for number, layout in files.items()} == by_number


def test_every_table_of_codes_is_one() -> None:
    used = {field.table for group in GROUPS for field in group.fields} - {""}
    assert used <= set(NOMENCLATURES)
    assert {"G02", "G08", "G17", "G19", "G07", "G100", "G101", "G102", "G103", "G104"} <= used
    assert len(CPS) == 2


def test_the_pages_are_those_of_the_tables(docs: Path) -> None:
    for name, page in (("records.md", records_page()), ("nomenclatures.md", nomenclatures_page())):
        assert (docs / name).read_text(encoding="utf-8") == page, "run: python scripts/generate_docs.py"
