"""The sources that rules share, and which rules there are."""

from __future__ import annotations

from typing import Literal

from reader_core.sourced import Basis, Sourced

__all__ = ["COVERAGE_TABLE", "PROJECT", "SNIIRAM", "Api", "Basis", "Sourced"]

Api = Literal["before", "4.10"]
"""Which rules apply: those of API de lecture Vitale 4.10, or those before its six evolutions."""

COVERAGE_TABLE = Sourced("observed", "public pharmacy reference table of code couverture, edition 11/2024")
"""The situations and their justificatif, as a published vendor table has them; the wording of the labels is ours."""

SNIIRAM = Sourced("observed", "schema-snds, CNAM nomenclatures of the SNIIRAM (December 2020)")
"""The régimes and the kinds of beneficiary."""

PROJECT = Sourced("assumption", "decision of this project, docs/4.10.md: nothing public decides")
