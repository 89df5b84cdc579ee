"""The application: page, files and what the page sends, behind the gate."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from conformance.attended import Corrected
from conformance.protocol import Description
from vitale_testbed.consult.answering import as_json, body_of, make_application
from vitale_testbed.consult.gate import Gate, Uploads
from vitale_testbed.consult.keys import Keys
from vitale_testbed.consult.refusals import RefusedError
from vitale_testbed.consult.watch import Feed, changes
from vitale_testbed.manual.messages import Answer, Correction, DraftOrder, Introduction, Order, Removal
from vitale_testbed.manual.pages import Pages, statics
from vitale_testbed.manual.room import IncompleteError, Room
from vitale_testbed.manual.scenes import Observing
from vitale_testbed.manual.shots import MEDIA_TYPES, MOST

_LOOK_S = 0.5
"""Seconds between two looks at how many commands the cards have got."""
_FEW = 100_000
"""More than a card sees in a reading."""


class Api:
    """The routes of a room.

    Args:
        room: the room.
        pages: writes what is seen.
        feed: tells changes.
    """

    def __init__(self, room: Room, pages: Pages, feed: Feed) -> None:
        self._room = room
        self._pages = pages
        self._feed = feed

    def routes(self) -> list[Route]:
        """List them."""
        posts = {
            "introduce": self.introduce,
            "ready": self.ready,
            "draft": self.draft,
            "answer": self.answer,
            "accept": self.accept,
            "correct": self.correct,
            "screenshots": self.attach,
            "screenshots/remove": self.detach,
            "stop": self.stop,
        }
        return [
            Route("/", self.page),
            Route("/panel", self.panel),
            Route("/shots", self.shots),
            Route("/screenshots/{name}", self.screenshot),
            Route("/api/events", self.events),
            *(Route(f"/api/{name}", endpoint, methods=["POST"]) for name, endpoint in posts.items()),
        ]

    async def page(self, _request: Request) -> Response:
        """The page."""
        return Response(await run_in_threadpool(self._pages.page), media_type="text/html; charset=utf-8")

    async def panel(self, _request: Request) -> Response:
        """The part of it that changes."""
        made = await run_in_threadpool(self._pages.panel)
        if made.scene == "over":  # what is sent says so, not what the run has come to meanwhile
            self._room.seen_over.set()
        return as_json(made)

    async def shots(self, _request: Request) -> Response:
        """The list of screenshots."""
        return Response(await run_in_threadpool(self._pages.shots), media_type="text/html; charset=utf-8")

    async def screenshot(self, request: Request) -> Response:
        """A screenshot of the case that is shown."""
        found = await run_in_threadpool(self._room.picture, str(request.path_params["name"]))
        if found is None:
            return Response(status_code=404)
        content, media_type = found
        return Response(content, media_type=media_type, headers={"Content-Security-Policy": "default-src 'none'"})

    async def events(self, _request: Request) -> Response:
        """The version of the scene and the commands that the cards have got, again after each change."""
        return StreamingResponse(changes(self._feed, self._look, every_s=_LOOK_S), media_type="text/event-stream")

    async def _look(self) -> tuple[int, bytes]:
        version, scene = self._room.look()
        if not isinstance(scene, Observing):
            return version * _FEW, msgspec.json.encode({"version": version, "commands": {}, "left": []})
        state = {"version": version, "commands": scene.commands(), "left": scene.left()}
        return version * _FEW + len(scene.seen()) % _FEW, msgspec.json.encode(state)

    async def introduce(self, request: Request) -> Response:
        """Who reads the screen, and of what."""
        order = await body_of(request, Introduction)
        product = None
        if order.name.strip() and order.release.strip():
            product = Description(
                name=order.name.strip(),
                version=order.release.strip(),
                vendor=order.vendor.strip(),
            )
        self._room.introduced(order.version, product, order.capabilities, order.by.strip())
        return as_json({})

    async def ready(self, request: Request) -> Response:
        """Put the cards in."""
        self._room.ready((await body_of(request, Order)).version)
        return as_json({})

    async def draft(self, request: Request) -> Response:
        """Keep an answer as far as it is given."""
        order = await body_of(request, DraftOrder)
        await run_in_threadpool(self._room.draft, order.version, order.draft)
        return as_json({})

    async def answer(self, request: Request) -> Response:
        """What the screen shows."""
        order = await body_of(request, Answer)
        try:
            self._room.answered(order.version, order.screen)
        except IncompleteError as error:
            return _incomplete(error)
        return as_json({})

    async def accept(self, request: Request) -> Response:
        """The verdict stands."""
        self._room.accepted((await body_of(request, Order)).version)
        return as_json({})

    async def correct(self, request: Request) -> Response:
        """The screen shows something else than was said."""
        order = await body_of(request, Correction)
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        try:
            self._room.corrected(order.version, Corrected(order.screens, order.note, at))
        except IncompleteError as error:
            return _incomplete(error)
        return as_json({})

    async def attach(self, request: Request) -> Response:
        """Keep a screenshot."""
        version = request.query_params.get("version", "")
        if not (version.isascii() and version.isdecimal()):
            raise RefusedError.of("bad_request", "name the version of the scene: ?version=N")
        content = await request.body()
        name = request.query_params.get("name", "")
        return as_json(await run_in_threadpool(self._room.attach, int(version), name, content))

    async def detach(self, request: Request) -> Response:
        """Forget a screenshot."""
        order = await body_of(request, Removal)
        await run_in_threadpool(self._room.detach, order.version, order.file)
        return as_json({})

    async def stop(self, request: Request) -> Response:
        """Stop here."""
        await body_of(request, Order)
        self._room.stop()
        return as_json({})


def make_app(room: Room, pages: Pages, feed: Feed, keys: Keys) -> ASGIApp:
    """Make the application of a room.

    Args:
        room: the room; its changes go to `feed`.
        pages: writes what is seen.
        feed: wakes the open pages.
        keys: what opens it.
    """
    uploads = Uploads("/api/screenshots", MEDIA_TYPES, MOST)
    return Gate(make_application(Api(room, pages, feed).routes(), statics()), keys, uploads)


def _incomplete(error: IncompleteError) -> Response:
    wrong = {
        str(number): {place: {"fr": words.fr, "en": words.en} for place, words in places.items()}
        for number, places in error.wrong.items()
    }
    return as_json({"code": "incomplete", "wrong": wrong}, 422)
