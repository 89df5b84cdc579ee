"""The product's side of the `exec:` protocol, for adapters written in Python.

from conformance.serve import serve

class MyReader: ...          # describe, read and stop of `conformance.products.Product`

if __name__ == "__main__":
    serve(MyReader())
"""

from __future__ import annotations

import sys
from typing import IO, Any

import msgspec

from conformance.products import Product
from conformance.protocol import ErrorBody, ReadRequest, encode


def serve(product: Product, requests: IO[bytes] | None = None, answers: IO[bytes] | None = None) -> None:
    """Answer requests, one JSON object a line, until ``stop`` or the end of the input.

    Args:
        product: What answers. Its exceptions are not caught: a product that fails shall be seen to fail.
        requests: Standard input when absent.
        answers: Standard output when absent.
    """
    source = requests or sys.stdin.buffer
    sink = answers or sys.stdout.buffer
    try:
        for line in source:
            message = msgspec.json.decode(line, type=dict[str, Any])
            command = message.get("cmd")
            if command == "stop":
                return
            sink.write(_answer(product, command, message))
            sink.flush()
    finally:
        product.stop()


def _answer(product: Product, command: object, message: dict[str, Any]) -> bytes:
    if command == "describe":
        return encode(product.describe())
    if command == "read":
        return encode(product.read(msgspec.convert(message, ReadRequest)))
    body = ErrorBody(code="unknown_command", message=f"there is no command {command!r}")
    return msgspec.json.encode({"error": body}) + b"\n"
