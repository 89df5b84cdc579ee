"""Who may do what with which cards: one table, and the gate that every function of the reader passes through.

    table = load_access("hopital.toml")
    decision = table.decide(Function.READ_EXEMPTIONS, Situation(CardType.CPS, PinState.VERIFIED, Category.TEST), "4.10")

The table is data (`default.toml`, described in docs/access.md); a deployment replaces it with a file of its own.
"""

from reader_core.access.gate import Gate, Parties, Refusal
from reader_core.access.loading import AccessTableError, access_schema, default_table, load_access
from reader_core.access.model import (
    EXPORTS,
    CardType,
    Category,
    Check,
    Function,
    PinState,
    Situation,
    card_type_of,
    category_of,
)
from reader_core.access.table import AccessTable, Decision, Row

__all__ = [
    "EXPORTS",
    "AccessTable",
    "AccessTableError",
    "CardType",
    "Category",
    "Check",
    "Decision",
    "Function",
    "Gate",
    "Parties",
    "PinState",
    "Refusal",
    "Row",
    "Situation",
    "access_schema",
    "card_type_of",
    "category_of",
    "default_table",
    "load_access",
]
