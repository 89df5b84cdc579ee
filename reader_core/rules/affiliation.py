"""Who insures the person, and what the person is to the insured: labels of the free data.

Codes: SNIIRAM nomenclatures (basis: observed). That Mayotte is told by caisse 976 of régime 01 is observed as well: it
has no régime code of its own. That a reader says so since 4.10 is this project's decision (docs/4.10.md).
"""

from __future__ import annotations

from reader_core.rules.basis import PROJECT, SNIIRAM, Api

REGIMES: dict[str, str] = {
    "01": "Régime général",
    "02": "Régime agricole (MSA)",
    "03": "Travailleurs indépendants",
    "04": "SNCF",
    "05": "RATP",
    "06": "Marins (ENIM)",
    "07": "Régime minier",
    "08": "Militaires (CNMSS)",
    "09": "Banque de France",
    "10": "Clercs et employés de notaires (CRPCEN)",
    "12": "Chambre de commerce et d'industrie de Paris",
    "14": "Assemblée nationale",
    "15": "Sénat",
    "16": "Port autonome de Bordeaux",
    "17": "Français de l'étranger (CFE)",
    "80": "Anciens combattants",
    "82": "Monaco",
    "90": "Cultes (CAVIMAC)",
    "91": "Mutuelle de l'Éducation nationale (MGEN)",
    "92": "Mutuelle générale (MG)",
    "93": "Mutuelle de la police (MGP)",
    "94": "Mutuelles de la fonction publique (MFP)",
    "95": "Mutuelle des hospitaliers (MNH)",
    "96": "Mutuelle de l'aviation et de la marine (MNAM)",
    "99": "Autres sections locales mutualistes",
}
"""Régimes by their two digits; 11 and 13 are not attributed."""

QUALITES: dict[str, str] = {
    "0": "Assuré",
    "1": "Ascendant, descendant ou collatéral",
    "2": "Conjoint",
    "3": "Conjoint divorcé",
    "4": "Concubin",
    "5": "Conjoint séparé",
    "6": "Enfant",
    "7": "Bénéficiaire hors article 313",
    "8": "Conjoint veuf",
    "9": "Autre ayant droit",
}
"""What a beneficiary is to the insured person, by the card's character."""

SOURCE = SNIIRAM
MAYOTTE_SOURCE = PROJECT
MAYOTTE = ("01", "976")
MAYOTTE_LIBELLE = "Régime général - Mayotte"
CAISSE_COMPLEMENTAIRE = "99999997"
"""Identification, in group 107, of the complémentaire santé solidaire that the caisse itself runs (observed)."""


def regime_libelle(regime: str, caisse: str, api: Api) -> str | None:
    """Name a régime in French, or None for a code nobody published."""
    if regime_particulier(regime, caisse, api) == "mayotte":
        return MAYOTTE_LIBELLE
    return REGIMES.get(regime)


def regime_particulier(regime: str, caisse: str, api: Api) -> str | None:
    """Name the régime that hides behind another's code: `mayotte` for caisse 976 of régime 01, since 4.10."""
    return "mayotte" if api == "4.10" and (regime, caisse) == MAYOTTE else None
