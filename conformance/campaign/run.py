"""A campaign from its plan to its footer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from conformance.campaign import work
from conformance.campaign.crew import Crew
from conformance.campaign.plan import Job, Plan, jobs
from conformance.campaign.stream import (
    Campaign,
    CampaignCase,
    CampaignError,
    CampaignFinished,
    CampaignStarted,
    CampaignWriter,
    read_campaign,
)
from conformance.events import CaseFinished, RunStarted, StreamWriter
from conformance.generated import selection
from conformance.outcome import ExitCode, outcome_of
from conformance.runner.header import check_same_run, make_header
from conformance.runner.recorder import now

Seen = Callable[[int, CaseFinished], None]
"""Is told of each case with the number of its product."""


def run_campaign(plan: Plan, crew: Crew, path: Path, *, resume: bool = False, seen: Seen | None = None) -> int:
    """Play a campaign and write its stream.

    Args:
        plan: What is played.
        crew: Who plays it.
        path: The stream.
        resume: Go on with it, and play only what it lacks.
        seen: Is told of each case.

    Returns:
        The exit code: the worst one of the products'.

    Raises:
        PlanError: The overlay cannot be used, or does not fit the cards of the scenarios.
        CampaignError: There is nothing to resume, or another plan or release of Hypothesis is.
        ConfigurationError: Product, catalogue or scenarios have changed since.
        ProductUnavailableError: A product cannot be started.
        KeyboardInterrupt: After the stream has been ended as interrupted.
    """
    plan.check_cards()
    cases = plan.cases()
    if plan.generated:
        selection.check_hypothesis()
    header = CampaignStarted(
        started=now(),
        plan=plan,
        hypothesis=selection.hypothesis_release() if plan.generated else "",
        runs=tuple(_run(plan, number, cases) for number in range(len(plan.product))),
    )
    begun = read_campaign(path) if resume else None
    if begun is not None:
        _check_same(begun.header, header)
    found: list[list[CaseFinished]] = [[] for _ in plan.product]
    for one in begun.cases if begun else ():
        found[one.product].append(one.case)
    with CampaignWriter(path, begun) as writer:
        if begun is None:
            writer.write(header)
        done = {(number, case.id) for number, some in enumerate(found) for case in some}
        try:
            for job, played in crew.done(list(jobs(plan, done))):
                for case in played:
                    writer.write(CampaignCase(product=job.number, case=case))
                    found[job.number].append(case)
                    if seen is not None:
                        seen(job.number, case)
        except KeyboardInterrupt:
            writer.write(_footer(found, interrupted=True))
            raise
        footer = _footer(found, interrupted=False)
        writer.write(footer)
    return footer.exit_code


def write_runs(campaign: Campaign, folder: Path) -> list[Path]:
    """Write the stream of each product as a run of its own would have it, for every command that reads streams.

    Returns:
        The files: ``FOLDER/1/events.jsonl``, ...
    """
    files: list[Path] = []
    for number, header in enumerate(campaign.header.runs):
        every = (one for requirement in header.requirements for one in requirement.cases)
        order = {one: place for place, one in enumerate(every)}
        mine = [one.case for one in campaign.cases if one.product == number]
        mine.sort(key=lambda case: order[case.id])
        file = folder / str(number + 1) / "events.jsonl"
        with StreamWriter(file) as writer:
            writer.write(header)
            for case in mine:
                writer.write(case)
            if campaign.footer is not None:
                writer.write(outcome_of(mine).footer(campaign.footer.finished, interrupted=campaign.footer.interrupted))
        files.append(file)
    return files


def _run(plan: Plan, number: int, cases: list[str]) -> RunStarted:
    job = Job(number=number, product=plan.product[number], timeout=plan.timeout, cases=(), overlay=plan.overlay)
    catalogue = selection.with_generated(
        plan.parts()[0], [one for one in cases if one.startswith(selection.REQUIREMENT)]
    )
    header = make_header(work.config_of(job), catalogue, work.describe(job), cases)
    drawn = selection.info(plan.generated, plan.seeds[0]) if plan.generated and len(plan.seeds) == 1 else None
    return msgspec.structs.replace(header, generated=drawn)


def _check_same(before: CampaignStarted, now_: CampaignStarted) -> None:
    for what, one, other in (
        ("plan", before.plan, now_.plan),
        ("release of Hypothesis", before.hypothesis, now_.hypothesis),
    ):
        if one != other:
            raise CampaignError(f"the unfinished campaign has another {what}", "Start a new one, without --resume.")
    for one, other in zip(before.runs, now_.runs, strict=True):
        check_same_run(one, other)


def _footer(found: list[list[CaseFinished]], *, interrupted: bool) -> CampaignFinished:
    outcomes = [outcome_of(some) for some in found]
    codes = {int(one.exit_code(interrupted=interrupted)) for one in outcomes}
    worst = (ExitCode.HARNESS_FAILED, ExitCode.INTERRUPTED, ExitCode.NOT_CONFORMANT, ExitCode.CONFIGURATION)
    return CampaignFinished(
        finished=now(),
        exit_code=next((code for code in worst if code in codes), ExitCode.CONFORMANT),
        interrupted=interrupted,
        counts=tuple({verdict.value: count for verdict, count in one.counts.items()} for one in outcomes),
    )
