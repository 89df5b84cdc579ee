"""The identifier of an accident at work (AT): eight digits and a key.

The key: from the right, the digits of odd rank count twice, those of even rank once; the digits of these products are added
up, and the key is what is missing to the next ten. That is Luhn's.

Source: published functional specification of hospital billing (FIDES) (basis:
observed).

>>> validate('240115006')
'240115006'
>>> calc_check_digit('24011500')
'6'
>>> validate('240115007')
Traceback (most recent call last):
    ...
stdnum.exceptions.InvalidChecksum: The number's checksum or check digit is invalid.
"""

from __future__ import annotations

from reader_core.numbers._luhn import calc_check_digit, check, compact, passes, with_key_apart

__all__ = ["calc_check_digit", "compact", "format", "is_valid", "validate"]

LENGTH = 9


def validate(number: str) -> str:
    """Check length, digits and key.

    Returns:
        The nine digits.

    Raises:
        ValidationError: `InvalidFormat`, `InvalidLength` or `InvalidChecksum` of python-stdnum.
    """
    return check(number, LENGTH)


def is_valid(number: str) -> bool:
    """Tell whether a number is one; never raises."""
    return passes(validate, number)


def format(number: str) -> str:  # noqa: A001 -- python-stdnum's name for it
    """Write the number as eight digits, a space and its key."""
    return with_key_apart(number)
