"""A product behind an HTTP address: the messages of the `exec:` protocol, one POST each.

The harness starts nothing and ends nothing: whoever wants the product tested starts it. Every message has a connection of its
own and one time limit for all of it, from the connecting to the last byte of the answer, so that a server that hangs, drips or
is gone costs one case and the next one starts afresh. No proxy is used, no redirection followed, no cookie kept.
"""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import ssl
import threading
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from urllib.parse import urlsplit

from conformance import words
from conformance.products.base import ProductFault, ProductSetup, ProductUnavailableError
from conformance.products.exec import MAX_LINE
from conformance.protocol import (
    Answer,
    Describe,
    Description,
    MalformedAnswerError,
    ReadRequest,
    Stop,
    decode_answer,
    decode_description,
    encode,
)
from conformance.protocol.messages import quote

TOKEN_VARIABLE = "VITALE_PRODUCT_TOKEN"  # noqa: S105 - the name of a variable
"""Its value goes with every message as ``Authorization: Bearer``; an address would be in the report."""

_STOP_S = 2.0
_EVIDENCE_KEPT = 16 * 1024


def create(setup: ProductSetup) -> HttpProduct:
    """Make the product of ``http:URL``; the address is the argument of the setup."""
    return HttpProduct(setup)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the messages are posted.

    Attributes:
        secure: Whether it is https.
        host: A name or an IP address, without brackets.
        port: The TCP port; None for the usual one of the scheme.
        target: Path and query.
    """

    secure: bool
    host: str
    port: int | None
    target: str

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read an address as a user writes it.

        Raises:
            ProductUnavailableError: It is not http or https, has no host, a wrong port, or a name and password in it.
        """
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError as error:
            raise ProductUnavailableError(f"{url!r} is no address ({error})", _EXAMPLE) from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ProductUnavailableError(f"{url!r} is no address of a product", _EXAMPLE)
        if "@" in parts.netloc:
            raise ProductUnavailableError(
                "the address holds a user or a password, which the report would show",
                f"Leave it out and set the variable {TOKEN_VARIABLE}: it is sent as Authorization: Bearer.",
            )
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme == "https", parts.hostname, port, target)


_EXAMPLE = "Write it as http:http://127.0.0.1:8017/adapter"


