"""Runs the page until Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from vitale_testbed.consult.app import make_app
from vitale_testbed.consult.desk import Desk
from vitale_testbed.consult.drawer import Drawer
from vitale_testbed.consult.keys import HOST, Keys
from vitale_testbed.consult.watch import Feed
from vitale_testbed.problems import Problem

_GRACE_S = 2
"""Seconds that answers under way have when the server ends."""
_IDLE_S = 600
"""Seconds that a connection may be idle: a browser that sends on one which is being closed would lose what a person pressed."""


def listen(port: int) -> socket.socket:
    """Take a port of the loopback.

    Args:
        port: 0 for a free one.

    Raises:
        Problem: it is taken, or not allowed.
    """
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":  # there it would let two servers share the port
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((HOST, port))
        server.listen()
    except OSError as error:
        server.close()
        raise Problem(
            f"port {port} on {HOST} cannot be used: {error.strerror}",
            code="port_taken",
            next_step="choose another with --port, or leave it out to get a free one",
        ) from error
    return server


def serve(desk: Desk, drawer: Drawer, feed: Feed, keys: Keys, sock: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        desk: the workplace; closed at the end.
        drawer: the virtual cards.
        feed: what wakes the open pages.
        keys: what opens it.
        sock: where to listen.
        ready: called once requests are answered.
    """
    page_server(make_app(desk, drawer, feed, keys), feed, ready).run(sockets=[sock])


def page_server(app: ASGIApp, feed: Feed, ready: Callable[[], None]) -> PageServer:
    """Make the server of a page.

    Args:
        app: the page, behind its gate.
        feed: what wakes the open pages.
        ready: called once requests are answered.
    """
    config = uvicorn.Config(
        app,
        log_config=None,  # a request's line may hold the token
        log_level="critical",
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=_GRACE_S,
        timeout_keep_alive=_IDLE_S,
    )
    return PageServer(config, feed, ready)


class PageServer(uvicorn.Server):
    """A server that says when it is ready, and ends its endless answers first."""

    def __init__(self, config: uvicorn.Config, feed: Feed, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._feed = feed
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Take both signals, also where a shell makes background programs ignore the first."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def end(self) -> None:
        """Stop serving; from any thread."""
        self.should_exit = True
        self._feed.close()

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self.end()
