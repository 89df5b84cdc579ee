"""The options of every command that reads cards for a person: whom to trust, who may what, where it is written down, which day and rules."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from vitale_testbed.cli.journal import key_option
from vitale_testbed.cli.options import IsoDate

F = TypeVar("F", bound=Callable[..., Any])


def reading_options(command: F) -> F:
    """Add `--pki`, `--access`, `--journal`, `--journal-key`, `--on` and `--api`, in this order.

    The command takes them as `pki`, `access_file`, `journal_file`, `key_file`, `on` and `api`.
    """
    options: tuple[Callable[[F], F], ...] = (
        click.option(
            "--pki",
            type=click.Path(path_type=Path),
            help="Trust the root of this folder, made by `vitale pki new`.  [default: the one of the built-in cards]",
        ),
        click.option(
            "--access",
            "access_file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Who may do what, a file as `vitale access show --format toml` prints it.  [default: the built-in table]",
        ),
        click.option(
            "--journal",
            "journal_file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Write every access down in this file (docs/journal.md); what cannot be written down is not shown.",
        ),
        key_option,
        click.option("--on", type=IsoDate(), metavar="DATE", help="The date of the reading.  [default: today]"),
        click.option(
            "--api", type=click.Choice(["4.10", "before"]), default="4.10", show_default=True, help="Which rules."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
