"""`vitale report`: a report made again from a stored event stream."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from click.core import ParameterSource

from conformance.baseline import dump_baseline
from conformance.events import StreamError, read_stream
from reader_core.formats.sheet.pdf import print_page
from reports.vitale import (
    render_badge,
    render_comparison,
    render_github,
    render_html,
    render_junit,
    render_markdown,
    render_sarif,
    render_trend,
)
from reports.vitale.bilingual import Language
from reports.vitale.dossier import Signer, make_dossier, render_pdf
from vitale_testbed.cli.dossier import check_printer, signer_of, verify
from vitale_testbed.cli.options import bad_stream, refuse_to_overwrite, write_new_file
from vitale_testbed.problems import ExitCode, Problem


@dataclass(frozen=True, slots=True)
class _Format:
    """A kind of report.

    Attributes:
        render: Makes it of one stream or more, in a language.
        file: The file it goes to unless another is named; empty for standard output.
        several: Whether it is made of two streams or more.
        language: The one it is in unless another is asked for.
    """

    render: Callable[[tuple[Path, ...], Language], str | bytes]
    file: str = ""
    several: bool = False
    language: Language = "fr"


def _html(events: Path, previous: Path | None = None) -> str:
    return render_html(events, read_stream(previous) if previous else None)


_FORMATS = {
    "html": _Format(lambda events, _: _html(events[0]), "report.html"),
    "pdf": _Format(lambda events, language: render_pdf(events[0], print_page, language), "report.pdf"),
    "dossier": _Format(lambda _events, _language: b"", "dossier.zip"),
    "junit": _Format(lambda events, _: render_junit(events[0]), "junit.xml"),
    "markdown": _Format(lambda events, language: render_markdown(events[0], language), language="en"),
    "sarif": _Format(lambda events, _: render_sarif(events[0]), "vitale.sarif"),
    "github": _Format(lambda events, _: render_github(events[0])),
    "badge": _Format(lambda events, language: render_badge(events[0], language), "badge.svg", language="en"),
    "comparison": _Format(lambda events, _: render_comparison(events), "comparison.html", several=True),
    "trend": _Format(lambda events, _: render_trend(events), "trend.html", several=True),
    "baseline": _Format(lambda events, _: dump_baseline(read_stream(events[0]).cases), "known-failures.toml"),
}


@click.command()
@click.argument("events", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "kind", type=click.Choice(list(_FORMATS)), default="html", show_default=True)
@click.option(
    "--lang",
    "language",
    type=click.Choice(["fr", "en"]),
    help="Language of what has no switch.  [default: fr for pdf and dossier, en for markdown and badge]",
)
@click.option(
    "--previous",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --format html: the events.jsonl of an earlier run; the report then begins with what changed since.",
)
@click.option(
    "--sign",
    "key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Sign the dossier with this key: PKCS#12, or PEM.",
)
@click.option(
    "--sign-certificate",
    "certificate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The certificate of the key, PEM, where the file of the key has none.",
)
@click.option("--verify", "verifying", is_flag=True, help="Check a dossier: EVENTS is its zip.")
@click.option(
    "--manifest-sha256",
    "manifest",
    metavar="HEX",
    help="With --verify: what stands on the cover, 16 digits or more of it.",
)
@click.option(
    "--trust",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --verify: certificates, PEM; the dossier must be signed by one of them, or by one they certify.",
)
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="The file to make.")
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
def report(
    events: tuple[Path, ...],
    kind: str,
    language: Language | None,
    previous: Path | None,
    key: Path | None,
    certificate: Path | None,
    verifying: bool,
    manifest: str | None,
    trust: Path | None,
    output: Path | None,
    force: bool,
) -> int:
    """Make a report again from EVENTS, the `events.jsonl` of a run, or check a dossier.

    \b
    Examples:
      vitale report vitale-report/latest/events.jsonl -o mine.html
      vitale report vitale-report/latest/events.jsonl --previous release-7.1/events.jsonl -o mine.html
      vitale report vitale-report/latest/events.jsonl --format baseline -o known-failures.toml
      vitale report vitale-report/latest/events.jsonl --format pdf --lang en
      vitale report vitale-report/latest/events.jsonl --format dossier --sign editor.p12
      vitale report vitale-report/latest/events.jsonl --format markdown >> "$GITHUB_STEP_SUMMARY"
      vitale report vitale-report/latest/events.jsonl --format sarif
      vitale report vitale-report/latest/events.jsonl --format badge -o docs/vitale.svg
      vitale report 7.1/events.jsonl 7.2/events.jsonl --format comparison
      vitale report vitale-report/2*/events.jsonl --format trend
      vitale report --verify dossier.zip --manifest-sha256 "0f1e2d3c 4b5a6978"

    Ends with 0 when the report is made or the dossier is as it was made, 1 when something in the dossier was changed, 2 when a file
    is no event stream, no dossier or no key.
    """
    if verifying:
        _check_verifying()
        return verify(_only(events, "--verify"), manifest, trust)
    _check_options(kind, signing=(key or certificate) is not None, checking=(manifest or trust) is not None)
    if previous is not None and kind != "html":
        step = "leave it out, or choose --format html; comparison and trend take every run as EVENTS"
        raise Problem(f"--previous goes with --format html, not with {kind}", code="usage", next_step=step)
    chosen = _FORMATS[kind]
    if not chosen.several:
        _only(events, f"--format {kind}")
    elif len(events) < 2:
        step = "name the events.jsonl of each run"
        raise Problem(f"--format {kind} needs two streams or more", code="usage", next_step=step)
    target = output or (Path(chosen.file) if chosen.file else None)
    if target is not None:
        refuse_to_overwrite(target, force=force)
    if kind in {"pdf", "dossier"}:
        check_printer()
    signer = signer_of(key, certificate)
    spoken = language or chosen.language
    try:
        content = (
            _dossier(events[0], spoken, signer)
            if kind == "dossier"
            else _html(events[0], previous)
            if previous
            else chosen.render(events, spoken)
        )
    except StreamError as error:
        raise bad_stream(error) from error
    if target is None:
        click.echo(content, nl=False)
        return ExitCode.OK
    write_new_file(target, content, force=force)
    click.echo(f"{target} written")
    if kind == "dossier":
        click.echo(f"  check it with:  vitale report --verify {target}")
    return ExitCode.OK


_OF_MAKING = {
    "kind": "--format",
    "language": "--lang",
    "previous": "--previous",
    "key": "--sign",
    "certificate": "--sign-certificate",
    "output": "-o",
    "force": "--force",
}
"""Options that say how a report is made."""


def _check_verifying() -> None:
    """Refuse what `--verify` would ignore: who wrote it expects a file, or a signature."""
    context = click.get_current_context()
    idle = [
        option
        for name, option in _OF_MAKING.items()
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if idle:
        step = f"leave {' and '.join(idle)} out, or leave --verify out to make a report"
        raise Problem(f"--verify makes nothing, and {', '.join(idle)} would do nothing", code="usage", next_step=step)


def _check_options(kind: str, *, signing: bool, checking: bool) -> None:
    if checking:
        step = "add --verify, or leave them out"
        raise Problem("--manifest-sha256 and --trust go with --verify", code="usage", next_step=step)
    if signing and kind != "dossier":
        step = "add --format dossier, or leave --sign out"
        raise Problem("only a dossier is signed", code="usage", next_step=step)


def _dossier(events: Path, language: Language, signer: Signer | None) -> bytes:
    content, manifest = make_dossier(events, print_page, language, signer)
    click.echo(f"manifest {manifest}")
    return content


def _only(events: tuple[Path, ...], what: str) -> Path:
    first, *others = events
    if others:
        step = "name one, or choose --format comparison"
        raise Problem(f"{what} takes one file, not {len(events)}", code="usage", next_step=step)
    return first
