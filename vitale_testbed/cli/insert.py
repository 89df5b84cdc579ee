"""`vitale insert`: put virtual cards in real PC/SC slots until interrupted."""

import sys
from contextlib import suppress
from pathlib import Path

import click

from emulator.image import ImageError
from emulator.pki import PkiError
from emulator.readers import InsertSession, ReaderSetupError
from vitale_testbed.cli.fault_options import break_cards, fault_option
from vitale_testbed.cli.layouts_option import layouts_option
from vitale_testbed.cli.record_options import record_options, recorded
from vitale_testbed.completing import complete_image
from vitale_testbed.names import make_card
from vitale_testbed.replaying import differences_told
from vitale_testbed.reporting_errors import image_problem, pki_problem, setup_problem


@click.command()
@click.argument("images", nargs=-1, required=True, shell_complete=complete_image)
@click.option("--private", is_flag=True, help="Start a pcscd that only programs with the printed environment see.")
@fault_option()
@record_options()
@layouts_option()
def insert(
    images: tuple[str, ...], private: bool, faults: tuple[str, ...], record_to: Path | None, show_secrets: bool
) -> int:
    """Put the cards of one or two IMAGES in PC/SC slots until Ctrl-C.

    Uses the running pcscd when its vpcd slots are free, else starts one where every program finds it.
    Prints `ready` and the slots once the cards are seen. Ctrl-C takes the cards out and ends with 0.

    \b
    Examples:
      vitale insert specimen cps
      vitale insert --private famille      # then: PCSCLITE_CSOCK_NAME=... opensc-tool -a
      vitale insert specimen --record seen.apdu       # what a program asked, masked
      vitale insert visit.apdu#vitale visit.apdu#cps  # a recording; what differs is told at the end
      vitale insert specimen cps --overlay acme       # cards of another layout (docs/overlay.md)
      vitale insert specimen cps --fault removed:after=3 --fault 2:slow:seconds=0.2
    """
    if len(images) > 2:
        raise click.UsageError("vpcd has two slots: give one or two images")
    try:
        whole = [make_card(name) for name in images]
        cards, broken = break_cards(whole, faults)
        with (
            differences_told(zip(images, whole, strict=True)),
            recorded(cards, record_to, show_secrets=show_secrets) as inserted,
            InsertSession(inserted, private=private) as session,
            suppress(KeyboardInterrupt),
        ):  # the normal end: somebody has seen enough
            for key, value in session.environment.items():
                click.echo(f"{key}={value}")
            click.echo("ready")
            for slot, name, fault in zip(session.slots, images, broken, strict=True):
                click.echo(f"  {slot.name}   {name}{fault}")
            sys.stdout.flush()
            session.wait()
    except ImageError as error:
        raise image_problem(error) from error
    except PkiError as error:
        raise pki_problem(error) from error
    except ReaderSetupError as error:
        raise setup_problem(error) from error
    click.echo("cards removed")
    return 0
