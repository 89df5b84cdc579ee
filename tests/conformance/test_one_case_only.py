"""What a product breaks costs the case in which it breaks it: the one after is judged as if nothing had been.

The products here refuse rightly, but for what they do in the first of two cases. `apilec:` has the same in `test_apilec_product`.
"""

from __future__ import annotations

import json
import shlex
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from conformance.events import CaseFinished, Verdict
from conformance.products import Product, ProductSetup
from conformance.products.exec import _Process  # pyright: ignore[reportPrivateUsage]
from conformance.products.exec import create as create_exec
from conformance.products.http import HttpProduct
from conformance.products.http import create as create_http

FIRST, SECOND = "VIT-ERR-001/1", "VIT-ERR-002/1"
REFUSALS = {FIRST: "vitale_absent", SECOND: "vitale_unknown"}
"""What is right: an empty reader, and a CPS in the Vitale's."""
LIMIT_S, LATE_S = 3.0, 4.0
"""Seconds that the first case's answer may take, and takes where it is late; what starts a product is not limited by it."""
PATIENCE_S = 60.0

COMMAND = f"""
import json, os, sys, time
def say(answer):
    print(json.dumps(answer), flush=True)
for line in sys.stdin:
    message = json.loads(line)
    if message["cmd"] == "stop":
        break
    if message["cmd"] == "describe":
        say({{"name": "Breaks once", "version": "1"}})
        continue
    answer = {{"id": message["id"], "error": {{"code": {REFUSALS!r}[message["id"]]}}}}
    how = sys.argv[1] if message["id"] == {FIRST!r} else "well"
    if how == "crashes":
        os.abort()
    if how == "hangs":
        time.sleep(600)
    if how == "garbage":
        print("Segmentation fault? No, but no JSON either", flush=True)
    elif how == "wrong-id":
        say({{**answer, "id": {SECOND!r}}})
    else:
        time.sleep({LATE_S} if how == "late" else 0)
        say(answer)
"""


@contextmanager
def command(how: str) -> Generator[Product]:
    product = create_exec(
        ProductSetup(argument=shlex.join([sys.executable, "-c", COMMAND, how]), timeout=PATIENCE_S, environment={})
    )
    yield product
    product.stop()


@contextmanager
def server(how: str) -> Generator[Product]:
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer: dict[str, Any] = {"name": "Breaks once", "version": "1"}
            if message["cmd"] == "read":
                answer = {"id": message["id"], "error": {"code": REFUSALS[message["id"]]}}
            now = how if message.get("id") == FIRST else "well"
            if now == "crashes":
                self.connection.close()
                return
            if now == "hangs":
                over.wait(250)
            if now == "late":
                over.wait(LATE_S)
            if now == "wrong-id":
                answer["id"] = SECOND
            body = b"<html>" if now == "garbage" else json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - the library's name

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None: ...  # who is late finds nobody

    served = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=served.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield create_http(
            ProductSetup(argument=f"http://127.0.0.1:{served.server_port}/", timeout=PATIENCE_S, environment={"A": "B"})
        )
    finally:
        over.set()
        served.shutdown()
        thread.join()
        served.server_close()


def limit_the_first(monkeypatch: pytest.MonkeyPatch, kind: type, name: str) -> None:
    """Let the answer to the first case be waited for less long."""
    ask = getattr(kind, name)

    def limited(asked: object, message: bytes, timeout: float) -> object:
        return ask(asked, message, LIMIT_S if FIRST.encode() in message else timeout)

    monkeypatch.setattr(kind, name, limited)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("crashes", ("was ended by signal SIGABRT", "broke the exchange off")),
        ("hangs", ("gave no answer within 3 s",)),
        ("late", ("gave no answer within 3 s",)),
        ("garbage", ("It began «Segmentation fault?", "It began «<html>»")),
        ("wrong-id", ("has the id 'VIT-ERR-002/1', the request had 'VIT-ERR-001/1'",)),
    ],
)
@pytest.mark.parametrize("kind", [command, server])
def test_it_costs_that_case_only(
    play_cases: Callable[..., dict[str, CaseFinished]],
    kind: Callable[[str], Any],
    how: str,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("conformance.products.exec._STOP_GRACE", 0.3)
    if how in {"hangs", "late"}:
        limit_the_first(monkeypatch, _Process, "ask")
        limit_the_first(monkeypatch, HttpProduct, "_post")
    with kind(how) as product:
        cases = play_cases(product, FIRST, SECOND)
    assert cases[FIRST].verdict is Verdict.FAIL
    assert any(each in cases[FIRST].reason for each in words), cases[FIRST].reason
    assert cases[SECOND].verdict is Verdict.PASS, cases[SECOND].reason


@pytest.mark.parametrize("kind", [command, server])
def test_without_a_fault_both_pass(play_cases: Callable[..., dict[str, CaseFinished]], kind: Any) -> None:
    with kind("well") as product:
        assert {case.verdict for case in play_cases(product, FIRST, SECOND).values()} == {Verdict.PASS}
