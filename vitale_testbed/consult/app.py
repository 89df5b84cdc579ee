"""The application: page, files and API behind the gate."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from vitale_testbed.consult.answering import as_json, make_application
from vitale_testbed.consult.desk import Desk
from vitale_testbed.consult.drawer import Drawer
from vitale_testbed.consult.gate import Gate
from vitale_testbed.consult.keys import Keys
from vitale_testbed.consult.pages import Pages, statics
from vitale_testbed.consult.routes import Api
from vitale_testbed.consult.watch import Feed, Watch


def make_app(desk: Desk, drawer: Drawer, feed: Feed, keys: Keys) -> ASGIApp:
    """Make the application of a desk. It looks at the readers from its start to its end, and closes the desk then.

    Args:
        desk: the workplace; its changes go to `feed`.
        drawer: the virtual cards.
        feed: wakes the open pages.
        keys: what opens it.
    """
    pages, api = Pages(desk, drawer), Api(desk, drawer, feed)

    async def page(_request: Request) -> Response:
        return Response(await run_in_threadpool(pages.page), media_type="text/html; charset=utf-8")

    async def panels(_request: Request) -> Response:
        return as_json(await run_in_threadpool(pages.panels))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        watch = Watch(desk)
        watch.start()
        try:
            yield
        finally:
            await run_in_threadpool(watch.close)
            await run_in_threadpool(desk.close)

    routes = [Route("/", page), Route("/panels", panels), *api.routes()]
    application = make_application(routes, statics(), lifespan)
    return Gate(application, keys)
