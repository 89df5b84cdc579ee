"""The adapter protocol over HTTP: this project's reader core as an `http:` product, for any reader a message names.

It has nothing to do with the page: it reads the readers of the message, keeps nothing, and shows nothing.
"""

from __future__ import annotations

import ipaddress
from threading import Lock
from typing import Any

import msgspec

from conformance.protocol import Answer, ErrorBody, ReadRequest
from vitale_testbed.builtin import BuiltinReader
from vitale_testbed.consult.refusals import RefusedError

_ONE_AT_A_TIME = Lock()


def answer_message(raw: bytes) -> bytes:
    """Answer `describe`, `read` or `stop`.

    Args:
        raw: the message, JSON.

    Returns:
        The answer, JSON. A message that cannot be followed is answered with an error, as the protocol says.

    Raises:
        RefusedError: `bad_request`, for what is no JSON object at all.
    """
    try:
        message = msgspec.json.decode(raw, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise RefusedError.of("bad_request", str(error)) from error
    match message.get("cmd"):
        case "describe":
            return msgspec.json.encode(BuiltinReader().describe())
        case "read":
            return msgspec.json.encode(_read(message))
        case "stop":  # whoever started this server ends it
            return b"{}"
        case command:
            body = ErrorBody(code="unknown_command", message=f"there is no command {command!r}")
            return msgspec.json.encode({"error": body})


def _read(message: dict[str, Any]) -> Answer:
    try:
        request = msgspec.convert(message, ReadRequest)
    except msgspec.ValidationError as error:
        identity = message.get("id")
        return _refusal(identity if isinstance(identity, str) else "", str(error))
    for spec in (request.vitale, request.cps):
        if spec is not None and _is_elsewhere(spec):
            return _refusal(request.id, f"{spec}: only readers of this machine are read")
    with _ONE_AT_A_TIME:
        return BuiltinReader().read(request)


def _refusal(identity: str, message: str) -> Answer:
    return Answer(id=identity, error=ErrorBody(code="bad_request", message=message))


def _is_elsewhere(spec: str) -> bool:
    """Whether a reader's name leads away from this machine."""
    kind, _, address = spec.partition(":")
    if kind != "socket":
        return False
    host = address.rpartition(":")[0].removeprefix("[").removesuffix("]")
    if host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True
