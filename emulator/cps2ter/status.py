"""The status words of the CPS2ter command set that ISO/IEC 7816-4 does not have.

Observed: the source of the ANS Cryptolib CPS names them. They are those of GSM 11.11, which tells when a card gives them.
"""

from typing import Final

from reader_core.iso7816 import StatusWord

OUT_OF_RANGE: Final = StatusWord(0x9402)
"""Address or length outside the file."""

NOT_FOUND: Final = StatusWord(0x9404)
"""No such file, key or answer."""

WRONG_TYPE: Final = StatusWord(0x9408)
"""The file is not of the kind that the command needs."""

PIN_NOT_ACTIVATED: Final = StatusWord(0x9802)
"""There is no such secret code."""

PIN_INCORRECT: Final = StatusWord(0x9804)
"""A wrong code with a try left; also: the access condition is not fulfilled."""

PIN_INVALIDATED: Final = StatusWord(0x9808)
"""The code asked for can no longer be given: it is locked."""

FILE_INVALIDATED: Final = StatusWord(0x9810)
"""The file was invalidated."""

PIN_LOCKED: Final = StatusWord(0x9840)
"""No try left."""


def bytes_available(count: int) -> StatusWord:
    """9Fxx: that many bytes, 1 to 255, wait for GET RESPONSE."""
    return StatusWord(0x9F00 | count)
