"""The six evolutions of API de lecture Vitale 4.10, as data: what docs/4.10.md says case by case, in one row each.

The leaflet of the GIE names the six and no more; the law is given where there is one, and what a reader does with it is
this project's decision (basis: assumption).
"""

from __future__ import annotations

from dataclasses import dataclass

from reader_core.rules.basis import PROJECT, Sourced


@dataclass(frozen=True, slots=True)
class Evolution:
    """One of the six.

    Attributes:
        id: short name.
        titre: the evolution, in French.
        before: what a reading gives under the rules of `before`.
        since: what it gives under those of `4.10`.
        law: the text behind it, or None where nothing public is one.
        decision: where the reader's behaviour comes from.
    """

    id: str
    titre: str
    before: str
    since: str
    law: Sourced | None
    decision: Sourced = PROJECT


EVOLUTIONS = (
    Evolution(
        "uncam",
        "Décret UNCAM",
        "situation not exempted: taux_standard 70, the practitioners' rate set by decree",
        "situation not exempted: taux_standard null, the rate is the UNCAM's decision and the label says so",
        Sourced("law", "CSS R.322-1 (décret 2004-1490)"),
    ),
    Evolution(
        "maternite",
        "Réforme de la maternité",
        "from four months before the expected day to the day of delivery; label limited to the pregnancy",
        "from four months before the expected day to delivery + 12 days; all costs; goes before every other label",
        Sourced("law", "CSS L.331-2 and D.331-1"),
    ),
    Evolution(
        "mayotte",
        "Régime de Mayotte",
        "régime 01, caisse 976 reads as the general scheme",
        "régime 01, caisse 976 reads as Régime général - Mayotte, regime_particulier mayotte",
        Sourced("law", "ordonnance 96-1122; décret 2004-942"),
    ),
    Evolution(
        "mines",
        "Exonérations du régime des Mines",
        "0700: justificatif 6, label limited to the scheme's own network; an ALD hides it",
        "0700: justificatif 6, unconditional label; beside an ALD (justificatif 4) it stands in avec",
        Sourced("law", "décret 46-2769; CSS L.322-8"),
    ),
    Evolution(
        "ratp",
        "Traitement des exonérations RATP",
        "régime 05 without ALD: regime_special, justificatif 5, one label for the whole scheme",
        "régime 05: what the situation code says, like any other",
        Sourced("law", "décret 2004-174"),
    ),
    Evolution(
        "acces",
        "Renforcement du contrôle d'accès",
        "a professional card's revocation is not looked up",
        "a professional card on the revocation list is refused (cps_revoked)",
        None,
    ),
)
