"""ADELI, and the billing number (numéro de facturation) of a situation on a professional card.

Both are eight characters and a Luhn digit; the ninth is kept apart on the card. ADELI numbers begin with the department, with
the letter of Corsica as in a FINESS (assumption: no Corsican number was at hand).

Source: FHIR profiles of the ANS for the length; the Luhn digit was checked on a public test card, 99112976 key 8 (basis:
observed).

>>> validate('99112976 8')
'991129768'
>>> validate('99112976 7')
Traceback (most recent call last):
    ...
stdnum.exceptions.InvalidChecksum: The number's checksum or check digit is invalid.
"""

from __future__ import annotations

from reader_core.numbers._luhn import calc_check_digit, check, compact, passes, with_key_apart

__all__ = ["calc_check_digit", "compact", "format", "is_valid", "validate"]

LENGTH = 9


def validate(number: str) -> str:
    """Check length, characters and the Luhn digit.

    Returns:
        The nine characters.

    Raises:
        ValidationError: `InvalidFormat`, `InvalidLength` or `InvalidChecksum` of python-stdnum.
    """
    return check(number, LENGTH, department=True)


def is_valid(number: str) -> bool:
    """Tell whether a number is one; never raises."""
    return passes(validate, number)


def format(number: str) -> str:  # noqa: A001 -- python-stdnum's name for it
    """Write the number as eight characters, a space and its key."""
    return with_key_apart(number)
