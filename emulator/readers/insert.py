"""Keep cards in PC/SC slots until somebody says stop: the machinery of `vitale insert`."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from emulator.readers.vpcd import VpcdSlot
from reader_core.iso7816.connection import Card


class InsertSession:
    """One or two cards in PC/SC slots, from `with` until its end.

    Without `private`, the running pcscd is used when it has enough free vpcd slots; when none runs, one is started where
    every program finds it. With `private`, one is started that only programs with `environment` see.

    Args:
        cards: one or two cards.
        private: start a pcscd of our own.
    """

    def __init__(self, cards: Sequence[Card], *, private: bool = False) -> None:
        raise NotImplementedError

    @property
    def slots(self) -> tuple[VpcdSlot, ...]:
        """The slots used, one for each card."""
        raise NotImplementedError

    @property
    def environment(self) -> dict[str, str]:
        """What other programs need in their environment; empty when every program finds the daemon."""
        raise NotImplementedError

    def wait(self) -> None:
        """Block until Ctrl-C or SIGTERM; call from the main thread.

        Raises:
            ReaderSetupError: `daemon_died`.
        """
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        raise NotImplementedError
