"""A connection to a replayed card, which says at the end what the program did that the recording does not have."""

import click

from emulator.recording import ReplayCard
from reader_core.iso7816 import Connection


class ReplayConnection:
    """The connection, and the differences on standard error when it is closed.

    Args:
        connection: leads to the card.
        card: the card.
    """

    def __init__(self, connection: Connection, card: ReplayCard) -> None:
        self._connection = connection
        self._card = card
        self._told = 0

    @property
    def name(self) -> str:
        """The reader's name."""
        return self._connection.name

    def power_on(self) -> bytes:
        """Power the card."""
        return self._connection.power_on()

    def reset(self) -> bytes:
        """Reset the card."""
        return self._connection.reset()

    def transmit(self, command: bytes) -> bytes:
        """Send a command."""
        return self._connection.transmit(command)

    def close(self) -> None:
        """Leave the reader and tell the differences, each once."""
        self._connection.close()
        for divergence in self._card.divergences[self._told :]:
            click.echo(f"{self.name}: differs from the recording\n{divergence}", err=True)
        self._told = len(self._card.divergences)
