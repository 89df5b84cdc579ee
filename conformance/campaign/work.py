"""What a worker does: a job, in a process of its own, here or on another machine.

Nothing is shared with another worker: the product and its readers are started for the job, and end with it. So it makes no
difference who does a job, in which order, or whether somebody began it before and died.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from conformance.campaign.plan import Job, run_under
from conformance.catalogue.model import Case, Requirement
from conformance.events import CaseFinished
from conformance.generated.playing import GeneratedPlayer
from conformance.generated.selection import Scenarios, case_of, family, is_generated
from conformance.play import blank, play
from conformance.protocol import Description
from conformance.runner.config import CertifyConfig, ConfigurationError, default_reader, layouts_of, load_parts
from conformance.runner.overseer import lost_with_its_worker
from conformance.runner.table import set_table
from reader_core.layouts.laying import Laid, laid


def do(job: bytes) -> list[bytes]:
    """Play the cases of a job.

    Args:
        job: A `Job` as JSON, which any release of anything can carry.

    Returns:
        A `CaseFinished` for each case, as JSON, in the order of the job.

    Raises:
        ConfigurationError: The overlay that is here is not the one of the campaign.
    """
    wanted = msgspec.json.decode(job, type=Job)
    parts = _parts(wanted.overlay)
    if wanted.overlay_sha256 not in {"", parts.sha256}:
        raise ConfigurationError(
            f"the overlay {wanted.overlay} is another one where a worker looks for it",
            "Copy the same folder to every machine of the cluster, and start the workers again.",
        )
    config = config_of(wanted)
    with laid(parts.layouts), set_table(config) as (table, _):
        player = GeneratedPlayer(table, Path(), shrinks=False)
        played: list[CaseFinished] = []
        for one in wanted.cases:
            requirement, case = _case(parts, one)
            scenario = parts.scenarios[case.scenario]
            if is_generated(requirement):
                played.append(player.play(requirement, case, scenario))
            else:
                played.append(play(table, requirement, case, scenario))
    return [msgspec.json.encode(one) for one in played]


def lost(job: Job) -> list[CaseFinished]:
    """The cases of a job that no worker lived to finish: failures of the harness."""
    events: list[CaseFinished] = []
    parts = _parts(job.overlay)
    for one in job.cases:
        requirement, case = _case(parts, one)
        scenario = parts.scenarios[case.scenario]
        events.append(lost_with_its_worker(blank(config_of(job).replay, requirement, case, scenario)))
    return events


def describe(job: Job) -> Description:
    """Start a product, ask who it is, and stop it.

    Raises:
        ProductUnavailableError: It cannot be started.
    """
    with set_table(config_of(job)) as (_, description):
        return description


def config_of(job: Job) -> CertifyConfig:
    """The run that a job is a part of."""
    product = job.product
    return CertifyConfig(
        product=product.spec,
        factory=product.factory,
        reader=product.reader or default_reader(product.spec),
        events="",
        timeout=job.timeout,
        overlay=job.overlay,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    cases: dict[str, tuple[Requirement, Case]]
    scenarios: Scenarios
    sha256: str
    layouts: Laid


@cache
def _parts(overlay: str) -> _Parts:
    config = run_under(overlay)
    catalogue, scenarios = load_parts(config)
    cases = {requirement.case_id(case): (requirement, case) for _, requirement, case in catalogue.cases}
    return _Parts(cases, Scenarios(scenarios), catalogue.sha256, layouts_of(config))


def _case(parts: _Parts, case_id: str) -> tuple[Requirement, Case]:
    (generated,) = family().requirement
    if case_id.startswith(f"{generated.id}/"):
        return generated, case_of(case_id)
    return parts.cases[case_id]
