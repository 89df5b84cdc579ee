"""The NIR (numéro d'inscription au répertoire): 13 characters and a key of two digits.

The arithmetic is python-stdnum's; what it leaves out, the meaning of each component, is checked here. A component that is
out of range is reported, never refused: test cards carry months 13 and 19 and first digits 3 to 8 (basis: observed).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum.fr import nir as stdnum_nir

_SHAPE = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6}", re.ASCII)
_SEX = {"1": "homme", "2": "femme"}


@dataclass(frozen=True, slots=True)
class Nir:
    """A NIR taken apart; every component is the card's text."""

    number: str

    def __post_init__(self) -> None:
        if not _SHAPE.fullmatch(self.number):
            raise ValueError(
                f"{self.number!r} is not a NIR: 13 characters, digits only but for 2A or 2B in positions 6 and 7"
            )

    @property
    def key(self) -> str:
        """The two-digit key that belongs to the number (97 - number mod 97; 2A counts as 19, 2B as 18)."""
        return stdnum_nir.calc_check_digits(self.number)

    @property
    def sex(self) -> str:
        """First digit: 1 man, 2 woman, 3 and 4 foreigners being registered, 5 to 8 provisional numbers."""
        return self.number[0]

    @property
    def year(self) -> str:
        """Two digits of the year of birth."""
        return self.number[1:3]

    @property
    def month(self) -> str:
        """Month of birth, or 20, 30 to 42, 50 to 99 when it is not known."""
        return self.number[3:5]

    @property
    def department(self) -> str:
        """Department of birth: 01 to 95, 2A, 2B, 97x and 98x overseas (three characters), 99 abroad."""
        return self.number[5:8] if self.number[5:7] in {"97", "98"} else self.number[5:7]

    @property
    def commune(self) -> str:
        """Commune of birth (country when born abroad): three digits, two overseas."""
        return self.number[8:10] if self.number[5:7] in {"97", "98"} else self.number[7:10]

    @property
    def order(self) -> str:
        """Rank of the birth in its commune and month."""
        return self.number[10:]

    @property
    def is_provisional(self) -> bool:
        """Whether the number is a provisional one: first digit 3 to 8, or the MSA's 555555."""
        return self.sex in "345678" or self.number.startswith("555555")

    def remarks(self) -> tuple[str, ...]:
        """Say in English what is unusual about the components; empty for an everyday number."""
        found: list[str] = []
        if self.sex not in _SEX:
            found.append(f"first digit {self.sex}: neither 1 nor 2")
        month = int(self.month)
        if not (1 <= month <= 12):
            known = month == 20 or 30 <= month <= 42 or month >= 50
            found.append(f"month {self.month}: " + ("not known at registration" if known else "not a month"))
        if self.department in {"00", "970"}:
            found.append(f"department {self.department}: not attributed")
        if not self.commune.strip("0"):
            found.append(f"commune {self.commune}: not attributed")
        if not self.order.strip("0"):
            found.append("order 000: not attributed")
        return tuple(found)


def compute_key(number: str) -> str:
    """Compute the key of a 13-character number.

    Raises:
        ValueError: the number does not have the shape of a NIR.

    """
    return Nir(number).key


def is_valid(number: str, key: str) -> bool:
    """Tell whether number (13) and key (2) have the right shape and agree. Never raises."""
    return bool(_SHAPE.fullmatch(number)) and Nir(number).key == key
