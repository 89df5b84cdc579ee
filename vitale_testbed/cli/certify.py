"""`vitale certify`: test a product, requirement by requirement, and report."""

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import cast

import click
from click.core import ParameterSource

from conformance.bench import ReaderKind
from conformance.events import Stream, StreamError, read_stream
from conformance.generated.selection import MAX_CARDS, MAX_SEED
from conformance.product_sheet import ProductSheetError, load_product_sheet
from conformance.runner import CertifyConfig, ConfigurationError, run_certify
from conformance.runner.config import PageConfig, add_generated, default_reader, select
from reports.vitale import render_html, render_junit
from vitale_testbed.cli.manual import prepare_page
from vitale_testbed.cli.options import SHARD, bad_sheet, bad_stream
from vitale_testbed.cli.overlay_option import laid, overlay_option
from vitale_testbed.cli.run_folder import (
    EVENTS,
    fresh_folder,
    given_folder,
    point_latest_at,
    shown,
    unfinished_folder,
)
from vitale_testbed.completing import complete_case
from vitale_testbed.problems import ExitCode, Problem
from vitale_testbed.products import check_reader, factory_of


@click.command()
@click.option(
    "--product",
    default="builtin",
    show_default=True,
    metavar="SPEC",
    help="What to test: `builtin`; `exec:COMMAND` for any program that speaks the adapter protocol; `http:URL` for a "
    "server that is running and takes the same messages by POST; `apilec:LIBRARY` for a shared library with the C "
    "functions of the API de lecture; `manual` for a person who reads the product's screen and answers on a local page; `broken:NAME` for a reader that is wrong on "
    "purpose; `replay:FILE` to judge an earlier run again.",
)
@click.option(
    "--reader",
    type=click.Choice(["inprocess", "socket", "pcsc", "pcsc-shared"]),
    help="How cards are presented; `pcsc-shared` (for manual): where every program of this machine finds them.  [default: inprocess "
    "for builtin; for manual the first that can be had of pcsc-shared, pcsc and socket; socket otherwise]",
)
@click.option(
    "--only",
    multiple=True,
    metavar="ID",
    shell_complete=complete_case,
    help="Only this family, requirement or case: VIT-MIN, VIT-MIN-003, VIT-MIN-003/1; may be repeated.",
)
@click.option(
    "--generated",
    type=click.IntRange(0, MAX_CARDS),
    default=0,
    metavar="N",
    help="After the catalogue, N cards that nobody chose (docs/generated.md); --only VIT-GEN plays nothing else.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, MAX_SEED),
    default=0,
    show_default=True,
    metavar="N",
    help="Which generated cards: those of one seed are the same every time.",
)
@click.option(
    "--scenario",
    "played",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Play the scenarios of this file in place of the catalogue, such as the small card of a generated case that failed.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.1),
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds for one answer.",
)
@click.option(
    "--max-fail",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Stop after N cases that are not conformant and not known to the baseline.",
)
@click.option(
    "-n",
    "--workers",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Play N cases at the same time, each worker with its own product and readers.  [default: one after the other]",
)
@click.option(
    "--shard", type=SHARD, metavar="K/N", help="Only the K-th of N parts; `vitale merge` puts the parts together."
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Known failures: they do not make the run fail, and one that passes does.",
)
@click.option(
    "--previous",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The events.jsonl of an earlier run: the report begins with what changed since.",
)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The product sheet: what it does not claim does not apply, and it may name the product to test.",
)
@overlay_option()
@click.option("--resume", is_flag=True, help="Go on with the unfinished run in -o DIR, or with the newest one.")
@click.option("--list", "list_only", is_flag=True, help="Print the ids that would be run, and run nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but what is wrong with the run itself.")
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write here instead of a new folder.",
)
@click.option("--force", is_flag=True, help="With -o: overwrite the results of an earlier run.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="For manual: the page's port.  [default: a free one]"
)
@click.option("--no-open", is_flag=True, help="For manual: do not start a browser.")
def certify(
    product: str,
    reader: ReaderKind | None,
    only: tuple[str, ...],
    generated: int,
    seed: int,
    played: Path | None,
    timeout: float,
    max_fail: int,
    workers: int,
    shard: tuple[int, int] | None,
    baseline: Path | None,
    previous: Path | None,
    sheet: Path | None,
    overlay: Path | None,
    resume: bool,
    list_only: bool,
    quiet: bool,
    output: Path | None,
    force: bool,
    port: int,
    no_open: bool,
) -> int:
    """Test a product on virtual cards, requirement by requirement, and write a report.

    Makes a new folder below `vitale-report/` with `events.jsonl`, `report.html` and `junit.xml`;
    `vitale-report/latest` points at it.

    \b
    Examples:
      vitale certify
      vitale certify --product "exec:node my-reader.js"
      vitale certify --product http:http://127.0.0.1:9000/adapter
      vitale certify --product apilec:apilec/libapilec.so
      vitale certify --product manual --sheet product.toml --only VIT-MIN
      vitale certify --only VIT-MIN --only VIT-RAT
      vitale certify --reader pcsc -n 2
      vitale certify --product "exec:./my-reader" --baseline known-failures.toml
      vitale certify --previous vitale-report/latest/events.jsonl
      vitale certify --sheet product.toml
      vitale certify --overlay acme --only ACME
      vitale certify --shard 1/3 -o part1
      vitale certify --resume
      vitale certify --only VIT-GEN --generated 1000 --seed 7
      vitale certify --only VIT-GEN-001/7-42
      vitale certify --scenario vitale-report/latest/generated/VIT-GEN-001-7-42.toml
      vitale certify --quiet && echo conformant

    Ends with 0 conformant, 1 not conformant, 2 configuration or nothing selected, 3 the harness failed, 130 interrupted.
    """
    _check_usage(played, force=force, resume=resume, selects=bool(only or generated or shard or resume or list_only))
    # Read before anything runs: a wrong name costs no run, and `latest` is soon another folder.
    before = None if previous is None else _begun(previous)
    if list_only:
        return _list(only, shard, overlay, generated, seed)
    folder = unfinished_folder(output) if resume else None
    begun = _begun(folder / EVENTS) if folder else None
    if begun is not None:
        product, reader, only, shard = _as_begun(begun, product, reader, only, shard)
        overlay = overlay or _overlay_of(begun)
        generated, seed = _cards_as_begun(begun, generated, seed)
    if sheet is not None:
        product, reader = _as_claimed(sheet, product, reader)
    factory = factory_of(product)
    check_reader(product, reader)
    page, reader = prepare_page(product, workers, reader, PageConfig(port=port, browser=not no_open))
    if begun is not None and folder is not None and begun.finished:
        return _finished(folder, begun, before, quiet=quiet)
    if folder is None:
        folder = fresh_folder() if output is None else given_folder(output, force=force)
    code = run_certify(
        CertifyConfig(
            product=product,
            factory=factory,
            reader=reader or default_reader(product),
            events=str(folder / EVENTS),
            only=only,
            generated=generated,
            seed=seed,
            played="" if played is None else str(played.absolute()),
            timeout=timeout,
            max_fail=max_fail,
            workers=workers,
            shard=shard,
            baseline="" if baseline is None else str(baseline.absolute()),
            sheet="" if sheet is None else str(sheet.absolute()),
            page=page,
            resume=resume,
            overlay="" if overlay is None else str(overlay),
            tool_version=version("vitale-testbed"),
            color=sys.stdout.isatty() and not os.environ.get("NO_COLOR"),
            bar=sys.stdout.isatty() and os.environ.get("TERM") != "dumb",
            quiet=quiet,
        )
    )
    if not (folder / EVENTS).exists():
        if output is None:
            folder.rmdir()
        return code
    if output is None and not resume:
        point_latest_at(folder)
    return _report(folder, code, before, quiet=quiet)


