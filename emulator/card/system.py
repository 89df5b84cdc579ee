"""The card: it takes command APDUs, finds the instruction, and speaks T=0 or T=1 about the answer."""

from __future__ import annotations

import logging
import os
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from emulator.card.chaining import Chain
from emulator.card.channels import Channels
from emulator.card.commands import standard_commands
from emulator.card.context import CardRefusalError, CommandContext, Handler, Instruction, Transmission, refuse
from emulator.card.counters import read_counters, restore_counters
from emulator.card.delivery import Delivery
from emulator.card.files import MF_FID, DedicatedFile
from emulator.card.pins import PinObject
from emulator.card.reception import Reception
from emulator.card.state import VolatileState
from reader_core.iso7816 import SW, ClassByte, CommandApdu, ResponseApdu

Name = TypeVar("Name")

_log = logging.getLogger(__name__)

_GET_RESPONSE = 0xC0
_MANAGE_CHANNEL = 0x70


class CardSystem:
    """A card made of a file system and instructions; it is a `reader_core.iso7816.Card`.

    A card that was never powered, or whose power was cut, powers itself at the first command: the reader's rules are
    the reader's affair.

    Args:
        atr: what it answers to reset.
        root: the master file. Build the files anew for every card: their content belongs to one card.
        transmission: the protocol in use.
        commands: instructions of the interindustry class by INS; `standard_commands()` unless given. A bare handler is
            an instruction without chaining. With none at all the card does not know the class: 6E00.
        proprietary: instructions of proprietary classes by (CLA, INS); a class without any answers 6E00.
        pins: PINs and PUKs.
        extended: whether it takes extended lengths (T=1 only). Without, an extended Lc gets 6700, and an extended Le
            is understood and answered short.
        random: source of challenges; give a fixed one to make a card repeatable.
        channels: logical channels, 1 to 4; with more than one the card knows MANAGE CHANNEL 70.
        start: the DF that is current after reset, and in a channel just opened; the MF unless given.

    Attributes:
        root: the master file.
        pins: PINs and PUKs by reference.
        transmission: the protocol in use.
        fault: the last exception of a handler, which the card answered with 6F00; None when there was none. It is a
            programming error, never an input's.

    Raises:
        ValueError: the files, PINs or counters contradict each other.
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
        channels: int = 1,
        start: DedicatedFile | None = None,
    ) -> None:
        if extended and transmission is Transmission.T0:
            raise ValueError("extended lengths on T=0 need ENVELOPE, which this card system does not have")
        _check_tree(root)
        self._atr = bytes(atr)
        self.root = root
        self.transmission = Transmission(transmission)
        self._channels = Channels(start or root, channels)
        self._answered = 0
        self._commands = _instructions(standard_commands() if commands is None else commands)
        if channels > 1:
            self._commands[_MANAGE_CHANNEL] = Instruction(self._channels.manage, outgoing=True)
        self._proprietary = _instructions(proprietary or {})
        pins = tuple(pins)
        _check_unique("the PIN reference", [f"{pin.reference:02X}" for pin in pins])
        self.pins = MappingProxyType({pin.reference: pin for pin in pins})
        instructions = (*self._commands.values(), *self._proprietary.values())
        self._counters = (
            *(c for pin in pins for c in pin.counters),
            *(c for one in instructions for c in one.counters),
        )
        _check_unique("the counter", [counter.name for counter in self._counters])
        self._random = random
        self.fault: Exception | None = None
        classes = (cla for cla, _ in self._proprietary)
        self._reception = Reception(
            self.transmission, extended=extended, proprietary=classes, channels=channels if self._commands else 0
        )
        self._chain = Chain()
        self._delivery = Delivery(self.transmission)

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._atr

    @property
    def state(self) -> VolatileState:
        """The volatile state of the basic channel; a new object after each reset."""
        return self._channels.basic

    def counters(self) -> dict[str, int]:
        """What is left of each persistent counter: `pin.1.tries`, `pin.2.uses`, `key.82.tries`."""
        return read_counters(self._counters)

    def restore(self, counters: Mapping[str, int]) -> None:
        """Set persistent counters to values that `counters()` gave.

        Raises:
            ValueError: an unknown name, or a value out of range.
        """
        restore_counters(self._counters, counters)

    def power_on(self) -> bytes:
        """A cold reset. Returns the ATR."""
        return self.reset()

    def reset(self) -> bytes:
        """A warm reset: selection, security status, challenge and open exchanges are lost. Returns the ATR."""
        self.power_off()
        return self._atr

    def power_off(self) -> None:
        """Volatile state is lost; counters, PIN values and file contents stay."""
        self._chain.abandon()
        self._delivery.forget()
        self._channels.reset()

    def transmit(self, command: bytes) -> bytes:
        """Answer any bytes with at least a status word."""
        try:
            return bytes(self._respond(bytes(command)))
        except CardRefusalError as refusal:
            return bytes(refuse(refusal.sw))
        except Exception as fault:  # noqa: BLE001 - a card whose own code fails still answers, and keeps the exception
            self.fault = fault
            _log.exception("a handler failed on the command %s", command[:4].hex())
            return bytes(refuse(SW.NO_DIAGNOSIS))

    def _respond(self, raw: bytes) -> ResponseApdu:
        try:
            command, cla = self._reception.read(raw)
        except CardRefusalError:
            self._chain.abandon()
            self._delivery.forget()
            raise
        self._chain.expect(command)
        interindustry, channel = cla.interindustry, cla.channel or 0
        if interindustry and command.ins == _GET_RESPONSE:
            if cla.chaining:
                raise CardRefusalError(SW.CHAINING_NOT_SUPPORTED)
            self._channels.demand_open(channel)
            if channel != self._answered:
                raise CardRefusalError(SW.CONDITIONS_NOT_SATISFIED)
            return self._delivery.get_response(self._reception.adapted(command, outgoing=True))
        self._delivery.forget()
        state = self._channels.enter(channel, command)
        instruction = self._instruction(command, cla)
        if cla.chaining and not instruction.chaining:
            raise CardRefusalError(SW.CHAINING_NOT_SUPPORTED)
        whole = self._chain.join(command) if interindustry else command
        if whole is None:
            return refuse(SW.OK)
        whole = self._reception.adapted(whole, outgoing=instruction.outgoing)
        self._answered = channel
        return self._delivery.deliver(whole, self._run(instruction, whole, state))

    def _instruction(self, command: CommandApdu, cla: ClassByte) -> Instruction:
        if cla.interindustry:
            found = self._commands.get(command.ins)
        else:
            found = self._proprietary.get((command.cla, command.ins))
        if found is None:
            raise CardRefusalError(SW.INS_NOT_SUPPORTED)
        return found

    def _run(self, instruction: Instruction, command: CommandApdu, state: VolatileState) -> ResponseApdu:
        context = CommandContext(command, state, self.root, self.pins, self.transmission, self._random)
        response = instruction.handler(context)
        self._channels.settle(self._answered, state, response)
        return response

    def __repr__(self) -> str:
        return f"<card {self._atr.hex(' ').upper()}, {self.transmission}>"


def _instructions(commands: Mapping[Name, Instruction | Handler]) -> dict[Name, Instruction]:
    return {name: one if isinstance(one, Instruction) else Instruction(one) for name, one in commands.items()}


def _check_tree(root: DedicatedFile) -> None:
    if root.parent is not None or root.fid not in {None, MF_FID}:
        raise ValueError(f"{root!r} cannot be the master file: that one is in no DF and is 3F00")
    _check_unique("the DF name", [aid.hex().upper() for df in root.walk() for aid in df.aids])


def _check_unique(what: str, names: list[str]) -> None:
    twice = sorted(name for name, count in Tally(names).items() if count > 1)
    if twice:
        raise ValueError(f"{what} {', '.join(twice)} is there twice")
