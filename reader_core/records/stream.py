"""What a card keeps of a group stream that its record files cannot say: the order, and groups of another shape."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ordre:
    """File ORDRE: one code a group, in the order of the stream (`reader_core.layouts.stream_order` lists the codes)."""

    codes: bytes = b""


@dataclass(frozen=True, slots=True)
class GroupeBrut:
    """A group that fits no record file, kept as its bytes stood in the stream: number, length, fields."""

    octets: bytes = b""

    @property
    def number(self) -> int:
        """The group's number, 0 when there are no two bytes to say it."""
        return int.from_bytes(self.octets[:2]) if len(self.octets) >= 2 else 0
