"""Plays generated cards: what the product does not claim is not compared, and a card on which it fails is made small."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

import msgspec

from conformance import words
from conformance.catalogue.model import Case, Requirement
from conformance.events import CaseFinished, Shrunk, Verdict
from conformance.generated.oracle import function_of
from conformance.generated.reading import GeneratedReading
from conformance.generated.saving import FOLDER, file_name, saved
from conformance.generated.selection import drawn
from conformance.play import Table, blank, play
from conformance.products.replay import ReplayProduct
from conformance.selection import REFUSAL, has_place, without_indexes
from fixtures.vitale import Reading, Scenario

MOST_SHRUNK: Final = 10
"""Cards that a process makes small at most, each for another place where the product is wrong."""


class GeneratedPlayer:
    """Plays the generated cards of a run in one process.

    Args:
        table: Product and readers.
        folder: Where the stream of the run is.
        shrinks: Whether cards are made small.
    """

    def __init__(self, table: Table, folder: Path, *, shrinks: bool = True) -> None:
        self._shrinks = shrinks
        self._table = table
        self._folder = folder
        self._places: set[str] = set()

    def play(self, requirement: Requirement, case: Case, scenario: Scenario) -> CaseFinished:
        """Play a card; the first one that fails at a place is made small."""
        event = self._play(requirement, case, scenario)
        if event.verdict is Verdict.PASS:
            return _sparing(event)
        place = place_of(event)
        if not self._shrinks or not _shrinkable(event, case) or isinstance(self._table.product, ReplayProduct):
            return event
        if place in self._places or len(self._places) >= MOST_SHRUNK:
            return event
        self._places.add(place)
        return self._made_small(event, requirement, case, place)

    def _play(self, requirement: Requirement, case: Case, scenario: Scenario) -> CaseFinished:
        narrow = narrowed(scenario, self._table)
        if not any(one.expect or one.refusal for one in narrow.readings):
            said, event = words.nothing_asked(), blank(self._table.replay, requirement, case, narrow)
            return msgspec.structs.replace(event, verdict=Verdict.NOT_APPLICABLE, reason=said.en, reason_fr=said.fr)
        # What the product does not claim was taken out of the scenario: the requirement itself holds for every product.
        return play(self._table, msgspec.structs.replace(requirement, functions=()), case, narrow, lean=True)

    def _made_small(self, event: CaseFinished, requirement: Requirement, case: Case, place: str) -> CaseFinished:
        from conformance.generated.shrinking import shrink  # noqa: PLC0415 - Hypothesis is an extra, and slow to load

        def played(reading: GeneratedReading) -> CaseFinished:
            return self._play(requirement, case, reading.scenario(case.scenario))

        def fails(reading: GeneratedReading) -> bool:
            found = played(reading)
            return found.verdict is Verdict.FAIL and place in places_of(found)

        seed_and_index = drawn(case.name)
        small = None if seed_and_index is None else shrink(*seed_and_index, fails)
        if small is None:
            return event
        again = played(small.reading)
        if again.verdict is not Verdict.FAIL:
            return event  # it fails after other cards only: alone, the small one would show nothing
        image, scenario = saved(event.id, small.reading)
        file = self._folder / FOLDER / f"{file_name(event.id)}.toml"
        return msgspec.structs.replace(
            event,
            replay=shlex.join([*self._table.replay, "--scenario", str(_from_here(file))]),
            shrunk=Shrunk(
                name=file_name(event.id),
                image=image,
                scenario=scenario,
                reason=again.reason,
                reason_fr=again.reason_fr,
                readings=small.readings,
            ),
        )


def narrowed(scenario: Scenario, table: Table) -> Scenario:
    """Return a scenario with what a product can be asked for: what it claims, declares, and has a place for."""

    def asked(path: str, want: object, reading: Reading) -> bool:
        function = function_of(path)
        claimed = table.functions is None or function in table.functions
        declared = function != "protected" or "protected" in table.capabilities
        return claimed and declared and has_place(table.carries, path, want) and not _unlabelled(path, reading, table)

    return msgspec.structs.replace(
        scenario,
        readings=tuple(
            msgspec.structs.replace(
                one,
                refusal=one.refusal if one.refusal and asked(REFUSAL, one.refusal, one) else (),
                expect={path: want for path, want in one.expect.items() if asked(path, want, one)},
            )
            for one in scenario.readings
        ),
    )


def _unlabelled(path: str, reading: Reading, table: Table) -> bool:
    """Whether a label is looked for that the product has no place for, since nothing exempts."""
    exemption, _, last = path.rpartition(".")
    return (
        last == "libelle"
        and "exemption-labels-only" in table.capabilities
        and reading.expect.get(f"{exemption}.nature") == "aucune"
    )


def place_of(event: CaseFinished) -> str:
    """The first place at which a product is wrong, whichever beneficiary's it is; empty when it did not answer."""
    return next(iter(places_of(event)), "")


def places_of(event: CaseFinished) -> list[str]:
    """Every such place, in the order of the expectations; one empty text when the product did not answer."""
    wrong = [without_indexes(one.path) for one in event.checks if not one.ok]
    return list(dict.fromkeys(wrong)) or [""]


def _shrinkable(event: CaseFinished, case: Case) -> bool:
    return event.verdict is Verdict.FAIL and drawn(case.name) is not None


def _sparing(event: CaseFinished) -> CaseFinished:
    """Leave out of a passed card what its answer and its id give again: a thousand of them are in one stream."""
    return msgspec.structs.replace(event, checks=())


def _from_here(file: Path) -> Path:
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
