"""What an examination found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what was looked at.
        ok: whether it is as it should be.
        needed_for: what does not work without it.
        detail: what was found.
        next_step: the command or sentence that mends it; empty when it is fine.
    """

    name: str
    ok: bool
    needed_for: str
    detail: str
    next_step: str
