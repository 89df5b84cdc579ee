"""What a run is asked to do, in a form that goes from one process to another."""

from __future__ import annotations

import importlib
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import msgspec

from conformance.bench import ReaderKind
from conformance.catalogue import CATALOGUE, Catalogue, check_catalogue, load_catalogue
from conformance.catalogue.check import scenario_problems
from conformance.generated import selection
from conformance.generated.saving import load_played
from conformance.generated.selection import Scenarios
from conformance.overlay import card_problems, lay_over, load_overlay
from conformance.products import ProductFactory
from fixtures.vitale import SCENARIOS, Scenario, load_scenarios
from reader_core.layouts.laying import NOTHING_LAID, Laid, in_force


class PageConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The page of a product that a person reads: its port (0: a free one), and whether a browser is started."""

    port: int = 0
    browser: bool = True


class CertifyConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A run.

    Attributes:
        product: The SPEC as the user wrote it, ``builtin`` or ``exec:COMMAND``; shown, and part of the replay command.
        factory: What makes the product, ``module:function``; it is imported in the process of the run and called with a
            `conformance.products.ProductSetup`. ``exec:`` has ``conformance.products.exec:create``.
        reader: How cards are presented.
        only: Prefixes of ids; empty: every case.
        generated: How many generated cards are played after the catalogue.
        seed: Their seed.
        played: A file of scenarios that is played in place of the catalogue; empty: none.
        timeout: Seconds a product has for one answer.
        max_fail: Stop after so many cases that are not conformant and not known; 0: never.
        workers: Processes that play cases at the same time; 0: one, the process of the run itself.
        shard: Number and count: ``(2, 3)`` plays every third case, from the second on. Empty: all of them.
        baseline: The file of known failures; empty: none.
        sheet: The product sheet; empty: none.
        page: For a product that a person reads: the readers are the same for every case, and nothing is timed.
        resume: Write on in an unfinished stream, and play only what it lacks.
        events: The stream to write.
        overlay: The folder of an overlay, as the user wrote it; empty: none.
        tool_version: Version of vitale-testbed, for the header.
        catalogue: Folder of the catalogue.
        scenarios: Folder of the scenarios.
        color: Whether progress may be coloured.
        bar: Whether it has a bar with the estimated time: for a terminal.
        quiet: Whether there is no progress at all.
        dropped: Variables of the user's environment that the run's process is not given, and the product is.
    """

    product: str
    factory: str
    reader: ReaderKind
    events: str
    only: tuple[str, ...] = ()
    generated: int = 0
    seed: int = 0
    played: str = ""
    timeout: float = 30.0
    max_fail: int = 0
    workers: int = 0
    shard: tuple[int, int] | None = None
    baseline: str = ""
    sheet: str = ""
    page: PageConfig | None = None
    resume: bool = False
    overlay: str = ""
    tool_version: str = "0"
    catalogue: str = str(CATALOGUE)
    scenarios: str = str(SCENARIOS)
    color: bool = False
    bar: bool = False
    quiet: bool = False
    dropped: dict[str, str] = {}

    @property
    def replay(self) -> tuple[str, ...]:
        """The shell command of this run, without its selection and output."""
        words = ["vitale", "certify"]
        if self.product != "builtin":
            words += ["--product", self.product]
        if self.reader != default_reader(self.product):
            words += ["--reader", self.reader]
        if self.sheet:
            words += ["--sheet", self.sheet]
        if self.overlay:
            words += ["--overlay", self.overlay]
        return tuple(words)


class ConfigurationError(Exception):
    """A run that cannot start: what is wrong, and the next step. The exit code is 2."""

    def __init__(self, reason: str, next_step: str) -> None:
        super().__init__(f"{reason}. {next_step}")
        self.reason = reason
        self.next_step = next_step

    def __reduce__(self) -> tuple[type[ConfigurationError], tuple[str, str]]:
        """Let a worker of a cluster raise it where the campaign is."""
        return type(self), (self.reason, self.next_step)


def default_reader(product: str) -> ReaderKind:
    """Return how cards are presented to a product unless told otherwise: a socket; directly for `builtin`; where every program looks for a person."""
    if product == "manual":
        return "pcsc-shared"
    return "inprocess" if product.partition(":")[0] in {"builtin", "broken", "replay"} else "socket"


def load_parts(config: CertifyConfig) -> tuple[Catalogue, dict[str, Scenario]]:
    """Load the catalogue and the scenarios of a run, below its overlay if it has one.

    Raises:
        CatalogueError: A catalogue file is damaged.
        ScenarioError: A scenario file is damaged.
        OverlayError: The overlay cannot be used.
    """
    catalogue, scenarios = load_catalogue(Path(config.catalogue)), load_scenarios(Path(config.scenarios))
    return (
        lay_over(catalogue, scenarios, load_overlay(Path(config.overlay))) if config.overlay else (catalogue, scenarios)
    )


