"""What a card of the CPS family says about its holder.

The codes are those of the GIP-CPS dictionary (2003): G01 category, G02 type, G04 responsibility, G08 kind of
identifier, G19 sector. The public sources name the values; where they lie on a CPS3 is ours (see
`reader_core.layouts.cps`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from reader_core.numbers import adeli, rpps
from reader_core.records.cps_situations import ProfessionCps, SituationCps
from reader_core.records.dates import CardDate


class CpxType(Enum):
    """The five cards of the family that a health professional or an employee may hold, and the server card."""

    CPS = "CPS"
    CPF = "CPF"
    CPE = "CPE"
    CDE = "CDE"
    CPA = "CPA"
    CSA = "CSA"


ENTITLED: Final = frozenset({CpxType.CPS, CpxType.CPF, CpxType.CPE, CpxType.CDE})
"""Who may open the protected data of a Vitale (observed: the GIE's leaflet on API de lecture Vitale 4.10)."""

MAX_ACTIVITIES: Final = 16
"""Files D120 to D12F (observed: ANS Cryptolib)."""

NO_PROFESSION: Final = ProfessionCps()

RESPONSIBLE: Final = "01"
"""G04 01: responsible for the structure. A card of type 02 that says so is a CDE (assumption), else a CPE."""

_WITH_KEY: Final[dict[str, Callable[[str], bool]]] = {"0": adeli.is_valid, "8": rpps.is_valid}

_TYPES: Final = {"00": CpxType.CPS, "01": CpxType.CPF, "02": CpxType.CPE, "03": CpxType.CPA, "04": CpxType.CSA}


def is_test_category(category: str) -> bool:
    """Tell whether a G01 category is one of the test variants, 80 to 82 (observed: GIP-CPS dictionary)."""
    return category.startswith("8")


def cpx_type(card_type: str, responsibility: str) -> CpxType | None:
    """Name the card from its G02 type and G04 responsibility.

    Args:
        card_type: G02, two digits.
        responsibility: G04, two digits; tells a CDE from a CPE (assumption: the dictionary gives both type 02).

    Returns:
        The card, or None when the type is not in the dictionary.
    """
    named = _TYPES.get(card_type)
    return CpxType.CDE if named is CpxType.CPE and responsibility == RESPONSIBLE else named


@dataclass(frozen=True, slots=True)
class PorteurCps:
    """The holder and the card, as EF D101 says it; every field is the raw text on the card.

    The numbers are those of the first group of SSV_LireCartePS; the fields without one are in no group, the codes are.

    Attributes:
        categorie: G01: 00 real, 80 to 82 test.
        type: field 1, G02: 00 CPS, 01 CPF, 02 CPE and CDE, 03 CPA, 04 CSA.
        responsabilite: G04; 01 makes a CDE of type 02.
        type_identifiant: field 2, G08: 0 ADELI, 3 FINESS, 8 RPPS, ...
        numero: field 3, identifier of the holder, without its key.
        cle: field 4, its key (Luhn).
        civilite: field 5, form of address.
        nom: field 6, surname.
        prenom: field 7, given name.
        debut_validite: first day of the card, ``AAAAMMJJ``.
        fin_validite: last day, ``AAAAMMJJ``.
    """

    categorie: str
    type: str
    responsabilite: str
    type_identifiant: str
    numero: str
    cle: str
    civilite: str
    nom: str
    prenom: str
    debut_validite: str
    fin_validite: str

    @property
    def card_type(self) -> CpxType | None:
        """The card by its name (CPS, CPF, CPE, CDE, CPA), or None for a type nobody published."""
        return cpx_type(self.type, self.responsabilite)

    @property
    def is_test(self) -> bool:
        """Whether this is a test card (G01 80, 81, 82)."""
        return is_test_category(self.categorie)

    @property
    def identifiant_national(self) -> str:
        """Kind, number and key in one (IdNat_PS): the CN of the holder's certificates, 12 digits on our cards."""
        return self.type_identifiant + self.numero + self.cle

    @property
    def identifiant_valide(self) -> bool | None:
        """Whether the identifier has its key, of the two kinds that have one: ADELI (0) and RPPS (8); None of the others."""
        number = _WITH_KEY.get(self.type_identifiant)
        return None if number is None else number(self.numero + self.cle)

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the card's own dates cover a day, both ends included; unreadable dates cover nothing."""
        first, last = CardDate(self.debut_validite).as_date(), CardDate(self.fin_validite).as_date()
        return first is not None and last is not None and first <= day <= last


@dataclass(frozen=True, slots=True)
class ActiviteCps:
    """One activity of the holder, as an EF D120 to D12F says it (observed: EE{84, 85, 86})."""

    raison_sociale: str
    identifiant_structure: str
    secteur: str


@dataclass(frozen=True, slots=True)
class CpsRecords:
    """Everything a CPS of ours says of its holder: free identity, and the activities behind the PIN.

    Attributes:
        porteur: The holder and the card, free.
        activites: Activities, behind the PIN.
        profession: What the holder is, free; in the CPS2ter volume only.
        situations: Situations of work and billing, behind the PIN; in the CPS2ter volume only.

    Raises:
        ValueError: More activities or situations than a card has files for.
    """

    porteur: PorteurCps
    activites: tuple[ActiviteCps, ...] = ()
    profession: ProfessionCps = NO_PROFESSION
    situations: tuple[SituationCps, ...] = ()

    def __post_init__(self) -> None:
        for what, held in (("activities", self.activites), ("situations", self.situations)):
            if len(held) > MAX_ACTIVITIES:
                raise ValueError(f"a card holds at most {MAX_ACTIVITIES} {what}, not {len(held)}")
