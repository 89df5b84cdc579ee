"""The documentation page of the codes, made from the tables."""

from __future__ import annotations

from reader_core.nomenclatures import NOMENCLATURES, Nomenclature, organismes

_HEAD = """# Codes on the cards

What the codes of the [records](records.md) stand for. The codes are those of public tables (the basis is beside each); the labels are French, and this
project's words where the table has a sentence. A code that is not here has no label: a reading shows the code, and null. This page is made from
`reader_core/nomenclatures` by `python scripts/generate_docs.py`.

```python
from reader_core.nomenclatures import NOMENCLATURES, organisme

NOMENCLATURES["G15"].libelle("60")  # "Infirmier"
organisme("05", "051", "0000").libelle  # "RATP, assurance maladie des actifs"
```

Which exemption follows from a code couverture is on [its own page](4.10.md).

"""

_ORGANISMES = """## Caisses and centres

Régime, caisse and centre are three fields of the card. 239 caisses of régimes 01, 02, 03, 09, 10 and 92 to 96 are named by the table IR_CAI of
schema-snds (December 2020, Mozilla Public License 2.0, [`caisses.csv`](../reader_core/nomenclatures/data/README.md)); caisses have merged since. The small schemes, the
historical caisses of the Mines, Mayotte and the caisses of test cards are here (basis: observed; the names are ours), and go first. A centre that is not
in the table has the name of its caisse, if there is but one.

| régime | caisse | centre | name | source |
|---|---|---|---|---|
"""


def nomenclatures_page() -> str:
    """Make the page: Markdown, with a line at the end."""
    rows = [
        f"| {each.regime} | {each.caisse} | {each.centre} | {each.libelle} | {each.sourced.source} |"
        for each in organismes()
        if not each.sourced.source.startswith("schema-snds, table")
    ]
    tables = "\n".join(_section(table) for table in NOMENCLATURES.values())
    return _HEAD + tables + "\n" + _ORGANISMES + "\n".join(rows) + "\n"


def _section(table: Nomenclature) -> str:
    note = f" Note: {table.note}." if table.note else ""
    rows = [f"| {code} | {label} |" for code, label in table.codes.items()]
    return "\n".join(
        [
            f"## {table.id}",
            "",
            f"{table.titre}. Basis: {table.sourced.basis}; {table.sourced.source}.{note}",
            "",
            "| code | libellé |",
            "|---|---|",
            *rows,
            "",
        ]
    )
