"""Why a journal cannot be written or read."""

from __future__ import annotations


class JournalError(Exception):
    """A journal that cannot be used.

    Attributes:
        path: the file.
        reason: what is wrong with it.
        next_step: what to do.
    """

    def __init__(self, path: str, reason: str, next_step: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.next_step = next_step

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes."""
        return JournalError, (self.path, self.reason, self.next_step)
