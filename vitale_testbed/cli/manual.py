"""What `vitale certify --product manual` needs of the machine."""

import click

from conformance.bench import ReaderKind
from conformance.runner.config import PageConfig
from emulator.readers import PublicPcscd, ReaderSetupError, SharedPcscd
from emulator.readers.system import find_pcscd, find_vpcd
from vitale_testbed.cli.options import need_web
from vitale_testbed.problems import Problem
from vitale_testbed.products import BY_HAND

_SLOTS = 2


def prepare_page(
    product: str, workers: int, reader: ReaderKind | None, page: PageConfig
) -> tuple[PageConfig | None, ReaderKind | None]:
    """Refuse what a person cannot do, and choose where the cards are unless that was said.

    Args:
        product: The SPEC; for any but `manual` nothing is done.
        workers: How many processes play cases.
        reader: What was said of the readers.
        page: What was said of the page.

    Returns:
        The page, None where no person is asked; and the kind of reader.

    Raises:
        Problem: Several workers, or no page.
    """
    if product != BY_HAND:
        return None, reader
    if workers:
        raise Problem("a person plays one case at a time", code="usage", next_step="leave -n out")
    need_web()
    return page, reader or _reader_for_a_person()


def _reader_for_a_person() -> ReaderKind:
    """Choose where a person's product finds the cards, and say what was chosen if it is not the usual place.

    The machine's own pcscd, running or to be started; one of our own, which the product has to be told of; else a socket.
    """
    try:
        free = len(SharedPcscd().free_slots())
    except ReaderSetupError as error:
        free = _SLOTS if error.code == "pcscd_not_running" and PublicPcscd.possible() else 0
    if free >= _SLOTS:
        return "pcsc-shared"
    try:
        find_pcscd()
        find_vpcd()
    except ReaderSetupError as error:
        click.echo(f"No PC/SC slots: {error.message} The cards are behind sockets. {error.next_step}", err=True)
        return "socket"
    click.echo("The machine's pcscd has no free virtual slots: the run starts one of its own.", err=True)
    return "pcsc"
