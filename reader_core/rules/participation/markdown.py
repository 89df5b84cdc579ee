"""The documentation page of the participations, made from the tables."""

from __future__ import annotations

from datetime import date

from reader_core.rules.participation import DISPENSES, MONTANTS, PLAGES, TAUX
from reader_core.rules.participation.model import Categorie, Montant, Objet, Unite
from reader_core.sourced import Sourced

_HEAD = """# What the insured person has to pay

The ranges of the decree, the rates that the UNCAM set inside them, the flat amounts and their caps: each from which day on, and what says so. None of
it is on a card, and a reading shows none of it ([4.10.md](4.10.md#1-uncam)): since CSS R.322-1 a rate is a decision of the UNCAM, and the counters are kept by
the caisse. This page is made from `reader_core/rules/participation` by `python scripts/generate_docs.py`; in Python:

```python
from datetime import date
from reader_core.rules.participation import Categorie, Objet, montant, plage, taux

taux(Categorie.TRANSPORT, date(2026, 1, 15)).participation  # 45: 55 % are reimbursed
plage(Categorie.DENTAIRE, date(2023, 8, 2)).maximum  # 45
montant(Objet.FRANCHISE_MEDICAMENT, date(2024, 3, 30)).valeur  # Decimal("0.50")
```

All three give `None` for a day before the first row. **Participation** is what is left to the insured person, in per cent of the tariff; what is reimbursed
is 100 less that. The articles moved on 1 January 2016: R.322-1 is R.160-5 since, R.322-8 R.160-16, D.322-5 to D.322-9 D.160-9 to D.160-12. The texts of today were read
in the code as published on 1 January 2026; **assumption** marks a row whose day, or whose rate, was not found in print, and the source says which.

An exemption, a local scheme and a scheme's own scale go before these rates: see [the situations](4.10.md#the-situations).

"""

CATEGORIES = {
    Categorie.HOSPITALISATION: "hospital stay, and fees during one",
    Categorie.PRATICIEN: "fees of physicians and midwives",
    Categorie.DENTAIRE: "fees of dentists, dental care",
    Categorie.AUXILIAIRE: "fees of nurses, physiotherapists and the like",
    Categorie.BIOLOGIE: "laboratory tests",
    Categorie.MEDICAMENT_IMPORTANT: "medicine of important medical benefit",
    Categorie.MEDICAMENT_MODERE: "medicine of moderate medical benefit",
    Categorie.MEDICAMENT_FAIBLE: "medicine of weak medical benefit",
    Categorie.DISPOSITIF: "products and services of the LPP",
    Categorie.TRANSPORT: "transport",
    Categorie.CURE: "thermal care",
    Categorie.AUTRE: "anything else",
}
"""What each category is, in English."""

OBJETS = {
    Objet.PARTICIPATION_FORFAITAIRE: "participation forfaitaire, for each consultation, act or laboratory test",
    Objet.PARTICIPATIONS_PAR_JOUR: "most of them a day, of one professional",
    Objet.PARTICIPATIONS_PAR_AN: "most of them a year",
    Objet.FRANCHISE_MEDICAMENT: "franchise, for each box of medicine",
    Objet.FRANCHISE_AUXILIAIRE: "franchise, for each act of a nurse, physiotherapist and the like",
    Objet.FRANCHISE_TRANSPORT: "franchise, for each way by ambulance or taxi",
    Objet.FRANCHISE_AUXILIAIRE_PAR_JOUR: "most of the franchise on such acts a day",
    Objet.FRANCHISE_TRANSPORT_PAR_JOUR: "most of the franchise on transport a day",
    Objet.FRANCHISES_PAR_AN: "most of all franchises a year",
    Objet.ACTE_LOURD: "participation for an expensive act, instead of the rate",
    Objet.SEUIL_TARIF: "tariff from which an act is expensive",
    Objet.SEUIL_COEFFICIENT: "coefficient from which an act is expensive",
    Objet.HORS_PARCOURS: "added to the participation outside the coordinated path of care",
}
"""What each amount is, in English."""


def participation_page() -> str:
    """Make the page: Markdown, with a line at the end."""
    ranges = [
        f"| `{each.categorie}` | {CATEGORIES[each.categorie]} | {each.minimum} to {each.maximum} % | {_said(each.depuis, each.sourced)} |"
        for each in PLAGES
    ]
    rates = [
        f"| `{each.categorie}` | {each.participation} % | {100 - each.participation} % | {_said(each.depuis, each.sourced)} |"
        for each in TAUX
    ]
    amounts = [
        f"| `{each.objet}` | {OBJETS[each.objet]} | {_value(each)} | {_said(each.depuis, each.sourced)} |"
        for each in MONTANTS
    ]
    spared = [
        f"| {each.cas} | {', '.join(f'`{objet}`' for objet in each.objets)} | {each.sourced.basis} | {each.sourced.source} |"
        for each in DISPENSES
    ]
    return _HEAD + "\n".join(
        [
            "## Ranges",
            "",
            "| category | what | participation | from | basis | source |",
            "|---|---|---|---|---|---|",
            *ranges,
            "",
            "## Rates",
            "",
            "| category | participation | reimbursed | from | basis | source |",
            "|---|---|---|---|---|---|",
            *rates,
            "",
            "## Amounts, caps and thresholds",
            "",
            "| name | what | how much | from | basis | source |",
            "|---|---|---|---|---|---|",
            *amounts,
            "",
            "## Who is spared",
            "",
            "The cases that the texts at hand name; there are others.",
            "",
            "| case | of | basis | source |",
            "|---|---|---|---|",
            *spared,
            "",
        ]
    )


def _said(depuis: date, sourced: Sourced) -> str:
    return f"{depuis.isoformat()} | {sourced.basis} | {sourced.source}"


def _value(row: Montant) -> str:
    return f"{row.valeur} {({Unite.EURO: 'EUR', Unite.NOMBRE: '', Unite.POINT: 'points'})[row.unite]}".strip()
