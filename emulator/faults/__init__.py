"""Cards that break in every way a real card breaks, as data and as calls.

    broken = fault("removed", after=3).apply(card)          # a card like any other: insert it in any reader
    broken = parse_fault("wrong_sw:sw=6A82,ins=B0").apply(card)

    card = FaultyCard(card)                                 # or break and mend a card that is in use
    card.arm(fault("mute", seconds=2))
    card.disarm()

`FAULTS` is the table of all of them by name: what each does, its parameters with units and defaults, what a PC/SC
client sees, and where that is known from. What is random starts from `seed`, so that a failure can be seen again.
"""

from __future__ import annotations

from emulator.faults.armed import FaultyCard
from emulator.faults.errors import FaultCode, FaultError
from emulator.faults.events import AnswerCutError, CardReplacedError, ServiceKilledError
from emulator.faults.model import Fault, FaultKind
from emulator.faults.parameters import Parameter, Value
from emulator.faults.removal import PulledCard
from emulator.faults.table import FAULTS, PIN_PAD_STATUS, fault, parse_fault

__all__ = [
    "FAULTS",
    "PIN_PAD_STATUS",
    "AnswerCutError",
    "CardReplacedError",
    "Fault",
    "FaultCode",
    "FaultError",
    "FaultKind",
    "FaultyCard",
    "Parameter",
    "PulledCard",
    "ServiceKilledError",
    "Value",
    "fault",
    "parse_fault",
]
