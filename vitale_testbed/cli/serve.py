"""`vitale serve`: virtual cards behind the socket reader, for programs without PC/SC."""

import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from types import FrameType

import click

from emulator.image import ImageError
from emulator.pki import PkiError
from emulator.readers import ReaderSetupError, SocketReader
from vitale_testbed.cli.fault_options import break_cards, fault_option
from vitale_testbed.cli.layouts_option import layouts_option
from vitale_testbed.cli.record_options import record_options, recorded
from vitale_testbed.completing import complete_image
from vitale_testbed.names import make_card
from vitale_testbed.replaying import differences_told
from vitale_testbed.reporting_errors import image_problem, pki_problem, setup_problem


@click.command()
@click.argument("images", nargs=-1, required=True, shell_complete=complete_image)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The first reader's port; the others take the next ones.  [default: free ones]",
)
@fault_option()
@record_options()
@layouts_option()
def serve(
    images: tuple[str, ...], port: int, faults: tuple[str, ...], record_to: Path | None, show_secrets: bool
) -> int:
    """Put the card of each IMAGE behind a socket reader until Ctrl-C, and print the addresses.

    The protocol is twenty lines in any language (docs/adapters.md); it is reachable from this machine only.
    Nothing needs to be installed.

    \b
    Examples:
      vitale serve famille cps
      vitale read --vitale socket:127.0.0.1:PORT
      vitale serve famille --record seen.apdu         # what a program asked, masked
      vitale serve famille --overlay acme             # a card of another layout (docs/overlay.md)
      vitale serve famille --fault removed:after=30
      vitale serve visit.apdu#vitale                  # a recording; what differs is told at the end
    """
    try:
        whole = [make_card(name) for name in images]
        cards, broken = break_cards(whole, faults)
        with ExitStack() as stack:
            stack.enter_context(differences_told(zip(images, whole, strict=True)))
            served = stack.enter_context(recorded(cards, record_to, show_secrets=show_secrets))
            readers = [
                stack.enter_context(SocketReader(card, port=port + number if port else 0))
                for number, card in enumerate(served)
            ]
            asked = _stop_asked()
            click.echo("ready")
            for reader, name, fault in zip(readers, images, broken, strict=True):
                click.echo(f"  {reader.address}   {name}{fault}")
            sys.stdout.flush()
            while not asked.wait(0.5):
                pass
    except ImageError as error:
        raise image_problem(error) from error
    except PkiError as error:
        raise pki_problem(error) from error
    except ReaderSetupError as error:
        raise setup_problem(error) from error
    click.echo("readers closed")
    return 0


def _stop_asked() -> Event:
    """Set by Ctrl-C or SIGTERM from now on, also where a shell makes background programs ignore the first."""
    asked = Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    return asked