class HttpProduct:
    """The product behind an address.

    Args:
        setup: The address, the time-out, and the environment that may hold a token.
    """

    def __init__(self, setup: ProductSetup) -> None:
        self._setup = setup
        self._address: Address | None = None
        self._described = False

    def describe(self) -> Description:
        """Ask the server who it is.

        Raises:
            ProductUnavailableError: The address is none, nobody listens there, or the answer is no description.
        """
        self._address = Address.parse(self._setup.argument)
        try:
            answer = self._post(encode(Describe()), self._setup.timeout)
        except ProductFault as fault:
            raise ProductUnavailableError(fault.said, self._next_step(), fault.stderr) from fault
        try:
            described = decode_description(answer.body)
        except MalformedAnswerError as error:
            step = self._next_step()
            raise ProductUnavailableError(
                f"the product did not describe itself: {error}", step, answer.shown
            ) from error
        self._described = True
        return described

    def read(self, request: ReadRequest) -> Answer:
        """Post a reading.

        Raises:
            ProductFault: It is gone, took too long or answered with something else.
        """
        answer = self._post(encode(request), self._setup.timeout)
        try:
            return decode_answer(answer.body, request.id)
        except MalformedAnswerError as error:
            raise ProductFault(error.said, answer.shown) from error

    def stop(self) -> None:
        """Say stop, once, to a server that was there; what it makes of it is its own matter."""
        if self._described:
            self._described = False
            with contextlib.suppress(ProductFault):
                self._post(encode(Stop()), min(_STOP_S, self._setup.timeout))

    def _post(self, message: bytes, timeout: float) -> _Received:
        """Post one message and wait for its whole answer.

        Raises:
            ProductFault: The server is gone, broke off, took too long, or answered with another status than 200.
        """
        address = self._address or Address.parse(self._setup.argument)
        exchange = _Exchange(address, timeout, self._headers())
        received = exchange.run(message)
        if received.status != 200:
            said = words.wrong_status(received.status, received.reason, quote(received.body[:_EVIDENCE_KEPT]))
            raise ProductFault(said, received.shown)
        if len(received.body) > MAX_LINE:
            raise ProductFault(words.answer_too_long(MAX_LINE // 1024 // 1024), received.shown)
        return received

    def _headers(self) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "vitale-testbed",
        }
        token = (self._setup.environment or os.environ).get(TOKEN_VARIABLE, "").strip()
        return headers | ({"Authorization": f"Bearer {token}"} if token else {})

    def _next_step(self) -> str:
        said = encode(Describe()).decode().strip()
        return (
            "Start it, then try by hand: "
            f"curl -i -H 'Content-Type: application/json' -d '{said}' {self._setup.argument.strip()}"
            f" (a server that asks for a token gets it from the variable {TOKEN_VARIABLE})"
        )


@dataclass(frozen=True, slots=True)
class _Received:
    """An HTTP answer, its body cut one byte after what the harness reads at most."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def shown(self) -> str:
        """Its beginning as evidence for a report."""
        head = [f"HTTP {self.status} {self.reason}", *(f"{name}: {value}" for name, value in self.headers)]
        return ("\n".join(head) + "\n\n" + self.body[:_EVIDENCE_KEPT].decode("utf-8", "backslashreplace"))[
            :_EVIDENCE_KEPT
        ]


class _Exchange:
    """One request with its answer, in a thread, since no single time-out of a socket limits the whole."""

    def __init__(self, address: Address, timeout: float, headers: dict[str, str]) -> None:
        self._address = address
        self._timeout = timeout
        self._headers = headers
        self._connection = _connection(address, timeout)
        self._result: queue.SimpleQueue[_Received | Exception] = queue.SimpleQueue()

    def run(self, message: bytes) -> _Received:
        thread = threading.Thread(target=self._work, args=(message,), daemon=True)
        thread.start()
        try:
            result = self._result.get(timeout=self._timeout)
        except queue.Empty:
            raise ProductFault(words.no_answer(self._timeout)) from None
        finally:
            self._hang_up()
            thread.join(_STOP_S)
        match result:
            case _Received():
                return result
            case TimeoutError():
                raise ProductFault(words.no_answer(self._timeout)) from result
            case HTTPException():
                raise ProductFault(words.exchange_broken(_told(result))) from result
            case ConnectionRefusedError() | socket.gaierror() | ssl.SSLError():
                raise ProductFault(words.not_reachable(self._place, _told(result))) from result
            case OSError():
                raise ProductFault(words.exchange_broken(_told(result))) from result
            case _:
                raise result

    def _work(self, message: bytes) -> None:
        try:
            self._connection.request("POST", self._address.target, message, self._headers)
            answer = self._connection.getresponse()
            body = _whole_body(answer)
            self._result.put(_Received(answer.status, answer.reason, tuple(answer.getheaders()), body))
        except Exception as error:  # noqa: BLE001 - the thread that waits judges it
            self._result.put(error)
        finally:
            self._connection.close()

    def _hang_up(self) -> None:
        sock = self._connection.sock
        if isinstance(sock, socket.socket):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in it, which closes it

    @property
    def _place(self) -> str:
        host = f"[{self._address.host}]" if ":" in self._address.host else self._address.host
        return host if self._address.port is None else f"{host}:{self._address.port}"


def _connection(address: Address, timeout: float) -> HTTPConnection:
    if address.secure:
        return HTTPSConnection(address.host, address.port, timeout=timeout, context=ssl.create_default_context())
    return HTTPConnection(address.host, address.port, timeout=timeout)


def _whole_body(answer: HTTPResponse) -> bytes:
    """Read a body, or a little more of it than the harness takes.

    Raises:
        IncompleteRead: The connection ended before the announced length.
    """
    body = answer.read(MAX_LINE + 1)
    if answer.length and len(body) <= MAX_LINE:
        raise IncompleteRead(body, answer.length)
    return body


def _told(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return quote((text or type(error).__name__).encode())
