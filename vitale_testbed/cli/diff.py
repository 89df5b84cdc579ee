"""`vitale diff`: two runs side by side."""

from pathlib import Path
from typing import Any

import click

from conformance.events import StreamError, read_stream
from reports.vitale.comparing import Change, Comparison, Difference, compare_streams
from vitale_testbed.cli.options import bad_stream, chosen_format, format_option, print_json
from vitale_testbed.problems import ExitCode

_TITLES = {
    Change.REGRESSED: "Regressed",
    Change.NEW_FAILURE: "New, and not conformant",
    Change.MISSING: "Not run: the later run is unfinished",
    Change.GONE: "Gone",
    Change.CHANGED: "Changed",
    Change.FIXED: "Fixed",
    Change.NEW: "New",
}
"""Every change worth a line, in the order they are shown."""


@click.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@format_option("markdown")
def diff(before: Path, after: Path, output_format: str | None) -> int:
    """Compare two runs, the `events.jsonl` BEFORE with the one AFTER, case by case.

    \b
    Examples:
      vitale diff release-7.1/events.jsonl vitale-report/latest/events.jsonl
      vitale diff old.jsonl new.jsonl --format markdown >> "$GITHUB_STEP_SUMMARY"

    Ends with 0 when nothing got worse, 1 when something did (a case regressed, is new and not conformant, or was not run), 2 when
    a file is no event stream.
    """
    try:
        comparison = compare_streams(read_stream(before), read_stream(after))
    except StreamError as error:
        raise bad_stream(error) from error
    shape = chosen_format(output_format)
    if shape == "json":
        print_json(_object(comparison))
    else:
        click.echo((_markdown if shape == "markdown" else _text)(comparison), nl=False)
    return ExitCode.REFUSED if comparison.worse else ExitCode.OK


def _object(comparison: Comparison) -> dict[str, Any]:
    return {
        "worse": comparison.worse,
        "counts": {change.value: len(comparison.of(change)) for change in Change},
        "remarks": [remark.en for remark in comparison.remarks],
        "cases": [
            {
                "id": one.id,
                "change": one.change,
                "before": one.before,
                "after": one.after,
                "title": one.title,
                "reason": one.reason,
            }
            for one in comparison.differences
            if one.change is not Change.SAME
        ],
    }


def _text(comparison: Comparison) -> str:
    lines = [f"note: {remark.en}" for remark in comparison.remarks]
    for change, title in _TITLES.items():
        if found := comparison.of(change):
            lines += ["", title]
            for one in found:
                lines.append(f"  {one.id}  {_verdicts(one)}  {one.title}")
                if one.reason:
                    lines.append(f"      {one.reason}")
    return "\n".join([*lines, "", _sum(comparison)]).lstrip("\n") + "\n"


def _markdown(comparison: Comparison) -> str:
    lines = [f"**{_sum(comparison)}**", ""]
    lines += [f"- {remark.en}" for remark in comparison.remarks]
    for change, title in _TITLES.items():
        if found := comparison.of(change):
            lines += ["", f"### {title}", "", "| case | verdict | requirement |", "|---|---|---|"]
            lines += [f"| `{one.id}` | {_verdicts(one)} | {_cell(one.title)} |" for one in found]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _verdicts(one: Difference) -> str:
    return f"{one.before or 'not run'} -> {one.after or 'not run'}"


def _sum(comparison: Comparison) -> str:
    counts = [f"{len(comparison.of(change))} {change}" for change in Change if comparison.of(change)]
    return ("Worse: " if comparison.worse else "Not worse: ") + (", ".join(counts) or "no case in common")
