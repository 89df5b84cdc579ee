"""The messages between a card and vpcd, and between a program and the socket reader: two bytes of length, then a payload.

Source: the vpcd driver of vsmartcard, observed on the wire. A payload of one byte is a control, anything longer a
command APDU.
"""

from __future__ import annotations

import socket
from enum import IntEnum

MAX_PAYLOAD = 0xFFFF
"""The longest payload that the two bytes of length can announce."""

_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Control(IntEnum):
    """The payloads of one byte."""

    POWER_OFF = 0
    POWER_ON = 1
    RESET = 2
    GET_ATR = 4


def prepare(sock: socket.socket) -> None:
    """Set up a connection for short questions and answers."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def receive(sock: socket.socket) -> bytes | None:
    """Wait for one whole message and return its payload, or None when the other side has closed.

    vpcd sends the length and the payload in two pieces and waits for the acknowledgement of the first; Linux delays
    that by 40 ms unless it is told not to, and forgets having been told after every message.

    Raises:
        OSError: the connection broke.
    """
    if _QUICKACK is not None:
        sock.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
    head = _receive_exactly(sock, 2)
    if head is None:
        return None
    return _receive_exactly(sock, int.from_bytes(head, "big"))


def send(sock: socket.socket, payload: bytes) -> None:
    """Send one message in one piece: half a length makes vpcd 3.3 crash the whole pcscd.

    Raises:
        ValueError: the payload is longer than `MAX_PAYLOAD`.
        OSError: the connection broke.
    """
    if len(payload) > MAX_PAYLOAD:
        raise ValueError(f"a message of {len(payload)} bytes does not fit its two bytes of length")
    sock.sendall(len(payload).to_bytes(2, "big") + payload)


def send_cut(sock: socket.socket, sent: bytes, announced: int) -> None:
    """Send a message whose end is missing, in one piece: what a card does that leaves while it answers.

    Raises:
        ValueError: nothing is missing, or `announced` is more than `MAX_PAYLOAD`.
        OSError: the connection broke.
    """
    if not len(sent) < announced <= MAX_PAYLOAD:
        raise ValueError(f"{len(sent)} of {announced} bytes is no cut message")
    sock.sendall(announced.to_bytes(2, "big") + sent)


def _receive_exactly(sock: socket.socket, count: int) -> bytes | None:
    received = bytearray()
    while len(received) < count:
        piece = sock.recv(count - len(received))
        if not piece:
            return None
        received += piece
    return bytes(received)
