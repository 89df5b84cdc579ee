"""Replayed cards that say at the end what the program did that the recording does not have."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager

import click

from emulator.recording import Divergence, ReplayCard
from reader_core.iso7816 import Card, Connection


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
        _tell(self.name, self._card.divergences[self._told :])
        self._told = len(self._card.divergences)


@contextmanager
def differences_told(cards: Iterable[tuple[str, Card]]) -> Generator[None]:
    """Tell the differences of every replayed card on standard error when the block ends.

    Args:
        cards: the cards that other programs use in the block, each with its name; those that replay nothing are passed over.
    """
    replays = [(name, card) for name, card in cards if isinstance(card, ReplayCard)]
    try:
        yield
    finally:
        for name, card in replays:
            _tell(name, card.divergences)


def _tell(name: str, divergences: Iterable[Divergence]) -> None:
    for divergence in divergences:
        click.echo(f"{name}: differs from the recording\n{divergence}", err=True)
