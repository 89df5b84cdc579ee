"""Releases that are frozen: what a released catalogue asked for never changes, so that a later one cannot fail an earlier run.

A file of ``frozen/`` holds a release: every requirement with its level and when it applies, and for every case a digest of what it plays and
expects. Words may be mended and requirements added in a new release; `check_frozen` says what else was changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from conformance.catalogue.load import CATALOGUE
from conformance.catalogue.model import Case, Catalogue, Requirement
from fixtures.vitale import Scenario

FROZEN = CATALOGUE / "frozen"
"""The folder of the frozen releases, one ``VERSION.json`` each."""


class FrozenRequirement(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement as it was released.

    Attributes:
        level: MUST or SHOULD.
        needs: Capabilities without which it was not applicable.
        unless: Capabilities with which it was not applicable.
        functions: Functions that a sheet had to claim for it.
        cases: Digest by number.
    """

    level: str
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    cases: dict[str, str] = {}


class FrozenRelease(msgspec.Struct, frozen=True, kw_only=True):
    """A released catalogue.

    Attributes:
        version: The release.
        requirements: By id.
    """

    version: str
    requirements: dict[str, FrozenRequirement]


def freeze(catalogue: Catalogue, scenarios: Mapping[str, Scenario]) -> FrozenRelease:
    """Return what a catalogue asks for, as a release."""
    return FrozenRelease(
        version=catalogue.version,
        requirements={one.id: _frozen(one, scenarios) for _, one in catalogue.requirements},
    )


def load_frozen(folder: Path = FROZEN) -> tuple[FrozenRelease, ...]:
    """Read the frozen releases, the oldest first; none where there is no such folder.

    Raises:
        ValueError: A file is none; the text names it.
    """
    releases: list[FrozenRelease] = []
    for file in sorted(folder.glob("*.json")):
        try:
            releases.append(msgspec.json.decode(file.read_bytes(), type=FrozenRelease))
        except (msgspec.DecodeError, OSError) as error:
            raise ValueError(f"{file}: not a frozen release ({error})") from error
    return tuple(releases)


def check_frozen(
    catalogue: Catalogue, scenarios: Mapping[str, Scenario], releases: tuple[FrozenRelease, ...]
) -> list[str]:
    """Return what was changed of released requirements, one sentence each; nothing when all is as it was."""
    return [problem for release in releases for problem in _changes(catalogue, scenarios, release)]


def _changes(catalogue: Catalogue, scenarios: Mapping[str, Scenario], release: FrozenRelease) -> Iterator[str]:
    now = freeze(catalogue, scenarios).requirements
    for one, then in release.requirements.items():
        if one not in now:
            yield f"{one}: was released in {release.version} and is gone"
            continue
        if _applies(now[one]) != _applies(then):
            yield f"{one}: level, needs, unless or functions are not those of release {release.version}; write a new requirement instead"
        for number, digest in then.cases.items():
            if number not in now[one].cases:
                yield f"{one}/{number}: was released in {release.version} and is gone"
            elif now[one].cases[number] != digest:
                yield f"{one}/{number}: asks for something else than in release {release.version}; give it a new number"
        if release.version == catalogue.version and now[one].cases.keys() - then.cases.keys():
            yield f"{one}: has cases that release {release.version} has not; raise the version in release.toml"
    if release.version == catalogue.version:
        yield from (
            f"{one}: is not in release {release.version}; raise the version in release.toml"
            for one in now
            if one not in release.requirements
        )


def _applies(one: FrozenRequirement) -> tuple[object, ...]:
    return one.level, one.needs, one.unless, one.functions


def _frozen(requirement: Requirement, scenarios: Mapping[str, Scenario]) -> FrozenRequirement:
    return FrozenRequirement(
        level=requirement.level,
        needs=requirement.needs,
        unless=requirement.unless,
        functions=requirement.functions,
        cases={str(case.n): _digest(case, scenarios[case.scenario]) for case in requirement.case},
    )


def _digest(case: Case, scenario: Scenario) -> str:
    """Over what is played, expected and looked at; what is empty counts for nothing, so that scenarios can learn new words."""
    readings = [
        {name: value for name, value in msgspec.to_builtins(reading).items() if value} for reading in scenario.readings
    ]
    asked = [case.checks, case.requires, readings]
    return hashlib.sha256(msgspec.json.encode(asked, order="sorted")).hexdigest()
