"""The NIR (numéro d'inscription au répertoire): 13 characters and a key of two digits.

The arithmetic is python-stdnum's; what it leaves out, the meaning of each component, is checked here. A component that is
out of range is reported, never refused: test cards carry months 13 and 19 and first digits 3 to 8 (basis: observed).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from stdnum.fr import nir as stdnum_nir

_SHAPE = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6}", re.ASCII)
_SEX = {"1": "homme", "2": "femme"}
_AGRICULTURAL = "555555"
_FICTIVE = re.compile(r"[12]555555[0-9]{6}", re.ASCII)


class NatureNir(StrEnum):
    """What kind of number a NIR is (basis: observed, SNIIRAM table IR_NIR and a specification of hospital billing)."""

    NORMAL = "normal"
    """A person registered in the répertoire: first digit 1 or 2."""
    IMMATRICULATION = "immatriculation"
    """A person born abroad who is being registered: first digit 3 or 4."""
    PASSAGE = "passage"
    """Provisional, of a migrant who is passing through: first digit 5 or 6."""
    PROVISOIRE = "provisoire"
    """Provisional, of an insured person: first digit 7 or 8."""
    AGRICOLE = "agricole"
    """Provisional, of the agricultural scheme: begins with 555555."""
    FICTIF = "fictif"
    """Nobody's: `A 55 55 55 CCC zzz`, for care given without a name; A is 1 or 2, CCC the caisse, zzz the reason."""
    INCONNUE = "inconnue"
    """First digit 0 or 9."""


class LieuNaissance(StrEnum):
    """Where the department of a NIR lies."""

    METROPOLE = "metropole"
    CORSE = "corse"
    OUTRE_MER = "outre_mer"
    """97x and 98x."""
    ANCIEN_TERRITOIRE = "ancien_territoire"
    """96: a territory that is no longer French."""
    ETRANGER = "etranger"
    """99: the three digits that follow are the country's."""
    INCONNU = "inconnu"
    """A department that was never attributed; of a number that is nobody's, too."""


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
        """Department of birth: 01 to 95, 2A, 2B, 96, 97x and 98x overseas (three characters), 99 abroad."""
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
    def nature(self) -> NatureNir:
        """What kind of number this is."""
        if self.number.startswith(_AGRICULTURAL):
            return NatureNir.AGRICOLE
        if _FICTIVE.fullmatch(self.number):
            return NatureNir.FICTIF
        return _NATURES.get(self.sex, NatureNir.INCONNUE)

    @property
    def is_provisional(self) -> bool:
        """Whether the number is a provisional one: first digit 3 to 8, or the MSA's 555555."""
        return self.sex in "345678"

    @property
    def sexe(self) -> str | None:
        """The sex that the first digit says: `homme` (1, 3, 5, 7), `femme` (2, 4, 6, 8), or None.

        None for 0 and 9, and for the numbers of the MSA, which all begin with 5. For 3 to 8: assumption, by analogy.
        """
        if self.nature in {NatureNir.AGRICOLE, NatureNir.INCONNUE}:
            return None
        return _SEX["1" if self.sex in "1357" else "2"]

    @property
    def lieu(self) -> LieuNaissance:
        """Where the department lies; Mayotte is 976, and 985 for births before it became a department."""
        if self.nature in {NatureNir.FICTIF, NatureNir.AGRICOLE}:
            return LieuNaissance.INCONNU
        department = self.department
        if department in _CORSICA:
            return LieuNaissance.CORSE
        if len(department) == 3:
            return LieuNaissance.OUTRE_MER if department in _OVERSEAS else LieuNaissance.INCONNU
        named = {"96": LieuNaissance.ANCIEN_TERRITOIRE, "99": LieuNaissance.ETRANGER, "00": LieuNaissance.INCONNU}
        return named.get(department, LieuNaissance.METROPOLE)

    @property
    def fictif(self) -> tuple[str, str] | None:
        """Of a number that is nobody's, the caisse and the reason (three digits each); None of any other."""
        return (self.number[7:10], self.number[10:]) if self.nature is NatureNir.FICTIF else None

    def remarks(self) -> tuple[str, ...]:
        """Say in English what is unusual about the components; empty for an everyday number."""
        if self.nature is NatureNir.FICTIF:
            return ("nobody's number: 555555 where month and place of birth stand",)
        found: list[str] = []
        if self.sex not in _SEX:
            found.append(f"first digit {self.sex}: neither 1 nor 2")
        month = int(self.month)
        if not (1 <= month <= 12):
            known = month == 20 or 30 <= month <= 42 or month >= 50
            found.append(f"month {self.month}: " + ("not known at registration" if known else "not a month"))
        if self.lieu is LieuNaissance.INCONNU and self.nature is not NatureNir.AGRICOLE:
            found.append(f"department {self.department}: not attributed")
        if not self.commune.strip("0"):
            found.append(f"commune {self.commune}: not attributed")
        if not self.order.strip("0"):
            found.append("order 000: not attributed")
        return tuple(found)


_NATURES = {
    "1": NatureNir.NORMAL,
    "2": NatureNir.NORMAL,
    "3": NatureNir.IMMATRICULATION,
    "4": NatureNir.IMMATRICULATION,
    "5": NatureNir.PASSAGE,
    "6": NatureNir.PASSAGE,
    "7": NatureNir.PROVISOIRE,
    "8": NatureNir.PROVISOIRE,
}
_CORSICA = frozenset({"2A", "2B", "20"})
"""20 was Corsica's before 1976 (assumption: from memory, no public text was at hand)."""
_OVERSEAS = frozenset(f"{number}" for number in (*range(971, 980), *range(980, 990)))
"""97x departments and 98x collectivities; which of them exist changed over time, so all of them are taken (assumption)."""


def compute_key(number: str) -> str:
    """Compute the key of a 13-character number.

    Raises:
        ValueError: the number does not have the shape of a NIR.

    """
    return Nir(number).key


def is_valid(number: str, key: str) -> bool:
    """Tell whether number (13) and key (2) have the right shape and agree. Never raises."""
    return bool(_SHAPE.fullmatch(number)) and Nir(number).key == key
