"""What a campaign plays, and how it is cut into jobs that any worker can do."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Final

import msgspec

from conformance.bench import ReaderKind
from conformance.catalogue import Catalogue
from conformance.generated import selection
from conformance.overlay import OverlayError, card_problems
from conformance.runner.config import CertifyConfig, layouts_of, load_parts
from fixtures.vitale import Scenario
from reader_core.layouts.laying import laid

PER_JOB: Final = 20
"""Cases of a job: a worker that dies costs no more than these are played again."""


class PlanError(Exception):
    """A plan that cannot be used: what is wrong, and the next step."""

    def __init__(self, reason: str, next_step: str) -> None:
        super().__init__(f"{reason}. {next_step}")
        self.reason = reason
        self.next_step = next_step


class PlannedProduct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A product of a campaign; another version of it is another one.

    Attributes:
        spec: As for ``vitale certify --product``.
        label: What it is called in the campaign; the spec where it is empty.
        factory: What makes it, ``module:function``; filled in from the spec.
        reader: How cards are presented; filled in from the spec where it is empty.
    """

    spec: Annotated[str, msgspec.Meta(min_length=1)]
    label: str = ""
    factory: str = ""
    reader: ReaderKind | None = None

    @property
    def name(self) -> str:
        """What to call it."""
        return self.label or self.spec


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A campaign.

    Attributes:
        product: The products.
        generated: Generated cards of each seed.
        seeds: The seeds.
        catalogue: Whether the cases of the catalogue are played as well.
        timeout: Seconds a product has for one answer.
        overlay: The folder of an overlay, which every worker finds there; empty: none.
    """

    product: Annotated[tuple[PlannedProduct, ...], msgspec.Meta(min_length=1)]
    generated: Annotated[int, msgspec.Meta(ge=0, le=selection.MAX_CARDS)] = 100
    seeds: tuple[Annotated[int, msgspec.Meta(ge=0, le=selection.MAX_SEED)], ...] = (0,)
    catalogue: bool = False
    timeout: Annotated[float, msgspec.Meta(ge=0.1)] = 30.0
    overlay: str = ""

    def parts(self) -> tuple[Catalogue, dict[str, Scenario]]:
        """The catalogue and the scenarios, below the overlay if there is one.

        Raises:
            PlanError: The overlay cannot be used.
        """
        try:
            return load_parts(run_under(self.overlay))
        except OverlayError as error:
            raise PlanError(str(error), "Correct the file.") from error

    def check_cards(self) -> None:
        """Make sure that the cards of the scenarios can be written by the layouts of the overlay.

        Raises:
            PlanError: One cannot, or the overlay cannot be used.
        """
        if not self.overlay:
            return
        scenarios = self.parts()[1]
        with laid(layouts_of(run_under(self.overlay))):
            problems = list(card_problems(scenarios))
        if problems:
            raise PlanError(
                problems[0], f"`vitale catalogue --check --overlay {self.overlay}` shows {len(problems)} problems."
            )

    def cases(self) -> list[str]:
        """The ids of the cases that each product plays, in order."""
        written = self.parts()[0].select(()) if self.catalogue else []
        return [*written, *(one for seed in dict.fromkeys(self.seeds) for one in selection.ids(self.generated, seed))]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker does at a time: a few cases of one product.

    Attributes:
        number: Of the product in the plan, from 0.
        product: The product.
        timeout: Seconds for one answer.
        cases: Ids.
        overlay: The folder of the overlay; empty: none.
        overlay_sha256: The digest of the catalogue below it, which the worker has to find as well.
    """

    number: int
    product: PlannedProduct
    timeout: float
    cases: tuple[str, ...]
    overlay: str = ""
    overlay_sha256: str = ""


def run_under(overlay: str) -> CertifyConfig:
    """A run of which nothing but its overlay counts."""
    return CertifyConfig(product="", factory="", reader="inprocess", events="", overlay=overlay)


def load_plan(file: Path) -> Plan:
    """Read a plan.

    Raises:
        PlanError: It is no TOML file, or lacks or misspells something.
    """
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Plan)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError(
            f"{file}: not a TOML file ({error})", "Give the plan of a campaign (docs/campaign.md)."
        ) from error
    except msgspec.ValidationError as error:
        raise PlanError(f"{file}: {error}", "Correct it; docs/campaign.md has what a plan may say.") from error


def jobs(plan: Plan, done: Collection[tuple[int, str]]) -> Iterator[Job]:
    """Cut a plan into jobs, without the cases that are done: the number of a product, and an id."""
    every = plan.cases()
    digest = plan.parts()[0].sha256 if plan.overlay else ""
    for number, product in enumerate(plan.product):
        left = [one for one in every if (number, one) not in done]
        for first in range(0, len(left), PER_JOB):
            cases = tuple(left[first : first + PER_JOB])
            yield Job(
                number=number,
                product=product,
                timeout=plan.timeout,
                cases=cases,
                overlay=plan.overlay,
                overlay_sha256=digest,
            )
