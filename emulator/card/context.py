"""What a command's handler is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from emulator.card.access import AccessRule
from emulator.card.counters import Counter
from emulator.card.files import DedicatedFile
from emulator.card.pins import PinObject
from emulator.card.state import SecurityStatus, VolatileState
from reader_core.iso7816 import SW, CommandApdu, ResponseApdu, StatusWord, wrong_le


class Transmission(StrEnum):
    """The transmission protocol that is active; a card keeps it until reset."""

    T0 = "T=0"
    T1 = "T=1"


class CardRefusalError(Exception):
    """A handler's way to end a command with a status word; the card answers it without data."""

    def __init__(self, sw: int) -> None:
        super().__init__(sw)
        self.sw = StatusWord(sw)

    def __str__(self) -> str:
        return f"{self.sw} {self.sw.meaning}"


@dataclass(slots=True)  # one is made for every command, and a frozen one takes twice as long to make
class CommandContext:
    """One command, and the card it was sent to.

    Attributes:
        command: the command, whole: the links of a chain are joined and the chaining bit is gone.
        state: what the card knows until reset; handlers change it.
        root: the master file.
        pins: the card's PINs by reference.
        transmission: the active protocol. Handlers seldom need it: they answer what they have, and the card system
            makes 61xx and 6Cxx of it.
        random: gives that many random bytes.
    """

    command: CommandApdu
    state: VolatileState
    root: DedicatedFile
    pins: Mapping[int, PinObject]
    transmission: Transmission
    random: Callable[[int], bytes]

    @property
    def data(self) -> bytes:
        """The command's data."""
        return self.command.data

    @property
    def security(self) -> SecurityStatus:
        """Who has been let in since the last reset."""
        return self.state.security

    def demand(self, rule: AccessRule) -> None:
        """Go on only when the security state satisfies a rule.

        Raises:
            CardRefusalError: 6982, it does not.
        """
        if not rule.allows(self.security):
            raise CardRefusalError(SW.SECURITY_STATUS_NOT_SATISFIED)

    def demand_ne(self, count: int) -> None:
        """Go on only when this many bytes can be answered.

        On T=0 an Le without data has to be exactly right. A handler that changes something asks first, since the command
        comes again with the right Le.

        Raises:
            CardRefusalError: 6Cxx, another Le.
        """
        command = self.command
        if self.transmission is Transmission.T0 and not command.data and command.ne not in {None, count}:
            raise CardRefusalError(wrong_le(count))

    def pin(self, reference: int) -> PinObject:
        """The PIN of this reference that can be seen from the current DF.

        Raises:
            CardRefusalError: 6A88, there is none.
        """
        pin = self.pins.get(reference)
        if pin is None or (pin.df is not None and pin.df not in self.state.df.ancestry()):
            raise CardRefusalError(SW.REFERENCED_DATA_NOT_FOUND)
        return pin


Handler = Callable[[CommandContext], ResponseApdu]
"""Does one command. It answers the whole data it has: cutting it to Ne, 61xx and 6Cxx are the card system's work. It may
raise `CardRefusalError`; anything else it raises is a programming error, answered with 6F00."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction that a card knows.

    Attributes:
        handler: what it does.
        chaining: whether it takes its data in several links (command chaining); without, a link gets 6884.
        outgoing: whether it never takes data, only gives it. On T=0 the header does not tell case 1 from an Le of 00,
            so such an instruction then reads an absent Le as 00.
        counters: persistent counters that belong to it.
    """

    handler: Handler
    chaining: bool = False
    outgoing: bool = False
    counters: tuple[Counter, ...] = ()


def answer(data: bytes = b"", sw: int = SW.OK) -> ResponseApdu:
    """An answer with data; 9000 unless told otherwise.

    Args:
        data: the response data.
        sw: the status word as a number, 9000 or a warning.
    """
    return ResponseApdu(data, sw if type(sw) is StatusWord else StatusWord(sw)) if data else _without_data(sw)


def refuse(sw: int) -> ResponseApdu:
    """An answer without data.

    Args:
        sw: the status word as a number.
    """
    return answer(b"", sw)


@cache
def _without_data(sw: int) -> ResponseApdu:
    return ResponseApdu(b"", StatusWord(sw))
