"""A worker of a run: a process that pytest-xdist started, with a product and readers of its own."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.runner.config import CertifyConfig, layouts_of, run_scenarios
from conformance.runner.overseer import CONFIGURATION, LEFT
from conformance.runner.plugin import CataloguePlugin
from conformance.runner.table import set_table
from reader_core.layouts.laying import laid

_OPEN = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """In a worker, set up product and readers. In the process of the run itself, do nothing."""
    given: dict[str, Any] | None = getattr(config, "workerinput", None)
    if given is None:
        return
    # When the run is gone, execnet interrupts this process; a shell may have had it ignore that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run = msgspec.json.decode(given[CONFIGURATION], type=CertifyConfig)
    scenarios = run_scenarios(run)
    with ExitStack() as opening:
        opening.enter_context(laid(layouts_of(run)))
        table, _ = opening.enter_context(set_table(run))
        config.stash[_OPEN] = opening.pop_all()
    config.pluginmanager.register(CataloguePlugin(table, scenarios, given[LEFT], Path(run.events).parent))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop product and readers."""
    if opened := config.stash.get(_OPEN, None):
        opened.close()
