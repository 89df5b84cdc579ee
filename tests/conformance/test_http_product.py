"""Products behind an HTTP address: what the server says is taken as it is, and what it breaks costs one case."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.events import Verdict
from conformance.products import HttpProduct, ProductFault, ProductSetup, ProductUnavailableError
from conformance.products.http import Address, create
from conformance.protocol import Description, ReadRequest, encode

REQUEST = ReadRequest(id="VIT-IDE-001/1", vitale="socket:127.0.0.1:1", cps=None, pin=None, on="2026-01-15", api="4.10")
GREETING = b'{"name": "Served", "version": "1"}'


@contextmanager
def served(answer: Callable[[dict[str, Any], dict[str, str]], tuple[int, bytes]]) -> Generator[str]:
    """A server that answers each POST with what `answer(message, headers)` gives; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, content = answer(json.loads(body), {name.lower(): value for name, value in self.headers.items()})
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - the library's name

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/adapter"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _whole_request(client: socket.socket) -> None:
    """Take all that is asked: who closes a connection with something in it unread resets it, and the other end may lose the answer."""
    asked = b""
    while (more := client.recv(65536)) and b"\r\n\r\n" not in (asked := asked + more):
        pass
    head, _, body = asked.partition(b"\r\n\r\n")
    length = int(re.search(rb"(?i)^content-length: *(\d+)", head, re.MULTILINE)[1])  # type: ignore[index]
    while len(body) < length and (more := client.recv(65536)):
        body += more


@contextmanager
def raw(*pieces: bytes | float) -> Generator[str]:
    """A server that sends these bytes, or waits so many seconds, whatever it is asked; its address."""
    server = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client, suppress(OSError):
                _whole_request(client)
                for piece in pieces:
                    if isinstance(piece, bytes):
                        client.sendall(piece)
                    else:
                        ended.wait(piece)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    finally:
        ended.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def product(url: str, timeout: float = 60.0, **environment: str) -> HttpProduct:
    return create(ProductSetup(argument=url, timeout=timeout, environment={"LANG": "C", **environment}))


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def test_it_describes_itself_reads_and_stops() -> None:
    seen: list[tuple[dict[str, Any], dict[str, str]]] = []

    def answer(message: dict[str, Any], headers: dict[str, str]) -> tuple[int, bytes]:
        seen.append((message, headers))
        if message["cmd"] == "describe":
            return 200, '{"name": "Écho", "version": "1", "later": 1}'.encode()
        return 200, json.dumps({"id": message.get("id"), "card": {"request": message}}).encode()

    with served(answer) as url:
        reader = product(url, VITALE_PRODUCT_TOKEN="s3cret")
        assert reader.describe() == Description(name="Écho", version="1")
        card = reader.read(REQUEST).card
        reader.stop()
        reader.stop()
    assert card == {"request": json.loads(encode(REQUEST))}
    assert [message["cmd"] for message, _ in seen] == ["describe", "read", "stop"]
    for _, headers in seen:
        assert headers["content-type"] == "application/json"
        assert headers["authorization"] == "Bearer s3cret"


