"""The gate before every format: printing and exporting are functions of the access table like reading."""

from __future__ import annotations

from reader_core.access import EXPORTS, Gate, Refusal
from reader_core.errors import ReadingError
from reader_core.formats.errors import FormatError
from reader_core.session import VitaleReading


class AccessRefusedError(FormatError):
    """The access table does not allow a format.

    Attributes:
        refusal: the code, its sentences in both languages, and the evidence.
    """

    def __init__(self, refusal: ReadingError) -> None:
        super().__init__(refusal.code, str(refusal), refusal.next_step)
        self.refusal = refusal

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes."""
        return AccessRefusedError, (self.refusal,)


def pass_gate(reading: VitaleReading, name: str) -> None:
    """Let a format of a reading pass, or refuse it.

    The cards count as they were when the reading was made. What is shown on a screen is the reading itself: its name is no
    function of the table, and passes.

    Args:
        reading: the reading.
        name: the format, by its name in the registry.

    Raises:
        AccessRefusedError: the access table of the reader that made the reading refuses it.
    """
    function = EXPORTS.get(name)
    if function is None:
        return
    gate = Gate.of(None) if reading.gate is None else reading.gate
    try:
        gate.use(function, reading.situation, reading.api, reading.on)
    except ReadingError as error:
        raise AccessRefusedError(error) from None


def other_refusals(reading: VitaleReading) -> tuple[Refusal, ...]:
    """The refusals of a reading beside those that what became of the protected data says already."""
    return tuple(each for each in reading.refusals if each.code is not reading.protection.code)
