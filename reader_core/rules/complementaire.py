"""The complementary cover that the compulsory insurance gives (CMU-C, then C2S), as the API de lecture names it.

Codes and wordings are observed in public software and in a published specification; 10 and 11 (leaving the CMU-C) have no
public wording.
"""

from __future__ import annotations

from datetime import date

from reader_core.rules.basis import Sourced

SOURCE = Sourced("observed", "published specification of hospital billing: typeCMU of the API de lecture's document")

_C2S_NAMED = date(2020, 1, 1)
"""From this day of reading the document says complémentaire santé solidaire."""
_GIVEN_BY = {
    "01": "votre caisse d'Assurance Maladie",
    "02": "un organisme complémentaire",
    "03": "un organisme complémentaire",
}


def type_cmu(code: str, on: date) -> str | None:
    """Name the cover of a code service AMO, or None for a code that gives none or whose wording is not public.

    Args:
        code: the two digits of the code service AMO.
        on: the day of the reading.
    """
    given_by = _GIVEN_BY.get(code)
    if given_by is None:
        return None
    name = "COMPLEMENTAIRE SANTE SOLIDAIRE" if on >= _C2S_NAMED else "COUVERTURE COMPLEMENTAIRE CMU"
    return f"{name} gérée par {given_by}"
