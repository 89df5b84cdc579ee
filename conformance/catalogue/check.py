"""Whether a catalogue and the scenarios fit together: run by CI, and by the runner before it starts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from conformance.catalogue.load import OWN
from conformance.catalogue.model import CAPABILITIES, FORMATS, FUNCTIONS, LIMITS, Case, Catalogue, Requirement
from conformance.expectations import ExpectationError, matcher, parse_path
from conformance.exported import EXPORTS
from conformance.selection import REFUSAL, TRACE_PATHS, covers, split_check
from emulator.cps import HolderImage
from emulator.faults import FaultError, parse_fault
from emulator.image import builtin_names, load_image
from fixtures.vitale import Reading, Scenario


def check_catalogue(catalogue: Catalogue, scenarios: Mapping[str, Scenario]) -> list[str]:
    """Return everything that is wrong, one sentence each; nothing when the two fit together.

    What is checked: ids are unique and belong to their family; every case names a scenario and expectations that exist; its
    rules are the requirement's; what it asks to be exported is what the requirement needs; every scenario is used and every expectation is some requirement's; wordings say what a
    wrong product does; needs are known; paths and matchers are well written.
    """
    problems = [problem for scenario in scenarios.values() for problem in scenario_problems(scenario)]
    problems += _id_problems(catalogue)
    checked: set[tuple[str, int, str]] = set()
    used: set[str] = set()
    for _, requirement, case in catalogue.cases:
        where = requirement.case_id(case)
        scenario = scenarios.get(case.scenario)
        if scenario is None:
            problems.append(f"{where}: no scenario {case.scenario!r}")
            continue
        used.add(scenario.id)
        problems += (f"{where}: {problem}" for problem in _case_problems(requirement, case, scenario))
        checked |= {
            (scenario.id, n, path)
            for n, path in expectations_of(scenario)
            if covers(case.checks, n, path) or (case.requires and covers(case.requires, n, path))
        }
    problems += (f"scenario {name}: no case uses it" for name in scenarios if name not in used)
    for scenario in scenarios.values():
        if scenario.id in used:
            problems += (
                f"scenario {scenario.id}: no case checks {path} of reading {n}"
                for n, path in expectations_of(scenario)
                if (scenario.id, n, path) not in checked
            )
    return problems


def expectations_of(scenario: Scenario) -> Iterator[tuple[int, str]]:
    """Every expectation of a scenario: number of the reading from 1, and path, ``refusal`` included."""
    for number, reading in enumerate(scenario.readings, 1):
        if reading.refusal:
            yield number, REFUSAL
        for path in reading.expect:
            yield number, path


def _id_problems(catalogue: Catalogue) -> Iterator[str]:
    ids = [requirement.id for _, requirement in catalogue.requirements]
    yield from (f"{one}: used {count} times" for one, count in Counter(ids).items() if count > 1)
    families = Counter(family.id for family in catalogue.families)
    yield from (f"{one}: family defined {count} times" for one, count in families.items() if count > 1)
    for family, requirement in catalogue.requirements:
        if not requirement.id.startswith(f"{family.id}-"):
            yield f"{requirement.id}: stands in the family {family.id}"
        ours = family.id.startswith(OWN)  # an editor words requirements as it likes
        if ours and "wrong product" not in " ".join(requirement.wording.split()):
            yield f"{requirement.id}: the wording does not say what a wrong product does"
        if ours and "produit fautif" not in " ".join(requirement.wording_fr.split()):
            yield f"{requirement.id}: the French wording does not say what a wrong product (un produit fautif) does"
        if bool(requirement.untested) != bool(requirement.untested_fr):
            yield f"{requirement.id}: says why it is not tested in one language only"
        if requirement.case and requirement.untested:
            yield f"{requirement.id}: has cases, and says why it is not tested"
        if not requirement.case and not requirement.untested:
            yield f"{requirement.id}: has no case"
        yield from (
            f"{requirement.id}/{case.n}: a case of a file has no name" for case in requirement.case if case.name
        )
        numbers = [case.n for case in requirement.case]
        if len(numbers) != len(set(numbers)):
            yield f"{requirement.id}: two cases have one number"
        unknown = [one for one in requirement.functions if one not in FUNCTIONS]
        yield from (f"{requirement.id}: unknown function {one!r}" for one in unknown)
        if not requirement.functions:
            yield f"{requirement.id}: names no function"
        known = (*CAPABILITIES, *FORMATS)
        yield from (f"{requirement.id}: unknown capability {need!r}" for need in requirement.needs if need not in known)
        yield from (f"{requirement.id}: unknown limit {one!r}" for one in requirement.unless if one not in LIMITS)


def _case_problems(requirement: Requirement, case: Case, scenario: Scenario) -> Iterator[str]:
    there = list(expectations_of(scenario))
    for check in (*case.checks, *case.requires):
        if not any(covers((check,), number, path) for number, path in there):
            yield f"scenario {scenario.id} expects nothing at {check!r}"
        if (number := split_check(check)[0]) is not None and number > len(scenario.readings):
            yield f"scenario {scenario.id} has no reading {number}"
    for name in sorted({name for reading in scenario.readings for name in reading.formats} - {*requirement.needs}):
        yield f"scenario {scenario.id} asks for {name}, which the requirement does not need"
    for reading in scenario.readings:
        if reading.api not in requirement.api:
            yield f"scenario {scenario.id} reads by the rules {reading.api}, the requirement is for {requirement.api}"


def scenario_problems(scenario: Scenario) -> Iterator[str]:
    """Say what is wrong with a scenario by itself, one sentence each; nothing when it can be played and judged."""
    for number, reading in enumerate(scenario.readings, 1):
        where = f"scenario {scenario.id}, reading {number}"
        yield from (f"{where}: {problem}" for problem in _broken_card_problems(reading))
        if not reading.expect and not reading.refusal:
            yield f"{where}: expects nothing"
        yield from (f"{where}: {problem}" for problem in _reading_problems(reading))


def _broken_card_problems(reading: Reading) -> Iterator[str]:
    for one in (*reading.fault, *reading.cps_fault):
        try:
            parse_fault(one)
        except FaultError as error:
            yield str(error)
    for name, content in (*reading.damage.items(), *reading.cps_damage.items()):
        if content != "none" and not re.fullmatch(r"(\s*[0-9A-Fa-f]{2})*\s*", content):
            yield f"damage of {name}: {content!r} is neither hexadecimal nor `none`"
    broken = reading.fault or reading.cps_fault or reading.damage or reading.cps_damage
    if reading.may_say and not (broken or _exchanged(reading)):
        yield "may_say is for cards that are broken or in each other's slot, and no card is"
    yield from (f"unknown format {name!r}" for name in reading.formats if name not in FORMATS)
    asked = {path.split(".")[1].split("[")[0] for path in reading.expect if path.startswith(EXPORTS)}
    yield from (f"expects the export {name!r} and does not ask for it" for name in sorted(asked - {*reading.formats}))


def _exchanged(reading: Reading) -> bool:
    """Whether a professional card of those built in stands in the slot of the Vitale."""
    return reading.vitale in builtin_names() and isinstance(load_image(reading.vitale), HolderImage)


def _reading_problems(reading: Reading) -> Iterator[str]:
    for path, expected in reading.expect.items():
        try:
            if path.startswith("trace."):
                if path not in TRACE_PATHS:
                    yield f"{path}: no such observation; there are {', '.join(TRACE_PATHS)}"
            else:
                parse_path(path)
            matcher(expected)
        except ExpectationError as error:
            yield f"{path}: {error}"
