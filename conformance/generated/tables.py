"""The tables of `tables.toml`: situations, bodies that insure, and the words that a label may have."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Final

import msgspec

from fixtures.vitale import Basis

TABLES: Final = Path(__file__).parent / "tables.toml"
"""The file."""

LOCAL: Final = "local"
"""Name, in an affiliation, of the situations of the local scheme of Alsace-Moselle in the general scheme's table."""

_GENERAL: Final = "01"


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file, with its source."""

    source: str
    basis: Basis


class Situation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a code situation means without an ALD.

    Attributes:
        code: Four digits.
        nature: Kind of exemption, as in the card object.
        justificatif: One character (B2 annex 9).
        taux: Rate of a practitioner's act, per cent.
        ordinaire: Whether the rate is the ordinary one, which the UNCAM decides by the rules of 4.10.
        local: Whether the local scheme of Alsace-Moselle stands behind it.
        mots: Beginnings of words of which a label has one; none where nothing is said.
    """

    code: str
    nature: str
    justificatif: str
    taux: int
    ordinaire: bool = False
    local: bool = False
    mots: tuple[str, ...] = ()


class Affiliation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who insures a person: codes that occur together.

    Attributes:
        regime: Two digits.
        caisse: Three digits.
        centre: Four digits.
        code_gestion: Two characters.
        situations: Which situations its cards carry: the first two digits, or `LOCAL`.
        mots: Beginnings of words of which the name of the régime has one.
    """

    regime: Annotated[str, msgspec.Meta(pattern="^[0-9]{2}$")]
    caisse: Annotated[str, msgspec.Meta(pattern="^[0-9]{3}$")]
    centre: Annotated[str, msgspec.Meta(pattern="^[0-9]{4}$")]
    code_gestion: Annotated[str, msgspec.Meta(min_length=2, max_length=2)]
    situations: tuple[str, ...]
    mots: tuple[str, ...]


class _Situations(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    rows: tuple[Situation, ...]


class _Unknown(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    codes: tuple[str, ...]


class _Affiliations(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    rows: tuple[Affiliation, ...]


class _Words(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    mots: dict[str, tuple[str, ...]]


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the generator and its oracle know of codes: situations, affiliations and qualités, as `tables.toml` has them."""

    situations: _Situations
    inconnues: _Unknown
    affiliations: _Affiliations
    qualites: _Words

    def situation(self, code: str) -> Situation | None:
        """What a code situation means; None for one that nothing public explains."""
        return next((row for row in self.situations.rows if row.code == code), None)

    def codes_of(self, affiliation: Affiliation) -> tuple[str, ...]:
        """The situations that a card of this affiliation may carry, plainest first."""
        known = [row.code for row in self.situations.rows]
        every = [*known, *self.inconnues.codes]
        found: list[str] = []
        for name in affiliation.situations:
            if name == LOCAL:
                found += [row.code for row in self.situations.rows if row.local and row.code.startswith(_GENERAL)]
            else:
                found += [code for code in every if code.startswith(name)]
            if name == _GENERAL:  # the local scheme is for those whose row says so
                found = [code for code in found if not self._is_local(code)]
        return tuple(found)

    def regime_words(self, regime: str) -> tuple[str, ...]:
        """Beginnings of words that a name of the régime has; none for a régime of no row."""
        return next((row.mots for row in self.affiliations.rows if row.regime == regime), ())

    def _is_local(self, code: str) -> bool:
        row = self.situation(code)
        return row is not None and row.local


@cache
def tables() -> Tables:
    """Read the file, once."""
    return msgspec.convert(tomllib.loads(TABLES.read_text(encoding="utf-8")), Tables)
