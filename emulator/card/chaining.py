"""Command chaining, as ISO/IEC 7816-4 has it: the links of one command are joined before it is executed."""

from __future__ import annotations

from dataclasses import replace

from emulator.card.context import CardRefusalError
from reader_core.iso7816 import SW, CommandApdu

_CHAINING_BIT = 0x10
_LONGEST = 0xFFFF


class Chain:
    """The links of a command that have come so far."""

    def __init__(self) -> None:
        self._header: bytes | None = None
        self._data = bytearray()

    def abandon(self) -> None:
        """Forget the links."""
        self._header = None
        self._data.clear()

    def expect(self, command: CommandApdu) -> None:
        """Check that a command belongs to the open chain, if there is one.

        Raises:
            CardRefusalError: 6883: it is another command. The chain is abandoned, so that the next command is free.
        """
        if self._header is not None and self._header != _header(command):
            self.abandon()
            raise CardRefusalError(SW.LAST_OF_CHAIN_EXPECTED)

    def join(self, command: CommandApdu) -> CommandApdu | None:
        """Add a command's data, chained or not.

        Returns:
            The whole command, without the chaining bit, once the last link is there; None before.

        Raises:
            CardRefusalError: 6700: the links are more than the longest command. The chain is abandoned.
        """
        if self._header is None and not command.cla & _CHAINING_BIT:
            return command
        if len(self._data) + len(command.data) > _LONGEST:
            self.abandon()
            raise CardRefusalError(SW.WRONG_LENGTH)
        self._data += command.data
        if command.cla & _CHAINING_BIT:
            self._header = _header(command)
            return None
        whole = replace(command, data=bytes(self._data))
        self.abandon()
        return whole


def _header(command: CommandApdu) -> bytes:
    return bytes((command.cla & ~_CHAINING_BIT, command.ins, command.p1, command.p2))
