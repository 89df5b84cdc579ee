"""Codes of the complementary cover: groups 107 to 109 of the card, and the contracts behind them."""

from __future__ import annotations

from typing import Final

from reader_core.nomenclatures.model import Nomenclature
from reader_core.sourced import Sourced

_SEEN: Final = "values on public test cards; meanings: an open program and a public billing module"

ORGANISME_COMPLEMENTAIRE: Final = Nomenclature(
    "organisme_complementaire",
    "Identifiants particuliers de la mutuelle (groupe 107)",
    {
        "55555551": "Organisme de test",
        "75500017": "Aide médicale de l'État (AME)",
        "88888888": "Couverture complémentaire (CMU-C, C2S) gérée séparément par un organisme complémentaire",
        "99999997": "Couverture complémentaire (CMU-C, C2S) gérée par la caisse ou en gestion unique",
    },
    Sourced("observed", f"{_SEEN}; published specification of hospital billing (FIDES)"),
    "any other number is that of a mutuelle, which no free list names",
)

INDICATEUR_MUTUELLE: Final = Nomenclature(
    "indicateur_mutuelle",
    "Indicateur de traitement de la mutuelle (groupe 107)",
    {"62": "CMU-C ou C2S", "71": "Sortie de CMU-C ou de C2S"},
    Sourced("observed", _SEEN),
    "00, 01 and 02 were seen without a meaning",
)

INDICATEUR_AMC: Final = (
    "00", "12", "13", "22", "23", "32", "33", "60", "62", "63", "72", "73",
)  # fmt: skip
"""Processing indicators of an AMC (group 109) seen in an open program; none has a public meaning (basis: observed)."""

AIGUILLAGE_STS: Final = Nomenclature(
    "aiguillage_sts",
    "Code d'aiguillage STS",
    {"4": "FFSA", "8": "CTIP", "M": "FNMF", "R": "Règle"},
    Sourced("observed", _SEEN),
    "U was seen on cards with CMU-C and is explained nowhere",
)

CODE_ROUTAGE: Final = ("NR", "OC", "SP", "IP", "MA", "SA")
"""Routing codes of an AMC seen in an open program; none has a public meaning (basis: observed)."""

TYPE_CONTRAT: Final = Nomenclature(
    "type_contrat",
    "Type de contrat (B2)",
    {
        "87": "Sortie de couverture complémentaire",
        "88": "Contrat aidé",
        "89": "CMU-C ou C2S",
        "91": "ACS, contrat A",
        "92": "ACS, contrat B",
        "93": "ACS, contrat C",
        "99": "Contrat partagé",
    },
    Sourced("observed", "a pharmacy reference table of November 2024"),
    "not on the card; 00 and 85 were seen without a meaning",
)

CATEGORIE_ORGANISME: Final = Nomenclature(
    "categorie_organisme",
    "Catégorie d'organisme complémentaire (SNIIRAM, IR_COC)",
    {
        "0": "Mutuelle locale",
        "1": "Mutuelle régionale",
        "2": "Institution rurale",
        "3": "Institution (> 3C)",
        "4": "Assurance",
        "5": "AME",
        "6": "CMU-C gérée par le régime obligatoire",
        "8": "Institution CSS",
        "9": "Mutuelle nationale",
    },
    Sourced("observed", "schema-snds, CNAM nomenclatures of the SNIIRAM (December 2020)"),
    "not on the card; 3C and CSS as printed: the source does not spell them out",
)
