"""The catalogue as pytest sees it: a file is a family, an item is a case.

pytest collects, orders, selects and runs; what a case is worth is in its event. A case that is not conformant is a failed
item and one that is not applicable a skipped one, so that anything made for pytest shows the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

from conformance.catalogue.load import RELEASE, load_family
from conformance.catalogue.model import Case, Requirement
from conformance.events import CaseFinished, Verdict
from conformance.play import Table, play
from fixtures.vitale import Scenario

NOT_CONFORMANT = frozenset({Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR})


class Sink(Protocol):
    """Who is told of every finished case."""

    def case(self, event: CaseFinished) -> None:
        """Take the event of a finished case."""
        ...


class CaseNotConformantError(Exception):
    """A case that is not conformant; its text is the reason, and no traceback helps."""


class CataloguePlugin:
    """Collects the selected cases of catalogue files and plays them.

    Args:
        table: Product and readers.
        scenarios: By id.
        selected: Ids of the cases to run.
        sink: Is told of every finished case.
        max_fail: Stop after so many cases that are not conformant; 0: never.

    Attributes:
        stopped: Whether it stopped for that reason.
        trouble: What went wrong with the run itself, empty when nothing did.
    """

    def __init__(
        self, table: Table, scenarios: Mapping[str, Scenario], selected: Iterable[str], sink: Sink, max_fail: int
    ) -> None:
        self.table = table
        self.scenarios = scenarios
        self.selected = frozenset(selected)
        self._sink = sink
        self._failures_left = max_fail or None
        self.stopped = False
        self.trouble = ""

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Take the TOML files of the catalogue."""
        if file_path.suffix != ".toml" or file_path.name == RELEASE:
            return None
        return FamilyFile.from_parent(parent, path=file_path, plugin=self)  # pyright: ignore[reportUnknownMemberType] - pytest leaves it unannotated

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Run families in the order of the catalogue, not of file names."""
        items.sort(key=lambda item: item.order if isinstance(item, CaseItem) else 0)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep what pytest itself failed with."""
        self.trouble = self.trouble or f"{excinfo.typename}: {excinfo.value}"

    def finished(self, item: CaseItem, event: CaseFinished) -> None:
        """Pass an event on, and stop the session when enough has failed or nothing can be recorded any more."""
        try:
            self._sink.case(event)
        except OSError as error:
            self.trouble = f"{event.id} could not be recorded: {error}"
            item.session.shouldstop = self.trouble
            return
        if self._failures_left is not None and event.verdict in NOT_CONFORMANT:
            self._failures_left -= 1
            if self._failures_left <= 0:
                self.stopped = True
                item.session.shouldstop = "enough cases are not conformant"


class FamilyFile(pytest.File):
    """A family's file."""

    def __init__(self, *, plugin: CataloguePlugin, **arguments: Any) -> None:  # noqa: ANN401 - pytest's own
        super().__init__(**arguments)
        self._plugin = plugin

    def collect(self) -> Iterator[pytest.Item]:
        """Make one item of each selected case."""
        family = load_family(self.path)
        for requirement in family.requirement:
            for case in requirement.case:
                name = requirement.case_id(case)
                if name in self._plugin.selected:
                    yield CaseItem.from_parent(  # pyright: ignore[reportUnknownMemberType] - pytest leaves it unannotated
                        self,
                        name=name,
                        nodeid=name,
                        plugin=self._plugin,
                        requirement=requirement,
                        case=case,
                        order=family.order,
                    )


class CaseItem(pytest.Item):
    """A case."""

    def __init__(
        self,
        *,
        plugin: CataloguePlugin,
        requirement: Requirement,
        case: Case,
        order: int,
        **arguments: Any,  # noqa: ANN401 - pytest's own
    ) -> None:
        super().__init__(**arguments)  # pyright: ignore[reportUnknownMemberType] - pytest leaves it unannotated
        self.order = order
        self._plugin = plugin
        self._requirement = requirement
        self._case = case

    def runtest(self) -> None:
        """Play the case and tell the sink."""
        scenario = self._plugin.scenarios[self._case.scenario]
        event = play(self._plugin.table, self._requirement, self._case, scenario)
        self._plugin.finished(self, event)
        if event.verdict is Verdict.NOT_APPLICABLE:
            pytest.skip(event.reason)
        if event.verdict in NOT_CONFORMANT:
            raise CaseNotConformantError(event.reason)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:  # noqa: ANN401, ARG002 - pytest's own
        """Show the reason alone."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Say where the case stands."""
        return self.path, None, self.name
