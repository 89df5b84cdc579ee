"""The product sheet as a stream carries it, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from reports.vitale.bilingual import Text, rule_sets

FUNCTIONS = {
    "identity": Text("lit qui sont les porteurs de la carte", "reads who the card's holders are"),
    "rights": Text(
        "lit le régime, la caisse et les droits avec leurs périodes",
        "reads régime and caisse, and the rights with their periods",
    ),
    "complementary": Text("lit la couverture complémentaire", "reads the complementary cover"),
    "protected": Text(
        "lit l'exonération avec une carte de professionnel", "reads the exemption with a professional card"
    ),
    "export": Text("transmet les données à un autre programme", "gives the data to another program"),
    "print": Text("imprime les données", "prints the data"),
}
"""What a product may be used for, as its sheet names it."""


class _Editor(msgspec.Struct, frozen=True):
    name: str = ""
    siret: str = ""
    contact: str = ""


class _Identity(msgspec.Struct, frozen=True):
    description: str = ""
    systems: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()


class _Claims(msgspec.Struct, frozen=True):
    functions: tuple[str, ...] = ()
    api: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    revocation: bool = False


class _Sheet(msgspec.Struct, frozen=True):
    editor: _Editor = _Editor()
    product: _Identity = _Identity()
    claims: _Claims = _Claims()


@dataclass(frozen=True, slots=True)
class SheetView:
    """A product sheet to be shown.

    Attributes:
        editor: The company.
        siret: Its 14 digits, empty where the sheet has none.
        contact: Who answers questions.
        description: What the product is for, empty where the sheet does not say.
        systems: Operating systems.
        readers: Card readers.
        functions: What the product is claimed to do, name and words.
        unclaimed: The functions it is not claimed to have.
        rules: The sets of rules, in words.
        formats: What it exports.
        revocation: Whether it looks professional cards up in revocation lists.
    """

    editor: str
    siret: str
    contact: str
    description: str
    systems: tuple[str, ...]
    readers: tuple[str, ...]
    functions: tuple[tuple[str, Text], ...]
    unclaimed: tuple[tuple[str, Text], ...]
    rules: Text
    formats: tuple[str, ...]
    revocation: bool


def sheet_of(sheet: dict[str, Any] | None) -> SheetView | None:
    """Return the sheet of a stream's product; None where the run was made without one, or with one that cannot be understood."""
    if sheet is None:
        return None
    try:
        read = msgspec.convert(sheet, _Sheet)
    except msgspec.ValidationError:
        return None
    claimed = read.claims.functions
    return SheetView(
        editor=read.editor.name,
        siret=read.editor.siret,
        contact=read.editor.contact,
        description=read.product.description,
        systems=read.product.systems,
        readers=read.product.readers,
        functions=tuple((name, FUNCTIONS.get(name, Text.same(name))) for name in claimed),
        unclaimed=tuple((name, words) for name, words in FUNCTIONS.items() if name not in claimed),
        rules=rule_sets(read.claims.api),
        formats=read.claims.formats,
        revocation=read.claims.revocation,
    )
