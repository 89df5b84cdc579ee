"""The ways to put a virtual card in a reader.

| where | name | needs |
|---|---|---|
| in this process | `InProcessReader` | nothing |
| in this process, for pyscard programs | `pyscard_readers` | pyscard |
| the same, with a PIN pad whose keys a test presses | `PinPadReader` | pyscard |
| a TCP socket | `SocketReader` | nothing |
| PC/SC, a pcscd of our own | `PrivatePcscd` | pcscd, vsmartcard-vpcd (Linux) |
| PC/SC, the running pcscd | `SharedPcscd` | pcscd, vsmartcard-vpcd (Linux) |

`InsertSession` is what `vitale insert` runs. `TracedCard` records what a card was asked, `PulledCard` leaves in the
middle. Every failure to set a reader up is a `ReaderSetupError` with a code and a next step.
"""

from __future__ import annotations

from emulator.faults import PulledCard
from emulator.readers.errors import ReaderSetupError, SetupCode
from emulator.readers.inprocess import InProcessReader
from emulator.readers.insert import InsertSession, find_slots
from emulator.readers.pinpad import CANCEL, TIMEOUT, PinPad, PinPadReader
from emulator.readers.private import PrivatePcscd
from emulator.readers.public import PublicPcscd
from emulator.readers.pyscard_reader import pyscard_readers
from emulator.readers.rack import ReaderRack
from emulator.readers.shared import SharedPcscd
from emulator.readers.socket_reader import SocketReader
from emulator.readers.trace import TracedCard, TraceEntry, TraceKind
from emulator.readers.vpcd import VpcdSlot

__all__ = [
    "CANCEL",
    "TIMEOUT",
    "InProcessReader",
    "InsertSession",
    "PinPad",
    "PinPadReader",
    "PrivatePcscd",
    "PublicPcscd",
    "PulledCard",
    "ReaderRack",
    "ReaderSetupError",
    "SetupCode",
    "SharedPcscd",
    "SocketReader",
    "TraceEntry",
    "TraceKind",
    "TracedCard",
    "VpcdSlot",
    "find_slots",
    "pyscard_readers",
]
