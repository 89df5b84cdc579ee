"""Which body insures a person: the name behind régime, caisse and centre.

The rows are data files (`data/README.md` says where each comes from, and under which licence).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from reader_core.sourced import Sourced

_CAISSES: Final = Sourced("observed", "schema-snds, table IR_CAI (December 2020), MPL-2.0")
_UNKNOWN: Final = "INCONNU"
"""A row whose name says that the caisse is unknown is no name."""

CENTRES_MAYOTTE: Final = (
    "0000", "0002", "0007", "0010", "0012", "0050", "0097", "0101", "0102", "0103", "0104", "0105", "0106", "0110", "0342",
    "0445", "0501", "0516", "0599", "0603", "0831", "0833", "0849",
)  # fmt: skip
"""Centres of caisse 976 in the SNIIRAM (IR_ORG, basis: observed); 0501, 0516, 0599 and 0603 are those of mutualist sections."""


@dataclass(frozen=True, slots=True)
class Organisme:
    """A body of the health insurance.

    Attributes:
        regime: two digits.
        caisse: three digits.
        centre: four digits; empty when the name is that of the whole caisse.
        libelle: its name, in French.
        sourced: where the name is known from.
    """

    regime: str
    caisse: str
    centre: str
    libelle: str
    sourced: Sourced


def organisme(regime: str, caisse: str, centre: str = "") -> Organisme | None:
    """Find the body that insures a person.

    Args:
        regime: two digits, as on the card.
        caisse: three digits.
        centre: up to four digits; leading zeros may be missing, as some tables write it.

    Returns:
        The row of that centre; else the one of the whole caisse; else, when all centres known of the caisse have one and the
        same row, that row. None for a body that nothing names.
    """
    known = _by_caisse().get((regime, caisse), ())
    wanted = centre.strip().zfill(4)
    exact = [each for each in known if each.centre and each.centre == wanted]
    whole = [each for each in known if not each.centre]
    found = exact or whole
    if not found and len(known) == 1:
        return known[0]
    return found[0] if found else None


def organismes() -> tuple[Organisme, ...]:
    """Give every row, those of this project first."""
    return (*_read("organismes.csv"), *_read("caisses.csv"))


@cache
def _by_caisse() -> MappingProxyType[tuple[str, str], tuple[Organisme, ...]]:
    found: dict[tuple[str, str], tuple[Organisme, ...]] = {}
    for each in organismes():
        key = (each.regime, each.caisse)
        found[key] = (*found.get(key, ()), each)
    return MappingProxyType(found)


def _read(name: str) -> Iterator[Organisme]:
    text = (files("reader_core.nomenclatures") / "data" / name).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        if _UNKNOWN in row["libelle"].upper():
            continue
        sourced = Sourced("observed", row["source"]) if "source" in row else _CAISSES
        yield Organisme(row["regime"], row["caisse"], row.get("centre", ""), _mended(row["libelle"]), sourced)


def _mended(label: str) -> str:
    """The table lost a few characters on its way: a question mark stands for the apostrophe, or for nothing."""
    return " ".join(label.replace("D?", "D'").replace("? ", " ").split())
