"""What went through a slot, seen from the card's side: the evidence behind a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from reader_core.iso7816 import Card, CardRemovedError, TransportError

TraceKind = Literal["apdu", "power_on", "reset", "power_off", "removed"]


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One thing that happened to a card.

    Attributes:
        slot: which card, as the caller named it ("vitale", "cps").
        at: seconds on the monotonic clock, when the answer was ready.
        kind: a command and its answer, or a change of power.
        command: the command APDU, for "apdu" and for the "removed" that came instead of an answer; else empty.
        response: the response APDU, or the ATR for "power_on" and "reset"; empty when none came.
    """

    slot: str
    at: float
    kind: TraceKind
    command: bytes = b""
    response: bytes = b""


class TracedCard:
    """A card that tells a sink everything that happens to it.

    Args:
        card: the card to watch.
        slot: the name that its entries carry.
        sink: called with each entry, in the thread of the reader; `list.append` will do.
    """

    def __init__(self, card: Card, slot: str, sink: Callable[[TraceEntry], object]) -> None:
        self._card = card
        self._slot = slot
        self._sink = sink

    @property
    def atr(self) -> bytes:
        """The answer to reset of the wrapped card."""
        return self._card.atr

    def power_on(self) -> bytes:
        """Power the wrapped card and record it."""
        atr = self._card.power_on()
        self._record("power_on", response=atr)
        return atr

    def reset(self) -> bytes:
        """Reset the wrapped card and record it."""
        atr = self._card.reset()
        self._record("reset", response=atr)
        return atr

    def power_off(self) -> None:
        """Cut the power of the wrapped card and record it."""
        self._card.power_off()
        self._record("power_off")

    def transmit(self, command: bytes) -> bytes:
        """Pass one command on and record it, also when the card is pulled or stays mute instead of answering."""
        try:
            response = self._card.transmit(command)
        except TransportError as error:
            self._record("removed" if isinstance(error, CardRemovedError) else "apdu", command)
            raise
        self._record("apdu", command, response)
        return response

    def _record(self, kind: TraceKind, command: bytes = b"", response: bytes = b"") -> None:
        self._sink(TraceEntry(self._slot, time.monotonic(), kind, command, response))
