"""The secret codes of every card of the family, made from an image and kept in it."""

from collections.abc import Mapping
from typing import Final, Protocol, TypeVar

import msgspec

from emulator.card import NEVER, AccessRule, PinObject, requires
from emulator.cps.image import PIN_TRIES, PUK_TRIES, PUK_USES, CodesImage, CpsState

PIN_REFERENCE: Final = 0x01
PUK_REFERENCE: Final = 0x02
PIN_NAME: Final = "pin:1"
PUK_NAME: Final = "pin:2"
_PIN_TRIES, _PUK_TRIES, _PUK_USES = "pin.1.tries", "pin.2.tries", "pin.2.uses"

AnyImage = TypeVar("AnyImage", bound=CodesImage)


class CardWithCodes(Protocol):
    """What `kept_codes` needs of a card."""

    @property
    def pins(self) -> Mapping[int, PinObject]:
        """PINs and PUKs by reference."""
        ...

    def counters(self) -> dict[str, int]:
        """What is left of each persistent counter."""
        ...


class DigitCode(PinObject):
    """A secret code that can only be changed for another one of as many digits."""

    def set(self, data: bytes) -> None:
        """Take a new value, bare or padded.

        Raises:
            ValueError: It is not as many ASCII digits as the present one.
        """
        bare = data.rstrip(b"\xff")
        if len(bare) != len(self.value) or not bare.isdigit():
            raise ValueError(f"a code of this card has {len(self.value)} digits")
        super().set(data)


def holder_codes(image: CodesImage, change: AccessRule | None = None) -> tuple[PinObject, PinObject]:
    """Make PIN and PUK.

    Args:
        image: What the card says.
        change: Who may set a new PIN without giving the old one; after the PIN, unless given.
    """
    pin = DigitCode(
        PIN_REFERENCE,
        image.pin.encode(),
        PIN_TRIES,
        puk=PUK_REFERENCE,
        change=requires(PIN_NAME) if change is None else change,
        unblock=requires(PUK_NAME),
        grants=PIN_NAME,
    )
    puk = DigitCode(
        PUK_REFERENCE, image.puk.encode(), PUK_TRIES, minimum=8, uses=PUK_USES, replace=NEVER, grants=PUK_NAME
    )
    return pin, puk


def restored_counters(state: CpsState) -> dict[str, int]:
    """Give the counters of an image the names that a card knows them by."""
    return {
        _PIN_TRIES: state.pin_tries_left,
        _PUK_TRIES: state.puk_tries_left,
        _PUK_USES: state.puk_uses_left,
    }


def kept_codes(image: AnyImage, card: CardWithCodes) -> AnyImage:
    """Give the image of a card as it is now, counters and PIN included."""
    left = card.counters()
    state = CpsState(pin_tries_left=left[_PIN_TRIES], puk_tries_left=left[_PUK_TRIES], puk_uses_left=left[_PUK_USES])
    return msgspec.structs.replace(image, pin=card.pins[PIN_REFERENCE].value.decode("ascii"), state=state)
