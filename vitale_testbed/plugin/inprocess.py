"""A reader of two slots in the test's own process."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from emulator.readers import InProcessReader, ReaderRack, SocketReader, pyscard_readers
from reader_core.iso7816 import Card, Connection
from vitale_testbed.plugin.cards import NO_CHANGES, CardSource, Changes, VirtualCard, virtual_card
from vitale_testbed.plugin.log import ApduLog


class VirtualSlot:
    """One slot of a `VirtualReader`. Cards may come and go at any time, from any thread.

    Args:
        name: what programs call the reader of this slot.
        slot: what the log calls its cards: "vitale" or "cps".
        log: where exchanges go.
    """

    def __init__(self, name: str, slot: str, log: ApduLog) -> None:
        self.reader = InProcessReader(name)
        self._slot = slot
        self._log = log

    @property
    def name(self) -> str:
        """What programs call the reader of this slot."""
        return self.reader.name

    @property
    def card(self) -> Card | None:
        """The card in the slot, or None."""
        return self.reader.card

    def insert(self, source: CardSource = "specimen", *, changes: Changes = NO_CHANGES) -> VirtualCard:
        """Put a card in the empty slot.

        Args:
            source: a built-in image's name, the path of an image, an image, or a card.
            changes: new values by path: `{"assure.regime": "05"}`.

        Returns:
            The card, to put it in again after a `remove`.

        Raises:
            ImageError: there is no such image, or a change does not fit it.
            ReaderSetupError: `slot_taken`, when a card is there.
        """
        card = virtual_card(source, changes=changes, slot=self._slot, log=self._log)
        self.reader.insert(card)
        return card

    def remove(self) -> Card | None:
        """Pull the card out, even in the middle of a command, and return it; None when the slot was empty."""
        return self.reader.remove()

    def connect(self) -> Connection:
        """Give a program its own connection to this slot, which may be empty."""
        return self.reader.connect()

    def serve(self) -> SocketReader:
        """Serve this slot on 127.0.0.1 to programs without PC/SC, in any language.

        Use it in `with`; the program is told its `address`, `socket:127.0.0.1:PORT`.
        """
        return SocketReader(self.reader)


class VirtualReader:
    """A reader of two slots in this process, as a health professional has it. A context manager: it ends empty.

    Attributes:
        vitale: the patient's slot.
        cps: the professional's slot.
        log: every exchange with the cards that were in them.
    """

    def __init__(self, log: ApduLog | None = None) -> None:
        self.log = ApduLog() if log is None else log
        self.vitale = VirtualSlot("Vitale testbed 00", "vitale", self.log)
        self.cps = VirtualSlot("Vitale testbed 01", "cps", self.log)

    def pyscard(self) -> AbstractContextManager[ReaderRack]:
        """In `with`: `smartcard.System.readers()` lists the two slots, and no others.

        Raises:
            ReaderSetupError: `pyscard_missing`.
        """
        return pyscard_readers(self.vitale.reader, self.cps.reader)

    def close(self) -> None:
        """Take both cards out. Closing twice is allowed."""
        self.vitale.remove()
        self.cps.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<VirtualReader, vitale: {self.vitale.card or 'empty'}, cps: {self.cps.card or 'empty'}>"


def virtual_reader(
    vitale: CardSource | None = "specimen",
    cps: CardSource | None = None,
    *,
    changes: Changes = NO_CHANGES,
    cps_changes: Changes = NO_CHANGES,
) -> VirtualReader:
    """Make a reader with cards in it: for `with`, or to `close` when done.

    Args:
        vitale: the card in the patient's slot: an image's name or path, an image, or a card; None leaves it empty.
        cps: the same for the professional's slot.
        changes: new values for the image of the first: `{"assure.regime": "05"}`.
        cps_changes: the same for the second.

    Raises:
        ImageError: there is no such image, or a change does not fit it.
    """
    reader = VirtualReader()
    if vitale is not None:
        reader.vitale.insert(vitale, changes=changes)
    if cps is not None:
        reader.cps.insert(cps, changes=cps_changes)
    return reader
