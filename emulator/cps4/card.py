"""The virtual CPS4 as a card in a slot.

Observed (source of the ANS Cryptolib): the ATRs, the AIDs, that ChipDoc is used in channel 1 and the CPS2ter application in
channel 0, and what to send when the card answers 6985. That 6985 is the answer to a command for an application that is not
selected in its channel is an assumption, as is that the CPS2ter application is selected when the card is powered.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from emulator.card import (
    CardSystem,
    CommandContext,
    DedicatedFile,
    ElementaryFile,
    Handler,
    Instruction,
    Transmission,
    pin_management_commands,
    refuse,
    requires,
    standard_commands,
    update_commands,
)
from emulator.cps.codes import PIN_NAME, PUK_NAME, holder_codes, kept_codes, restored_counters
from emulator.cps.credentials import key_pair
from emulator.cps.number import card_number
from emulator.cps.selection import select_file
from emulator.cps2ter.files import volume_files
from emulator.cps2ter.volume import Cps2terVolume
from emulator.cps4.files import DATA_FID, ISSUER_DOMAIN_AID, cps4_files
from emulator.cps4.image import T0_ATR, Cps4Image
from emulator.cps4.keys import Cps4Keys
from emulator.pki import load_certificate
from reader_core.iso7816 import SW, ResponseApdu
from reader_core.layouts import cps, cps2ter

CHANNELS: Final = 2
_SELECT, _BY_NAME = 0xA4, 0x04
_UNBLOCK: Final = 0x2C
_VERIFIED_FIRST: Final = 0x80


class Cps4Card(CardSystem):
    """A CPS4, contact side.

    The counters of PIN and PUK, a PIN that was changed and CPS_DATA survive reset and power; `image` gives them back.

    Args:
        image: What the card says.
        base: Folder that relative paths in the image start from.
        random: Source of challenges and of the salt of PSS.

    Raises:
        PkiError: A certificate or key of the image is missing or unusable.
        LayoutError: The records do not fit their files.
    """

    def __init__(self, image: Cps4Image, base: Path | None = None, random: Callable[[int], bytes] = os.urandom) -> None:
        self._image = image
        references = image.credentials
        signature, signature_key = key_pair(references.signature, references.signature_key, base)
        authentication, authentication_key = key_pair(references.authentication, references.authentication_key, base)
        root = cps4_files(image, signature, authentication, load_certificate(references.issuer, base))
        keys = Cps4Keys(signature_key, authentication_key)
        volume = Cps2terVolume(volume_files(image.records, card_number(image.numero_serie)), _volume_selected)
        standard = standard_commands() | pin_management_commands() | update_commands()
        own = {
            _SELECT: Instruction(_select),
            0x22: Instruction(keys.manage_environment),
            0x2A: Instruction(keys.perform, chaining=True),
            _UNBLOCK: Instruction(_unblock(standard[_UNBLOCK].handler)),
        }
        super().__init__(
            atr=bytes.fromhex(image.atr),
            root=root,
            transmission=Transmission.T0 if image.atr.upper() == T0_ATR else Transmission.T1,
            commands={ins: _for_chipdoc(one) for ins, one in (standard | own).items()},
            proprietary=volume.commands(),
            pins=holder_codes(image, change=requires(PIN_NAME) | requires(PUK_NAME)),
            random=random,
            channels=CHANNELS,
            start=_application(root, cps2ter.CPS2TER.aid),
        )
        self.restore(restored_counters(image.state))

    @property
    def image(self) -> Cps4Image:
        """The image as it is now, counters, PIN and CPS_DATA included: write it back to keep them."""
        application = self.root.child(cps.CPS_PKCS15_FID)
        data = application.child(DATA_FID) if isinstance(application, DedicatedFile) else None
        content = data.content.hex().upper() if isinstance(data, ElementaryFile) else ""
        return msgspec.structs.replace(kept_codes(self._image, self), cps_data=content)


def build_cps4(image: Cps4Image, base: Path | None = None) -> Cps4Card:
    """Make a card from its image; see `Cps4Card`."""
    return Cps4Card(image, base)


def _application(root: DedicatedFile, aid: bytes) -> DedicatedFile:
    return next(df for df in root.walk() if df.aid == aid)


def _volume_selected(context: CommandContext) -> bool:
    return context.state.df.aid == cps2ter.CPS2TER.aid


def _select(context: CommandContext) -> ResponseApdu:
    """SELECT; the CPS2ter volume, when it is the file selected, begins at its own 3F00."""
    response = select_file(context)
    if _volume_selected(context):
        Cps2terVolume.start_again(context.state)
    return response


def _for_chipdoc(instruction: Instruction) -> Instruction:
    """Let an instruction work where ChipDoc is selected; a selection by name works everywhere."""

    def handle(context: CommandContext) -> ResponseApdu:
        by_name = (context.command.ins, context.command.p1) == (_SELECT, _BY_NAME)
        if not by_name and context.state.df.aid in {cps2ter.CPS2TER.aid, ISSUER_DOMAIN_AID}:
            return refuse(SW.CONDITIONS_NOT_SATISFIED)
        return instruction.handler(context)

    return replace(instruction, handler=handle)


def _unblock(standard: Handler) -> Handler:
    """RESET RETRY COUNTER, whose P2 on this card carries the bit 80 beside the reference (observed)."""

    def handle(context: CommandContext) -> ResponseApdu:
        command = context.command
        return standard(replace(context, command=replace(command, p2=command.p2 & ~_VERIFIED_FIRST)))

    return handle