def layouts_of(config: CertifyConfig) -> Laid:
    """Load the layouts of the cards of a run: those of its overlay, if it has one.

    Raises:
        OverlayError: The overlay cannot be used.
    """
    return load_overlay(Path(config.overlay)).layouts if config.overlay else NOTHING_LAID


def load_requirements(config: CertifyConfig) -> tuple[Catalogue, Mapping[str, Scenario], list[str]]:
    """Load catalogue and scenarios, and select the cases of a run.

    Returns:
        The catalogue, the scenarios by id, and the ids of the selected cases in order.

    Raises:
        CatalogueError: A catalogue file is damaged.
        ScenarioError: A scenario file is damaged.
        OverlayError: The overlay cannot be used.
        ConfigurationError: They do not fit together, or nothing is selected.
    """
    if config.played:
        return _played(config)
    catalogue, scenarios = load_parts(config)
    problems = check_catalogue(catalogue, scenarios)
    if not problems and in_force():
        problems = list(card_problems(scenarios))
    if problems:
        check = shlex.join(
            ["vitale", "catalogue", "--check", *(["--overlay", config.overlay] if config.overlay else [])]
        )
        raise ConfigurationError(
            f"the catalogue is not consistent: {problems[0]}",
            f"Correct it; `{check}` shows {len(problems)} problems.",
        )
    catalogue = add_generated(catalogue, config.generated, config.seed, config.only)
    selected = select(catalogue, config.only)
    if config.shard:
        number, count = config.shard
        selected = selected[number - 1 :: count]
        if not selected:
            raise ConfigurationError(
                f"shard {number}/{count} has no case", "There are more shards than cases: use fewer shards."
            )
    return catalogue, Scenarios(scenarios), selected


def select(catalogue: Catalogue, only: tuple[str, ...]) -> list[str]:
    """Return the ids of the cases that a selection names, in order; all without one.

    Raises:
        ConfigurationError: One of the selection's parts is no family, requirement or case, or nothing is there at all.
    """
    families = ", ".join(family.id for family in catalogue.families)
    for one in only:
        if not catalogue.select((one,)):
            raise ConfigurationError(
                f"no family, requirement or case is called {one}",
                f"Families are {families}; `vitale certify --list` shows every id.",
            )
    if not (selected := catalogue.select(only)):
        raise ConfigurationError("there is no case", "`vitale catalogue --check` looks the catalogue over.")
    return selected


def add_generated(catalogue: Catalogue, cards: int, seed: int, only: tuple[str, ...]) -> Catalogue:
    """Return a catalogue with the generated cases of a run: so many of a seed, and those that a selection names whole.

    Raises:
        ConfigurationError: Hypothesis, which draws them, is not installed.
    """
    drawn = [*selection.ids(cards, seed), *selection.named_in(only)]
    if not drawn:
        return catalogue
    try:
        selection.check_hypothesis()
    except selection.HypothesisMissingError as error:
        raise ConfigurationError(error.reason, error.next_step) from error
    return selection.with_generated(catalogue, drawn)


def run_scenarios(config: CertifyConfig) -> Scenarios:
    """Load the scenarios of a run.

    Raises:
        CatalogueError: A catalogue file is damaged.
        ScenarioError: A scenario file is damaged.
        OverlayError: The overlay cannot be used.
    """
    if config.played:
        return Scenarios({one.id: one for one in load_played(Path(config.played))})
    return Scenarios(load_parts(config)[1])


def _played(config: CertifyConfig) -> tuple[Catalogue, Scenarios, list[str]]:
    scenarios = run_scenarios(config)
    selected = [f"{selection.REQUIREMENT}/{name}" for name in scenarios]
    if not selected:
        raise ConfigurationError(
            f"{config.played} has no scenario", "Write a table [[scenario]], or give another file."
        )
    for one in scenarios.values():
        if problem := next(scenario_problems(one), ""):
            raise ConfigurationError(f"{config.played}: {problem}", "Correct the file.")
    return selection.with_generated(load_catalogue(Path(config.catalogue)), selected), scenarios, selected


def import_factory(name: str) -> ProductFactory:
    """Import ``module:function``.

    Raises:
        ConfigurationError: There is no such thing.
    """
    module, _, function = name.partition(":")
    try:
        return cast("ProductFactory", getattr(importlib.import_module(module), function))
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"the product's factory {name} cannot be imported ({error})", "Name it module:function."
        ) from error
