"""The card system: files, access, PINs and the command interpreter of ISO/IEC 7816-4.

It knows nothing of Vitale or CPS; those are files, PINs and instructions given to a `CardSystem`:

    root = DedicatedFile(children=[ElementaryFile(0x2F02, pan), DedicatedFile(aid=VITALE, children=[...])])
    card = CardSystem(atr=ATR, root=root, commands=standard_commands() | {0x82: external_authenticate([key])})
    card.power_on()
    card.transmit(bytes.fromhex("00A40000023F00"))
"""

from emulator.card.access import ALWAYS, NEVER, AccessRule, requires
from emulator.card.authentication import (
    ChallengeRules,
    ExternalKey,
    InternalKey,
    external_authenticate,
    internal_authenticate,
)
from emulator.card.binary import PastEnd, ReadRules
from emulator.card.commands import environment_commands, pin_management_commands, standard_commands, update_commands
from emulator.card.contents import replace_contents
from emulator.card.context import (
    CardRefusalError,
    CommandContext,
    Handler,
    Instruction,
    Transmission,
    answer,
    refuse,
)
from emulator.card.control import file_control_information, file_control_parameters, file_management_data
from emulator.card.counters import Counter
from emulator.card.environment import manage_security_environment, named_key
from emulator.card.files import CardFile, DedicatedFile, ElementaryFile, FileStructure
from emulator.card.pins import PinObject
from emulator.card.selection import AbsolutePath, Naming, Occurrence, SelectRules
from emulator.card.state import SecurityStatus, VolatileState
from emulator.card.system import CardSystem

__all__ = [
    "ALWAYS",
    "NEVER",
    "AbsolutePath",
    "AccessRule",
    "CardFile",
    "CardRefusalError",
    "CardSystem",
    "ChallengeRules",
    "CommandContext",
    "Counter",
    "DedicatedFile",
    "ElementaryFile",
    "ExternalKey",
    "FileStructure",
    "Handler",
    "Instruction",
    "InternalKey",
    "Naming",
    "Occurrence",
    "PastEnd",
    "PinObject",
    "ReadRules",
    "SecurityStatus",
    "SelectRules",
    "Transmission",
    "VolatileState",
    "answer",
    "environment_commands",
    "external_authenticate",
    "file_control_information",
    "file_control_parameters",
    "file_management_data",
    "internal_authenticate",
    "manage_security_environment",
    "named_key",
    "pin_management_commands",
    "refuse",
    "replace_contents",
    "requires",
    "standard_commands",
    "update_commands",
]
