"""`vitale merge`: the shards of a run put together."""

import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import click

from conformance.events import CaseFinished, StreamError, encode_event, read_stream
from conformance.merging import MergeError, merge_streams
from reports.vitale.pictures import FOLDER as SCREENSHOTS
from vitale_testbed.cli.options import bad_stream, write_new_file
from vitale_testbed.problems import Problem


@click.command()
@click.argument("streams", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o", "output", type=click.Path(path_type=Path, dir_okay=False), default=Path("events.jsonl"), show_default=True
)
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
def merge(streams: tuple[Path, ...], output: Path, force: bool) -> int:
    """Put STREAMS together, the `events.jsonl` of the shards of one run, into the stream of the whole run.

    \b
    Example:
      vitale merge part1/events.jsonl part2/events.jsonl part3/events.jsonl -o events.jsonl
      vitale report events.jsonl

    Ends with the exit code of the whole run: 0 conformant, 1 not conformant, 3 the harness failed, 130 unfinished.
    """
    try:
        header, cases, footer = merge_streams([read_stream(path) for path in streams])
    except StreamError as error:
        raise bad_stream(error) from error
    except MergeError as error:
        raise Problem(error.reason, code="streams_differ", next_step=error.next_step) from error
    write_new_file(output, b"".join(encode_event(event) for event in (header, *cases, footer)), force=force)
    for path in streams:
        _bring_screenshots(path.parent, output.parent, cases)
    lacking = sum(len(one.cases) for one in header.requirements) - len(cases)
    rest = f", {lacking} missing" if lacking else ""
    click.echo(f"{output} written: {len(cases)} cases{rest}")
    return footer.exit_code


def _bring_screenshots(source: Path, target: Path, cases: Sequence[CaseFinished]) -> None:
    """Copy what a person attached to the cases of a part beside the stream of the whole, where the report looks for it."""
    for case in cases:
        for each in case.testimony.attachments if case.testimony else ():
            name = PurePosixPath(each.file)
            old, new = source / SCREENSHOTS / name.name, target / SCREENSHOTS / name.name
            if name.parts[:-1] != (SCREENSHOTS,) or new.exists() or old.is_symlink() or not old.is_file():
                continue
            try:
                new.parent.mkdir(exist_ok=True)
                shutil.copyfile(old, new)
            except OSError as error:
                raise Problem(
                    f"{new} cannot be written: {error.strerror}",
                    code="not_writable",
                    next_step=f"copy {source / SCREENSHOTS} there by hand; the stream is written",
                ) from error
