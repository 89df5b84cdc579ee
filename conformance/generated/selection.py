"""The generated cards of a run as cases of the requirement `VIT-GEN-001`: ids, and scenarios that are drawn when they are played."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from conformance.catalogue import Catalogue
from conformance.catalogue.load import load_family
from conformance.catalogue.model import Case, Family, Requirement
from conformance.events import GeneratedInfo
from fixtures.vitale import Scenario

FAMILY_FILE: Final = Path(__file__).parent / "family.toml"
"""The file of the family; it has no cases, since each run has its own."""

REQUIREMENT: Final = "VIT-GEN-001"
MAX_SEED: Final = 2**32 - 1
MAX_CARDS: Final = 1_000_000

_ID: Final = re.compile(rf"{REQUIREMENT}/(?P<name>(?P<seed>\d+)-(?P<index>\d+))", re.IGNORECASE)
_DRAWN: Final = re.compile(r"(?P<seed>\d+)-(?P<index>\d+)")


class HypothesisMissingError(Exception):
    """Generated cards were asked for, and what draws them is not installed."""

    def __init__(self) -> None:
        super().__init__("generated cards need Hypothesis, which is not installed")
        self.reason = str(self)
        self.next_step = "Install it:  pip install 'vitale-testbed[generated]'"


def ids(cards: int, seed: int) -> list[str]:
    """Return the ids of the cases of a seed: ``VIT-GEN-001/7-1``, ``VIT-GEN-001/7-2``, ..."""
    return [f"{REQUIREMENT}/{seed}-{index}" for index in range(1, cards + 1)]


def named_in(prefixes: Iterable[str]) -> list[str]:
    """Return the generated cases that are named whole: such a name says seed and index, and needs nothing else."""
    return [f"{REQUIREMENT}/{match['name']}" for one in prefixes if (match := _ID.fullmatch(one.strip()))]


def is_generated(requirement: Requirement) -> bool:
    """Whether a requirement's cases are generated."""
    return requirement.id == REQUIREMENT


@cache
def family() -> Family:
    """Return the family of the generated cards, whose requirements have no cases until some are drawn."""
    return load_family(FAMILY_FILE)


def case_of(case_id: str) -> Case:
    """Make the case of an id; its scenario has the same name."""
    name = case_id.rpartition("/")[2]
    return Case(n=1, scenario=name, name=name)


def with_generated(catalogue: Catalogue, cases: Iterable[str]) -> Catalogue:
    """Return a catalogue with these generated cases in it."""
    (requirement,) = family().requirement
    ours = msgspec.structs.replace(requirement, case=tuple(case_of(one) for one in dict.fromkeys(cases)))
    return replace(catalogue, families=(*catalogue.families, msgspec.structs.replace(family(), requirement=(ours,))))


def drawn(name: str) -> tuple[int, int] | None:
    """The seed and the index of a drawn scenario by its name, ``7-42``; None for any other name."""
    match = _DRAWN.fullmatch(name)
    return None if match is None else (int(match["seed"]), int(match["index"]))


class Scenarios(Mapping[str, Scenario]):
    """The scenarios of a run: those of files, and those that are drawn when somebody looks for them.

    Args:
        written: By id.
    """

    def __init__(self, written: Mapping[str, Scenario]) -> None:
        self._written = written

    def __getitem__(self, name: str) -> Scenario:
        """Raise KeyError for a name that no file has and that is no seed with an index."""
        if name in self._written:
            return self._written[name]
        seed_and_index = drawn(name)
        if seed_and_index is None:
            raise KeyError(name)
        from conformance.generated.drawing import draw  # noqa: PLC0415 - Hypothesis is an extra, and slow to load

        return draw(*seed_and_index).scenario(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)


def check_hypothesis() -> None:
    """Make sure that cards can be drawn.

    Raises:
        HypothesisMissingError: They cannot.
    """
    if find_spec("hypothesis") is None:
        raise HypothesisMissingError


def info(cards: int, seed: int) -> GeneratedInfo:
    """Say in a header which cards were drawn, and by what."""
    return GeneratedInfo(cards=cards, seed=seed, hypothesis=hypothesis_release())


def hypothesis_release() -> str:
    """The release of Hypothesis: another one may draw other cards under the same names."""
    return metadata.version("hypothesis")
