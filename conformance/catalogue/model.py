"""What a requirement is: words for people, a source, and the cases that try it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

import msgspec

from fixtures.vitale import Api, Basis

CAPABILITIES: Final = {
    "protected": "opens the protected files with a professional card and reads the exemption",
    "revocation": "judges the professional card against revocation lists",
    "api-before": "also applies the rules before 4.10",
    "derived": "says what follows from the data: ages, keys that fit, what is in force, names of caisses, the cover of the day",
}
"""What a requirement may need of a product, beside the names of export formats, and what it means."""

LIMITS: Final = {"exemption-labels-only": "has no label, and no place for one, where nothing exempts"}
"""What a product may declare that takes a requirement away from it, and what it means. No sheet claims it."""

DERIVED: Final = "derived"
"""A capability that no product sheet claims: what the product declares of it counts."""

FORMATS: Final = ("xml", "ssv", "csv", "sheet")
"""Exports that a requirement may need of a product."""

FUNCTIONS: Final = {
    "identity": "reads who the card's holders are",
    "rights": "reads régime and caisse, and the rights with their periods",
    "complementary": "reads the complementary cover",
    "protected": "reads the exemption with a professional card",
    "export": "gives the data to another program",
    "print": "prints the data",
}
"""What a product is used for, after the GIE's leaflet: a product sheet claims some of these."""

Level = Literal["MUST", "SHOULD"]
Sentence = Annotated[str, msgspec.Meta(min_length=1)]


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One scenario that tries a requirement.

    Attributes:
        n: Its number, for ever: ``VIT-MIN-003/2`` is the case 2.
        scenario: Id of the scenario.
        checks: Which of the scenario's expectations are this requirement's: a path stands for itself and everything below
            it, with ``=`` before it for itself alone, ``refusal`` for the refusal; ``#2:`` before that for the second reading
            only. Empty: all of them.
        requires: Which must hold for the case to mean anything, in the same form. Where one does not, the case is
            INCONCLUSIVE.
        name: Stands for the number in the id of a case that no file has: ``7-42`` of a generated card.
    """

    n: Annotated[int, msgspec.Meta(ge=1)]
    scenario: str
    checks: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    name: str = ""


class Requirement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A requirement; ids and numbers are never used again.

    Attributes:
        id: ``VIT-MIN-003``. An editor's own begin with another word than ``VIT`` (see `conformance.overlay`).
        title: One line in English, what a right product does.
        title_fr: The same in French.
        wording: What a right product does and what a wrong one does, in whole sentences.
        wording_fr: The same in French.
        level: MUST or SHOULD.
        functions: What the product is used for when it matters, of `FUNCTIONS`; it does not apply to a product that claims less.
        api: The rule sets it holds for.
        source: Where it comes from.
        source_fr: The same in French; left out where it reads the same.
        basis: What kind of source that is.
        needs: Capabilities without which it is not applicable.
        unless: Capabilities with which it is not applicable, since the product's interface has no place for it.
        untested: Why nothing here can try it, for a requirement without cases; the report of a run has no line for it, and
            `vitale catalogue` gives the reason.
        untested_fr: The same in French.
        case: Its cases; none where `untested` says why.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9]{1,11}-[A-Z]{3}-\d{3}$")]
    title: Sentence
    title_fr: Sentence
    wording: Sentence
    wording_fr: Sentence
    level: Level = "MUST"
    functions: tuple[str, ...] = ()
    api: tuple[Api, ...]
    source: Sentence
    source_fr: str = ""
    basis: Basis
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    untested: str = ""
    untested_fr: str = ""
    case: tuple[Case, ...] = ()

    def case_id(self, case: Case) -> str:
        """Return the id of one of its cases."""
        return f"{self.id}/{case.name or case.n}"


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A family of requirements, which is a file.

    Attributes:
        id: ``VIT-MIN``; the ids of its requirements begin with it.
        title_fr: For French reports.
        title_en: For English ones.
        order: Its place in lists and reports.
        requirement: Its requirements.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9]{1,11}-[A-Z]{3}$")]
    title_fr: Sentence
    title_en: Sentence
    order: int
    requirement: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All families of a release, in their order.

    Attributes:
        version: The release.
        sha256: Over its files, 64 hex digits.
        families: In the order of reports.
        plan: An editor's own test-plan numbers, by id of a requirement or a case.
    """

    version: str
    sha256: str
    families: tuple[Family, ...]
    plan: Mapping[str, str] = field(default_factory=dict[str, str])

    def plan_of(self, requirement: Requirement) -> dict[str, str]:
        """Return the test-plan numbers of a requirement and of its cases, by id."""
        ids = (requirement.id, *(requirement.case_id(case) for case in requirement.case))
        return {one: self.plan[one] for one in ids if one in self.plan}

    @property
    def requirements(self) -> Iterator[tuple[Family, Requirement]]:
        """Every requirement with its family."""
        return ((family, requirement) for family in self.families for requirement in family.requirement)

    @property
    def cases(self) -> Iterator[tuple[Family, Requirement, Case]]:
        """Every case with its requirement and family."""
        return ((family, requirement, case) for family, requirement in self.requirements for case in requirement.case)

    def select(self, prefixes: tuple[str, ...]) -> list[str]:
        """Return the ids of the cases that one of the prefixes selects, in order; every id when there is no prefix.

        A prefix ends where an id may end: ``VIT-MIN-001`` does not select ``VIT-MIN-0010``, and ``VIT-MIN-001/1`` does not
        select ``VIT-MIN-001/12``.
        """
        ids = [requirement.case_id(case) for _, requirement, case in self.cases]
        return [one for one in ids if not prefixes or any(_selects(prefix, one) for prefix in prefixes)]


def _selects(prefix: str, case_id: str) -> bool:
    wanted = prefix.strip().upper().rstrip("-/")
    return case_id.upper() == wanted or case_id.upper().startswith((f"{wanted}-", f"{wanted}/")) or not wanted
