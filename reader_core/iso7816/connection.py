"""The two sides of a card slot, and what can go wrong between them.

A program holds a `Connection`: a card in a reader, which may be pulled, mute or never have been there. The reader holds
a `Card`: the thing itself, which always answers. Both carry raw bytes; nothing is retried or interpreted here, so that
the `61xx` and `6Cxx` of a T=0 card stay visible.
"""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable


@runtime_checkable
class Connection(Protocol):
    """A card in a reader, as a program sees it."""

    @property
    def name(self) -> str:
        """The reader's name, for messages."""
        ...

    def power_on(self) -> bytes:
        """Power the card (a cold reset) and return its ATR.

        Raises:
            CardAbsentError: the reader is empty.
            CardMuteError: the card gives no ATR.
            ReaderUnavailableError: the reader is not there, or another program holds it.
        """
        ...

    def reset(self) -> bytes:
        """Reset the card without cutting the power (a warm reset) and return its ATR.

        Raises:
            CardRemovedError: the card was there and is gone.
            CardMuteError: the card gives no ATR.
            ReaderUnavailableError: the reader has gone.
        """
        ...

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU and return the response APDU: data, then two status bytes.

        Raises:
            CardAbsentError: no card was powered.
            CardRemovedError: the card was pulled since it was powered.
            CardMuteError: no answer came in time.
            CardResetError: another program reset the card.
            ReaderUnavailableError: the reader has gone.
            ShortAnswerError: the reader reported success with fewer than two bytes.
        """
        ...

    def close(self) -> None:
        """Leave the reader. Closing twice is allowed; nothing else is, afterwards."""
        ...


@runtime_checkable
class Card(Protocol):
    """A card, as the reader sees it: it answers any bytes, and at least with a status word."""

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        ...

    def power_on(self) -> bytes:
        """Apply power: a cold reset. Volatile state is new. Returns the ATR."""
        ...

    def reset(self) -> bytes:
        """A warm reset. Volatile state is new. Returns the ATR."""
        ...

    def power_off(self) -> None:
        """Cut the power. Volatile state is lost; counters stay."""
        ...

    def transmit(self, command: bytes) -> bytes:
        """Answer one command APDU with a response APDU of at least two bytes. Never raises."""
        ...


class TransportError(Exception):
    """The way to the card failed: there is no answer of the card to judge.

    Attributes:
        code: stable name of the error, the same for every instance of a class.
        reader: name of the reader it happened in.
        detail: what was seen, for the report; may be empty.
        next_step: the one thing to do now, as a sentence.
    """

    code: ClassVar[str] = "transport"
    message: ClassVar[str] = "the reader failed"
    default_next_step: ClassVar[str] = "Check the reader, then try again."

    def __init__(self, reader: str, detail: str = "", next_step: str = "") -> None:
        super().__init__(reader, detail, next_step)
        self.reader = reader
        self.detail = detail
        self.next_step = next_step or self.default_next_step

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.reader}: {self.message}{detail}. {self.next_step}"


class CardAbsentError(TransportError):
    """The reader is there and empty."""

    code = "card_absent"
    message = "there is no card in the reader"
    default_next_step = "Insert the card, then try again."


class CardRemovedError(TransportError):
    """The card was there and has been pulled."""

    code = "card_removed"
    message = "the card was removed"
    default_next_step = "Insert the card again and leave it in until the reading ends."


class CardMuteError(TransportError):
    """The card is there and does not answer."""

    code = "card_mute"
    message = "the card does not answer"
    default_next_step = "Take the card out, check its contacts and the way it was inserted, then try again."


class CardResetError(TransportError):
    """Another program reset the card: what was selected and verified is lost."""

    code = "card_reset"
    message = "another program reset the card"
    default_next_step = "Close the other program that uses the card, then read again from the start."


class ReaderUnavailableError(TransportError):
    """The reader, or the service that owns it, is not there or not ours."""

    code = "reader_unavailable"
    message = "the reader is not available"
    default_next_step = "Plug the reader in and check its name with `vitale doctor`."


class ShortAnswerError(TransportError):
    """The reader reported success with an answer that is too short: without a status word, or with less than was announced.

    The former is what pcscd gives when a card leaves during a command: success, and 0 or 1 byte.

    Attributes:
        answer: the bytes that did come.
    """

    code = "short_answer"
    message = "the reader reported success with an incomplete answer"
    default_next_step = "The card probably left during the command: insert it again and leave it in."

    def __init__(self, reader: str, answer: bytes = b"", detail: str = "", next_step: str = "") -> None:
        super().__init__(reader, detail or (f"1 byte: {answer.hex().upper()}" if answer else "no byte"), next_step)
        self.args = (reader, answer, detail, next_step)
        self.answer = answer
