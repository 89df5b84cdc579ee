"""Where a rule comes from, said the same way everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Api = Literal["before", "4.10"]
"""Which rules apply: those of API de lecture Vitale 4.10, or those before its six evolutions."""

Basis = Literal["law", "standard", "observed", "assumption"]
"""How firm a source is; the four words are defined in docs/4.10.md."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """A source and how firm it is.

    Attributes:
        basis: one of the four words.
        source: the text, table or observation, named so that it can be found again.
    """

    basis: Basis
    source: str


COVERAGE_TABLE = Sourced("observed", "public pharmacy reference table of code couverture, edition 11/2024")
"""The situations and their justificatif, as a published vendor table has them; the wording of the labels is ours."""

SNIIRAM = Sourced("observed", "schema-snds, CNAM nomenclatures of the SNIIRAM (December 2020)")
"""The régimes and the kinds of beneficiary."""

PROJECT = Sourced("assumption", "decision of this project, docs/4.10.md: nothing public decides")
