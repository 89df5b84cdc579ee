"""What the card's codes mean: tables with their sources, and the few functions that read them.

`before` and `4.10` differ as docs/4.10.md says; every rule names its source and basis.
"""

from reader_core.rules.affiliation import (
    QUALITES,
    REGIMES,
    STATUTS_PARTICULIERS,
    StatutParticulier,
    code_gestion_libelle,
    regime_libelle,
    regime_particulier,
    statut_particulier,
)
from reader_core.rules.basis import Api, Basis, Sourced
from reader_core.rules.complementaire import TYPES_CMU, DroitComplementaire, droit_complementaire, type_cmu
from reader_core.rules.coverage import Exoneration, exoneration, read_code
from reader_core.rules.evolutions import EVOLUTIONS, Evolution
from reader_core.rules.maternity import PeriodeMaternite, maternity_period
from reader_core.rules.periods import covers, months_before
from reader_core.rules.situations import SITUATIONS, Nature, Situation

__all__ = [
    "EVOLUTIONS",
    "QUALITES",
    "REGIMES",
    "SITUATIONS",
    "STATUTS_PARTICULIERS",
    "TYPES_CMU",
    "Api",
    "Basis",
    "DroitComplementaire",
    "Evolution",
    "Exoneration",
    "Nature",
    "PeriodeMaternite",
    "Situation",
    "Sourced",
    "StatutParticulier",
    "code_gestion_libelle",
    "covers",
    "droit_complementaire",
    "exoneration",
    "maternity_period",
    "months_before",
    "read_code",
    "regime_libelle",
    "regime_particulier",
    "statut_particulier",
    "type_cmu",
]
