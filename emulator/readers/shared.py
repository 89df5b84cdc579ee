"""A pcscd that runs already, and its vpcd slots."""

from __future__ import annotations

from emulator.readers.vpcd import VpcdSlot


class SharedPcscd:
    """The running pcscd that every program finds; its vpcd slots can be borrowed.

    Raises:
        ReaderSetupError: `pcscd_not_running`, or `vpcd_missing` when it has no vpcd slot.
    """

    def free_slots(self) -> tuple[VpcdSlot, ...]:
        """The vpcd slots with no card in them, in the order that programs list them."""
        raise NotImplementedError
