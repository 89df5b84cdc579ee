"""The number of a card of the CPS family."""

from typing import Final

from stdnum import luhn

ISSUER: Final = "8025000001"
"""Prefix of the number of every card of the family (observed: ANS Cryptolib)."""


def card_number(serial: str) -> str:
    """Make the 20 hexadecimal digits of tag 5A from the number printed on the card.

    Args:
        serial: Eight digits.

    Returns:
        Issuer, serial, Luhn digit and filler F. That Luhn runs over all 18 digits before it is an assumption.
    """
    return f"{ISSUER}{serial}{luhn.calc_check_digit(ISSUER + serial)}F"
