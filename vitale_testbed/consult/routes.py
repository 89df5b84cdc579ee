"""The API, one function a path. What blocks runs in threads: cards take their time, and the page has to go on."""

from __future__ import annotations

from datetime import date

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from reader_core.formats.sheet import Language
from reader_core.formats.sheet import policy as sheet_policy
from vitale_testbed.consult.adapter import answer_message
from vitale_testbed.consult.answering import as_json, body_of
from vitale_testbed.consult.desk import Desk
from vitale_testbed.consult.drawer import Drawer
from vitale_testbed.consult.exports import Export, export, formats
from vitale_testbed.consult.messages import (
    CardOrder,
    DrawerEntry,
    NoOrder,
    PinOrder,
    ReadOrder,
    SelectOrder,
)
from vitale_testbed.consult.openapi import document
from vitale_testbed.consult.refusals import RefusedError
from vitale_testbed.consult.slots import Role, VirtualSlot
from vitale_testbed.consult.watch import Feed, changes


class Api:
    """The routes of a desk.

    Args:
        desk: the workplace.
        drawer: the virtual cards.
        feed: tells changes.
    """

    def __init__(self, desk: Desk, drawer: Drawer, feed: Feed) -> None:
        self._desk = desk
        self._drawer = drawer
        self._feed = feed

    def routes(self) -> list[Route]:
        """Return the addresses of the API with what answers them."""
        return [
            Route("/api/state", self.state),
            Route("/api/events", self.events),
            Route("/api/read", self.read, methods=["POST"]),
            Route("/api/pin", self.pin, methods=["POST"]),
            Route("/api/release", self.release, methods=["POST"]),
            Route("/api/select", self.select, methods=["POST"]),
            Route("/api/clear", self.clear, methods=["POST"]),
            Route("/api/card", self.card),
            Route("/api/formats", self.formats),
            Route("/api/export/{format}", self.export),
            Route("/api/cards", self.cards),
            Route("/api/slots/{role}", self.move, methods=["POST"]),
            Route("/api/openapi.json", self.openapi),
            Route("/adapter", self.adapter, methods=["POST"]),
        ]

    async def state(self, _request: Request) -> Response:
        """How things are."""
        return as_json(await run_in_threadpool(self._desk.state))

    async def events(self, _request: Request) -> Response:
        """How things are, again after each change, as server-sent events."""
        return StreamingResponse(changes(self._feed, self._look), media_type="text/event-stream")

    async def _look(self) -> tuple[int, bytes]:
        state = await run_in_threadpool(self._desk.state)
        return state.version, msgspec.json.encode(state)

    async def read(self, request: Request) -> Response:
        """Read the Vitale."""
        order = await body_of(request, ReadOrder)
        day = None if order.on is None else _day(order.on)
        shown = await run_in_threadpool(self._desk.read, day, order.api)
        return as_json(shown.state())

    async def pin(self, request: Request) -> Response:
        """Present a code."""
        order = await body_of(request, PinOrder)
        await run_in_threadpool(self._desk.present_pin, order.pin)
        return as_json(self._desk.state())

    async def release(self, request: Request) -> Response:
        """Give the professional card back."""
        await body_of(request, NoOrder)
        await run_in_threadpool(self._desk.release)
        return as_json(self._desk.state())

    async def select(self, request: Request) -> Response:
        """Select a beneficiary."""
        order = await body_of(request, SelectOrder)
        return as_json(self._desk.select(order.reading, order.beneficiary).state())

    async def clear(self, request: Request) -> Response:
        """Show nothing any more."""
        await body_of(request, NoOrder)
        self._desk.clear()
        return as_json(self._desk.state())

    async def card(self, request: Request) -> Response:
        """Give the card object of the reading."""
        shown = await run_in_threadpool(self._desk.confirmed, _reading_of(request), person=False)
        made = await run_in_threadpool(export, shown, "json")
        return Response(made.content, media_type=made.media_type)

    async def formats(self, _request: Request) -> Response:
        """List the formats."""
        return as_json(formats())

    async def export(self, request: Request) -> Response:
        """Give the reading in a format."""
        name = str(request.path_params["format"])
        language = request.query_params.get("lang", "fr")
        if language not in {"fr", "en"}:
            raise RefusedError.of("bad_request", "lang is fr or en")
        made = await run_in_threadpool(self._export, _reading_of(request), name, "en" if language == "en" else "fr")
        kind = "inline" if made.inline else "attachment"
        headers = {"Content-Disposition": f'{kind}; filename="{made.filename}"'}
        if made.inline:
            # The page prints it from a frame of its own.
            headers |= {
                "Content-Security-Policy": f"{sheet_policy()}; frame-ancestors 'self'",
                "X-Frame-Options": "SAMEORIGIN",
            }
        return Response(made.content, headers=headers, media_type=made.media_type)

    def _export(self, reading: str, name: str, language: Language) -> Export:
        return export(self._desk.confirmed(reading), name, language)

    async def cards(self, _request: Request) -> Response:
        """List the virtual cards."""
        return as_json([DrawerEntry(name=each.name, title=each.title, kind=each.kind) for each in self._drawer.cards])

    async def move(self, request: Request) -> Response:
        """Put a virtual card in a virtual reader, or take it out."""
        order = await body_of(request, CardOrder)
        await run_in_threadpool(self._move, _role(request.path_params["role"]), order)
        return as_json(self._desk.state())

    def _move(self, role: Role, order: CardOrder) -> None:
        slot = self._desk.slots.get(role)
        if not isinstance(slot, VirtualSlot):
            raise RefusedError.of("not_virtual", role)
        other = self._desk.slots.get("cps" if role == "vitale" else "vitale")
        if order.card is None:
            slot.remove()
        else:
            slot.insert(order.card, other if isinstance(other, VirtualSlot) else None, fresh=order.fresh)
        self._desk.saw(role, slot.presence())

    async def openapi(self, _request: Request) -> Response:
        """Give the document of this API."""
        return as_json(document())

    async def adapter(self, request: Request) -> Response:
        """Answer a message of the adapter protocol."""
        raw = await request.body()
        return Response(await run_in_threadpool(answer_message, raw), media_type="application/json")


def _role(named: str) -> Role:
    if named == "vitale" or named == "cps":  # noqa: PLR1714 - narrows the type
        return named
    raise RefusedError.of("not_virtual", named)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise RefusedError.of("bad_request", f"{written}: the calendar has no such day") from error


def _reading_of(request: Request) -> str:
    reading = request.query_params.get("reading", "")
    if not reading:
        raise RefusedError.of("bad_request", "name the reading: ?reading=ID")
    return reading
