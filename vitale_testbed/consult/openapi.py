"""The document of the API, OpenAPI 3.1: made from the messages themselves, and without the web framework.

`vitale schema consult-api` prints it, and a running tool serves it at `/api/openapi.json`.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec

from conformance.protocol import Answer, Describe, Description, ErrorBody, ReadRequest, Stop
from reader_core.formats.card import Card
from vitale_testbed.consult.messages import (
    CardOrder,
    DrawerEntry,
    FormatEntry,
    NoOrder,
    PinOrder,
    Problem,
    ReadingState,
    ReadOrder,
    SelectOrder,
    State,
)
from vitale_testbed.schemas.words import with_words

_REF = "#/components/schemas/{name}"

_INTRODUCTION = """\
What the page of `vitale consult` does, for any program of this machine.

The server listens on 127.0.0.1 only. Every request carries the token that the command printed, as `Authorization: Bearer TOKEN`; what
comes without it, under another name than 127.0.0.1 or localhost, or from a page of another origin is turned away before it reaches
anything (401, 421, 403). Bodies are JSON, at most 64 KiB (415, 413). A refusal is `application/problem+json` with a `code`; the codes
of cards are those of docs/codes.md.

One operation uses the cards at a time; another one meanwhile is refused with `busy`. A reading is named by its id in every request
that acts on it, so that nothing is done with a card that has left: that is refused with `card_changed` or `no_reading`.
"""

_DESCRIPTIONS = {
    "/api/state": "How things are: readers, professional card, reading. Nothing of the patient is in it.",
    "/api/events": "The state as server-sent events named `state`, again after each change.",
    "/api/read": "Read the Vitale; its protected data too when the professional's code was presented. "
    "What could be read of a card whose reading failed half-way is shown all the same, with `complete` false.",
    "/api/pin": "Present the professional's code. The card stays taken by this server until it leaves, is released, or was not used "
    "for 15 minutes. A code that is not four digits is refused without being sent (`bad_pin`).",
    "/api/release": "Give the professional card back; the protected data are no longer shown.",
    "/api/select": "Select a beneficiary: mandatory for every export when the card has several.",
    "/api/clear": "Show nothing any more.",
    "/api/card": "The card object of a reading (`vitale schema card`).",
    "/api/formats": "The formats there are.",
    "/api/export/{format}": "A reading in a format. `sheet` and `pdf` hold the selected beneficiary alone, the others the whole card.",
    "/api/cards": "The virtual cards there are.",
    "/api/slots/{role}": "Put a virtual card in a virtual reader, or take it out. Real cards are moved by hand (`not_virtual`).",
    "/api/openapi.json": "This document.",
    "/adapter": "The adapter protocol of `vitale certify --product http:URL` (docs/adapters.md): reads the readers of the message with this "
    "project's reader core, and shows nothing on the page. `stop` is answered with an empty object and ends nothing.",
}


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the HTTP API, made from its messages."""
    messages = (
        State, ReadingState, NoOrder, ReadOrder, PinOrder, SelectOrder, CardOrder, DrawerEntry, FormatEntry, Problem, Card,
        Describe, ReadRequest, Stop, Description, Answer, ErrorBody,
    )  # fmt: skip
    _, schemas = msgspec.json.schema_components(messages, ref_template=_REF)
    schemas["AdapterError"] = {
        "type": "object",
        "description": "What is answered to a message that is none of the protocol.",
        "properties": {"error": {"$ref": "#/components/schemas/ErrorBody", "description": "Why."}},
        "required": ["error"],
    }
    written: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "vitale consult",
            "version": version("vitale-testbed"),
            "summary": "Read a Vitale card on this machine.",
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [
            {
                "url": "http://127.0.0.1:{port}",
                "variables": {"port": {"default": "8017", "description": "`vitale consult --port`"}},
            }
        ],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": _answer("Refused", "Problem", "application/problem+json")},
            "parameters": {
                "reading": {
                    "name": "reading",
                    "in": "query",
                    "required": True,
                    "description": "the reading, as the state names it",
                    "schema": {"type": "string", "minLength": 1, "maxLength": 64},
                }
            },
        },
    }
    return msgspec.json.decode(msgspec.json.encode(with_words(written)))  # a schema's defaults are tuples before


