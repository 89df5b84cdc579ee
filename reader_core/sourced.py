"""Where a fact comes from, said the same way everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
