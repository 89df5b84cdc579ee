"""A card that somebody pulls out in the middle of a reading: the fault `removed` of `emulator.faults`."""

from __future__ import annotations

from emulator.faults.removal import PulledCard

__all__ = ["PulledCard"]
