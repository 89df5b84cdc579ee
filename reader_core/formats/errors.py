"""What a format says when a reading cannot be written in it, or when a file is not one of its own."""

from __future__ import annotations


class FormatError(Exception):
    """A reading that a format cannot hold, or a file that cannot be read back.

    Attributes:
        code: a stable word for programs, such as `no_groups`.
        message: what is wrong, and where.
        next_step: what the user can do about it.
    """

    def __init__(self, code: str, message: str, next_step: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.next_step = next_step

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes."""
        return type(self), (self.code, self.message, self.next_step)
