"""A pcscd of our own: nobody else sees its cards, and it ends when we do."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from emulator.readers.vpcd import VpcdSlot
from reader_core.iso7816.connection import Card


class PrivatePcscd:
    """A running pcscd with two vpcd slots, from construction (or `with`) until `close`.

    Args:
        cards: at most two cards to insert; construction returns when pcscd shows them present.

    Raises:
        ReaderSetupError: `pcscd_missing`, `vpcd_missing`, `unsupported_system`, `pcscd_failed`, `port_taken`.
    """

    def __init__(self, cards: Sequence[Card] = ()) -> None:
        raise NotImplementedError

    @property
    def slots(self) -> tuple[VpcdSlot, VpcdSlot]:
        """The two slots, in the order that programs list them."""
        raise NotImplementedError

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to find this pcscd: `PCSCLITE_CSOCK_NAME`."""
        raise NotImplementedError

    def close(self) -> None:
        """Remove the cards and stop the daemon. Closing twice is allowed."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()
