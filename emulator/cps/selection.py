"""SELECT of the cards of the family that speak IAS ECC."""

from dataclasses import replace
from typing import Final

from emulator.card import AbsolutePath, CommandContext, SelectRules
from reader_core.iso7816 import ResponseApdu

MF_IDENTIFIER: Final = bytes.fromhex("3F00")

_SELECT: Final = SelectRules(
    p1=frozenset({0x00, 0x02, 0x03, 0x04, 0x08, 0x09}),
    p2=frozenset({0x04, 0x0C}),
    absolute_path=AbsolutePath.ANYWHERE,
)
"""A CPS3 gives FCP or nothing, never FCI (observed: P2=00 answers 6A86); a path of P1=09 may begin at 3F00 (observed)."""


def select_file(context: CommandContext) -> ResponseApdu:
    """SELECT, with two liberties of the family.

    By name, P2=00 is taken and gives nothing (observed: 9000 without an answer in a public trace). P1=02, which asks for an
    EF, takes 3F00 too (observed: OpenSC's driver goes back to the MF this way).
    """
    command = context.command
    if (command.p1, command.p2) == (0x04, 0x00):
        command = replace(command, p2=0x0C)
    elif command.p1 == 0x02 and command.data == MF_IDENTIFIER:
        command = replace(command, p1=0x00)
    return _SELECT.handle(replace(context, command=command))
