"""`vitale read`: a Vitale card, with a professional card if there is one."""

import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any, Literal

import click

from emulator.recording.masking import packed_numbers
from reader_core import Reader, ReadingError, TrustStore, VitaleReading, card_object, render_text
from reader_core.errors import ErrorCode
from reader_core.formats.gate import AccessRefusedError, pass_gate
from reader_core.formats.registry import FORMATS
from reader_core.journal import Journal, JournalError
from reader_core.session import ProtectionStatus
from vitale_testbed.builtin import present_pin
from vitale_testbed.cli.access import access_of
from vitale_testbed.cli.layouts_option import layouts_option
from vitale_testbed.cli.options import print_json, timeout_option
from vitale_testbed.cli.reading_options import reading_options
from vitale_testbed.cli.reading_output import check_output, choose_format, put_reading
from vitale_testbed.cli.record_options import check_maskable
from vitale_testbed.completing import complete_image
from vitale_testbed.names import OpenedCard, open_cards
from vitale_testbed.problems import ExitCode, Problem
from vitale_testbed.reporting_errors import journal_problem
from vitale_testbed.tracing import PrintedTrace
from vitale_testbed.trust import trust_of
from vitale_testbed.writing_back import write_back_state

_TRIES = 3
"""How often a person is asked for the code: the card blocks after as many wrong ones."""


@click.command()
@click.option(
    "--vitale",
    "vitale_name",
    metavar="IMAGE|READER",
    required=True,
    shell_complete=complete_image,
    help="The Vitale card: a built-in image, the path of one, or a reader (pcsc:NAME, socket:HOST:PORT).",
)
@click.option("--cps", "cps_name", metavar="IMAGE|READER", shell_complete=complete_image, help="The professional card.")
@click.option(
    "--pin",
    "pins",
    multiple=True,
    metavar="PIN",
    envvar="VITALE_PIN",
    help="The professional card's code; `-` reads it from standard input. Repeated, each is tried until one is right. "
    "On a terminal it is asked for. Only give codes of test cards here: others see the command line.",
)
@reading_options
@timeout_option
@layouts_option()
@click.option("--trace", is_flag=True, help="Print every APDU in words to standard error, NIR and PIN masked.")
@click.option("--show-secrets", is_flag=True, help="With --trace: do not mask. For test cards only.")
@click.option("--write-back", is_flag=True, help="Save the PIN counters in the image files that were used.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice([*FORMATS]),
    default=None,
    help="How to write it.  [default: what the file's extension says; else text on a terminal, json otherwise]",
)
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="Save it in this file.")
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
def read(
    vitale_name: str,
    cps_name: str | None,
    pins: tuple[str, ...],
    pki: Path | None,
    access_file: Path | None,
    journal_file: Path | None,
    key_file: Path | None,
    on: date | None,
    api: Literal["4.10", "before"],
    timeout_s: float,
    trace: bool,
    show_secrets: bool,
    write_back: bool,
    output_format: str | None,
    output: Path | None,
    force: bool,
) -> int:
    """Read a Vitale card: the free data, and the protected data with a professional card and its code.

    Built-in cards are new each time; to keep a card's state between commands use an image file with
    --write-back, or `vitale insert`.

    \b
    Examples:
      vitale read --vitale famille
      vitale read --vitale famille --cps cps --pin 1234
      vitale read --vitale famille --cps cps --pin 1234 -o famille.xml
      vitale read --vitale famille --cps cps --pin 1234 --format sheet -o famille.pdf
      vitale read --vitale "pcsc:Virtual PCD 00 00" --cps "pcsc:Virtual PCD 00 01" --format json
      vitale read --vitale "pcsc:Virtual PCD" --cps "pcsc:Virtual PCD" --timeout 5     # one reader with two slots
      vitale read --vitale famille --overlay acme     # a card of another layout (docs/overlay.md)

    Ends with 0 when what was asked for was read (without --cps, the free data), 1 when a card or a code was refused.
    """
    check_maskable("--trace", packed_numbers() if trace and not show_secrets else ())
    shape = choose_format(output_format, output)
    check_output(shape, output, force=force)
    trust = trust_of(pki)
    table = None if access_file is None else access_of(access_file)
    book = None if journal_file is None else Journal(journal_file, key_file)
    opened: list[OpenedCard] = []
    try:
        with ExitStack() as stack:
            vitale, cps = open_cards(vitale_name, cps_name, timeout_s)
            opened += [each for each in (vitale, cps) if each is not None]
            for each in opened:
                stack.callback(each.connection.close)
            first, second = vitale.connection, None if cps is None else cps.connection
            if trace:
                first = PrintedTrace(first, "vitale", masked=not show_secrets)
                second = None if second is None else PrintedTrace(second, "cps", masked=not show_secrets)
            if cps is not None and cps.masked:
                click.echo("the recording is masked: its certificates are not verified", err=True)
                trust = TrustStore()
            reader = stack.enter_context(Reader.open(first, second, trust, access=table, journal=book))
            if cps is not None:
                _present(reader, pins)
            reading = reader.read_vitale(on or date.today(), api)  # noqa: DTZ011  # the user's own day is meant
    except JournalError as error:
        raise journal_problem(error) from error
    except ReadingError as error:
        return _tell_refusal(error, shape)
    finally:
        if write_back:
            for card in opened:
                write_back_state(card)
    if reading.exchanged:
        click.echo("the cards are in each other's slot; each was used where it is", err=True)
    put_reading(reading, shape, output, force=force)
    return _exit_code(reading)


def _present(reader: Reader, pins: tuple[str, ...]) -> None:
    """Present codes until one is right, the card is blocked or there are no more; the reader remembers the last refusal."""
    asked = not pins and sys.stdin.isatty()
    attempts = range(_TRIES) if asked else range(len(pins))
    for attempt in attempts:
        given: str = click.prompt("PIN", hide_input=True, err=True) if asked else pins[attempt]
        pin = sys.stdin.readline().strip() if given == "-" else given
        if not (pin.isascii() and pin.isdigit() and len(pin) == 4):
            raise Problem("a PIN is four digits", code="bad_pin", next_step="try again; no try was used up")
        refusal = present_pin(reader, pin)
        if refusal is None or refusal.code is not ErrorCode.PIN_WRONG:
            return
        if asked and attempt + 1 < _TRIES:
            click.echo(f"{refusal.message} {refusal.retries} tries left.", err=True)


def _exit_code(reading: VitaleReading) -> int:
    refused = reading.protection.status is ProtectionStatus.REFUSED
    return ExitCode.REFUSED if refused else ExitCode.OK


_USAGE = frozenset({ErrorCode.READER_UNAVAILABLE, ErrorCode.JOURNAL_UNAVAILABLE})
"""Refusals that come from the configuration, not from a card."""


def _exported(reading: VitaleReading) -> dict[str, Any] | None:
    """The card object of what was read, unless the access table keeps it from leaving."""
    try:
        pass_gate(reading, "json")
    except AccessRefusedError:
        return None
    return card_object(reading)


def _tell_refusal(error: ReadingError, shape: str) -> int:
    if error.partial is not None and shape == "text":
        click.echo(render_text(error.partial), nl=False)
    if shape == "json":
        partial = None if error.partial is None else _exported(error.partial)
        print_json({"error": error.to_dict(), "card": partial})
    evidence = f" ({error.evidence})" if error.evidence else ""
    click.echo(f"vitale: {error.code}: {error.message}{evidence}\n  next: {error.next_step}", err=True)
    return ExitCode.USAGE if error.code in _USAGE else ExitCode.REFUSED
