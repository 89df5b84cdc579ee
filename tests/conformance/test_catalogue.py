"""The catalogue: consistent as it is, and a check that notices when it is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.catalogue import CATALOGUE, Catalogue, CatalogueError, check_catalogue, load_catalogue
from conformance.catalogue.model import Case, Requirement
from conformance.selection import covers
from fixtures.vitale import Scenario


def test_catalogue_and_scenarios_fit_together(catalogue: Catalogue, scenarios: dict[str, Scenario]) -> None:
    assert check_catalogue(catalogue, scenarios) == []


def test_it_has_every_family_of_the_first_line(catalogue: Catalogue) -> None:
    families = [family.id for family in catalogue.families]
    first = [f"VIT-{name}" for name in ("IDE", "MAY", "MIN", "RAT", "MAT", "UNC", "ACC", "PRO", "ERR")]
    assert [one for one in families if one in first] == first
    assert len({family.order for family in catalogue.families}) == len(families)
    assert len(list(catalogue.requirements)) >= 30
    assert len(list(catalogue.cases)) >= 60


def test_sources_are_ones_that_the_public_can_find(catalogue: Catalogue) -> None:
    for _, requirement in catalogue.requirements:
        assert not re.search(r"insurance\.md|cards\.md|anchors|DESIGN", requirement.source), requirement.id
        for page in re.findall(r"docs/[\w/.-]+\.md", requirement.source):
            assert (CATALOGUE.parents[1] / page).is_file(), f"{requirement.id} names {page}"


def test_what_needs_a_professional_card_says_so(catalogue: Catalogue, scenarios: dict[str, Scenario]) -> None:
    """A product that reads the free data only is never asked to open protected files."""
    for _, requirement, case in catalogue.cases:
        reads_protected = any(
            covers(case.checks, number, path) and reading.cps != "none" and not reading.refusal
            for number, reading in enumerate(scenarios[case.scenario].readings, 1)
            for path in reading.expect
        )
        assert not reads_protected or "protected" in requirement.needs, requirement.case_id(case)


@pytest.mark.parametrize(
    ("prefixes", "expected"),
    [
        (("VIT-MIN-001",), ["VIT-MIN-001/1"]),
        (("vit-min-001/1",), ["VIT-MIN-001/1"]),
        (("VIT-MIN-002/3", "VIT-MAY-001"), ["VIT-MAY-001/1", "VIT-MIN-002/3"]),
        (("VIT-MAY-003-",), ["VIT-MAY-003/1", "VIT-MAY-003/2"]),
        (("VIT-MIN-00",), []),
        (("MIN",), []),
    ],
)
def test_prefixes_select(catalogue: Catalogue, prefixes: tuple[str, ...], expected: list[str]) -> None:
    assert catalogue.select(prefixes) == expected


def test_no_prefix_and_the_common_prefix_select_everything(catalogue: Catalogue) -> None:
    assert catalogue.select(()) == catalogue.select(("VIT",)) == [r.case_id(c) for _, r, c in catalogue.cases]


@pytest.mark.parametrize(
    ("check", "reading", "path", "expected"),
    [
        ("assure", 1, "assure.nir", True),
        ("assure", 2, "assure", True),
        ("assure", 1, "assures", False),
        ("beneficiaires[0]", 1, "beneficiaires[0].nom", True),
        ("beneficiaires", 1, "beneficiaires[0].nom", True),
        ("=beneficiaires", 1, "beneficiaires[0].nom", False),
        ("=beneficiaires", 1, "beneficiaires", True),
        ("#2:assure", 1, "assure.nir", False),
        ("#2:assure", 2, "assure.nir", True),
        ("#2", 2, "anything", True),
        ("#2", 1, "anything", False),
        ("refusal", 1, "refusal", True),
    ],
)
def test_checks_cover_what_they_say(check: str, reading: int, path: str, expected: bool) -> None:
    assert covers((check,), reading, path) is expected
    assert covers((), reading, path)


def _requirement(catalogue: Catalogue, **changes: Any) -> Catalogue:
    family = catalogue.families[0]
    changed = msgspec.structs.replace(family.requirement[0], **changes)
    rest = (changed, *family.requirement[1:])
    return Catalogue("x", "0" * 64, (msgspec.structs.replace(family, requirement=rest), *catalogue.families[1:]))


def _scenario(name: str, **changes: Any) -> Callable[[dict[str, Scenario]], dict[str, Scenario]]:
    return lambda all_of_them: {
        **all_of_them,
        name: msgspec.structs.replace(
            all_of_them[name], readings=(msgspec.structs.replace(all_of_them[name].readings[0], **changes),)
        ),
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": "VIT-IDE-002"}, "VIT-IDE-002: used 2 times"),
        ({"id": "VIT-MIN-900"}, "stands in the family VIT-IDE"),
        ({"wording": "It is right."}, "does not say what a wrong product does"),
        ({"wording_fr": "Il est juste."}, "the French wording does not say what a wrong product"),
        ({"needs": ("telepathy",)}, "unknown capability 'telepathy'"),
        ({"case": ()}, "has no case"),
        ({"untested": "Nobody can.", "untested_fr": "Personne ne peut."}, "has cases, and says why it is not tested"),
        ({"untested": "Nobody can."}, "in one language only"),
        ({"case": (Case(n=1, scenario="none-such"),)}, "no scenario 'none-such'"),
        ({"case": (Case(n=1, scenario="corsica-2a"), Case(n=1, scenario="corsica-2b"))}, "two cases have one number"),
        (
            {"case": (Case(n=1, scenario="corsica-2a", checks=("assure.taille",)),)},
            "expects nothing at 'assure.taille'",
        ),
        ({"case": (Case(n=1, scenario="corsica-2a", checks=("#2:assure",)),)}, "has no reading 2"),
        ({"case": (Case(n=1, scenario="corsica-2a", requires=("refusal",)),)}, "expects nothing at 'refusal'"),
        ({"api": ("before",)}, "reads by the rules 4.10"),
        ({"case": (Case(n=1, scenario="corsica-2a"),)}, "scenario names-with-accents: no case uses it"),
    ],
)
def test_what_does_not_fit_is_said(
    catalogue: Catalogue, scenarios: dict[str, Scenario], changes: dict[str, Any], words: str
) -> None:
    problems = check_catalogue(_requirement(catalogue, **changes), scenarios)
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_scenario("corsica-2a", expect={}), "expects nothing"),
        (_scenario("corsica-2a", expect={"assure..nir": "1"}), "is not a path"),
        (_scenario("corsica-2a", expect={"assure.nir": {"likes": 1}}), "is no matcher"),
        (_scenario("corsica-2a", expect={"trace.sim.verify": 1}), "no such observation"),
        (
            _scenario("no-professional-card", expect={"assure.nir": "1", "service_amo": {"is": "null"}}, refusal=()),
            "no case checks service_amo of reading 1",
        ),
    ],
)
def test_what_is_wrong_in_a_scenario_is_said(
    catalogue: Catalogue, scenarios: dict[str, Scenario], change: Any, words: str
) -> None:
    problems = check_catalogue(catalogue, change(scenarios))
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"release": 'version = "1"'}, "no family"),
        ({"x": "[[requirement]"}, "x.toml: not a TOML file"),
        ({"x": '[family]\nid = "MIN"'}, "x.toml"),
        (
            {"x": '[family]\nid = "VIT-MIN"\ntitle_fr = "a"\ntitle_en = "b"\norder = 1\nrequirement = []'},
            "release.toml",
        ),
        (
            {
                "x": '[family]\nid = "VIT-MIN"\ntitle_fr = "a"\ntitle_en = "b"\norder = 1\nrequirement = []',
                "release": "",
            },
            "has no version",
        ),
    ],
)
def test_a_folder_that_is_no_catalogue_says_why(tmp_path: Path, files: dict[str, str], words: str) -> None:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=words):
        load_catalogue(tmp_path)


def test_ids_are_made_of_requirement_and_case() -> None:
    requirement = msgspec.convert(
        {
            "id": "VIT-MIN-003",
            "title": "t",
            "title_fr": "t",
            "wording": "A wrong product",
            "wording_fr": "Un produit fautif",
            "api": ["4.10"],
            "source": "s",
            "basis": "law",
            "case": [{"n": 2, "scenario": "x"}],
        },
        Requirement,
    )
    assert requirement.case_id(requirement.case[0]) == "VIT-MIN-003/2"
    assert requirement.level == "MUST"