def _paths() -> dict[str, Any]:
    reading = {"$ref": "#/components/parameters/reading"}
    anything: dict[str, Any] = {"*/*": {"schema": {}}}
    adapter = {"oneOf": [{"$ref": _ref(name)} for name in ("Describe", "ReadRequest", "Stop")]}
    answers = {
        "anyOf": [{"$ref": _ref(name)} for name in ("Description", "Answer", "AdapterError")] + [{"type": "object"}]
    }
    return {
        "/api/state": {"get": _get("/api/state", "state", _answer("How things are", "State"))},
        "/api/events": {
            "get": _get("/api/events", "events", {"description": "A stream without end", "content": {"text/event-stream": {"schema": {"type": "string"}}}})
        },
        "/api/read": {"post": _post("/api/read", "read", "ReadOrder", _answer("The reading", "ReadingState"), "400", "409")},
        "/api/pin": {"post": _post("/api/pin", "pin", "PinOrder", _answer("The code is right", "State"), "400", "409", "422")},
        "/api/release": {"post": _post("/api/release", "release", "NoOrder", _answer("Released", "State"), "400", "409")},
        "/api/select": {
            "post": _post("/api/select", "select", "SelectOrder", _answer("Selected", "ReadingState"), "400", "404", "409")
        },
        "/api/clear": {"post": _post("/api/clear", "clear", "NoOrder", _answer("Cleared", "State"), "400")},
        "/api/card": {"get": _get("/api/card", "card", _answer("The card object", "Card"), "400", "409", parameters=[reading])},
        "/api/formats": {"get": _get("/api/formats", "formats", _listed("The formats", "FormatEntry"))},
        "/api/export/{format}": {
            "get": _get(
                "/api/export/{format}",
                "export",
                {"description": "The reading, in the media type of the format", "content": anything},
                "400", "404", "409",
                parameters=[
                    {"name": "format", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 32}},
                    reading,
                    {"name": "lang", "in": "query", "description": "language of `sheet` and `pdf`", "schema": {"type": "string", "enum": ["fr", "en"], "default": "fr"}},
                ],
            )
        },
        "/api/cards": {"get": _get("/api/cards", "cards", _listed("The virtual cards", "DrawerEntry"))},
        "/api/slots/{role}": {
            "post": _post("/api/slots/{role}", "slots", "CardOrder", _answer("Moved", "State"), "400", "404", "409")
            | {
                "parameters": [
                    {"name": "role", "in": "path", "required": True, "schema": {"type": "string", "enum": ["vitale", "cps"]}}
                ]
            }
        },
        "/api/openapi.json": {
            "get": _get("/api/openapi.json", "openapi", {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}})
        },
        "/adapter": {
            "post": _operation("/adapter", "adapter", {"description": "The answer", "content": {"application/json": {"schema": answers}}}, "400", "413", "415")
            | {"requestBody": {"required": True, "content": {"application/json": {"schema": adapter}}}}
        },
    }  # fmt: skip


def _ref(name: str) -> str:
    return _REF.format(name=name)


def _answer(description: str, name: str, media_type: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {media_type: {"schema": {"$ref": _ref(name)}}}}


def _listed(description: str, name: str) -> dict[str, Any]:
    schema = {"type": "array", "items": {"$ref": _ref(name)}}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _operation(path: str, name: str, answer: dict[str, Any], *refusals: str) -> dict[str, Any]:
    refused = {status: {"$ref": "#/components/responses/Problem"} for status in ("401", "403", *refusals)}
    return {"operationId": name, "description": _DESCRIPTIONS[path], "responses": {"200": answer} | refused}


def _get(
    path: str, name: str, answer: dict[str, Any], *refusals: str, parameters: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    return _operation(path, name, answer, *refusals) | ({"parameters": parameters} if parameters else {})


def _post(path: str, name: str, body: str, answer: dict[str, Any], *refusals: str) -> dict[str, Any]:
    return _operation(path, name, answer, "413", "415", *refusals) | {
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": _ref(body)}}}}
    }
