"""The messages between a card and vpcd, and between a program and the socket reader: two bytes of length, then a payload.

Source: the vpcd driver of vsmartcard, observed on the wire. A payload of one byte is a control, anything longer a
command APDU.
"""

from __future__ import annotations

import socket
from enum import IntEnum

MAX_PAYLOAD = 0xFFFF
"""The longest payload that the two bytes of length can announce."""

_MOST = 2 + MAX_PAYLOAD
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Control(IntEnum):
    """The payloads of one byte."""

    POWER_OFF = 0
    POWER_ON = 1
    RESET = 2
    GET_ATR = 4


class Receiver:
    """Takes whole messages off a connection, in however many pieces they come.

    vpcd sends the length and the payload in two pieces and waits for the acknowledgement of the first; Linux delays that
    by 40 ms unless it is told not to, and forgets having been told whenever something is sent.

    Args:
        sock: the connection; it is set up for short questions and answers.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = sock
        self._ahead = b""

    def receive(self) -> bytes | None:
        """Wait for one whole message and return its payload, or None when the other side has closed.

        Raises:
            OSError: the connection broke.
        """
        if _QUICKACK is not None:
            self._socket.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        received = self._ahead
        while len(received) < 2 or len(received) < (end := 2 + int.from_bytes(received[:2])):
            piece = self._socket.recv(_MOST)
            if not piece:
                return None
            received += piece
        self._ahead = received[end:]
        return received[2:end]


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
