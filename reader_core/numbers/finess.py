"""FINESS (fichier national des établissements sanitaires et sociaux).

The number of an establishment, or of the legal entity that runs it: the department, six digits and a Luhn digit. In Corsica the
department is 2A or 2B, and the letter counts as 1 or 2 (`reader_core.numbers._luhn` says how that is known).

Source: numbers printed in official acts, with their keys computed (basis: observed).

>>> validate('75 071 218 4')
'750712184'
>>> validate('2A0000170')
'2A0000170'
>>> validate('2B0000020')
'2B0000020'
>>> validate('2A0000020')
Traceback (most recent call last):
    ...
stdnum.exceptions.InvalidChecksum: The number's checksum or check digit is invalid.
"""

from __future__ import annotations

from reader_core.numbers._luhn import calc_check_digit, check, compact, passes

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
    """Write the number as it is usually printed: 2 3 3 1."""
    number = compact(number)
    return " ".join(part for part in (number[:2], number[2:5], number[5:8], number[8:]) if part)
