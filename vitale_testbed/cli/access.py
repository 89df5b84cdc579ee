"""`vitale access`: the access table of the reader, shown, checked and asked."""

from collections import Counter
from pathlib import Path
from typing import Literal

import click
import msgspec

from reader_core.access import (
    AccessTable,
    AccessTableError,
    CardType,
    Category,
    Function,
    Gate,
    PinState,
    Situation,
    default_table,
    load_access,
)
from reader_core.access.loading import default_text
from reader_core.access.markdown import summary
from reader_core.access.table import every_case
from reader_core.errors import ERRORS
from vitale_testbed.cli.options import print_json
from vitale_testbed.problems import ExitCode
from vitale_testbed.reporting_errors import access_problem

_FILE = click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def access() -> None:
    """The access table: who may read, print and export what, with which cards.

    \b
    Examples:
      vitale access show
      vitale access show --format toml > hospital.toml
      vitale access check hospital.toml
      vitale access ask read_exemptions --card CPA --code verified
    """


@access.command()
@_FILE
@click.option("--format", "shape", type=click.Choice(["text", "toml", "json"]), default="text", show_default=True)
def show(file: Path | None, shape: str) -> int:
    """Print the table in FILE, or the default one.

    \b
    Examples:
      vitale access show
      vitale access show --format toml > hospital.toml     # the default table as a file to begin with
    """
    table = access_of(file)
    if shape == "text":
        click.echo(summary(table), nl=False)
    elif shape == "json":
        print_json(msgspec.to_builtins(table.rows))
    else:
        click.echo(default_text() if file is None else file.read_text(encoding="utf-8"), nl=False)
    return ExitCode.OK


@access.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def check(file: Path) -> int:
    """Check the table in FILE, and count the cases that it decides otherwise than the default one.

    \b
    Example:
      vitale access check hospital.toml
    """
    table, default = access_of(file), default_table()
    changed: Counter[Function] = Counter()
    total = 0
    for case in every_case():
        total += 1
        ours, theirs = table.decide(*case), default.decide(*case)
        changed[case[0]] += (ours.code, ours.checks) != (theirs.code, theirs.checks)
    click.echo(f"{file}: {len(table.rows)} rows, no mistake found")
    click.echo(f"{changed.total()} of {total} cases are decided otherwise than by the default table")
    for function, count in changed.items():
        if count:
            click.echo(f"  {function:<20} {count}")
    return ExitCode.OK


@access.command()
@click.argument("function", type=click.Choice([each.value for each in Function]))
@click.option("--card", type=click.Choice([each.value for each in CardType]), default="none", show_default=True)
@click.option(
    "--code", type=click.Choice([each.value for each in PinState]), default="not_presented", show_default=True
)
@click.option(
    "--category", type=click.Choice([each.value for each in Category]), default="test/test", show_default=True
)
@click.option("--api", type=click.Choice(["4.10", "before"]), default="4.10", show_default=True)
@click.option(
    "--access", "file", type=click.Path(path_type=Path, dir_okay=False), help="This table, not the default one."
)
def ask(function: str, card: str, code: str, category: str, api: Literal["4.10", "before"], file: Path | None) -> int:
    """Say what the table decides about FUNCTION, and which row does. Ends with 1 when it is refused.

    \b
    Examples:
      vitale access ask read_exemptions --card CPS --code verified
      vitale access ask export_csv --access hospital.toml
    """
    situation = Situation(CardType(card), PinState(code), Category(category))
    decision = Gate.of(access_of(file)).decide(Function(function), situation, api)
    row = f"row {decision.row}" if decision.row else "no row decides"
    checks = f", after the checks {', '.join(decision.checks)}" if decision.checks else ""
    if decision.code is None:
        click.echo(f"allowed{checks} ({row})")
        return ExitCode.OK
    click.echo(f"{decision.code}{checks} ({row})\n{ERRORS[decision.code].message}")
    return ExitCode.REFUSED


def access_of(file: Path | None) -> AccessTable:
    """Load the table in a file, or give the default one.

    Raises:
        Problem: the file is no access table.
    """
    try:
        return default_table() if file is None else load_access(file)
    except AccessTableError as error:
        raise access_problem(error) from error
