"""A connection that prints what goes over it, with the NIR and the PIN masked unless asked."""

import click

from reader_core.iso7816 import Connection, describe_command, describe_response
from vitale_testbed.masking import masked_command, masked_response


class PrintedTrace:
    """A connection that tells standard error, in words and in hexadecimal, each thing that crosses it.

    Args:
        connection: the connection behind it.
        slot: what to call it in the trace.
        masked: whether the digits of PIN and NIR are replaced by `**`.
    """

    def __init__(self, connection: Connection, slot: str, *, masked: bool) -> None:
        self._connection = connection
        self._slot = slot
        self._masked = masked

    @property
    def name(self) -> str:
        """The reader's name."""
        return self._connection.name

    def power_on(self) -> bytes:
        """Power the card and print its ATR."""
        atr = self._connection.power_on()
        self._print(f"power on   ATR {atr.hex(' ').upper()}")
        return atr

    def reset(self) -> bytes:
        """Reset the card and print its ATR."""
        atr = self._connection.reset()
        self._print(f"reset      ATR {atr.hex(' ').upper()}")
        return atr

    def transmit(self, command: bytes) -> bytes:
        """Send a command and print both directions."""
        answer = self._connection.transmit(command)
        sent = masked_command(command) if self._masked else command.hex(" ").upper()
        got = masked_response(answer) if self._masked else answer.hex(" ").upper()
        self._print(f"> {sent}   {describe_command(command)}")
        self._print(f"< {got}   {describe_response(answer)}")
        return answer

    def close(self) -> None:
        """Leave the reader."""
        self._connection.close()

    def _print(self, text: str) -> None:
        click.echo(f"{self._slot:<6} {text}", err=True)
