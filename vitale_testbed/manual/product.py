"""`manual` as the runner sees it: a product whose answers come from a person at a page of this machine."""

from __future__ import annotations

import sys
import time
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event, Thread

import click

from conformance.attended import Corrected, Review, Task
from conformance.catalogue.model import CAPABILITIES, DERIVED
from conformance.product_sheet import load_product_sheet
from conformance.products import Attendance, ProductFault, ProductSetup, ProductUnavailableError
from conformance.protocol import Answer, Description, ReadRequest
from conformance.testimony import Attachment, Screen
from emulator.readers import ReaderSetupError, TraceEntry
from vitale_testbed.consult.keys import Keys
from vitale_testbed.consult.server import listen, page_server
from vitale_testbed.consult.watch import Feed
from vitale_testbed.manual.app import make_app
from vitale_testbed.manual.book import Book
from vitale_testbed.manual.pages import Pages
from vitale_testbed.manual.room import Room
from vitale_testbed.problems import Problem

COMMAND = "vitale certify --product manual"
_START_S = 30.0
_LEAVE_S = 60.0
"""Seconds that an open page has to show that it is over; it costs them only if it never does."""
_END_S = 10.0


class ManualProduct:
    """The page, its server, and the room in which the run waits.

    Args:
        attendance: where things are kept, and how the page is opened.
    """

    def __init__(self, attendance: Attendance) -> None:
        self._attendance = attendance
        self._feed = Feed()
        self._book = Book(attendance.folder, resume=attendance.resume)
        self._room = Room(attendance.folder, self._book, self._feed.publish)
        self._thread: Thread | None = None
        self._end: Callable[[], None] = lambda: None
        self._product: Description | None = None

    def describe(self) -> Description:
        """Open the page and wait until somebody is there; who the product is, its sheet says, or that person.

        Raises:
            ProductUnavailableError: the port cannot be used, or what was kept of an earlier part of the run.
            ProductSheetError: the sheet cannot be used.
            KeyboardInterrupt: the person wants to stop.
        """
        if self._product is None:
            known = self._known()
            # What a sheet cannot claim is asked for beside it; what an earlier part of the run declared stays as it is.
            offered = () if self._attendance.resume else tuple(CAPABILITIES) if known is None else (DERIVED,)
            self._serve()
            self._product, _ = self._room.introduce(known, offered)
        return self._product

    def read(self, request: ReadRequest) -> Answer:
        """Nothing is read by a program.

        Raises:
            ProductFault: Always.
        """
        raise ProductFault(f"a program asked for a reading of {request.id}")

    def expect(self, left: Sequence[str], total: int, plan: Mapping[str, str]) -> None:
        """Be told what is to come; the run has a stream now."""
        self._book.open()
        self._room.expect(left, total, plan)

    def prepare(self, task: Task) -> None:
        """Wait until the person wants the cards."""
        self._room.prepare(task)

    def observe(self, task: Task, seen: Callable[[], Sequence[TraceEntry]]) -> Screen:
        """Wait for what the person saw."""
        return self._room.observe(task, seen)

    def review(self, review: Review) -> Corrected | None:
        """Show the verdict, and return what the person corrects; None where they agree."""
        return self._room.review(review)

    def lost(self, error: ReaderSetupError) -> None:
        """Say on the page and on the terminal that the readers are gone."""
        self._room.lost = error
        click.echo(f"vitale: {error.message}\n  next: {error.next_step}\n        vitale certify --resume", err=True)

    def evidence(self, case_id: str) -> tuple[str, tuple[Attachment, ...]]:
        """Return who read the screen, and the screenshots of a case."""
        return self._book.pages.by, self._book.case(case_id).attachments

    def stop(self) -> None:
        """Say on the page that it is over, and close it."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._room.close()
        deadline = time.monotonic() + _LEAVE_S
        while self._feed.watched and not self._room.seen_over.wait(0.05) and time.monotonic() < deadline:
            pass
        self._end()
        thread.join(_END_S)

    def _known(self) -> Description | None:
        if self._attendance.resume:
            return self._book.pages.product
        if not self._attendance.sheet:
            return None
        sheet = load_product_sheet(Path(self._attendance.sheet))
        return Description(
            name=sheet.product.name,
            version=sheet.product.version,
            vendor=sheet.editor.name,
            capabilities=sheet.capabilities,
        )

    def _serve(self) -> None:
        try:
            sock = listen(self._attendance.port)
        except Problem as problem:
            raise ProductUnavailableError(problem.message, problem.next_step) from problem
        keys = Keys(sock.getsockname()[1], command=COMMAND)
        started = Event()
        pages = Pages(self._room, self._attendance.readers)
        server = page_server(make_app(self._room, pages, self._feed, keys), self._feed, started.set)
        self._end = server.end
        self._thread = Thread(target=server.run, kwargs={"sockets": [sock]}, name="manual page", daemon=True)
        self._thread.start()
        if not started.wait(_START_S):
            raise ProductUnavailableError("the page did not start", "Try again; `vitale doctor` says what is missing.")
        click.echo("ready")
        click.echo(f"  page     {keys.address}")
        for name, value in self._attendance.readers.items():
            click.echo(f"  product  start it with {name}={value}")
        sys.stdout.flush()
        if self._attendance.browser:
            webbrowser.open(keys.once())


def create(setup: ProductSetup) -> ManualProduct:
    """Make the product; the factory the runner imports as `vitale_testbed.manual.product:create`.

    Raises:
        ProductUnavailableError: the run has no page.
    """
    if setup.attendance is None:
        raise ProductUnavailableError("a person can be asked by a run with a page only", f"Run: {COMMAND}")
    return ManualProduct(setup.attendance)
