"""How an answer leaves the card: at once, or in pieces with 61xx, 6Cxx and GET RESPONSE.

ISO/IEC 7816-3 says how T=0 carries the cases of commands; ISO/IEC 7816-4 has response chaining (61xx) for T=1 too.
"""

from __future__ import annotations

from emulator.card.context import CardRefusalError, Transmission
from reader_core.iso7816 import SW, CommandApdu, ResponseApdu, StatusKind, StatusWord, bytes_remaining, wrong_le

_SHORT = 256
_HAS_DATA = (StatusKind.NORMAL, StatusKind.WARNING, StatusKind.PROPRIETARY)


class Delivery:
    """The outgoing side of a card: what is left of the last answer.

    Args:
        transmission: the protocol in use.
    """

    def __init__(self, transmission: Transmission) -> None:
        self._t0 = transmission is Transmission.T0
        self._waiting: ResponseApdu | None = None

    def forget(self) -> None:
        """Drop what was not fetched: another command has come, or a reset."""
        self._waiting = None

    def deliver(self, command: CommandApdu, response: ResponseApdu) -> ResponseApdu:
        """Give a handler's answer as far as the command takes it, and keep the rest.

        On T=0 a command that may carry data gets 61xx; one that only takes gets exactly Ne bytes, or 6Cxx.
        On T=1 a command gets up to Ne bytes, then 61xx; without Le it gets none of them, and 61xx, so that a program that
        speaks as on T=0 to a card that offers both finds its answer.
        """
        self._waiting = None
        data, sw = response.data, response.sw
        if not data:
            return response
        if sw.kind not in _HAS_DATA:
            return ResponseApdu(b"", sw)
        ne = command.ne
        if ne is None:
            # A word of a proprietary set says in its own way that bytes wait.
            return ResponseApdu(b"", sw) if sw.kind is StatusKind.PROPRIETARY else self._keep(response, 0)
        if self._t0 and sw.ok and (len(data) < ne or (len(data) > ne and len(data) <= _SHORT)):
            return ResponseApdu(b"", wrong_le(len(data)))
        return response if len(data) <= ne else self._keep(response, ne)

    def get_response(self, command: CommandApdu) -> ResponseApdu:
        """Answer GET RESPONSE: 6985 when nothing waits, 6Cxx for an Ne that is more than what waits.

        Raises:
            CardRefusalError: 6A86, 6700 or 6985; what waits goes on waiting.
        """
        if command.p1 or command.p2:
            raise CardRefusalError(SW.INCORRECT_P1_P2)
        if command.data or command.ne is None:
            raise CardRefusalError(SW.WRONG_LENGTH)
        if self._waiting is None:
            raise CardRefusalError(SW.CONDITIONS_NOT_SATISFIED)
        waiting, ne = self._waiting, command.ne
        if len(waiting.data) < ne and (self._t0 or not command.ne_is_maximum):
            # More than 256 bytes cannot be named in 6Cxx: an extended Ne is then simply answered with less.
            if len(waiting.data) <= _SHORT:
                raise CardRefusalError(wrong_le(len(waiting.data)))
            self._waiting = None
            return waiting
        if len(waiting.data) > ne:
            return self._keep(waiting, ne)
        self._waiting = None
        return waiting

    def _keep(self, response: ResponseApdu, given: int) -> ResponseApdu:
        """Give the first bytes now and keep the others with the status word for their end."""
        self._waiting = ResponseApdu(response.data[given:], response.sw)
        return ResponseApdu(response.data[:given], StatusWord(bytes_remaining(len(response.data) - given)))
