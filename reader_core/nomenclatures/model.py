"""A table of codes: what each stands for, and where that is known from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reader_core.sourced import Sourced


@dataclass(frozen=True, slots=True, eq=False)
class Nomenclature:
    """One table of codes.

    The codes are facts of the source; the labels are French and, where a sentence would have been copied, worded by this
    project.

    Attributes:
        id: short name, as documents and fields call the table: `G15`, `qualite`.
        titre: what the codes are of, in French.
        codes: label by code, in the order of the source. A code whose meaning nobody published is not in it.
        sourced: where the table is known from, and how firm that is.
        note: what has to be known besides, in English; empty for nothing.
    """

    id: str
    titre: str
    codes: Mapping[str, str]
    sourced: Sourced
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", MappingProxyType(dict(self.codes)))

    def libelle(self, code: str) -> str | None:
        """The label of a code, or None for one that is not in the table: it is shown as it is, never guessed at."""
        return self.codes.get(code)
