"""`vitale report`: a report made again from a stored event stream."""

from pathlib import Path

import click

from conformance.baseline import dump_baseline
from conformance.events import StreamError, read_stream
from reports.vitale import render_html, render_junit
from vitale_testbed.cli.options import bad_stream, write_new_file


def _render_baseline(events: Path) -> str:
    return dump_baseline(read_stream(events).cases)


_RENDERERS = {
    "html": (render_html, "report.html"),
    "junit": (render_junit, "junit.xml"),
    "baseline": (_render_baseline, "known-failures.toml"),
}


@click.command()
@click.argument("events", type=click.Path(path_type=Path))
@click.option("--format", "kind", type=click.Choice(list(_RENDERERS)), default="html", show_default=True)
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="The file to make.")
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
def report(events: Path, kind: str, output: Path | None, force: bool) -> int:
    """Make a report again from EVENTS, the `events.jsonl` of a run.

    \b
    Examples:
      vitale report vitale-report/latest/events.jsonl -o mine.html
      vitale report vitale-report/latest/events.jsonl --format baseline -o known-failures.toml
    """
    render, usual = _RENDERERS[kind]
    try:
        text = render(events)
    except StreamError as error:
        raise bad_stream(error) from error
    target = output or Path(usual)
    write_new_file(target, text, force=force)
    click.echo(f"{target} written")
    return 0
