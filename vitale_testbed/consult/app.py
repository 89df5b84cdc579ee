"""The application: page, files and API behind the gate."""

from __future__ import annotations

import os
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from vitale_testbed.consult.desk import Desk
from vitale_testbed.consult.drawer import Drawer
from vitale_testbed.consult.gate import Gate
from vitale_testbed.consult.keys import Keys
from vitale_testbed.consult.messages import Problem
from vitale_testbed.consult.pages import Pages, static_digest, static_files
from vitale_testbed.consult.refusals import RefusedError
from vitale_testbed.consult.routes import Api, as_json
from vitale_testbed.consult.watch import Feed, Watch

_PROBLEM = "application/problem+json"
_Endpoint = Callable[[Request], Awaitable[Response]]


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

    routes = [
        Route("/", page),
        Route("/panels", panels),
        Route("/static/{digest}/{name}", _static),
        *api.routes(),
    ]
    application = Starlette(
        routes=[Route(each.path, _safely(each.endpoint), methods=list(each.methods or ())) for each in routes],
        lifespan=lifespan,
        exception_handlers={HTTPException: _no_such_thing},
    )
    application.router.redirect_slashes = False
    return Gate(application, keys)


def _safely(endpoint: _Endpoint) -> _Endpoint:
    """What goes wrong is an answer, and never a traceback on the user's terminal: it might quote a request."""

    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RefusedError as error:
            return as_json(Problem.of(error.refusal), error.refusal.status, _PROBLEM)
        except Exception as error:  # noqa: BLE001 - the promise is kept here
            if os.environ.get("VITALE_DEBUG"):
                traceback.print_exc()
            return _problem(500, "internal", f"internal error: {type(error).__name__}")

    return guarded


async def _static(request: Request) -> Response:
    found = static_files().get(request.path_params["name"])
    if found is None or request.path_params["digest"] != static_digest():
        return _problem(404, "not_found", "there is no such file")
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(found.content, headers=headers, media_type=found.media_type)


async def _no_such_thing(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    code = {404: "not_found", 405: "wrong_method"}.get(status, "internal")
    answer = _problem(status, code, "there is nothing at this address" if status == 404 else "not this way")
    answer.headers.update(headers or {})
    return answer


def _problem(status: int, code: str, title: str) -> Response:
    made = Problem(type=f"urn:vitale-testbed:problem:{code}", title=title, status=status, code=code)
    return as_json(made, status, _PROBLEM)
