"""Logical channels, as ISO/IEC 7816-4 has them: each has its own selection; who was let in holds for the whole card."""

from __future__ import annotations

from emulator.card.context import CardRefusalError, CommandContext, answer, refuse
from emulator.card.files import DedicatedFile
from emulator.card.state import SecurityStatus, VolatileState
from reader_core.iso7816 import SW, CommandApdu, ResponseApdu, wrong_le

_MOST = 4
_SELECT, _BY_NAME = 0xA4, 0x04
_OPEN, _CLOSE = 0x00, 0x80
_CHANNEL_BITS = 0x03  # of a class byte, for the channels 0 to 3 that there are here


class Channels:
    """The channels of one card. The basic one, 0, is always open.

    The security status is one for all of them (assumption: the standard leaves it to the card).

    Args:
        start: the DF that is current after reset, and in a channel just opened.
        count: channels in all, 1 to 4.

    Raises:
        ValueError: a count out of range.
    """

    def __init__(self, start: DedicatedFile, count: int) -> None:
        if not 1 <= count <= _MOST:
            raise ValueError(f"a card has 1 to {_MOST} channels here, not {count}")
        self.count = count
        self._start = start
        self._open: dict[int, VolatileState] = {}
        self._asked: int | None = None
        self.reset()

    def reset(self) -> None:
        """Close all but the basic channel, and forget everything volatile."""
        self._security = SecurityStatus()
        self._open = {0: self._fresh()}

    @property
    def basic(self) -> VolatileState:
        """The state of channel 0."""
        return self._open[0]

    def demand_open(self, number: int) -> None:
        """Go on only when a channel is open.

        Raises:
            CardRefusalError: 6881, it is not.
        """
        if number not in self._open:
            raise CardRefusalError(SW.CHANNEL_NOT_SUPPORTED)

    def enter(self, number: int, command: CommandApdu) -> VolatileState:
        """Give the state that a command works on.

        A SELECT by DF name finds a closed channel fresh: `settle` opens it when the selection was good.

        Raises:
            CardRefusalError: 6881: the channel is not open.
        """
        self._asked = None
        state = self._open.get(number)
        if state is not None:
            return state
        if (command.ins, command.p1) != (_SELECT, _BY_NAME):
            self.demand_open(number)
        self._asked = number
        return self._fresh()

    def settle(self, number: int, state: VolatileState, response: ResponseApdu) -> None:
        """Open the channel that a SELECT by DF name found closed, when the selection was good."""
        if self._asked == number and response.sw.ok:
            self._open[number] = state
        self._asked = None

    def manage(self, context: CommandContext) -> ResponseApdu:
        """Answer MANAGE CHANNEL, 70.

        P1=00 opens the channel of P2, or with P2=00 a free one, told in one byte; P1=80 closes the channel of P2, or with
        P2=00 the one that the class byte names. A channel opened from the basic one starts as after reset, from another one
        with that one's current DF.

        Answers 6C01 unless Le is 1 where a number is told, 6A86 for another P1 or a channel that cannot be opened or
        closed, 6A81 when none is free.

        Raises:
            CardRefusalError: one of those words.
        """
        p1, p2 = context.command.p1, context.command.p2
        issuer = context.command.cla & _CHANNEL_BITS
        if p1 == _OPEN and p2 == 0:
            free = next((number for number in range(1, self.count) if number not in self._open), None)
            if free is None:
                raise CardRefusalError(SW.FUNCTION_NOT_SUPPORTED)
            if context.command.ne != 1:
                # Refused before it does anything: the command comes again with the right Le.
                return refuse(wrong_le(1))
            self._open[free] = self._beside(issuer)
            return answer(bytes([free]))
        if p1 == _OPEN and p2 < self.count and p2 not in self._open:
            self._open[p2] = self._beside(issuer)
            return answer()
        closing = p2 or issuer
        if p1 == _CLOSE and closing and closing in self._open:
            del self._open[closing]
            return answer()
        raise CardRefusalError(SW.INCORRECT_P1_P2)

    def _beside(self, issuer: int) -> VolatileState:
        """The state of a channel opened from another one."""
        return VolatileState(self._open[issuer].df, security=self._security) if issuer else self._fresh()

    def _fresh(self) -> VolatileState:
        return VolatileState(self._start, security=self._security)
