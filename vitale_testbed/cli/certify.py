"""`vitale certify`: test a product, requirement by requirement, and report."""

import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import click

from conformance.catalogue import load_catalogue
from conformance.runner import CertifyConfig, run_certify
from conformance.runner.config import default_reader
from reports.vitale import render_html, render_junit
from vitale_testbed.completing import complete_case
from vitale_testbed.problems import ExitCode, Problem

_FACTORIES = {
    "builtin": "vitale_testbed.builtin:create",
    "exec": "conformance.products.exec:create",
    "http": "conformance.products.http:create",
}
_REPORTS = "vitale-report"
_FILES = ("events.jsonl", "report.html", "junit.xml")


@click.command()
@click.option(
    "--product",
    default="builtin",
    show_default=True,
    metavar="SPEC",
    help="What to test: `builtin`; `exec:COMMAND` for any program that speaks the adapter protocol; `http:URL` for a "
    "server that is running and takes the same messages by POST.",
)
@click.option(
    "--reader",
    type=click.Choice(["inprocess", "socket", "pcsc"]),
    help="How cards are presented.  [default: inprocess for builtin, socket otherwise]",
)
@click.option(
    "--only",
    multiple=True,
    metavar="PREFIX",
    shell_complete=complete_case,
    help="Only cases whose id begins so; may be repeated.",
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
    "--max-fail", type=click.IntRange(0), default=0, metavar="N", help="Stop after N cases that are not conformant."
)
@click.option("--list", "list_only", is_flag=True, help="Print the ids that would be run, and run nothing.")
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write here instead of a new folder.",
)
@click.option("--force", is_flag=True, help="With -o: overwrite the results of an earlier run.")
def certify(
    product: str,
    reader: Literal["inprocess", "socket", "pcsc"] | None,
    only: tuple[str, ...],
    timeout: float,
    max_fail: int,
    list_only: bool,
    output: Path | None,
    force: bool,
) -> int:
    """Test a product on virtual cards, requirement by requirement, and write a report.

    Makes a new folder below `vitale-report/` with `events.jsonl`, `report.html` and `junit.xml`;
    `vitale-report/latest` points at it.

    \b
    Examples:
      vitale certify
      vitale certify --product "exec:node my-reader.js"
      vitale certify --product http:http://127.0.0.1:9000/adapter
      vitale certify --only VIT-MIN --only VIT-RAT
      vitale certify --reader pcsc

    Ends with 0 conformant, 1 not conformant, 2 configuration or nothing selected, 3 the harness failed, 130 interrupted.
    """
    kind, _, argument = product.partition(":")
    if kind not in _FACTORIES or (kind != "builtin") != bool(argument.strip()):
        raise Problem(
            f"{product!r} names no product",
            code="bad_product",
            next_step="write `builtin`, `exec:COMMAND` or `http:URL`, for example "
            '--product "exec:node my-reader.js" or --product http:http://127.0.0.1:9000/adapter',
        )
    if reader == "inprocess" and kind != "builtin":
        raise Problem(
            "only `builtin` can be tested in process",
            code="bad_reader",
            next_step="leave --reader out, or choose socket or pcsc",
        )
    if reader == "pcsc" and kind == "http":
        raise Problem(
            "a server that was not started from here does not see the PC/SC slots of a run",
            code="bad_reader",
            next_step="leave --reader out: the cards are then behind sockets, which every program can reach",
        )
    if list_only:
        return _list(only)
    folder = _fresh_folder() if output is None else _given_folder(output, force=force)
    events = folder / "events.jsonl"
    code = run_certify(
        CertifyConfig(
            product=product,
            factory=_FACTORIES[kind],
            reader=reader or default_reader(product),
            events=str(events),
            only=only,
            timeout=timeout,
            max_fail=max_fail,
            tool_version=version("vitale-testbed"),
            color=sys.stdout.isatty(),
        )
    )
    if not events.exists():
        if output is None:
            folder.rmdir()
        return code
    _write_reports(events)
    if output is None:
        _point_latest_at(folder)
    click.echo(f"\nReport: {_shown(folder / 'report.html')}")
    return code


def _list(only: tuple[str, ...]) -> int:
    selected = load_catalogue().select(only)
    for case in selected:
        click.echo(case)
    if not selected:
        raise Problem(
            f"no case begins with {' or '.join(only)}",
            code="nothing_selected",
            next_step="see them all with:  vitale certify --list",
        )
    return ExitCode.OK


def _fresh_folder() -> Path:
    """Make the folder of this run; two runs in the same second get two folders."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    for attempt in range(1, 100):
        folder = Path(_REPORTS) / (stamp if attempt == 1 else f"{stamp}-{attempt}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise _cannot_write(folder, error) from error
        return folder
    raise Problem(
        f"{_REPORTS} is full of runs of this second", code="folder_exists", next_step="name a folder with -o DIR"
    )


def _given_folder(folder: Path, *, force: bool) -> Path:
    if (folder / "events.jsonl").exists() and not force:
        raise Problem(
            f"{folder} holds the results of another run",
            code="folder_exists",
            next_step="name another folder, or add --force",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _FILES:  # a run that cannot start must not pass for the one before it
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    return folder


def _cannot_write(folder: Path, error: OSError) -> Problem:
    return Problem(
        f"{folder} cannot be made: {error.strerror}",
        code="folder_not_writable",
        next_step="name a folder you may write to with -o DIR",
    )


def _write_reports(events: Path) -> None:
    for name, render in (("report.html", render_html), ("junit.xml", render_junit)):
        events.with_name(name).write_text(render(events), encoding="utf-8")


def _point_latest_at(folder: Path) -> None:
    """Let `latest` point at the newest run, in one step; where links are not allowed, a text file names it."""
    latest, new = folder.parent / "latest", folder.parent / f".latest-{folder.name}"
    try:
        new.symlink_to(folder.name, target_is_directory=True)
        new.replace(latest)
    except OSError:
        new.unlink(missing_ok=True)
        latest.with_suffix(".txt").write_text(f"{folder.name}\n", encoding="utf-8")


def _shown(path: Path) -> Path:
    here = Path.cwd()
    return path if not path.is_absolute() or not path.is_relative_to(here) else path.relative_to(here)
