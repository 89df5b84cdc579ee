"""`vitale campaign`: many products, versions and seeds, on one processor or on a Dask cluster."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from conformance.campaign import Plan, PlanError, PlannedProduct, load_plan, run_campaign
from conformance.campaign.crew import Alone, Cluster, Crew, cluster_at, local_cluster
from conformance.campaign.run import write_runs
from conformance.campaign.stream import CampaignError, read_campaign
from conformance.events import CaseFinished
from conformance.generated.selection import MAX_CARDS, MAX_SEED, HypothesisMissingError
from conformance.overlay import OverlayError
from conformance.products import ProductUnavailableError
from conformance.runner import ConfigurationError
from conformance.runner.bar import Bar
from emulator.readers import ReaderSetupError
from vitale_testbed.cli.overlay_option import overlay_option
from vitale_testbed.cli.run_folder import shown
from vitale_testbed.problems import Problem
from vitale_testbed.products import check_reader, factory_of
from vitale_testbed.reporting_errors import setup_problem

STREAM = "campaign.jsonl"
"""The one stream of a campaign, in its folder."""


@click.command()
@click.argument("plan_file", metavar="[PLAN.toml]", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--product", "products", multiple=True, metavar="SPEC", help="A product, as for certify; may be repeated."
)
@click.option("--generated", type=click.IntRange(0, MAX_CARDS), metavar="N", help="Cards of each seed.  [default: 100]")
@click.option(
    "--seed",
    "seeds",
    multiple=True,
    type=click.IntRange(0, MAX_SEED),
    metavar="N",
    help="May be repeated.  [default: 0]",
)
@click.option("--catalogue", is_flag=True, help="Play the catalogue as well.")
@overlay_option()
@click.option(
    "--workers",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    metavar="N",
    help="Processes of a cluster on this machine; 0: this process alone, without Dask.",
)
@click.option("--scheduler", metavar="ADDRESS", help="A Dask cluster that is running: tcp://HOST:8786.")
@click.option("--resume", is_flag=True, help="Go on with the campaign in -o DIR.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but what is wrong with the campaign itself.")
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("vitale-campaign"),
    show_default=True,
    metavar="DIR",
)
@click.option("--force", is_flag=True, help="Overwrite the campaign in -o DIR.")
def campaign(
    plan_file: Path | None,
    products: tuple[str, ...],
    generated: int | None,
    seeds: tuple[int, ...],
    catalogue: bool,
    overlay: Path | None,
    workers: int,
    scheduler: str | None,
    resume: bool,
    quiet: bool,
    output: Path,
    force: bool,
) -> int:
    """Test many products, versions and seeds on generated cards, and write one stream.

    DIR gets `campaign.jsonl` and, for each product, `1/events.jsonl`, `2/events.jsonl`, ... for every command that reads streams. A worker that
    dies costs nothing: its cases are played by another one.

    \b
    Examples:
      vitale campaign --product builtin --product "exec:./my-reader" --generated 1000
      vitale campaign --product builtin --seed 1 --seed 2 --workers 4
      vitale campaign plan.toml --scheduler tcp://10.0.0.1:8786 -o nightly
      vitale campaign plan.toml -o nightly --resume
      vitale campaign plan.toml --overlay acme
      vitale report nightly/2/events.jsonl

    Ends with the worst code of the products: 0 conformant, 1 not conformant, 2 configuration, 3 the harness failed, 130 interrupted.
    """
    stream = output / STREAM
    _check_folder(stream, resume=resume, force=force)
    try:
        plan = _plan(plan_file, products, generated, seeds, catalogue=catalogue, overlay=overlay)
        with _crew(workers, scheduler, quiet=quiet) as crew:
            code = _run(plan, crew, stream, resume=resume, quiet=quiet)
    except (PlanError, CampaignError, HypothesisMissingError, ConfigurationError) as error:
        raise Problem(error.reason, code="bad_campaign", next_step=error.next_step) from error
    except OverlayError as error:
        raise Problem(str(error), code="bad_campaign", next_step="correct the file") from error
    except ProductUnavailableError as error:
        raise Problem(error.reason, code="product_unavailable", next_step=error.next_step) from error
    except ReaderSetupError as error:
        raise setup_problem(error) from error
    except OSError as error:
        if isinstance(error, TimeoutError) or type(error).__module__.startswith("distributed"):
            raise Problem(
                f"the cluster does not answer any more: {error}",
                code="cluster_lost",
                next_step="start scheduler and workers again, then go on with --resume",
            ) from error
        raise Problem(
            f"{stream} cannot be written: {error.strerror or error}",
            code="folder_not_writable",
            next_step="name a folder you may write to with -o DIR",
        ) from error
    return code


def _check_folder(stream: Path, *, resume: bool, force: bool) -> None:
    if resume and not stream.is_file():
        raise Problem(
            f"{stream} is not there: no campaign to resume",
            code="nothing_to_resume",
            next_step="name its folder with -o DIR, or start without --resume",
        )
    if stream.exists() and not (resume or force):
        raise Problem(
            f"{stream.parent} holds a campaign already",
            code="folder_exists",
            next_step="go on with it by --resume, overwrite it by --force, or name another folder with -o DIR",
        )


def _plan(
    file: Path | None,
    products: tuple[str, ...],
    generated: int | None,
    seeds: tuple[int, ...],
    *,
    catalogue: bool,
    overlay: Path | None,
) -> Plan:
    """What the command line says goes before what the file says."""
    plan = load_plan(file) if file else None
    named = tuple(PlannedProduct(spec=one) for one in products) or (plan.product if plan else ())
    if not named:
        raise PlanError("no product is named", "Give --product SPEC, or a plan (docs/campaign.md).")
    whole = Plan(product=tuple(_made(one) for one in named)) if plan is None else plan
    whole = msgspec.structs.replace(whole, product=tuple(_made(one) for one in named))
    if generated is not None:
        whole = msgspec.structs.replace(whole, generated=generated)
    if seeds:
        whole = msgspec.structs.replace(whole, seeds=seeds)
    if catalogue:
        whole = msgspec.structs.replace(whole, catalogue=True)
    if overlay is not None:
        whole = msgspec.structs.replace(whole, overlay=str(overlay))
    if whole.overlay:  # workers have other working directories
        whole = msgspec.structs.replace(whole, overlay=str(Path(whole.overlay).absolute()))
    if not whole.cases():
        raise PlanError("nothing is to be played", "Give --generated N with N above 0, or --catalogue.")
    return whole


def _made(product: PlannedProduct) -> PlannedProduct:
    factory = factory_of(product.spec)
    check_reader(product.spec, product.reader)
    if product.spec.partition(":")[0] in {"manual", "replay"}:
        raise PlanError(f"{product.spec} cannot be part of a campaign", "Leave it out; `vitale certify` takes it.")
    return msgspec.structs.replace(product, factory=factory)


@contextmanager
def _crew(workers: int, scheduler: str | None, *, quiet: bool) -> Generator[Crew]:
    if scheduler is None and workers == 0:
        yield Alone()
        return
    with cluster_at(scheduler) if scheduler else local_cluster(workers) as crew:
        if not quiet:
            click.echo(_where(crew))
        yield crew


def _where(crew: Cluster) -> str:
    count = len(crew.client.scheduler_info()["workers"])
    return f"{count} {'worker' if count == 1 else 'workers'}, dashboard {crew.client.dashboard_link}"


def _run(plan: Plan, crew: Crew, stream: Path, *, resume: bool, quiet: bool) -> int:
    terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not quiet
    bar = Bar(sys.stdout, color=not os.environ.get("NO_COLOR")) if terminal else None
    if bar:
        done = len(read_campaign(stream).cases) if resume else 0
        bar.start(len(plan.cases()) * len(plan.product), done)

    def seen(_number: int, case: CaseFinished) -> None:
        if bar:
            bar.case(conformant=case.conformant)

    try:
        code = run_campaign(plan, crew, stream, resume=resume, seen=seen)
    finally:
        if bar:
            bar.stop()
        if stream.is_file():
            _report(stream, quiet=quiet)
    return code


def _report(stream: Path, *, quiet: bool) -> None:
    written = read_campaign(stream)
    files = write_runs(written, stream.parent)
    if quiet or written.footer is None:
        return
    for run, product, counts, file in zip(
        written.header.runs, written.header.plan.product, written.footer.counts, files, strict=True
    ):
        said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "none was played"
        click.echo(f"{run.product.name} {run.product.version} ({product.name}): {said}")
        click.echo(f"  vitale report {shown(file)}")
    click.echo(f"Campaign: {shown(stream)}")
