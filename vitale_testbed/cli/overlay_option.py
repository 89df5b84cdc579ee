"""`--overlay DIR`: what an editor lays over the catalogue (docs/overlay.md)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from conformance.catalogue import Catalogue, CatalogueError, load_catalogue
from conformance.overlay import OverlayError, lay_over, load_overlay
from fixtures.vitale import Scenario, ScenarioError, load_scenarios
from vitale_testbed.problems import Problem

F = TypeVar("F", bound=Callable[..., Any])


def overlay_option() -> Callable[[F], F]:
    """The option itself; the parameter is `overlay`, a folder or None."""
    return click.option(
        "--overlay",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Lay an editor's own requirements, scenarios, labels and test-plan numbers over the catalogue.",
    )


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
        raise Problem(str(error), code="catalogue_invalid", next_step="correct the file") from error
    return catalogue, scenarios
