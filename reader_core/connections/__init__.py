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
from reader_core.iso7816 import Connection

TIMEOUT_S = 10.0
"""Seconds that a card has for one answer. A private RSA operation takes a card one or two."""

__all__ = [
    "TIMEOUT_S",
    "PcscConnection",
    "Presence",
    "SocketConnection",
    "Watch",
    "open_connection",
    "open_slots",
    "pcsc_readers",
]


def open_slots(
    vitale: Connection | str, cps: Connection | str | None, timeout_s: float = TIMEOUT_S
) -> tuple[Connection, Connection | None]:
    """Make the connections to the slots of the two cards.

    The same PC/SC name given twice is the beginning of the names of a reader's two slots: the first for the Vitale, the
    second for the professional card.

    Args:
        vitale: a connection, which is given back, or a reader's name as for `open_connection`.
        cps: the same; None for no slot.
        timeout_s: seconds that each answer may take, for readers given by name.

    Raises:
        ValueError: as `open_connection`; or a socket reader is given twice, which has one slot.
    """
    if isinstance(vitale, str) and vitale == cps:
        first, second = open_connection(vitale, timeout_s), open_connection(vitale, timeout_s)
        if not isinstance(first, PcscConnection) or not isinstance(second, PcscConnection):
            raise ValueError(f"{vitale!r} is one slot, and cannot hold both cards: name another reader for one of them")
        first.take_slot(0)
        second.take_slot(1)
        return first, second
    first = open_connection(vitale, timeout_s) if isinstance(vitale, str) else vitale
    return first, open_connection(cps, timeout_s) if isinstance(cps, str) else cps


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