def test_without_a_token_none_is_sent() -> None:
    seen: list[dict[str, str]] = []

    def answer(_message: dict[str, Any], headers: dict[str, str]) -> tuple[int, bytes]:
        seen.append(headers)
        return 200, GREETING

    with served(answer) as url:
        product(url).describe()
    assert "authorization" not in seen[0]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, b"Traceback: all is lost", "status 500 Internal Server Error"),
        (500, b"Traceback: all is lost", "«Traceback: all is lost»"),
        (302, b"", "status 302 Found"),
        (401, b'{"code": "no_token"}', "no_token"),
        (204, b"", "status 204 No Content"),
        (200, b"hello", "«hello»"),
        (200, b"", "what the protocol asks for"),
        (200, b"[1]", "Expected `object`"),
        (200, b'{"id": "x", "error": {"code": "a"}}', "the answer has the id 'x'"),
        (200, b'{"id": "VIT-IDE-001/1"}', "neither a card nor an error"),
        (200, b'{"id": "VIT-IDE-001/1", "card": {}, "error": {"code": "a"}}', "both a card and an error"),
        (200, b"\xff\xfe", "\\xff"),
        (200, b"x" * 9_000_000, "longer than 8 MiB"),
    ],
)
def test_a_wrong_answer_is_the_products_and_the_next_one_counts(status: int, body: bytes, words: str) -> None:
    broken = [True]

    def answer(message: dict[str, Any], _headers: dict[str, str]) -> tuple[int, bytes]:
        if message["cmd"] == "describe":
            return 200, GREETING
        if broken.pop() if broken else False:
            return status, body
        return 200, json.dumps({"id": message["id"], "card": {}}).encode()

    with served(answer) as url:
        reader = product(url)
        reader.describe()
        with pytest.raises(ProductFault) as caught:
            reader.read(REQUEST)
        assert words in caught.value.reason
        assert caught.value.said.fr not in {"", caught.value.reason}
        assert caught.value.stderr.startswith(f"HTTP {status} ")
        assert len(caught.value.stderr) <= 16 * 1024
        assert reader.read(REQUEST).card == {}


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ((), "broke the exchange off"),
        ((b"220 smtp.example ESMTP\r\n",), "broke the exchange off (220 smtp.example ESMTP"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",), "broke the exchange off (IncompleteRead"),
        ((b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",), "got more than 100 headers"),
        ((b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000,), "broke the exchange off"),
        ((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",), "broke the exchange off"),
        ((300.0,), "gave no answer within 0.5 s"),
        ((b"HTTP/1.1 200 OK\r\n", 300.0), "gave no answer within 0.5 s"),
        # Each byte comes in time; the whole does not.
        (tuple(piece for byte in ok(GREETING) for piece in (bytes([byte]), 0.1)), "gave no answer within 0.5 s"),
    ],
    ids=["nothing", "no-http", "cut", "headers", "long-header", "chunk", "hangs", "hangs-in-head", "drips"],
)
def test_a_broken_exchange_ends_in_time(pieces: tuple[bytes | float, ...], words: str) -> None:
    with raw(*pieces) as url:
        began = time.monotonic()
        with pytest.raises(ProductFault) as caught:
            product(url, 0.5 if "0.5 s" in words else 60).read(REQUEST)
        assert time.monotonic() - began < 60
    assert words in caught.value.reason


def test_a_server_that_is_gone_says_where_it_was() -> None:
    with raw() as url:
        pass
    with pytest.raises(ProductFault) as caught:
        product(url).read(REQUEST)
    assert "127.0.0.1:" in caught.value.reason
    assert "cannot be reached" in caught.value.reason
    with pytest.raises(ProductUnavailableError, match="cannot be reached") as refused:
        product(url).describe()
    assert "curl" in refused.value.next_step


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "no address"),
        ("ftp://127.0.0.1/", "no address"),
        ("http://", "no address"),
        ("http://127.0.0.1:port/", "no address"),
        ("http://[::1/", "no address"),
        ("http://me:pass@127.0.0.1/", "VITALE_PRODUCT_TOKEN"),
    ],
)
def test_an_address_that_is_none_is_configuration(url: str, words: str) -> None:
    with pytest.raises(ProductUnavailableError, match=words):
        product(url).describe()


def test_addresses() -> None:
    assert Address.parse("http://127.0.0.1:8017/a/b?c=d") == Address(False, "127.0.0.1", 8017, "/a/b?c=d")
    assert Address.parse("https://[::1]") == Address(True, "::1", None, "/")


def test_a_server_that_does_not_describe_itself_is_configuration() -> None:
    with (
        served(lambda _message, _headers: (401, b"who are you")) as url,
        pytest.raises(ProductUnavailableError, match="status 401") as caught,
    ):
        product(url).describe()
    assert "VITALE_PRODUCT_TOKEN" in caught.value.next_step
    assert "who are you" in caught.value.stderr


def test_no_thread_and_no_file_is_left_behind() -> None:
    with raw(300.0) as url:
        threads, files = set(threading.enumerate()), len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(3):
            with pytest.raises(ProductFault):
                product(url, 0.1).read(REQUEST)
        assert not set(threading.enumerate()) - threads
        assert len(list(Path("/proc/self/fd").iterdir())) <= files + 1  # what the server has not closed yet


def test_a_run_over_http_loses_only_the_cases_that_break(certify: Callable[..., Any]) -> None:
    """A server that fails at every second reading: its cases fail, the others are judged, the evidence is kept."""
    counted = [0]

    def answer(message: dict[str, Any], _headers: dict[str, str]) -> tuple[int, bytes]:
        if message["cmd"] == "describe":
            return 200, msgspec.json.encode(Description(name="Served", version="1"))
        counted[0] += 1
        if counted[0] % 2:
            return 503, b"no reader left"
        return 200, json.dumps({"id": message["id"], "card": {}}).encode()

    with served(answer) as url:
        run = certify(
            f"http:{url}", "VIT-IDE-001", "VIT-IDE-002", factory="conformance.products.http:create", reader="socket"
        )
    assert run.code == 1, run.err
    cases = run.stream.cases
    broken = [case for case in cases if "status 503" in case.reason]
    assert broken
    assert len(broken) < len(cases)
    assert all(case.verdict is Verdict.FAIL for case in broken)
    assert all("no reader left" in case.stderr for case in broken)
    assert all("vitale certify --product http:http://127.0.0.1:" in case.replay for case in cases)
