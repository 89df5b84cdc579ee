"""Whole commands over a connection that carries single APDUs.

A T=0 card cannot answer a command with data at once: it says `61xx`, and the answer is fetched. It cannot guess a length
either: it says `6Cxx`, and the command is repeated. Both, and the chaining of long data, happen here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from reader_core.iso7816.class_byte import ClassByte, ClassKind
from reader_core.iso7816.command import EXTENDED_NE_MAX, SHORT_NE_MAX, CommandApdu
from reader_core.iso7816.connection import Connection, ShortAnswerError, TransportError
from reader_core.iso7816.response import ResponseApdu
from reader_core.iso7816.status import SW

INS_GET_RESPONSE = 0xC0
MAX_ANSWER_BYTES = EXTENDED_NE_MAX
MAX_ROUNDS = 1024  # four times what a full answer takes in pieces of 256
MAX_LE_CORRECTIONS = 2  # a length may change once between being told and being used

Listener = Callable[[bytes, bytes], None]
"""Called after each exchange with the command and the answer as they went over the connection."""


class EndlessAnswerError(TransportError):
    """The card keeps announcing more answer, or other lengths, without end.

    Attributes:
        command: the command that was sent.
        received: bytes of answer that came before we stopped.
    """

    code: ClassVar[str] = "endless_answer"
    message: ClassVar[str] = "the card never ends its answer"
    default_next_step: ClassVar[str] = "This card does not follow ISO/IEC 7816-4: try another card, keep the trace."

    def __init__(self, reader: str, command: bytes, received: int, detail: str) -> None:
        super().__init__(reader, detail)
        self.args = (reader, command, received, detail)
        self.command = command
        self.received = received


class CardChannel:
    """Commands to the card behind a connection.

    Attributes:
        connection: where the bytes go. It stays the caller's: the channel neither powers nor closes it.
        exchange: listeners, called in order after every single APDU, the ones sent on the card's demand included.
        length_was_told: whether the card itself said how long the last answer is, by 61xx or 6Cxx, and it was that long.
        number: the logical channel, 0 to 3, that interindustry commands go to (ISO/IEC 7816-4, 5.4.1).
    """

    def __init__(self, connection: Connection, *listeners: Listener, number: int = 0) -> None:
        """Make a channel.

        Args:
            connection: a powered connection.
            listeners: see `exchange`.
            number: see there. Opening the channel is the caller's: a card does it when it selects by name, or on
                MANAGE CHANNEL.

        Raises:
            ValueError: no number of 0 to 3.
        """
        if not 0 <= number <= 3:
            raise ValueError(f"a logical channel is 0 to 3 here, not {number}")
        self.number = number
        self.length_was_told = False
        self.connection = connection
        self.exchange: list[Listener] = list(listeners)

    def send(self, command: CommandApdu) -> ResponseApdu:
        """Send a command and give its whole answer.

        Data that does not fit a short command goes as a chain, which ends early when the card refuses a link. An
        answer that the card announces with 61xx is fetched whole, whatever `ne` is: a T=0 card has no other way.

        Args:
            command: the command; its `extended` decides whether extended lengths are used.

        Returns:
            The joined data and the last status word. Never 61xx; 6Cxx only when the card insists on it for a
            command that asked for no data.

        Raises:
            EndlessAnswerError: the card announces more without end.
            ShortAnswerError: an answer without a status word, or shorter than the card itself had said.
            TransportError: as the connection raises it.
        """
        if self.number and not command.cla & 0x80:  # a proprietary class has channels of its own, or none
            command = replace(command, cla=command.cla | self.number)
        *links, last = command.chain()
        for link in links:
            response = self._collect(link)
            if response.sw != SW.OK:
                return response
        return self._collect(last)

    def _collect(self, command: CommandApdu) -> ResponseApdu:
        """Send one link, and fetch what the card says is waiting."""
        response = self._send_with_right_length(command)
        if response.sw.remaining is None:
            return response
        data = bytearray(response.data)
        for _ in range(MAX_ROUNDS):
            waiting = response.sw.remaining
            if waiting is None:
                return ResponseApdu(bytes(data), response.sw)
            if len(data) >= MAX_ANSWER_BYTES:
                break
            response = self._send_with_right_length(_get_response(command, waiting))
            if waiting < SHORT_NE_MAX and not self.length_was_told:  # 6100 is 256 or more, and 6Cxx is the later word
                self._check_length(response, waiting)
            data += response.data
        raise self._endless(command, len(data), f"last status word {response.sw}")

    def _send_with_right_length(self, command: CommandApdu) -> ResponseApdu:
        """Send one command, again with the length the card names."""
        self.length_was_told = False
        response = self._exchange(command)
        for _ in range(MAX_LE_CORRECTIONS):
            exact = response.sw.exact_length
            if exact is None or command.ne is None:
                return response
            response = self._exchange(_with_ne(command, exact))
            self._check_length(response, exact)
        if response.sw.exact_length is not None:
            raise self._endless(command, 0, f"{response.sw} again after the length it asked for")
        return response

    def _check_length(self, response: ResponseApdu, told: int) -> None:
        """Refuse an answer that is shorter than the card had said: part of it was lost on the way, and nothing tells which."""
        if response.sw != SW.OK:
            return
        if len(response.data) < told:
            detail = f"{len(response.data)} of {told} bytes that the card announced"
            raise ShortAnswerError(self.connection.name, bytes(response), detail)
        self.length_was_told = True

    def _exchange(self, command: CommandApdu) -> ResponseApdu:
        raw = bytes(command)
        answer = self.connection.transmit(raw)
        for listener in self.exchange:
            listener(raw, answer)
        if len(answer) < 2:
            raise ShortAnswerError(self.connection.name, answer)
        return ResponseApdu.parse(answer)

    def _endless(self, command: CommandApdu, received: int, detail: str) -> EndlessAnswerError:
        return EndlessAnswerError(self.connection.name, bytes(command), received, detail)


def _with_ne(command: CommandApdu, ne: int) -> CommandApdu:
    """The same command for exactly `ne` bytes, short: only a card that counts in single bytes says 6Cxx."""
    extended = command.extended and bool(command.data)
    return CommandApdu(command.cla, command.ins, command.p1, command.p2, command.data, ne, extended)


def _get_response(command: CommandApdu, waiting: int) -> CommandApdu:
    """GET RESPONSE on the command's own logical channel, without chaining or secure messaging."""
    decoded = ClassByte.parse(command.cla)
    match decoded.kind:
        case ClassKind.FIRST_INTERINDUSTRY:
            cla = command.cla & 0x03
        case ClassKind.FURTHER_INTERINDUSTRY:
            cla = command.cla & 0x4F
        case _:
            cla = command.cla
    return CommandApdu(cla, INS_GET_RESPONSE, 0x00, 0x00, ne=min(waiting, SHORT_NE_MAX))
