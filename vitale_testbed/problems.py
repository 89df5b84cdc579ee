"""What a user is told when something does not work: what, and what to do next."""

import enum


class ExitCode(enum.IntEnum):
    """The exit codes of every command (documented in the README and in `vitale --help`)."""

    OK = 0
    REFUSED = 1
    """Not conformant, or a refusal in `vitale read`."""
    USAGE = 2
    """Wrong usage or configuration, or an empty selection."""
    INTERNAL = 3
    """The harness itself failed."""
    INTERRUPTED = 130


class Problem(Exception):  # noqa: N818  # some are refusals, which are not errors
    """An end of the command that the user must hear about.

    Attributes:
        code: a stable word for programs, such as `image_invalid`.
        message: one sentence: what is wrong, and where.
        next_step: one sentence or command that helps; empty when there is none.
        exit_code: what the process ends with.
    """

    def __init__(self, message: str, *, code: str, next_step: str = "", exit_code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.next_step = next_step
        self.exit_code = exit_code
