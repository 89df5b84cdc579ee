"""The card system: files, access, PINs and the command interpreter of ISO/IEC 7816-4.

It knows nothing of Vitale or CPS; those are files, PINs and instructions given to a `CardSystem`:

    root = DedicatedFile(children=[ElementaryFile(0x2F02, pan), DedicatedFile(aid=VITALE, children=[...])])
    card = CardSystem(atr=ATR, root=root, commands=standard_commands() | {0x82: external_authenticate([key])})
    card.power_on()
    card.transmit(bytes.fromhex("00A40000023F00"))
"""

from emulator.card.access import ALWAYS, NEVER, AccessRule, requires
from emulator.card.authentication import ExternalKey, InternalKey, external_authenticate, internal_authenticate
from emulator.card.context import CommandContext, Handler, Instruction, Transmission, answer, refuse
from emulator.card.files import CardFile, DedicatedFile, ElementaryFile, FileStructure
from emulator.card.pins import PinObject
from emulator.card.selection import AbsolutePath, SelectRules
from emulator.card.state import SecurityStatus, VolatileState
from emulator.card.system import CardSystem, standard_commands

__all__ = [
    "ALWAYS",
    "NEVER",
    "AbsolutePath",
    "AccessRule",
    "CardFile",
    "CardSystem",
    "CommandContext",
    "DedicatedFile",
    "ElementaryFile",
    "ExternalKey",
    "FileStructure",
    "Handler",
    "Instruction",
    "InternalKey",
    "PinObject",
    "SecurityStatus",
    "SelectRules",
    "Transmission",
    "VolatileState",
    "answer",
    "external_authenticate",
    "internal_authenticate",
    "refuse",
    "requires",
    "standard_commands",
]
