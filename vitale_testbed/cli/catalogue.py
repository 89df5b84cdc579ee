"""`vitale catalogue`: list and check the requirements."""

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from conformance.broken_readers import CAST
from conformance.catalogue import Case, Catalogue, Family, Requirement, check_catalogue
from conformance.catalogue.freezing import check_frozen, load_frozen
from conformance.expectations import show_expected
from conformance.selection import REFUSAL, covers
from conformance.words import show
from fixtures.vitale import NO_CARD, Reading, Scenario
from vitale_testbed.cli.options import chosen_format, format_option, print_json
from vitale_testbed.cli.overlay_option import cards_under, laid, overlay_option
from vitale_testbed.completing import complete_case
from vitale_testbed.problems import ExitCode, Problem

_SHOWN = 100
"""Characters of a file's bytes that a line shows."""


@click.command()
@click.argument("prefix", required=False, default="", shell_complete=complete_case)
@click.option(
    "--basis", type=click.Choice(["law", "standard", "observed", "assumption"]), help="Only requirements of this basis."
)
@click.option("--check", is_flag=True, help="Check that catalogue and scenarios fit together; ends with 1 if not.")
@click.option(
    "--broken-readers",
    "broken",
    is_flag=True,
    help="List the readers that are wrong on purpose instead, `broken:NAME`.",
)
@overlay_option()
@format_option()
def catalogue(
    prefix: str, basis: str | None, check: bool, broken: bool, overlay: Path | None, output_format: str | None
) -> int:
    """List the requirements whose id begins with PREFIX, with where each comes from.

    \b
    Examples:
      vitale catalogue
      vitale catalogue VIT-MIN
      vitale catalogue VIT-MIN-003        # its wording, source and cases, with cards, day and expected values
      vitale catalogue --basis assumption
      vitale catalogue --check
      vitale catalogue --overlay acme     # with an editor's own requirements and test-plan numbers
      vitale catalogue VIT-MIN --broken-readers
    """
    if broken:
        return _broken_readers(prefix, output_format)
    whole, scenarios = laid(overlay)
    if check:
        released = [] if overlay else check_frozen(whole, scenarios, load_frozen())
        unfit = [] if overlay is None else cards_under(overlay, scenarios)
        return _check(whole, [*check_catalogue(whole, scenarios), *released, *unfit])
    chosen = [
        (family, one) for family, one in whole.requirements if one.id.startswith(prefix) and basis in {None, one.basis}
    ]
    if not chosen:
        raise Problem(
            f"no requirement begins with {prefix!r}",
            code="nothing_selected",
            next_step="see them all with:  vitale catalogue",
        )
    if chosen_format(output_format) == "json":
        print_json([_as_json(whole, family, one, scenarios) for family, one in chosen])
        return ExitCode.OK
    _list(whole, chosen, scenarios, in_full=prefix)
    return ExitCode.OK


def _as_json(whole: Catalogue, family: Family, one: Requirement, scenarios: Mapping[str, Scenario]) -> dict[str, Any]:
    numbers = {"plan": plan} if (plan := whole.plan_of(one)) else {}
    cases = [
        {
            **msgspec.to_builtins(case),
            **(_wanted_json(scenarios[case.scenario], case) if case.scenario in scenarios else {}),
        }
        for case in one.case
    ]
    return {"family": family.id, **msgspec.to_builtins(one), "case": cases, **numbers}


def _wanted_json(scenario: Scenario, case: Case) -> dict[str, Any]:
    """What is put into the readers and what a case compares, reading by reading."""
    readings: list[dict[str, Any]] = []
    for number, reading in enumerate(scenario.readings, 1):
        told = {name: value for name, value in msgspec.to_builtins(reading).items() if value not in (None, {}, [], ())}
        told["expect"] = {
            path: want for path, want in told.get("expect", {}).items() if covers(case.checks, number, path)
        }
        if not covers(case.checks, number, REFUSAL):
            told.pop("refusal", None)
        readings.append(told)
    return {"title": scenario.title, "title_fr": scenario.title_fr, "readings": readings}


