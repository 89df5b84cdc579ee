"""Where a reading goes: the terminal, another program, or a new file."""

import sys
from pathlib import Path

import click

from reader_core import VitaleReading
from reader_core.formats.errors import FormatError
from reader_core.formats.registry import FORMATS
from vitale_testbed.cli.options import chosen_format, refuse_to_overwrite, write_new_file
from vitale_testbed.problems import ExitCode, Problem

_BY_EXTENSION = {each.extension: each.name for each in FORMATS.values()}


def choose_format(given: str | None, output: Path | None) -> str:
    """What the reading is written in.

    Args:
        given: what `--format` says, if it was given.
        output: the file of `-o`; without `--format` its extension chooses, and json is made for one that says nothing.
            A sheet for a file named .pdf is a PDF.
    """
    extension = "" if output is None else output.suffix.lower()
    if given == "sheet" and extension == FORMATS["pdf"].extension:
        return "pdf"
    if given is not None or output is None:
        return chosen_format(given)
    return _BY_EXTENSION.get(extension, "json")


def check_output(shape: str, output: Path | None, *, force: bool) -> None:
    """Say before the card is read, and a try of its code perhaps spent, that the result could not be kept.

    Raises:
        Problem: the file is there and `force` is not given, bytes would go to a terminal, or an extra is missing.
    """
    try:
        FORMATS[shape].check()
    except FormatError as error:
        raise Problem(error.message, code=error.code, next_step=error.next_step) from error
    if output is not None:
        refuse_to_overwrite(output, force=force)
    elif FORMATS[shape].is_binary and sys.stdout.isatty():
        raise Problem(
            f"the format {shape} is bytes, which a terminal cannot show",
            code="binary_to_terminal",
            next_step="add -o FILE",
        )


def put_reading(reading: VitaleReading, shape: str, output: Path | None, *, force: bool) -> None:
    """Print or save a reading.

    Args:
        reading: what was read.
        shape: the name of a format.
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


def _content(reading: VitaleReading, shape: str) -> bytes:
    wanted = FORMATS[shape]
    try:
        content = wanted.dumps(reading)
    except FormatError as error:
        raise Problem(error.message, code=error.code, next_step=error.next_step, exit_code=ExitCode.REFUSED) from error
    missing = wanted.missing(reading)
    if missing:
        message, next_step = reading.protection.told("en")
        click.echo(
            f"vitale: this {shape} lacks {missing}, which the protected data hold: {message}\n  next: {next_step}",
            err=True,
        )
    for each in wanted.damaged(reading):
        click.echo(f"vitale: this {shape} lacks what could not be read on the card: {each}", err=True)
    for each in wanted.refused(reading):
        click.echo(
            f"vitale: this {shape} lacks what {each.function} gives, which is refused: {each.told('en')}", err=True
        )
    return content
