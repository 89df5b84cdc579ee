"""Frozen releases: the catalogue keeps what it released, and a change of it is noticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.catalogue import Catalogue
from conformance.catalogue.freezing import check_frozen, freeze, load_frozen
from conformance.catalogue.model import Case
from fixtures.vitale import Scenario


def _changed(catalogue: Catalogue, version: str = "", **changes: Any) -> Catalogue:
    family = catalogue.families[0]
    first = msgspec.structs.replace(family.requirement[0], **changes)
    rest = (msgspec.structs.replace(family, requirement=(first, *family.requirement[1:])), *catalogue.families[1:])
    return Catalogue(version or catalogue.version, "0" * 64, rest)


def test_the_catalogue_keeps_what_it_released(catalogue: Catalogue, scenarios: dict[str, Scenario]) -> None:
    # Nothing is released before the first file is frozen; the tests below show that this one then fails when it should.
    assert check_frozen(catalogue, scenarios, load_frozen()) == []


def test_a_release_agrees_with_itself_and_comes_back_from_its_file(
    catalogue: Catalogue, scenarios: dict[str, Scenario], tmp_path: Path
) -> None:
    release = freeze(catalogue, scenarios)
    (tmp_path / "x.json").write_bytes(msgspec.json.encode(release))
    assert load_frozen(tmp_path) == (release,)
    assert check_frozen(catalogue, scenarios, (release,)) == []
    assert check_frozen(_changed(catalogue, title="Other words"), scenarios, (release,)) == []


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(ValueError, match=r"x\.json: not a frozen release"):
        load_frozen(tmp_path)


def test_what_was_released_does_not_change(catalogue: Catalogue, scenarios: dict[str, Scenario]) -> None:
    release = (freeze(catalogue, scenarios),)
    first = catalogue.families[0].requirement[0]
    cases = first.case
    tried: tuple[tuple[dict[str, Any], str], ...] = (
        ({"level": "SHOULD"}, "level, needs, unless or functions"),
        ({"unless": ("derived",)}, "level, needs, unless or functions"),
        ({"functions": ("print",)}, "level, needs, unless or functions"),
        ({"case": cases[1:]}, f"{first.id}/1: was released"),
        ({"case": (msgspec.structs.replace(cases[0], scenario="corsica-2a"), *cases[1:])}, "asks for something else"),
        ({"case": (*cases, Case(n=99, scenario="corsica-2a"))}, "raise the version"),
        ({"id": "VIT-IDE-999"}, f"{first.id}: was released"),
    )
    for changes, words in tried:
        problems = check_frozen(_changed(catalogue, **changes), scenarios, release)
        assert any(words in problem for problem in problems), (changes, problems)


def test_a_changed_expectation_is_a_change(catalogue: Catalogue, scenarios: dict[str, Scenario]) -> None:
    release = (freeze(catalogue, scenarios),)
    scenario = scenarios["mines-with-ald"]
    reading = msgspec.structs.replace(scenario.readings[0], expect={"assure.regime": "08"})
    changed = {**scenarios, scenario.id: msgspec.structs.replace(scenario, readings=(reading,))}
    assert check_frozen(catalogue, changed, release)


def test_a_new_release_may_add(catalogue: Catalogue, scenarios: dict[str, Scenario]) -> None:
    release = (freeze(catalogue, scenarios),)
    case = (*catalogue.families[0].requirement[0].case, Case(n=99, scenario="corsica-2a"))
    assert check_frozen(_changed(catalogue, "2027.1", case=case), scenarios, release) == []
