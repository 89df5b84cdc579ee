"""`vitale journal`: the journal of accesses, shown and verified."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from reader_core.journal import Entry, Journal, JournalError, verify_journal
from reader_core.journal.entry import decode_line
from reader_core.journal.keys import read_key
from vitale_testbed.cli.options import chosen_format, format_option, print_json
from vitale_testbed.problems import ExitCode, Problem
from vitale_testbed.reporting_errors import journal_problem

F = TypeVar("F", bound=Callable[..., Any])


def key_option(command: F) -> F:
    """`--journal-key`: where the key is, if not beside the journal."""
    return click.option(
        "--journal-key",
        "key_file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The file of the journal's key.  [default: the journal's name and .key]",
    )(command)


@click.group()
def journal() -> None:
    """The journal of accesses that `vitale read --journal FILE` keeps: who used what on which card, when.

    \b
    Examples:
      vitale read --vitale famille --journal accesses.jsonl
      vitale journal show accesses.jsonl
      vitale journal verify accesses.jsonl
    """


@journal.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@key_option
@click.option(
    "--nir",
    metavar="NIR",
    help="Only accesses to the card of this NIR, 13 characters; `-` reads it from standard input.",
)
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the last N.")
@format_option()
def show(file: Path, key_file: Path | None, nir: str | None, last: int | None, output_format: str | None) -> int:
    """Print the entries of FILE. Their seals are not looked at: that is `vitale journal verify`.

    \b
    Examples:
      vitale journal show accesses.jsonl --last 20
      vitale journal show accesses.jsonl --nir - < nir.txt     # who has looked at this person's card
    """
    book = Journal(file, key_file)
    try:
        entries = [sealed.entry for line in book.lines()[0] if (sealed := decode_line(line)) is not None]
        if nir is not None:
            wanted = read_key(book.key_file).pseudonym("nir", _number(nir))
            entries = [each for each in entries if each.subject.nir == wanted]
    except JournalError as error:
        raise journal_problem(error) from error
    entries = entries[-last:] if last is not None else entries
    if chosen_format(output_format) == "json":
        print_json(msgspec.to_builtins(entries))
        return ExitCode.OK
    for entry in entries:
        click.echo(_line(entry))
    return ExitCode.OK


@journal.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@key_option
@format_option()
def verify(file: Path, key_file: Path | None, output_format: str | None) -> int:
    """Say whether every entry of FILE is there, unchanged and in its place. Ends with 1 when not.

    \b
    Example:
      vitale journal verify accesses.jsonl && cp accesses.jsonl archive/
    """
    try:
        report = verify_journal(Journal(file, key_file))
    except JournalError as error:
        raise journal_problem(error) from error
    if chosen_format(output_format) == "json":
        print_json({"intact": report.intact, **msgspec.to_builtins(report)})
    else:
        for word, found in (("not as it was written", report.findings), ("note", report.notes)):
            for each in found:
                where = f"line {each.line}: " if each.line else ""
                click.echo(f"{file}: {word}: {where}{each.reason}")
        click.echo(f"{file}: {report.entries} entries, {'intact' if report.intact else 'NOT intact'}")
    return ExitCode.OK if report.intact else ExitCode.REFUSED


def _line(entry: Entry) -> str:
    by = entry.by
    who = f"{by.account}@{by.host}" + (f", {by.card} {by.identifier} (code {by.code})" if by.identifier else "")
    card = (entry.subject.nir or entry.subject.serial or "unknown")[:12]
    return f"{entry.n:>6}  {entry.at}  {entry.function:<18}  {entry.outcome:<16}  card {card}  {who}"


def _number(given: str) -> str:
    nir = (sys.stdin.readline() if given == "-" else given).replace(" ", "").strip().upper()
    if len(nir) not in {13, 15}:
        raise Problem("a NIR has 13 characters, or 15 with its key", code="bad_nir", next_step="write it without dots")
    return nir[:13]
