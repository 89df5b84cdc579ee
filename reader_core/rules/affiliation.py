"""Who insures the person, and what the person is to the insured: labels of the free data.

That Mayotte is told by caisse 976 of régime 01 is observed: it has no régime code of its own. That a reader says so since 4.10
is this project's decision (docs/4.10.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reader_core.nomenclatures.assurance import CODE_GESTION, CODE_GESTION_01, QUALITE, REGIME
from reader_core.rules.basis import PROJECT, Api, Sourced

REGIMES: Mapping[str, str] = REGIME.codes
"""Régimes by their two digits; 11 and 13 are not attributed."""

QUALITES: Mapping[str, str] = QUALITE.codes
"""What a beneficiary is to the insured person, by the card's character."""

MAYOTTE_SOURCE = PROJECT
MAYOTTE = ("01", "976")
MAYOTTE_LIBELLE = "Régime général - Mayotte"
CAISSE_COMPLEMENTAIRE = "99999997"
"""Identification, in group 107, of the complémentaire santé solidaire that the caisse itself runs (observed)."""

REGIME_GENERAL = "01"


@dataclass(frozen=True, slots=True)
class StatutParticulier:
    """What an affiliation to the general scheme means beyond it, told by the code gestion alone.

    Attributes:
        id: `detenu`, `coordonne_rss` or `ame`.
        code_gestion: the code that says so, in régime 01.
        libelle: what to show, in French.
        exoneration: label that stands beside the exemption; None when the status exempts from nothing that a card says.
        sourced: where this is known from.
    """

    id: str
    code_gestion: str
    libelle: str
    exoneration: str | None
    sourced: Sourced


_FIDES = Sourced("observed", "published functional specification of hospital billing (FIDES)")

STATUTS_PARTICULIERS: tuple[StatutParticulier, ...] = (
    StatutParticulier(
        "detenu",
        "65",
        "Détenu",
        "Détenu : tiers payant intégral sans dépassement d'honoraires, prise en charge à 100 % par le régime général",
        _FIDES,
    ),
    StatutParticulier("coordonne_rss", "70", "Bénéficiaire permanent coordonné RSS", None, _FIDES),
    StatutParticulier("ame", "89", "Aide médicale de l'État (AME)", None, _FIDES),
)
"""The three that the specification tells by the code gestion; the words are ours."""


def regime_libelle(regime: str, caisse: str, api: Api) -> str | None:
    """Name a régime in French, or None for a code nobody published."""
    if regime_particulier(regime, caisse, api) == "mayotte":
        return MAYOTTE_LIBELLE
    return REGIMES.get(regime)


def regime_particulier(regime: str, caisse: str, api: Api) -> str | None:
    """Name the régime that hides behind another's code: `mayotte` for caisse 976 of régime 01, since 4.10."""
    return "mayotte" if api == "4.10" and (regime, caisse) == MAYOTTE else None


def statut_particulier(regime: str, code_gestion: str) -> StatutParticulier | None:
    """Tell a prisoner, a permanent « coordonné RSS » and AME by the code gestion; None for everybody else.

    Only régime 01 tells them so: its codes are not those of the others.
    """
    if regime != REGIME_GENERAL:
        return None
    return next((each for each in STATUTS_PARTICULIERS if each.code_gestion == code_gestion), None)


def code_gestion_libelle(regime: str, code_gestion: str) -> str | None:
    """Name a code gestion in French, or None: most of the list is not public."""
    own = CODE_GESTION_01.libelle(code_gestion) if regime == REGIME_GENERAL else None
    return own or CODE_GESTION.libelle(code_gestion)
