"""What the card's codes mean: tables with their sources, and the few functions that read them.

`before` and `4.10` differ as docs/4.10.md says; every rule names its source and basis.
"""

from reader_core.rules.affiliation import QUALITES, REGIMES, regime_libelle, regime_particulier
from reader_core.rules.basis import Api, Basis, Sourced
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
    "Api",
    "Basis",
    "Evolution",
    "Exoneration",
    "Nature",
    "PeriodeMaternite",
    "Situation",
    "Sourced",
    "covers",
    "exoneration",
    "maternity_period",
    "months_before",
    "read_code",
    "regime_libelle",
    "regime_particulier",
]
