"""The virtual CPS3 as a card in a slot."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from emulator.card import (
    CardSystem,
    Instruction,
    InternalKey,
    Transmission,
    pin_management_commands,
    requires,
    standard_commands,
)
from emulator.cps.codes import PIN_NAME, holder_codes, kept_codes, restored_counters
from emulator.cps.credentials import key_pair
from emulator.cps.number import card_number
from emulator.cps.selection import select_file
from emulator.cps2ter.files import volume_files
from emulator.cps2ter.volume import Cps2terVolume
from emulator.cps3.files import file_system
from emulator.cps3.image import CpsImage
from emulator.cps3.keys import CONTACT, manage_environment
from emulator.cps3.objects import get_data
from emulator.cps3.operations import internal_authentication, rsa_authentication, security_operations
from emulator.cps3.pkcs15 import AUTHENTICATION
from emulator.pki import load_certificate

ATR: Final = bytes.fromhex("3BAC00402A001225006480000310009000")
"""CPS3, contact, T=0 (observed: pcsc-tools' list of cards, and the source of the ANS Cryptolib)."""


class Cps3Card(CardSystem):
    """A CPS3, contact side: free identity, activities behind the PIN, two keys, PKCS#15 for software that knows it.

    Class A0 speaks to its CPS2ter volume, at any time (assumption: how a real one selects it is not public).

    The counters of PIN and PUK, and a PIN that was changed, survive reset and power; `image` gives them back.

    Args:
        image: What the card says.
        base: Folder that relative paths in the image start from.
        random: Source of challenges.

    Raises:
        PkiError: A certificate or key of the image is missing or unusable.
        LayoutError: The records do not fit their files.
    """

    def __init__(self, image: CpsImage, base: Path | None = None, random: Callable[[int], bytes] = os.urandom) -> None:
        self._image = image
        references = image.credentials
        signature, signature_key = key_pair(references.signature, references.signature_key, base)
        certificate, key = key_pair(references.authentication, references.authentication_key, base)
        root = file_system(
            image,
            signature=signature,
            authentication=certificate,
            issuer=load_certificate(references.issuer, base),
        )
        by_pin = requires(PIN_NAME)
        authentication = InternalKey(AUTHENTICATION.reference, rsa_authentication(key), use=by_pin)
        super().__init__(
            atr=ATR,
            root=root,
            transmission=Transmission.T0,
            commands=standard_commands()
            | pin_management_commands()
            | {
                0xA4: Instruction(select_file),
                0x22: Instruction(manage_environment(CONTACT)),
                0x2A: Instruction(security_operations(signature_key, key, by_pin), chaining=True),
                0x88: Instruction(internal_authentication([authentication]), chaining=True),
                0xCB: Instruction(get_data),
            },
            proprietary=Cps2terVolume(volume_files(image.records, card_number(image.numero_serie))).commands(),
            pins=holder_codes(image),
            random=random,
        )
        self.restore(restored_counters(image.state))

    @property
    def image(self) -> CpsImage:
        """The image as it is now, counters and PIN included: write it back to keep them."""
        return kept_codes(self._image, self)


def build_cps3(image: CpsImage, base: Path | None = None) -> Cps3Card:
    """Make a card from its image; see `Cps3Card`."""
    return Cps3Card(image, base)
