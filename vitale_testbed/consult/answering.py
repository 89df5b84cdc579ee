"""How a page answers: every route guarded, its files served, what it does not have named."""

from __future__ import annotations

import os
import traceback
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vitale_testbed.consult.messages import Problem
from vitale_testbed.consult.refusals import RefusedError
from vitale_testbed.consult.statics import Statics

T = TypeVar("T")

_PROBLEM = "application/problem+json"
_Endpoint = Callable[[Request], Awaitable[Response]]


def make_application(routes: Sequence[Route], statics: Statics, lifespan: Any = None) -> Starlette:  # noqa: ANN401 - starlette's own
    """Make the application behind a gate.

    Args:
        routes: what it answers.
        statics: the files of its page.
        lifespan: what goes on from its start to its end, as starlette takes it.
    """
    every = [*routes, static_route(statics)]
    application = Starlette(
        routes=[Route(each.path, safely(each.endpoint), methods=list(each.methods or ())) for each in every],
        lifespan=lifespan,
        exception_handlers={HTTPException: no_such_thing},
    )
    application.router.redirect_slashes = False
    return application


def as_json(value: object, status: int = 200, media_type: str = "application/json") -> Response:
    """Make the response of a value that msgspec can write, with its status and media type."""
    return Response(msgspec.json.encode(value), status, media_type=media_type)


async def body_of(request: Request, kind: type[T]) -> T:
    """Read a message; nothing at all is a message without keys.

    Raises:
        RefusedError: `bad_request`, which never repeats what was sent: it may be a code.
    """
    raw = await request.body()
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.ValidationError as error:
        raise RefusedError.of("bad_request", str(error)) from None
    except msgspec.DecodeError:
        raise RefusedError.of("bad_request", "the body is not JSON") from None


def safely(endpoint: _Endpoint) -> _Endpoint:
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


def static_route(statics: Statics) -> Route:
    """Serve the files of a page; each version has an address of its own, so that browsers may keep it."""

    async def static(request: Request) -> Response:
        found = statics.files.get(request.path_params["name"])
        if found is None or request.path_params["digest"] != statics.digest:
            return _problem(404, "not_found", "there is no such file")
        headers = {"Cache-Control": "private, max-age=31536000, immutable"}
        return Response(found.content, headers=headers, media_type=found.media_type)

    return Route("/static/{digest}/{name}", static)


async def no_such_thing(_request: Request, error: Exception) -> Response:
    """Answer for an address that is none, or a method it does not take."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    code = {404: "not_found", 405: "wrong_method"}.get(status, "internal")
    answer = _problem(status, code, "there is nothing at this address" if status == 404 else "not this way")
    answer.headers.update(headers or {})
    return answer


def _problem(status: int, code: str, title: str) -> Response:
    made = Problem(type=f"urn:vitale-testbed:problem:{code}", title=title, status=status, code=code)
    return as_json(made, status, _PROBLEM)
