"""What a broken card makes happen to the reader around it. Cards raise these; every reader of `emulator.readers` acts.

A card can answer wrongly by itself. It cannot leave the slot, be followed by another card, or take the service along:
for those it raises one of these instead of answering.
"""

from __future__ import annotations

from reader_core.iso7816 import Card, CardRemovedError, ReaderUnavailableError


class AnswerCutError(CardRemovedError):
    """The card leaves in the middle of its answer.

    Attributes:
        sent: the bytes that still went out, perhaps none.
        announced: how many bytes the whole answer has.
    """

    def __init__(self, sent: bytes, announced: int) -> None:
        super().__init__("", f"pulled on purpose after {len(sent)} of {announced} bytes of an answer")
        self.args = (sent, announced)
        self.sent = sent
        self.announced = announced


class CardReplacedError(CardRemovedError):
    """The card leaves, and another one is put in its place.

    Attributes:
        other: the card that follows.
    """

    def __init__(self, other: Card) -> None:
        super().__init__("", "swapped on purpose for another card")
        self.args = (other,)
        self.other = other


class ServiceKilledError(ReaderUnavailableError):
    """The service that owns the reader dies; a pcscd that we started is killed for it."""

    message = "the service that owns the reader has died"
    default_next_step = "Start the PC/SC service again, then read again."
