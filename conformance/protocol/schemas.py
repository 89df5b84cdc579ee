"""The published JSON Schemas of the adapter protocol, made from the messages themselves."""

from __future__ import annotations

from typing import Any

import msgspec

from conformance.events import Event
from conformance.protocol.messages import Answer, Describe, Description, ReadRequest, Stop

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

SCHEMAS: dict[str, tuple[str, Any]] = {
    "describe": ("Adapter protocol: the question `describe`", Describe),
    "description": ("Adapter protocol: the answer to `describe`", Description),
    "read": ("Adapter protocol: the question `read`", ReadRequest),
    "answer": ("Adapter protocol: the answer to `read`", Answer),
    "stop": ("Adapter protocol: the message `stop`", Stop),
    "event": ("One line of the event stream of a run", Event),
}
"""Name of each schema this part publishes, with its title and the type it is made from."""

_EITHER = [
    {"required": [one], "properties": {one: {"type": "object"}, other: {"type": "null"}}}
    for one, other in (("card", "error"), ("error", "card"))
]
"""A card or an error, never both: what `decode_answer` checks beside the types."""


def schema(name: str) -> dict[str, Any]:
    """Return a JSON Schema (2020-12) by its name in `SCHEMAS`.

    Raises:
        KeyError: There is no schema of this name.
    """
    title, kind = SCHEMAS[name]
    made = msgspec.json.schema(kind)
    if kind is Answer:
        made["$defs"][Answer.__name__]["oneOf"] = _EITHER
    return {"$schema": _DIALECT, "title": title, **made}
