"""Two real PC/SC slots under a pcscd of our own, which no other program sees."""

from __future__ import annotations

import os
from threading import Thread
from types import TracebackType
from typing import Final, Self

from emulator.readers import PrivatePcscd, ReaderSetupError, VpcdSlot
from reader_core.connections import TIMEOUT_S, PcscConnection
from reader_core.iso7816 import Card, Connection
from vitale_testbed.plugin.cards import NO_CHANGES, CardSource, Changes, VirtualCard, virtual_card
from vitale_testbed.plugin.log import ApduLog

_SOCKET: Final = "PCSCLITE_CSOCK_NAME"


class PcscSlot:
    """One slot of a `PcscReaders`. Cards may come and go at any time; each coming and going takes up to half a second.

    Args:
        slot: the slot of the daemon.
        label: what the log calls its cards: "vitale" or "cps".
        log: where exchanges go.
    """

    def __init__(self, slot: VpcdSlot, label: str, log: ApduLog) -> None:
        self.slot = slot
        self._label = label
        self._log = log

    @property
    def name(self) -> str:
        """The PC/SC name of the reader: `Virtual PCD 00 00`."""
        return self.slot.name

    @property
    def card(self) -> Card | None:
        """The card in the slot, or None."""
        return self.slot.card

    def insert(
        self, source: CardSource = "specimen", *, changes: Changes = NO_CHANGES, wait: bool = True
    ) -> VirtualCard:
        """Put a card in the empty slot.

        Args:
            source: a built-in image's name, the path of an image, an image, or a card.
            changes: new values by path: `{"assure.regime": "05"}`.
            wait: return only when pcscd shows the card present.

        Returns:
            The card, to put it in again after a `remove`.

        Raises:
            ImageError: there is no such image, or a change does not fit it.
            ReaderSetupError: `slot_taken`, `slot_unreachable`, `card_not_seen`, or `daemon_died`.
        """
        card = virtual_card(source, changes=changes, slot=self._label, log=self._log)
        self.slot.insert(card, wait=wait)
        return card

    def remove(self) -> Card | None:
        """Pull the card and wait until pcscd shows the slot empty; return it, None when there was none."""
        return self.slot.remove()

    def connect(self) -> Connection:
        """A connection to the slot over PC/SC, from a process that can be ended. It needs pyscard."""
        return PcscConnection(self.name, TIMEOUT_S)


class PcscReaders:
    """Two PC/SC slots. A context manager: the slots end empty, and the environment as it was.

    From construction to `close`, `os.environ` names the daemon, so that PC/SC in this process and in those it starts finds
    these readers and no others. A process has one daemon for life: libpcsclite looks at the environment once.

    Args:
        daemon: the pcscd behind them.
        log: where exchanges go.
        owned: stop the daemon at the end.

    Attributes:
        vitale: the patient's slot.
        cps: the professional's slot.
        environment: what a program needs in its environment to find them, where it does not inherit it.
        log: every exchange with the cards that were in them.
    """

    def __init__(self, daemon: PrivatePcscd, log: ApduLog | None = None, *, owned: bool = True) -> None:
        self.log = ApduLog() if log is None else log
        first, second = daemon.slots[:2]
        self.vitale = PcscSlot(first, "vitale", self.log)
        self.cps = PcscSlot(second, "cps", self.log)
        self.environment = daemon.environment
        self._daemon = daemon
        self._owned = owned
        self._before = os.environ.get(_SOCKET)
        os.environ.update(self.environment)

    def load(self, vitale: CardSource | None, cps: CardSource | None) -> None:
        """Put a card in each empty slot, or none; return when pcscd shows them present.

        Raises:
            ImageError: there is no such image.
            ReaderSetupError: `slot_taken`, `slot_unreachable`, `card_not_seen`, or `daemon_died`.
        """
        loaded = [(slot, one) for slot, one in ((self.vitale, vitale), (self.cps, cps)) if one is not None]
        for slot, source in loaded:
            slot.insert(source, wait=False)
        for slot, _ in loaded:
            slot.slot.wait_seen()

    def close(self) -> None:
        """Take both cards out and put the environment back. Closing twice is allowed."""
        leaving = [Thread(target=slot.remove) for slot in (self.vitale, self.cps) if slot.card is not None]
        for one in leaving:
            one.start()
        for one in leaving:
            one.join()
        if self._owned:
            self._daemon.close()
        if os.environ.get(_SOCKET) == self.environment[_SOCKET]:
            del os.environ[_SOCKET]
            if self._before is not None:
                os.environ[_SOCKET] = self._before

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<PcscReaders, vitale: {self.vitale.card or 'empty'}, cps: {self.cps.card or 'empty'}>"


class DaemonKeeper:
    """The pcscd of a whole test run: started when first asked for, again when it has died, stopped by `close`."""

    def __init__(self) -> None:
        self._daemon: PrivatePcscd | None = None

    def running(self) -> PrivatePcscd:
        """The daemon, running.

        Raises:
            ReaderSetupError: as `PrivatePcscd`.
        """
        if self._daemon is not None:
            try:
                self._daemon.check()
            except ReaderSetupError:
                self.close()
        if self._daemon is None:
            self._daemon = PrivatePcscd()
        return self._daemon

    def close(self) -> None:
        """Stop the daemon, if one was started."""
        if self._daemon is not None:
            self._daemon.close()
            self._daemon = None


def virtual_pcsc_readers(
    vitale: CardSource | None = "specimen",
    cps: CardSource | None = None,
    *,
    changes: Changes = NO_CHANGES,
    cps_changes: Changes = NO_CHANGES,
) -> PcscReaders:
    """Start a pcscd of our own with cards in its two slots: for `with`, or to `close` when done.

    Args:
        vitale: the card in the patient's slot: an image's name or path, an image, or a card; None leaves it empty.
        cps: the same for the professional's slot.
        changes: new values for the image of the first: `{"assure.regime": "05"}`.
        cps_changes: the same for the second.

    Raises:
        ImageError: there is no such image, or a change does not fit it.
        ReaderSetupError: `pcscd_missing`, `vpcd_missing`, `unsupported_system`, `pcscd_failed`, `port_taken`,
            `card_not_seen`.
    """
    log = ApduLog()
    first = None if vitale is None else virtual_card(vitale, changes=changes, slot="vitale", log=log)
    second = None if cps is None else virtual_card(cps, changes=cps_changes, slot="cps", log=log)
    readers = PcscReaders(PrivatePcscd(), log)
    try:
        readers.load(first, second)
    except BaseException:
        readers.close()
        raise
    return readers
