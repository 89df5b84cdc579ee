"""The card: it takes command APDUs, finds the instruction, and speaks T=0 or T=1 about the answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

from emulator.card.context import Handler, Instruction, Transmission
from emulator.card.files import DedicatedFile
from emulator.card.pins import PinObject
from emulator.card.state import VolatileState


class CardSystem:
    """A card made of a file system and instructions; it is a `reader_core.iso7816.Card`.

    Args:
        atr: what it answers to reset.
        root: the master file. Build the files anew for every card: their content belongs to one card.
        transmission: the protocol in use.
        commands: instructions of the interindustry class by INS; `standard_commands()` unless given. A bare handler is
            an instruction without chaining.
        proprietary: instructions of proprietary classes by (CLA, INS); a class without any answers 6E00.
        pins: PINs and PUKs.
        extended: whether it takes extended lengths. Without, extended Lc gets 6700, and an extended Le is understood
            and answered short.
        random: source of challenges; give a fixed one to make a card repeatable.

    Attributes:
        state: the volatile state; a new object after each reset.
        fault: the last exception of a handler, which the card answered with 6F00; None when there was none. It is a
            programming error, never an input's.

    Raises:
        ValueError: the files or PINs contradict each other.
    """

    def __init__(
        self,
        *,
        atr: bytes,
        root: DedicatedFile,
        transmission: Transmission = Transmission.T0,
        commands: Mapping[int, Instruction | Handler] | None = None,
        proprietary: Mapping[tuple[int, int], Instruction | Handler] | None = None,
        pins: Iterable[PinObject] = (),
        extended: bool = False,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._atr = atr
        self.state = VolatileState(root)
        self.fault: Exception | None = None
        raise NotImplementedError

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._atr

    def power_on(self) -> bytes:
        """A cold reset."""
        raise NotImplementedError

    def reset(self) -> bytes:
        """A warm reset."""
        raise NotImplementedError

    def power_off(self) -> None:
        """Volatile state is lost."""
        raise NotImplementedError

    def transmit(self, command: bytes) -> bytes:
        """Answer any bytes with at least a status word."""
        raise NotImplementedError


def standard_commands() -> dict[int, Instruction]:
    """SELECT A4, READ BINARY B0 and B1, GET RESPONSE C0, GET CHALLENGE 84, VERIFY 20: a dictionary to add to."""
    raise NotImplementedError
