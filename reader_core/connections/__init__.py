"""Ways to reach a card: PC/SC readers, and the socket reader for programs without PC/SC.

    connection = open_connection("pcsc:Virtual PCD 00 00")
    atr = connection.power_on()

Every way is a `reader_core.iso7816.Connection`, and its `presence` says whether a card is there. A card that hangs cannot
hang the program: after `TIMEOUT_S` seconds without an answer the command ends in `CardMuteError`.
"""

from __future__ import annotations

from reader_core.connections.pcsc import PcscConnection, pcsc_readers
from reader_core.connections.presence import Presence, Watch
from reader_core.connections.socket_client import SocketConnection

TIMEOUT_S = 10.0
"""Seconds that a card has for one answer. A private RSA operation takes a card one or two."""

__all__ = ["TIMEOUT_S", "PcscConnection", "Presence", "SocketConnection", "Watch", "open_connection", "pcsc_readers"]


def open_connection(spec: str, timeout_s: float = TIMEOUT_S) -> PcscConnection | SocketConnection:
    """Make the connection that a reader's name asks for. Nothing is touched before its `power_on`.

    Args:
        spec: `socket:HOST:PORT`, `pcsc:NAME`, or a bare PC/SC reader name. A PC/SC name may be cut short as long as
            one reader alone begins with it.
        timeout_s: seconds that each answer may take.

    Raises:
        ValueError: the name is empty, or a socket's has no host or port; the message says what one looks like.
    """
    kind, colon, rest = spec.partition(":")
    if colon and kind == "socket":
        return SocketConnection.from_address(rest, timeout_s)
    name = rest if colon and kind == "pcsc" else spec
    if not name.strip():
        raise ValueError(f"{spec!r} names no reader: write pcsc:NAME, a PC/SC reader's name, or socket:HOST:PORT")
    return PcscConnection(name, timeout_s)
