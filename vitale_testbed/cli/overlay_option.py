"""`--overlay DIR`: what an editor lays over the catalogue and the cards (docs/overlay.md)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from conformance.catalogue import Catalogue, CatalogueError, load_catalogue
from conformance.overlay import Overlay, OverlayError, card_problems, lay_over, load_overlay
from fixtures.vitale import Scenario, ScenarioError, load_scenarios
from reader_core.layouts.laying import laid as in_force
from vitale_testbed.problems import Problem

F = TypeVar("F", bound=Callable[..., Any])


def overlay_option() -> Callable[[F], F]:
    """The option itself; the parameter is `overlay`, a folder or None."""
    return click.option(
        "--overlay",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Lay an editor's own requirements, scenarios, labels, test-plan numbers and card layouts over ours.",
    )


def load_overlay_told(folder: Path) -> Overlay:
    """Read an overlay.

    Raises:
        Problem: a file of it cannot be used.
    """
    try:
        return load_overlay(folder)
    except OverlayError as error:
        raise _invalid(error) from error


def cards_under(folder: Path, scenarios: Mapping[str, Scenario]) -> list[str]:
    """Say which cards of the scenarios cannot be written by the layouts of an overlay.

    Raises:
        Problem: a file of it cannot be used.
    """
    layouts = load_overlay_told(folder).layouts
    with in_force(layouts):
        return list(card_problems(scenarios)) if layouts else []


def _invalid(error: Exception) -> Problem:
    return Problem(str(error), code="catalogue_invalid", next_step="correct the file")


def laid(overlay: Path | None) -> tuple[Catalogue, dict[str, Scenario]]:
    """Load the catalogue and the scenarios, below an overlay if there is one.

    Raises:
        Problem: a file of one of them cannot be used.
    """
    try:
        catalogue, scenarios = load_catalogue(), load_scenarios()
        if overlay is not None:
            catalogue, scenarios = lay_over(catalogue, scenarios, load_overlay(overlay))
    except (CatalogueError, ScenarioError, OverlayError) as error:
        raise _invalid(error) from error
    return catalogue, scenarios
