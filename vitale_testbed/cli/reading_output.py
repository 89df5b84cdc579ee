"""Where a reading goes: the terminal, another program, or a new file."""

import json
import sys
from pathlib import Path

import click

from reader_core import VitaleReading, card_object, render_text
from reader_core.formats import ssv
from vitale_testbed.cli.options import refuse_to_overwrite, write_new_file
from vitale_testbed.problems import ExitCode, Problem

BINARY = frozenset({"ssv"})
"""Formats that are bytes, not text."""


def check_output(shape: str, output: Path | None, *, force: bool) -> None:
    """Say before the card is read, and a try of its code perhaps spent, that the result could not be kept.

    Raises:
        Problem: the file is there and `force` is not given, or bytes would go to a terminal.
    """
    if output is not None:
        refuse_to_overwrite(output, force=force)
    elif shape in BINARY and sys.stdout.isatty():
        raise Problem(
            f"the format {shape} is bytes, which a terminal cannot show",
            code="binary_to_terminal",
            next_step="add -o FILE",
        )


def put_reading(reading: VitaleReading, shape: str, output: Path | None, *, force: bool) -> None:
    """Print or save a reading.

    Args:
        reading: what was read.
        shape: `text`, `json` or `ssv`.
        output: the file to make; None for standard output.
        force: overwrite that file.

    Raises:
        Problem: the reading has no such form, or the file cannot be written.
    """
    content = _content(reading, shape)
    if output is not None:
        write_new_file(output, content, force=force)
    else:
        click.echo(content, nl=False)


def _content(reading: VitaleReading, shape: str) -> str | bytes:
    if shape == "text":
        return render_text(reading)
    if shape == "json":
        return json.dumps(card_object(reading), ensure_ascii=False, indent=2) + "\n"
    try:
        stream = ssv.dumps(reading)
    except ssv.SsvError as error:
        raise Problem(error.message, code=error.code, next_step=error.next_step, exit_code=ExitCode.REFUSED) from error
    if not ssv.is_complete(reading):
        message, next_step = reading.protection.told("en")
        click.echo(
            f"vitale: the stream lacks the groups 106, which are protected: {message}\n  next: {next_step}", err=True
        )
    return stream
