"""Campaigns: the same cases whoever plays them, also when a worker is killed or the campaign interrupted."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.campaign import Plan, PlanError, PlannedProduct, load_plan, run_campaign
from conformance.campaign import crew as crews
from conformance.campaign.crew import Alone, local_cluster
from conformance.campaign.plan import PER_JOB, Job, jobs
from conformance.campaign.run import write_runs
from conformance.campaign.stream import Campaign, CampaignError, CampaignStarted, read_campaign
from conformance.events import CaseFinished, Verdict, read_stream
from conformance.runner import ConfigurationError

BROKEN = "vitale_testbed.broken:create"
PLAN = Plan(
    product=(
        PlannedProduct(spec="builtin", factory="vitale_testbed.builtin:create"),
        PlannedProduct(spec="broken:ignores-ald", factory=BROKEN),
        PlannedProduct(spec="broken:nothing-beside", factory=BROKEN, label="alone"),
    ),
    generated=PER_JOB + 4,
    seeds=(11,),
)
TOML = """
generated = 500
seeds = [1, 2]
catalogue = true
[[product]]
spec = "exec:./my-reader"
label = "7.1"
"""


def said(campaign: Campaign) -> dict[tuple[int, str], Any]:
    """Everything a campaign says of its cases but how long they took."""
    return {
        (one.product, one.case.id): (
            one.case.verdict,
            one.case.reason,
            one.case.answers,
            one.case.checks,
            one.case.replay,
        )
        for one in campaign.cases
    }


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    path = tmp_path_factory.mktemp("serial") / "campaign.jsonl"
    assert run_campaign(PLAN, Alone(), path) == 1
    return read_campaign(path)


def test_a_plan_is_cut_into_jobs() -> None:
    found = list(jobs(PLAN, {(0, "VIT-GEN-001/11-1")}))
    assert [(one.number, len(one.cases)) for one in found] == [(0, 20), (0, 3), (1, 20), (1, 4), (2, 20), (2, 4)]
    assert found[1].cases[-1] == "VIT-GEN-001/11-24"


def test_cards_that_an_overlay_cannot_hold_are_said_before_anything_is_played(tmp_path: Path) -> None:
    acme = tmp_path / "acme"
    shutil.copytree(Path(__file__).parents[1] / "overlays" / "invented", acme)
    vitale = acme / "layouts" / "vitale.toml"
    vitale.write_text(vitale.read_text(encoding="utf-8").replace("size = 2000", "size = 100"), encoding="utf-8")
    plan = msgspec.structs.replace(PLAN, overlay=str(acme))
    with pytest.raises(PlanError, match="IDENTITE"):
        run_campaign(plan, Alone(), tmp_path / "campaign.jsonl")
    assert not (tmp_path / "campaign.jsonl").exists()


def test_a_plan_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(TOML)
    plan = load_plan(file)
    assert (plan.seeds, plan.generated, plan.product[0].name) == ((1, 2), 500, "7.1")
    assert len(plan.cases()) > 1000 + 300
    file.write_text(TOML.replace("label", "lable"))
    with pytest.raises(PlanError, match="lable"):
        load_plan(file)


def test_each_product_has_a_stream_of_its_own(serial: Campaign, tmp_path: Path) -> None:
    files = write_runs(serial, tmp_path)
    streams = [read_stream(file) for file in files]
    assert [stream.finished for stream in streams] == [True] * 3
    assert [stream.footer.exit_code for stream in streams if stream.footer] == [0, 1, 1]
    assert [case.id for case in streams[1].cases] == list(streams[1].header.requirements[0].cases)
    assert {case.verdict for case in streams[0].cases} == {Verdict.PASS}
    assert "--product broken:ignores-ald" in streams[1].cases[0].replay


@pytest.mark.filterwarnings("default")  # of Dask's own dependencies
def test_a_killed_worker_costs_nothing(serial: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "campaign.jsonl"
    killed: list[int] = []
    with local_cluster(2) as cluster:
        assert cluster.client.dashboard_link.startswith("http://127.0.0.1:")
        processes = cluster.client.run(os.getpid)

        def kill_one(_number: int, _case: CaseFinished) -> None:
            if not killed:
                killed.append(min(processes.values()))
                os.kill(killed[0], signal.SIGKILL)

        assert run_campaign(PLAN, cluster, path, seen=kill_one) == 1
        assert killed[0] not in cluster.client.run(os.getpid).values()
    campaign = read_campaign(path)
    assert said(campaign) == said(serial)
    assert len(campaign.cases) == len(serial.cases), "no case is played into the stream twice"


class Stops:
    """Is interrupted after its first job."""

    def done(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, list[CaseFinished]]]:
        yield next(iter(Alone().done(jobs)))
        raise KeyboardInterrupt


def test_an_interrupted_campaign_goes_on_where_it_stopped(serial: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "campaign.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run_campaign(PLAN, Stops(), path)
    begun = read_campaign(path)
    assert len(begun.cases) == PER_JOB
    assert begun.footer is not None
    assert begun.footer.interrupted
    with path.open("ab") as file:
        file.write(b'{"event":"campaign_case","prod')  # a line that was cut
    played: list[str] = []
    code = run_campaign(PLAN, Alone(), path, resume=True, seen=lambda _number, case: played.append(case.id))
    assert code == 1
    assert len(played) == len(serial.cases) - PER_JOB
    assert said(read_campaign(path)) == said(serial)
    other = Plan(product=PLAN.product, generated=PLAN.generated, seeds=(12,))
    with pytest.raises(CampaignError, match="another plan"):
        run_campaign(other, Alone(), path, resume=True)


def _drawn_by_another_hypothesis(header: CampaignStarted) -> CampaignStarted:
    return msgspec.structs.replace(header, hypothesis="1.0")


def _with_other_scenarios(header: CampaignStarted) -> CampaignStarted:
    runs = tuple(msgspec.structs.replace(one, scenarios_sha256="0" * 64) for one in header.runs)
    return msgspec.structs.replace(header, runs=runs)


@pytest.mark.parametrize(
    ("changed", "words"),
    [(_drawn_by_another_hypothesis, "release of Hypothesis"), (_with_other_scenarios, "set of scenarios")],
)
def test_a_campaign_whose_cards_or_expectations_changed_is_not_resumed(
    tmp_path: Path, changed: Callable[[CampaignStarted], CampaignStarted], words: str
) -> None:
    path = tmp_path / "campaign.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run_campaign(PLAN, Stops(), path)
    first, *rest = path.read_bytes().splitlines(keepends=True)
    header = msgspec.json.decode(first, type=CampaignStarted)
    path.write_bytes(b"".join([msgspec.json.encode(changed(header)), b"\n", *rest]))
    with pytest.raises((CampaignError, ConfigurationError), match=words):
        run_campaign(PLAN, Alone(), path, resume=True)


def test_a_job_that_kills_every_worker_is_the_harnesss_failure() -> None:
    (job, *_) = jobs(PLAN, set())
    events = crews.work.lost(job)
    assert {one.verdict for one in events} == {Verdict.ERROR}
    assert len(events) == PER_JOB


def test_a_scheduler_that_nobody_runs() -> None:
    with pytest.raises(PlanError, match="no Dask scheduler answers"), crews.cluster_at("tcp://127.0.0.1:1"):
        pass
