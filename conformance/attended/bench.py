"""Two readers for a whole run, always the same, where the product of a person finds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack

from conformance.bench import NOTHING, Bench, ReaderKind, Slot, Workplace
from emulator.readers import InProcessReader, PrivatePcscd, ReaderSetupError, SocketReader, find_slots
from reader_core.iso7816 import Card


class StandingBench(Bench):
    """A bench whose workplace is the same for every case. A context manager.

    Args:
        kind: ``pcsc-shared``: vpcd slots of the running pcscd, or of one that is started where every program looks; ``pcsc``: those of
            a pcscd of our own, for programs with its `environment`; ``socket``: the little protocol.

    Raises:
        ReaderSetupError: The readers cannot be set up.
    """

    def __init__(self, kind: ReaderKind) -> None:
        self.kind: ReaderKind = kind
        self._environment: Mapping[str, str] = NOTHING
        self._check: Callable[[], None] = lambda: None
        with ExitStack() as opening:
            self._slots, self._addresses = self._open(opening)
            self._stack = opening.pop_all()

    def _open(self, opening: ExitStack) -> tuple[tuple[Slot, Slot], tuple[str, str]]:
        if self.kind == "socket":
            readers = InProcessReader("Vitale"), InProcessReader("CPS")
            vitale, cps = (opening.enter_context(SocketReader(reader)) for reader in readers)
            return readers, (vitale.address, cps.address)
        if self.kind == "pcsc":
            own = opening.enter_context(PrivatePcscd())
            self._environment, self._check = own.environment, own.check
            first, second = own.slots[:2]
        else:
            try:
                (first, second), self._check = find_slots(2, opening)
            except ReaderSetupError as error:
                step = "Or take a pcscd of this run's own: --reader pcsc."
                raise ReaderSetupError(error.code, error.message, f"{error.next_step} {step}") from error
        return (first, second), (first.address, second.address)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program needs in its environment to find the readers."""
        return self._environment

    @property
    def ahead(self) -> int:
        """No card is put in before its case: the person would see it."""
        return 0

    def prepare(self, key: str, vitale: Card | None, cps: Card | None) -> bool:
        """Do nothing."""
        del key, vitale, cps
        return False

    def workplace(self, key: str = "") -> Workplace:
        """Return the workplace, its slots empty.

        Raises:
            ReaderSetupError: The daemon is gone.
        """
        del key
        self._check()
        return Workplace(self._slots, self._addresses, self._empty)

    def close(self) -> None:
        """Take the cards out and stop what was started. Closing twice is allowed."""
        self._empty()
        self._stack.close()

    def _empty(self) -> None:
        for slot in self._slots:
            slot.remove()
