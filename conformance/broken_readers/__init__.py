"""The cast: readers that are wrong in one small way each, as ``--product broken:NAME``.

Each is a conforming reader with one defect around it, names the requirement that has to catch it, and says in words what it does
wrong. They prove that the catalogue catches what it is there for, and show a developer what a red report looks like.
"""

from conformance.broken_readers import (
    affiliation,
    complementary,
    entitled,
    exemption,
    exports,
    identity,
    maternity,
    mayotte,
    memory,
    mines,
    periods,
    professional,
    protection,
    rates,
    ratp,
    reasons,
    robustness,
    situations,
    slots,
    transmission,
)
from conformance.broken_readers.model import CAST, BrokenReader, Defect

__all__ = [
    "CAST",
    "BrokenReader",
    "Defect",
    "affiliation",
    "complementary",
    "entitled",
    "exemption",
    "exports",
    "identity",
    "maternity",
    "mayotte",
    "memory",
    "mines",
    "periods",
    "professional",
    "protection",
    "rates",
    "ratp",
    "reasons",
    "robustness",
    "situations",
    "slots",
    "transmission",
]
