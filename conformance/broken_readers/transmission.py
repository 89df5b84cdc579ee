"""Readers that get the commands and answers of the card wrong."""

from __future__ import annotations

from conformance.broken_readers.model import Defect, wrong_way
from reader_core.iso7816 import Connection

_READ_BINARY = 0xB0
_WRONG_OFFSET = bytes.fromhex("6B00")


class Altered:
    """A connection whose answers are altered."""

    def __init__(self, inner: Connection) -> None:
        self._inner = inner

    @property
    def name(self) -> str:
        """The reader's name."""
        return self._inner.name

    def power_on(self) -> bytes:
        """Power the card."""
        return self._inner.power_on()

    def reset(self) -> bytes:
        """Reset the card."""
        return self._inner.reset()

    def transmit(self, command: bytes) -> bytes:
        """Send a command and alter its answer."""
        return self.altered(command, self._inner.transmit(command))

    def close(self) -> None:
        """Leave the reader."""
        self._inner.close()

    def altered(self, command: bytes, response: bytes) -> bytes:
        """Alter the answer to a command."""
        del command
        return response


class _First256(Altered):
    def altered(self, command: bytes, response: bytes) -> bytes:
        beyond = command[1] == _READ_BINARY and not command[2] & 0x80 and int.from_bytes(command[2:4]) >= 0x100
        return _WRONG_OFFSET if beyond else response


@wrong_way(
    "VIT-ROB-002",
    "stops reading a file after its first 256 bytes",
    "arrête la lecture d'un fichier après ses 256 premiers octets",
)
class StopsAt256Bytes(Defect):
    def connection(self, slot: str, connection: Connection) -> Connection:
        return _First256(connection) if slot == "vitale" else connection
