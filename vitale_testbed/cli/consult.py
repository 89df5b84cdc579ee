"""`vitale consult`: the simple consultation tool, a local web page."""

import sys
import webbrowser
from datetime import date
from pathlib import Path
from typing import Literal

import click

from emulator.image import ImageError, builtin_names
from emulator.recording import is_recording
from reader_core.journal import Journal, JournalError
from vitale_testbed.cli.access import access_of
from vitale_testbed.cli.layouts_option import layouts_option
from vitale_testbed.cli.options import need_web
from vitale_testbed.cli.reading_options import reading_options
from vitale_testbed.completing import complete_image
from vitale_testbed.names import is_reader
from vitale_testbed.problems import Problem
from vitale_testbed.reporting_errors import image_problem, journal_problem
from vitale_testbed.trust import trust_of


@click.command()
@click.option(
    "--vitale",
    "vitale_name",
    metavar="IMAGE|READER",
    shell_complete=complete_image,
    help="The Vitale card: a built-in image, the path of one, or a reader (pcsc:NAME, socket:HOST:PORT).  "
    "[default: a virtual reader, empty]",
)
@click.option(
    "--cps",
    "cps_name",
    metavar="IMAGE|READER",
    shell_complete=complete_image,
    help="The professional card, likewise.  [default: a virtual reader, empty, unless --vitale names a real one]",
)
@reading_options
@layouts_option()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port to listen on.  [default: a free one]")
@click.option("--no-open", is_flag=True, help="Do not start a browser.")
def consult(
    vitale_name: str | None,
    cps_name: str | None,
    pki: Path | None,
    access_file: Path | None,
    journal_file: Path | None,
    key_file: Path | None,
    on: date | None,
    api: Literal["4.10", "before"],
    port: int,
    no_open: bool,
) -> int:
    """Read, print and export a card on a local web page, until Ctrl-C.

    The page is reachable from this machine only, with the address that is printed: it holds a token, new at each start. Behind it
    is an HTTP API (`vitale schema consult-api`) that other programs may use with the same token. With images, the page inserts and
    removes the virtual cards. PINs are typed on the page and kept nowhere.

    \b
    Examples:
      vitale consult
      vitale consult --vitale famille --cps cps
      vitale consult --vitale "pcsc:Reader A" --cps "pcsc:Reader B"
      vitale consult --vitale famille --overlay acme
      vitale consult --port 8017 --no-open --on 2026-01-15

    Needs the extra `web`:  pip install 'vitale-testbed[web]'
    """
    need_web()
    from vitale_testbed.consult.desk import Desk  # noqa: PLC0415 - the extra may be missing, which was just said
    from vitale_testbed.consult.drawer import Drawer  # noqa: PLC0415 - same
    from vitale_testbed.consult.keys import Keys  # noqa: PLC0415 - same
    from vitale_testbed.consult.server import listen, serve  # noqa: PLC0415 - same
    from vitale_testbed.consult.slots import make_slot  # noqa: PLC0415 - same
    from vitale_testbed.consult.watch import Feed  # noqa: PLC0415 - same

    trust = trust_of(pki)
    table = None if access_file is None else access_of(access_file)
    book = None if journal_file is None else Journal(journal_file, key_file)
    if book is not None:
        try:
            book.prepare()
        except JournalError as error:
            raise journal_problem(error) from error
    named = [name for name in (vitale_name, cps_name) if name is not None and not is_reader(name)]
    for name in named:
        if is_recording(name):
            raise Problem(
                f"{name} is a recording, which answers only what was asked when it was made",
                code="no_recording_here",
                next_step=f"read it with:  vitale read --vitale {name}",
            )
    try:
        drawer = Drawer([name for name in dict.fromkeys(named) if name not in builtin_names()])
    except ImageError as error:
        raise image_problem(error) from error
    vitale = make_slot("vitale", vitale_name, drawer)
    real = vitale_name is not None and is_reader(vitale_name)
    cps = None if cps_name is None and real else make_slot("cps", cps_name, drawer, vitale)
    sock = listen(port)
    keys = Keys(sock.getsockname()[1])
    feed = Feed()
    desk = Desk(vitale, cps, trust, access=table, journal=book, on=on, api=api, changed=feed.publish)

    def ready() -> None:
        click.echo("ready")
        click.echo(f"  page     {keys.address}")
        click.echo(f"  API      {keys.origin}/api/")
        click.echo(f"  product  http:{keys.origin}/adapter")
        click.echo(f"  token    {keys.token}")
        sys.stdout.flush()
        if not no_open:
            webbrowser.open(keys.once())

    serve(desk, drawer, feed, keys, sock, ready)
    click.echo("consultation closed")
    return 0
