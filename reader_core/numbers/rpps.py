"""RPPS (répertoire partagé des professionnels intervenant dans le système de santé).

The number of a health professional: 10 digits and a Luhn digit. Test numbers begin with 99.

Source: FHIR profiles of the ANS and of Interop'Santé for the length; the Luhn digit was checked on the numbers of public test
cards (basis: observed). The example that several specifications print, 10101201234, is not a valid number.

>>> validate('9990006527 9')
'99900065279'
>>> validate('10101201234')
Traceback (most recent call last):
    ...
stdnum.exceptions.InvalidChecksum: The number's checksum or check digit is invalid.
>>> validate('9990006527')
Traceback (most recent call last):
    ...
stdnum.exceptions.InvalidLength: The number has an invalid length.
"""

from __future__ import annotations

from reader_core.numbers._luhn import calc_check_digit, check, compact, passes, with_key_apart

__all__ = ["calc_check_digit", "compact", "format", "is_valid", "validate"]

LENGTH = 11


def validate(number: str) -> str:
    """Check length, digits and the Luhn digit.

    Returns:
        The eleven digits.

    Raises:
        ValidationError: `InvalidFormat`, `InvalidLength` or `InvalidChecksum` of python-stdnum.
    """
    return check(number, LENGTH)


def is_valid(number: str) -> bool:
    """Tell whether a number is one; never raises."""
    return passes(validate, number)


def format(number: str) -> str:  # noqa: A001 -- python-stdnum's name for it
    """Write the number as ten digits, a space and its key."""
    return with_key_apart(number)
