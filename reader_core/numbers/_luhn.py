"""What the numbers here share: characters of a fixed length, the last of them a Luhn digit.

Corsica stands as 2A or 2B in numbers that begin with a department; A counts as 1 and B as 2 before Luhn. Checked on FINESS
numbers that the prefectures of both departments print (basis: observed): 2A0000170, 2A0000386, 2A0002606, 2B0000020,
2B0004246, 2B0005342. No other digit in the place of the letter fits any of the six.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import luhn
from stdnum.exceptions import InvalidFormat, InvalidLength, ValidationError
from stdnum.util import clean

_DIGITS = re.compile(r"[0-9]*", re.ASCII)
_DEPARTMENT = re.compile(r"(?:[0-9]{0,2}|2[AB])[0-9]*", re.ASCII)
_COUNTS_AS = str.maketrans("AB", "12")


def compact(number: str) -> str:
    """Take away spaces; letters become capitals."""
    return clean(number, " ").strip().upper()


def calc_check_digit(number: str) -> str:
    """Compute the last digit from all those before it."""
    return luhn.calc_check_digit(compact(number).translate(_COUNTS_AS))


def check(number: str, length: int, *, department: bool = False) -> str:
    """Check length, characters and the Luhn digit.

    Args:
        number: the number, with or without spaces.
        length: how many characters it has to have.
        department: whether the second may be the letter of Corsica.

    Returns:
        The number without spaces.

    Raises:
        ValidationError: `InvalidFormat`, `InvalidLength` or `InvalidChecksum` of python-stdnum.
    """
    number = compact(number)
    if not (_DEPARTMENT if department else _DIGITS).fullmatch(number):
        raise InvalidFormat
    if len(number) != length:
        raise InvalidLength
    luhn.validate(number.translate(_COUNTS_AS))
    return number


def passes(validate: Callable[[str], str], number: str) -> bool:
    """Tell whether a number passes a check; never raises."""
    try:
        return bool(validate(number))
    except ValidationError:
        return False


def with_key_apart(number: str) -> str:
    """Write a number, a space and its last digit."""
    number = compact(number)
    return f"{number[:-1]} {number[-1:]}".strip()
