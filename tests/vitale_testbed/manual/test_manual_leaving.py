"""The end of the command: it waits for a page that is open until that one has been told, and for no other."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from waiting import until

from conformance.products import Attendance
from vitale_testbed.consult import watch
from vitale_testbed.consult.watch import Feed, changes
from vitale_testbed.manual import product as module
from vitale_testbed.manual.product import ManualProduct


def test_a_page_is_open_between_its_looks_and_a_moment_after_it_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one that is open keeps it so."""

    async def look() -> tuple[int, bytes]:
        return 1, b"{}"

    async def open_and_leave() -> list[bool]:
        feed = Feed()
        seen = [feed.watched]
        first, second = changes(feed, look), changes(feed, look)
        for page in (first, second):
            assert [await anext(page), (await anext(page))[:12]] == [b"retry: 1000\n\n", b"event: state"]
        feed.publish()
        seen.append(feed.watched)
        await first.aclose()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - it is a generator
        monkeypatch.setattr(watch, "_BACK_S", 0.0)
        seen.append(feed.watched)
        monkeypatch.setattr(watch, "_BACK_S", 600.0)
        await second.aclose()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        seen.append(feed.watched)
        monkeypatch.setattr(watch, "_BACK_S", 0.0)
        return [*seen, feed.watched]

    assert asyncio.run(open_and_leave()) == [False, True, True, True, False]


class Open:
    """A run that waits for who reads the screen, and what a browser does with its page."""

    def __init__(self, product: ManualProduct, address: str) -> None:
        self._product = product
        port, token = re.findall(r":(\d+)/\?token=(\S+)", address)[0]
        self._port, self._headers = int(port), {"Authorization": f"Bearer {token}"}

    def ask(self, path: str) -> tuple[HTTPConnection, Any]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request("GET", path, headers=self._headers)
        return connection, connection.getresponse()

    def panel(self) -> bytes:
        connection, answer = self.ask("/panel")
        with contextlib.closing(connection):
            return answer.read()

    def stop(self) -> Thread:
        ending = Thread(target=self._product.stop, daemon=True)
        ending.start()
        return ending


@pytest.fixture
def opened(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setattr(module, "_LEAVE_S", 600.0)
    product = ManualProduct(Attendance(tmp_path, browser=False))

    def describe() -> None:
        with contextlib.suppress(KeyboardInterrupt):
            product.describe()

    run = Thread(target=describe, daemon=True)
    run.start()
    printed = ""

    def address() -> bool:
        nonlocal printed
        printed += capsys.readouterr().out
        return re.search(r"token=\S+\s", printed) is not None

    until(address)
    page = Open(product, printed)
    until(lambda: b'"introducing"' in page.panel())
    yield page
    vars(product)["_room"].stop()
    run.join(60)


def test_a_page_that_is_open_is_waited_for(opened: Open) -> None:
    connection, events = opened.ask("/api/events")
    with contextlib.closing(connection):
        assert read_state(events.readline) == 1
        ending = opened.stop()
        assert read_state(events.readline) == 2
        assert ending.is_alive()
        assert b'"over"' in opened.panel()
        ending.join(60)
        assert not ending.is_alive()


def read_state(line: Callable[[], bytes]) -> int:
    """The version of the next state that the stream tells."""
    while not (found := re.search(rb'"version":(\d+)', said := line())):
        assert said, "the stream ended"
    return int(found[1])


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_page_that_was_closed_is_not_waited_for(opened: Open, when: str) -> None:
    connection, events = opened.ask("/api/events")
    with events, contextlib.closing(connection):
        assert read_state(events.readline) == 1
        ending = opened.stop() if when == "meanwhile" else None
        if ending is not None:
            assert read_state(events.readline) == 2
    ending = ending or opened.stop()
    ending.join(120)
    assert not ending.is_alive()
