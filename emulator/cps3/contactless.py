"""The CPS3 on the contactless side: the technical key without PIN, no signature, nothing protected.

Observed (ANS Cryptolib): the ATR, the application ...FF0020 in 3F00/0002, that reading 3F00/0001/7001 fails here, the name
CPS_PRIV_TECH_AUT and that no PIN stands before it. The number of that key and where its certificate lies are ours (assumption).
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from emulator.card import (
    CardSystem,
    Instruction,
    InternalKey,
    Transmission,
    standard_commands,
)
from emulator.cps.credentials import key_pair
from emulator.cps.selection import select_file
from emulator.cps3.contactless_files import TECHNICAL_KEY, contactless_files
from emulator.cps3.contactless_image import Cps3ContactlessImage
from emulator.cps3.keys import AUTHENTICATE, manage_environment
from emulator.cps3.operations import internal_authentication, rsa_authentication
from emulator.cps3.pkcs15 import AUTHENTICATION_ALGORITHM
from emulator.pki import load_certificate

_ENVIRONMENTS: Final = {AUTHENTICATE: (frozenset({AUTHENTICATION_ALGORITHM}), TECHNICAL_KEY)}


class Cps3ContactlessCard(CardSystem):
    """A CPS3 in the field of a reader.

    Args:
        image: What the card says.
        base: Folder that relative paths in the image start from.
        random: Source of challenges.

    Raises:
        PkiError: A certificate or key of the image is missing or unusable.
        LayoutError: The records do not fit their files.
    """

    def __init__(
        self, image: Cps3ContactlessImage, base: Path | None = None, random: Callable[[int], bytes] = os.urandom
    ) -> None:
        self.image = image
        references = image.credentials
        certificate, key = key_pair(references.technical, references.technical_key, base)
        technical = InternalKey(TECHNICAL_KEY, rsa_authentication(key))
        commands = standard_commands()
        del commands[0x20]
        super().__init__(
            atr=bytes.fromhex(image.atr),
            root=contactless_files(image, certificate, load_certificate(references.issuer, base)),
            transmission=Transmission.T1,
            commands=commands
            | {
                0xA4: Instruction(select_file),
                0x22: Instruction(manage_environment(_ENVIRONMENTS)),
                0x88: Instruction(internal_authentication([technical]), chaining=True),
            },
            random=random,
        )


def build_cps3_contactless(image: Cps3ContactlessImage, base: Path | None = None) -> Cps3ContactlessCard:
    """Make a card from its image; see `Cps3ContactlessCard`."""
    return Cps3ContactlessCard(image, base)
