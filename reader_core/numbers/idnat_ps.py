"""IdNat_PS: the national identifier of a person who holds a professional card.

One digit that says which kind of number follows, and that number. It is the common name (CN) of the card's certificates.

| digit | number |
|---|---|
| 0 | ADELI, 9 characters |
| 1 | practice (ADELI) `/` number in its register |
| 3 | FINESS `/` number in its register |
| 4 | SIREN `/` number in its register |
| 5 | SIRET `/` number in its register |
| 6 | practice (RPPS) `/` number in its register |
| 8 | RPPS, 11 digits |

Source: FHIR profile PSIdNat of the ANS (basis: observed). What stands before the slash is checked where it has a key of its own
(FINESS, SIREN, SIRET), what stands behind it is the structure's own affair.

>>> validate('899900065279')
'899900065279'
>>> kind('899900065279')
'RPPS'
>>> validate('3750712184/00042')
'3750712184/00042'
>>> validate('810101201234')
Traceback (most recent call last):
    ...
stdnum.exceptions.InvalidChecksum: The number's checksum or check digit is invalid.
>>> validate('750712184')
Traceback (most recent call last):
    ...
stdnum.exceptions.InvalidComponent: One of the parts of the number are invalid or unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from stdnum.exceptions import InvalidComponent, InvalidFormat, InvalidLength
from stdnum.fr import siren, siret

from reader_core.numbers import adeli, finess, rpps
from reader_core.numbers._luhn import compact, passes

__all__ = ["KINDS", "compact", "is_valid", "kind", "validate"]

KINDS = MappingProxyType(
    {
        "0": "ADELI",
        "1": "cabinet ADELI",
        "3": "FINESS",
        "4": "SIREN",
        "5": "SIRET",
        "6": "cabinet RPPS",
        "8": "RPPS",
    }
)
"""What the first digit says (basis: observed)."""

_WHOLE: dict[str, Callable[[str], str]] = {"0": adeli.validate, "8": rpps.validate}
_BEFORE_SLASH: dict[str, Callable[[str], str]] = {"3": finess.validate, "4": siren.validate, "5": siret.validate}


def kind(number: str) -> str | None:
    """Name the kind of number that follows the first digit, or None for a digit nobody published."""
    return KINDS.get(compact(number)[:1])


def validate(number: str) -> str:
    """Check the first digit, and the number behind it as far as it has a key.

    Returns:
        The identifier without spaces.

    Raises:
        ValidationError: `InvalidLength` for nothing at all; `InvalidComponent` for an unknown first digit; `InvalidFormat` without the slash where one belongs;
            else as the number's own module.
    """
    number = compact(number)
    first, rest = number[:1], number[1:]
    if not number:
        raise InvalidLength
    if first not in KINDS:
        raise InvalidComponent
    if first in _WHOLE:
        _WHOLE[first](rest)
        return number
    structure, slash, register = rest.partition("/")
    if not (structure and slash and register):
        raise InvalidFormat
    if first in _BEFORE_SLASH:
        _BEFORE_SLASH[first](structure)
    return number


def is_valid(number: str) -> bool:
    """Tell whether an identifier is one; never raises."""
    return passes(validate, number)