def _check_usage(played: Path | None, *, force: bool, resume: bool, selects: bool) -> None:
    if resume and force:
        raise Problem("--resume keeps what is there, --force overwrites it", code="usage", next_step="give one of them")
    if played is not None and selects:
        raise Problem(
            "--scenario plays one file in place of the catalogue, so that there is nothing to select, list or resume",
            code="usage",
            next_step="leave out --only, --generated, --shard, --list and --resume",
        )


def _as_claimed(sheet: Path, product: str, reader: ReaderKind | None) -> tuple[str, ReaderKind | None]:
    """What the command line leaves open is as the product sheet says."""
    try:
        adapter = load_product_sheet(sheet).adapter
    except ProductSheetError as error:
        raise bad_sheet(error) from error
    given = click.get_current_context().get_parameter_source("product") is not ParameterSource.DEFAULT
    if adapter is None or given:
        return product, reader
    return adapter.product, reader or adapter.reader


def _begun(events: Path) -> Stream:
    try:
        return read_stream(events)
    except StreamError as error:
        raise bad_stream(error) from error


def _as_begun(
    begun: Stream,
    product: str,
    reader: ReaderKind | None,
    only: tuple[str, ...],
    shard: tuple[int, int] | None,
) -> tuple[str, ReaderKind | None, tuple[str, ...], tuple[int, int] | None]:
    """What was not said again is as it was when the run began; what was said otherwise is refused later."""
    context, header = click.get_current_context(), begun.header
    if context.get_parameter_source("product") is ParameterSource.DEFAULT:
        product = header.product.spec
    if header.shard and shard is None:
        shard = SHARD.convert(header.shard, None, context)
    return product, reader or cast("ReaderKind", header.reader), only or header.selection, shard


