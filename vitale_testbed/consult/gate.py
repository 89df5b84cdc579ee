"""The gate before every request: right address, right origin, right secret, right size. What does not pass reaches nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send

from vitale_testbed.consult.door import exchange
from vitale_testbed.consult.keys import HOST, Keys, same

MAX_BODY = 64 * 1024
"""Bytes of a request's body; the longest message there is has a few hundred."""

_MESSAGES = frozenset({"application/json"})
_SAFE = frozenset({"GET", "HEAD"})
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _PAGE_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""On every answer, unless it says otherwise itself."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """What may be sent beside messages.

    Attributes:
        path: where to, below the page.
        media_types: of what kinds.
        most: bytes of one.
    """

    path: str
    media_types: frozenset[str]
    most: int


class Gate:
    """The middleware around everything.

    Args:
        app: what is behind it; its routes say what it takes.
        keys: what opens it.
        uploads: what else than messages is let in; nothing unless it is said.
    """

    def __init__(self, app: Starlette, keys: Keys, uploads: Uploads | None = None) -> None:
        self._app = app
        self._keys = keys
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        send = _with_headers(send)
        refused = self._refuse(scope)
        if refused is not None:
            await refused(scope, receive, send)
        elif _is_opening(scope):
            await exchange(scope["query_string"], self._keys)(scope, receive, send)
        else:
            await self._pass(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        _, most = self._takes(scope)
        body = await _read_body(receive, most)
        if len(body) > most:
            await _too_long(most)(scope, receive, send)
            return
        if scope["path"].startswith(f"{self._keys.page}/"):
            scope = {**scope, "root_path": self._keys.page}
        await self._app(scope, _Again(body, receive), send)

    def _refuse(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        refused = self._wrong_address(scope, headers) or self._wrong_origin(scope, headers)
        if refused is not None or _is_opening(scope):
            return refused
        by_cookie = self._has_cookie(scope, headers)
        if not by_cookie and not self._has_token(headers):
            return _answer(401, "no_token", f"open the address that `{self._keys.command}` printed, or send its token")
        if scope["method"] in _SAFE:
            return None
        if by_cookie and not headers.getlist("origin") and headers.get("sec-fetch-site") != "same-origin":
            return _answer(403, "wrong_origin", "a change has to come from the page itself")
        if not self._is_taken(scope):
            return None  # the router refuses it: 404 for the path, 405 for the method, whatever the body is
        return _wrong_form(scope, headers, *self._takes(scope))

    def _is_taken(self, scope: Scope) -> bool:
        """Whether something behind the gate takes this method on this path."""
        inner = {**scope, "root_path": self._keys.page} if scope["path"].startswith(f"{self._keys.page}/") else scope
        return any(route.matches(inner)[0] is Match.FULL for route in self._app.routes)

    def _takes(self, scope: Scope) -> tuple[frozenset[str], int]:
        """What kinds of body a path takes, and how many bytes."""
        uploads = self._uploads
        if uploads is not None and scope["path"].removeprefix(self._keys.page) == uploads.path:
            return uploads.media_types, uploads.most
        return _MESSAGES, MAX_BODY

    def _wrong_address(self, scope: Scope, headers: Headers) -> Response | None:
        client = scope.get("client")
        if client is not None and client[0] != HOST:
            return _answer(403, "not_local", "this server is for its own machine")
        if headers.getlist("host") not in [[host] for host in self._keys.hosts]:
            return _answer(421, "wrong_host", "this server is not called so; the name may be somebody else's")
        return None

    def _wrong_origin(self, scope: Scope, headers: Headers) -> Response | None:
        site = headers.get("sec-fetch-site", "none")
        # The address with the token may be followed from anywhere; nothing else may.
        foreign = site not in {"none", "same-origin"} and not (
            _is_opening(scope) and headers.get("sec-fetch-mode") == "navigate"
        )
        if foreign or any(origin not in self._keys.origins for origin in headers.getlist("origin")):
            return _answer(403, "wrong_origin", "a page of another origin may not ask here")
        return None

    def _has_cookie(self, scope: Scope, headers: Headers) -> bool:
        if not scope["path"].startswith(f"{self._keys.page}/"):
            return False
        for line in headers.getlist("cookie"):
            try:
                found = SimpleCookie(line).get(self._keys.cookie_name)
            except CookieError:
                continue
            if found is not None and same(found.value, self._keys.cookie):
                return True
        return False

    def _has_token(self, headers: Headers) -> bool:
        given = headers.getlist("authorization")
        scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        return scheme.lower() == "bearer" and same(token.strip(), self._keys.token)


def _is_opening(scope: Scope) -> bool:
    return scope["method"] == "GET" and scope["path"] == "/"


def _wrong_form(scope: Scope, headers: Headers, kinds: frozenset[str], most: int) -> Response | None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if scope["method"] == "POST" and kind not in kinds:
        code = "not_json" if kinds is _MESSAGES else "wrong_kind"
        return _answer(415, code, f"send {' or '.join(sorted(kinds))}")
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()) or int(length) > most:
        return _too_long(most)
    return None


def _too_long(most: int) -> Response:
    return _answer(413, "too_long", f"a body has at most {most} bytes")


def _answer(status: int, code: str, detail: str) -> Response:
    body = {"type": f"urn:vitale-testbed:problem:{code}", "title": detail, "status": status, "code": code}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return Response(json.dumps(body), status, headers, "application/problem+json")


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return guarded


async def _read_body(receive: Receive, most: int) -> bytes:
    """Read a body, or a little more of it than is taken."""
    body = bytearray()
    while len(body) <= most:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body", False):
            break
    return bytes(body)


class _Again:
    """Gives a body that was read once more, then what comes after it."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}
