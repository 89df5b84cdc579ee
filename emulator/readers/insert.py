"""Keep cards in PC/SC slots until somebody says stop: the machinery of `vitale insert`."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from threading import Event
from types import FrameType, TracebackType
from typing import Self

from emulator.readers.errors import ReaderSetupError
from emulator.readers.private import PrivatePcscd
from emulator.readers.public import PublicPcscd
from emulator.readers.shared import SharedPcscd
from emulator.readers.vpcd import VpcdSlot
from reader_core.iso7816 import Card

_STOPPING = (signal.SIGINT, signal.SIGTERM)
_CHECK_S = 0.5


class InsertSession:
    """One or two cards in PC/SC slots, from `with` until its end; then the slots are empty and what it started is gone.

    Without `private`, the running pcscd is used when it has enough free vpcd slots; when none runs, one is started where
    every program finds it. With `private`, one is started that only programs with `environment` see.

    From `with` on, SIGTERM raises KeyboardInterrupt as Ctrl-C does, so that the cards are removed however it is stopped.
    Enter it in the main thread.

    Args:
        cards: one or two cards.
        private: start a pcscd of our own.
    """

    def __init__(self, cards: Sequence[Card], *, private: bool = False) -> None:
        if not 1 <= len(cards) <= 2:
            raise ValueError("one or two cards can be inserted")
        self._cards = tuple(cards)
        self._private = private
        self._slots: tuple[VpcdSlot, ...] = ()
        self._environment: dict[str, str] = {}
        self._check: Callable[[], None] = _nothing
        self._started = False
        self._stack = ExitStack()

    @property
    def slots(self) -> tuple[VpcdSlot, ...]:
        """The slots used, one for each card, in the order of the cards. Programs see the cards present."""
        return self._slots

    @property
    def environment(self) -> dict[str, str]:
        """What other programs need in their environment; empty when every program finds the daemon."""
        return self._environment

    @property
    def started(self) -> bool:
        """Whether a pcscd was started for this session (and will be stopped with it)."""
        return self._started

    def wait(self) -> None:
        """Block until Ctrl-C or SIGTERM.

        Raises:
            KeyboardInterrupt: Ctrl-C or SIGTERM came.
            ReaderSetupError: `daemon_died`.
        """
        never = Event()
        while not never.wait(_CHECK_S):
            self._check()

    def __enter__(self) -> Self:
        """Insert the cards.

        Raises:
            ReaderSetupError: as `PrivatePcscd`, `PublicPcscd` and `SharedPcscd`; `slots_busy`.
        """
        with ExitStack() as stack:
            stack.enter_context(_sigterm_interrupts())
            if self._private:
                self._use(stack.enter_context(PrivatePcscd(self._cards)))
            else:
                try:
                    shared = SharedPcscd()
                except ReaderSetupError as error:
                    if error.code != "pcscd_not_running":
                        raise
                    self._use(stack.enter_context(PublicPcscd(self._cards)))
                else:
                    self._borrow(shared, stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stack.close()

    def _use(self, daemon: PrivatePcscd | PublicPcscd) -> None:
        self._slots = daemon.slots[: len(self._cards)]
        self._environment = daemon.environment
        self._check = daemon.check
        self._started = True

    def _borrow(self, daemon: SharedPcscd, stack: ExitStack) -> None:
        slots = _free(daemon, len(self._cards))
        for slot, card in zip(slots, self._cards, strict=True):
            stack.callback(slot.remove)
            slot.insert(card, wait=False)
        for slot in slots:
            slot.wait_seen()
        self._slots = slots
        self._check = daemon.check


def find_slots(count: int, stack: ExitStack) -> tuple[tuple[VpcdSlot, ...], Callable[[], None]]:
    """Find empty slots where every program sees their cards, as `InsertSession` does without `private`.

    Args:
        count: how many, at most two.
        stack: ends what had to be started.

    Returns:
        The slots, and what raises ReaderSetupError once their daemon has died.

    Raises:
        ReaderSetupError: as `PublicPcscd` and `SharedPcscd`; `slots_busy`.
    """
    try:
        shared = SharedPcscd()
    except ReaderSetupError as error:
        if error.code != "pcscd_not_running":
            raise
        started = stack.enter_context(PublicPcscd())
        return started.slots[:count], started.check
    return _free(shared, count), shared.check


def _free(daemon: SharedPcscd, count: int) -> tuple[VpcdSlot, ...]:
    free = daemon.free_slots()
    if len(free) < count:
        raise ReaderSetupError(
            "slots_busy",
            f"The running pcscd has {len(free)} free vpcd slots of {len(daemon.slots)}; {count} needed.",
            "End the program that holds the other cards, or use `--private`.",
        )
    return free[:count]


class _sigterm_interrupts:  # noqa: N801 -- used as a function in `with`
    """While active, SIGTERM does what Ctrl-C does; meanwhile Ctrl-C is never ignored, as shells make it for `&`."""

    def __enter__(self) -> None:
        self._before = [(number, signal.signal(number, _interrupt)) for number in _STOPPING]

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _nothing() -> None:
    """No daemon to check yet."""