def _overlay_of(begun: Stream) -> Path | None:
    return Path(begun.header.overlay) if begun.header.overlay else None


def _cards_as_begun(begun: Stream, cards: int, seed: int) -> tuple[int, int]:
    context, drawn = click.get_current_context(), begun.header.generated
    if drawn is None:
        return cards, seed
    return (
        drawn.cards if context.get_parameter_source("generated") is ParameterSource.DEFAULT else cards,
        drawn.seed if context.get_parameter_source("seed") is ParameterSource.DEFAULT else seed,
    )


def _finished(folder: Path, begun: Stream, before: Stream | None, *, quiet: bool) -> int:
    if not quiet:
        click.echo("That run is finished: nothing is left to do.")
    return _report(folder, 0 if begun.footer is None else begun.footer.exit_code, before, quiet=quiet)


def _report(folder: Path, code: int, before: Stream | None, *, quiet: bool) -> int:
    """Write the reports of a run and say where they are; a report of before stays whole until the new one is."""
    events = folder / EVENTS
    for name, content in (("report.html", render_html(events, before)), ("junit.xml", render_junit(events))):
        new = events.with_name(f".{name}")
        new.write_text(content, encoding="utf-8")
        new.replace(events.with_name(name))
    if not quiet:
        click.echo(f"\nReport: {shown(folder / 'report.html')}")
    return code


def _list(only: tuple[str, ...], shard: tuple[int, int] | None, overlay: Path | None, generated: int, seed: int) -> int:
    try:
        whole = add_generated(laid(overlay)[0], generated, seed, only)
    except ConfigurationError as error:
        raise Problem(error.reason, code="not_installed", next_step=error.next_step) from error
    try:
        selected = select(whole, only)
    except ConfigurationError as error:
        raise Problem(error.reason, code="nothing_selected", next_step=error.next_step) from error
    number, count = shard or (1, 1)
    for case in selected[number - 1 :: count]:
        click.echo(case)
    return ExitCode.OK
