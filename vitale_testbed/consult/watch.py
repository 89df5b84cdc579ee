"""The threads that look at the readers, and the way a change reaches those who wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from threading import Event, RLock, Thread

from reader_core.iso7816 import TransportError
from vitale_testbed.consult.desk import Desk
from vitale_testbed.consult.slots import Role

POLL_S = 0.25
"""Seconds between two looks at a reader. What belonged to a card that left is shown no longer than this."""
_SLOWEST_S = 4.0
ALIVE_S = 15.0
"""Seconds after which a silent stream of events says that it is still there."""
_BACK_S = 2.0
"""Seconds in which a page that lost its stream, or is loaded again, has a new one; one that was closed has none."""


class Watch:
    """Looks at the readers of a desk until `close`.

    Args:
        desk: whose readers.
        poll_s: see `POLL_S`. A reader that is not there is looked for more and more rarely.
    """

    def __init__(self, desk: Desk, poll_s: float = POLL_S) -> None:
        self._desk = desk
        self._poll_s = poll_s
        self._ended = Event()
        self._threads = [
            Thread(target=self._run, args=(role,), name=f"watch {role}", daemon=True) for role in desk.slots
        ]

    def start(self) -> None:
        """Begin to look at the readers, a thread for each."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop looking; a look that hangs is left to its thread."""
        self._ended.set()
        for thread in self._threads:
            thread.join(1.0)

    def _run(self, role: Role) -> None:
        slot, wait = self._desk.slots[role], 0.0
        while not self._ended.wait(wait):
            try:
                presence = slot.presence()
            except TransportError as error:
                if not self._ended.is_set():
                    self._desk.saw_trouble(role, error)
                wait = min(max(self._poll_s, wait * 2), _SLOWEST_S)
            else:
                self._desk.saw(role, presence)
                wait = max(self._poll_s, self._desk.mind() if role == "cps" else 0.0)


class Feed:
    """Wakes the coroutines that wait for a change. Made and used in one event loop; `publish` comes from any thread."""

    def __init__(self) -> None:
        self._guard = RLock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[asyncio.Event] = set()
        self._streams = 0
        self._left_at = float("-inf")
        self.closed = False

    def publish(self) -> None:
        """Wake every page that waits for news."""
        with self._guard:
            waiting, self._waiting = self._waiting, set()
            loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                for event in waiting:
                    loop.call_soon_threadsafe(event.set)

    @property
    def watched(self) -> bool:
        """Whether a page is open: it has a stream of changes, or had one a moment ago."""
        with self._guard:
            return self._streams > 0 or time.monotonic() - self._left_at < _BACK_S

    @contextlib.contextmanager
    def stream(self) -> Generator[None]:
        """Count a page as open, between its looks too."""
        with self._guard:
            self._streams += 1
        try:
            yield
        finally:
            with self._guard:
                self._streams -= 1
                self._left_at = time.monotonic()

    def close(self) -> None:
        """Wake who waits for the last time."""
        self.closed = True
        self.publish()

    @contextlib.contextmanager
    def ticket(self) -> Generator[asyncio.Event]:
        """Give what is set at the next change; take it before looking at the state, so that no change is missed."""
        event = asyncio.Event()
        with self._guard:
            self._loop = asyncio.get_running_loop()
            self._waiting.add(event)
        if self.closed:
            event.set()
        try:
            yield event
        finally:
            with self._guard:
                self._waiting.discard(event)


async def changes(
    feed: Feed, look: Callable[[], Awaitable[tuple[int, bytes]]], alive_s: float = ALIVE_S, every_s: float | None = None
) -> AsyncIterator[bytes]:
    """Write how things are, again after each change, as server-sent events.

    Args:
        feed: wakes it.
        look: gives the version of the state, which differs when there is something new, and the state as JSON.
        alive_s: seconds after which a silent stream says that it is still there.
        every_s: seconds after which it looks unwoken; None: never.
    """
    with feed.stream():
        version, silent = -1, 0.0
        yield b"retry: 1000\n\n"
        while not feed.closed:
            with feed.ticket() as changed:
                now, state = await look()
                if now != version:
                    version, silent = now, 0.0
                    yield b"event: state\nid: %d\ndata: %s\n\n" % (version, state)
                    continue
                wait = alive_s if every_s is None else every_s
                try:
                    await asyncio.wait_for(changed.wait(), wait)
                except TimeoutError:
                    silent += wait
                if silent >= alive_s:
                    silent = 0.0
                    yield b": still here\n\n"
