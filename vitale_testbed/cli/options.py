"""Options that several commands share."""

import importlib.util
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from conformance.events import StreamError
from conformance.product_sheet import ProductSheetError
from reader_core.connections import TIMEOUT_S
from vitale_testbed.problems import Problem

F = TypeVar("F", bound=Callable[..., Any])


class IsoDate(click.ParamType[date]):
    """A date as `2026-01-15`."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Parse the text of the command line; a value that is no date ends the command with its usage."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as 2026-01-15", param, ctx)


class Shard(click.ParamType[tuple[int, int]]):
    """Part of a run as `2/3`: the second of three."""

    name = "shard"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Parse the text of the command line."""
        if isinstance(value, tuple):
            return cast("tuple[int, int]", value)
        number, slash, count = str(value).partition("/")
        if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
            self.fail(f"{value!r} is no part of a whole; write it as 2/3", param, ctx)
        return int(number), int(count)


SHARD = Shard()


def bad_stream(error: StreamError) -> Problem:
    """Say that a file is not an event stream."""
    where = f", line {error.line}" if error.line else ""
    return Problem(f"{error.path}{where}: {error.reason}", code="bad_stream", next_step=error.next_step)


def bad_sheet(error: ProductSheetError) -> Problem:
    """Say what is wrong with a product sheet."""
    return Problem(f"{error.path}: {error.reason}", code="bad_sheet", next_step=error.next_step)


def format_option(*others: str) -> Callable[[F], F]:
    """`--format`: text on a terminal and json otherwise, as everywhere in this program.

    Args:
        others: formats this command has besides `text` and `json`.
    """
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(["text", "json", *others]),
        default=None,
        help="How to print it.  [default: text on a terminal, json otherwise]",
    )


def timeout_option(command: F) -> F:
    """`--timeout`: how long a card in a reader may take for one answer."""
    return click.option(
        "--timeout",
        "timeout_s",
        type=click.FloatRange(min=0, min_open=True),
        metavar="S",
        default=TIMEOUT_S,
        show_default=True,
        help="Seconds that a card in a reader has for each answer; one that hangs is then given up.",
    )(command)


def chosen_format(given: str | None) -> str:
    """What `--format` means when it was not given: `text` on a terminal, `json` for a program."""
    return given or ("text" if sys.stdout.isatty() else "json")


def print_json(value: object) -> None:
    """Print a value as indented JSON with its accents readable."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def refuse_to_overwrite(path: Path, *, force: bool) -> None:
    """Say that a file is in the way, before the work that would fill it is done.

    Raises:
        Problem: the file is there and `force` is not given.
    """
    if path.exists() and not force:
        raise Problem(f"{path} is there already", code="file_exists", next_step="name another file, or add --force")


def write_new_file(path: Path, content: str | bytes, *, force: bool) -> None:
    """Write a file, and never over another one unless told so; text is written in UTF-8.

    Raises:
        Problem: the file is there and `force` is not given, or it cannot be written.
    """
    refuse_to_overwrite(path, force=force)
    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise Problem(
            f"{path} cannot be written: {error.strerror}",
            code="file_not_writable",
            next_step="name another file with -o",
        ) from error


def need_web() -> None:
    """Make sure that a page can be served.

    Raises:
        Problem: The extra `web` is missing.
    """
    missing = [name for name in ("starlette", "uvicorn") if importlib.util.find_spec(name) is None]
    if missing:
        raise Problem(
            f"the page needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed",
            code="extra_missing",
            next_step="pip install 'vitale-testbed[web]'",
        )
