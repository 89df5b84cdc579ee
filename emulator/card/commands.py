"""The instructions that most cards have."""

from __future__ import annotations

from emulator.card.authentication import ChallengeRules
from emulator.card.binary import ReadRules, update_by_data_object, update_by_offset
from emulator.card.context import Instruction
from emulator.card.environment import manage_security_environment
from emulator.card.selection import SelectRules
from emulator.card.verification import change_reference_data, reset_retry_counter, verify

_DEFAULT_SELECT = SelectRules()
_DEFAULT_READ = ReadRules()
_DEFAULT_CHALLENGE = ChallengeRules()


def standard_commands(
    *,
    select: SelectRules = _DEFAULT_SELECT,
    read: ReadRules = _DEFAULT_READ,
    challenge: ChallengeRules = _DEFAULT_CHALLENGE,
) -> dict[int, Instruction]:
    """The instructions of a card that is read: SELECT A4, READ BINARY B0 and B1, GET CHALLENGE 84, VERIFY 20.

    The dictionary is new each time: take out what a card does not know, add what it does. GET RESPONSE C0 belongs to the
    card system itself.
    """
    return {
        0x20: Instruction(verify),
        0x84: Instruction(challenge.handle, outgoing=True),
        0xA4: Instruction(select.handle),
        0xB0: Instruction(read.by_offset, outgoing=True),
        0xB1: Instruction(read.by_data_object),
    }


def pin_management_commands() -> dict[int, Instruction]:
    """CHANGE REFERENCE DATA 24 and RESET RETRY COUNTER 2C."""
    return {0x24: Instruction(change_reference_data), 0x2C: Instruction(reset_retry_counter)}


def update_commands() -> dict[int, Instruction]:
    """The instructions UPDATE BINARY: D6 by offset, D7 by data object."""
    return {0xD6: Instruction(update_by_offset), 0xD7: Instruction(update_by_data_object, chaining=True)}


def environment_commands() -> dict[int, Instruction]:
    """The instruction MANAGE SECURITY ENVIRONMENT, 22."""
    return {0x22: Instruction(manage_security_environment)}