def _wanted(scenario: Scenario, case: Case) -> Iterator[str]:
    """The same for people: a line for the cards, one for each thing that is done to them, then one for each value."""
    for number, reading in enumerate(scenario.readings, 1):
        cards = "no Vitale" if reading.vitale == NO_CARD else f"Vitale {reading.vitale}"
        cards += "" if reading.cps == NO_CARD else f", CPS {reading.cps}"
        code = "" if reading.pin is None else f", code {reading.pin}"
        which = f"{number}. " if len(scenario.readings) > 1 else ""
        yield f"{which}{cards}{code}, on {reading.on}, API {reading.api}"
        yield from (f"  {line}" for line in _done(reading))
        if reading.refusal and covers(case.checks, number, REFUSAL):
            yield f"  refusal: {' or '.join(reading.refusal)}"
        for path, want in reading.expect.items():
            if covers(case.checks, number, path):
                yield f"  {path}: {show_expected(want).en}"


def _cut(content: str) -> str:
    return content if len(content) <= _SHOWN else content[: _SHOWN - 3] + "..."


def _done(reading: Reading) -> Iterator[str]:
    for card, patch, damage, faults in (
        ("Vitale", reading.patch, reading.damage, reading.fault),
        ("CPS", reading.cps_patch, reading.cps_damage, reading.cps_fault),
    ):
        yield from (f"{card}, changed: {path} = {show(value)}" for path, value in patch.items())
        yield from (f"{card}, file {name} holds: {_cut(content)}" for name, content in damage.items())
        yield from (f"{card}, fault: {fault}" for fault in faults)
    if reading.pull is not None:
        yield f"the card in the slot {reading.pull.slot} is pulled out after {reading.pull.after} commands"
    if reading.may_say:
        yield f"instead of these values also right: {' or '.join(reading.may_say)}"


def _list(
    whole: Catalogue, chosen: list[tuple[Family, Requirement]], scenarios: Mapping[str, Scenario], in_full: str
) -> None:
    shown = ""
    for family, one in chosen:
        if family.id != shown:
            shown = family.id
            click.echo(f"\n{family.id}  {family.title_en}")
        untested = "  not tested" if one.untested else ""
        needs = f"  needs {', '.join(one.needs)}" if one.needs else ""
        click.echo(f"  {one.id}  {one.level:<6}  {one.basis:<10}  {one.title}{needs}{untested}{_number(whole, one.id)}")
        if in_full == one.id:
            click.echo()
            click.echo(textwrap.indent(textwrap.fill(" ".join(one.wording.split()), 100), "      "))
            click.echo(f"      Source: {one.source}")
            if one.untested:
                click.echo(textwrap.indent(textwrap.fill(f"Not tested: {one.untested}", 100), "      "))
            for case in one.case:
                number = _number(whole, one.case_id(case))
                scenario = scenarios.get(case.scenario)
                if scenario is None:
                    click.echo(f"\n      {one.case_id(case)}: scenario {case.scenario}, which does not exist{number}")
                    continue
                click.echo(f"\n      {one.case_id(case)}: {scenario.title} (scenario {scenario.id}){number}")
                for line in _wanted(scenario, case):
                    click.echo(f"        {line}")


def _number(whole: Catalogue, one: str) -> str:
    return f"  [{whole.plan[one]}]" if one in whole.plan else ""


def _check(whole: Catalogue, problems: list[str]) -> int:
    for problem in problems:
        click.echo(problem)
    click.echo(
        f"{len(list(whole.requirements))} requirements, {len(whole.select(()))} cases: "
        + (f"{len(problems)} problems" if problems else "consistent")
    )
    return ExitCode.REFUSED if problems else ExitCode.OK


def _broken_readers(prefix: str, output_format: str | None) -> int:
    chosen = [reader for reader in CAST.values() if reader.requirement.startswith(prefix)]
    if chosen_format(output_format) == "json":
        print_json(
            [
                {"name": one.name, "requirement": one.requirement, "says": one.says.en, "says_fr": one.says.fr}
                for one in chosen
            ]
        )
    else:
        for one in sorted(chosen, key=lambda each: each.requirement):
            click.echo(f"  {one.requirement}  broken:{one.name:<32}  {one.says.en}")
    return ExitCode.OK
