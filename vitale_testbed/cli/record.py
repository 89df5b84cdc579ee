"""`vitale record`: read a card and keep what was said, masked."""

import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path, PurePath

import click

from emulator.recording import RecordingConnection
from reader_core import Reader, ReadingError, TrustStore
from reader_core.session import ProtectionStatus
from vitale_testbed.builtin import present_pin
from vitale_testbed.cli.layouts_option import layouts_option
from vitale_testbed.cli.options import IsoDate, refuse_to_overwrite, timeout_option
from vitale_testbed.cli.record_options import kept, new_recorder
from vitale_testbed.completing import complete_image
from vitale_testbed.names import is_reader, open_cards
from vitale_testbed.problems import ExitCode, Problem


@click.command()
@click.option(
    "--vitale",
    "vitale_name",
    metavar="IMAGE|READER",
    required=True,
    shell_complete=complete_image,
    help="The Vitale card: a reader (pcsc:NAME, socket:HOST:PORT), a built-in image or the path of one.",
)
@click.option("--cps", "cps_name", metavar="IMAGE|READER", shell_complete=complete_image, help="The professional card.")
@click.option(
    "--pin",
    metavar="PIN",
    envvar="VITALE_PIN",
    help="The professional card's code; `-` reads it from standard input. On a terminal it is asked for.",
)
@timeout_option
@click.option("--on", type=IsoDate(), metavar="DATE", help="The date of the reading.  [default: today]")
@click.option(
    "-o",
    "output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The recording.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@click.option("--show-secrets", is_flag=True, help="Mask nothing. For test cards only.")
@layouts_option()
def record(
    vitale_name: str,
    cps_name: str | None,
    pin: str | None,
    timeout_s: float,
    on: date | None,
    output: Path,
    force: bool,
    show_secrets: bool,
) -> int:
    """Read a Vitale card and keep every command and answer in FILE, to be replayed as a card wherever IMAGE is taken.

    NIR, names, days of birth, addresses and codes become pseudonyms, the same ones throughout; the file says what that
    breaks. End FILE in .apdu to use it as a card.

    \b
    Examples:
      vitale record --vitale famille -o famille.apdu
      vitale record --vitale "pcsc:Reader 0" --cps "pcsc:Reader 1" -o visit.apdu
      vitale read --vitale visit.apdu --cps visit.apdu --pin 0000      # any code: the true one is not in it

    Ends with 0 when the reading is in the file, also where a card refused the protected data; 1 when it broke off, 130
    when it was interrupted: what was said until then is in the file, and the last line of the output says so.
    """
    refuse_to_overwrite(output, force=force)
    code = _code(pin, cps_name)
    recorder = new_recorder()
    with kept(recorder, output, force=force, show_secrets=show_secrets), ExitStack() as stack:
        connections: list[RecordingConnection] = []
        both = open_cards(vitale_name, cps_name, timeout_s)
        for opened, name, slot in zip(both, (vitale_name, cps_name), ("vitale", "cps"), strict=True):
            if opened is None or name is None:
                continue
            connection = RecordingConnection(opened.connection, recorder, slot, _shown(name))
            stack.callback(connection.close)
            connections.append(connection)
        try:
            _read(connections, code, on or date.today())  # noqa: DTZ011  # the user's own day is meant
        except ReadingError as error:
            raise _problem(error) from error
    return ExitCode.OK


def _shown(name: str) -> str:
    """A reader's name as it is; of an image's path the file alone: folders may bear the name of a person."""
    return name if is_reader(name) else PurePath(name).name


def _code(pin: str | None, cps_name: str | None) -> str | None:
    if cps_name is None:
        return None
    if pin is None and sys.stdin.isatty():
        pin = click.prompt("PIN", hide_input=True, err=True)
    code = sys.stdin.readline().strip() if pin == "-" else pin
    if code is not None and not (code.isascii() and code.isdigit() and len(code) == 4):
        raise Problem("a PIN is four digits", code="bad_pin", next_step="try again; no try was used up")
    return code


def _read(connections: list[RecordingConnection], code: str | None, on: date) -> None:
    """Read as `vitale read` does, but leave the chain of certificates to the cards: their answers are what is wanted."""
    cps = connections[1] if len(connections) > 1 else None
    with Reader.open(connections[0], cps, TrustStore()) as reader:
        refusal = None if cps is None or code is None else present_pin(reader, code)
        reading = reader.read_vitale(on)
    refused = reading.protection.status is ProtectionStatus.REFUSED
    if refusal is not None or refused:
        why = refusal.code if refusal is not None else reading.protection.code
        click.echo(f"the protected data was refused ({why}), and that is recorded", err=True)


def _problem(error: ReadingError) -> Problem:
    return Problem(
        f"{error.code}: {error}", code=str(error.code), next_step=error.next_step, exit_code=ExitCode.REFUSED
    )
