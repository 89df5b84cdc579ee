"""The catalogue as pytest sees it: a file is a family, an item is a case.

pytest collects, orders, selects and runs, in one process or with pytest-xdist in several; what a case is worth is in its event,
which travels in the item's report. A case that is not conformant is a failed item and one that is not applicable a skipped
one, so that anything made for pytest shows the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.catalogue.load import RELEASE, load_family
from conformance.catalogue.model import Case, Requirement
from conformance.events import CaseFinished, Verdict
from conformance.generated.playing import GeneratedPlayer
from conformance.generated.selection import case_of, is_generated
from conformance.merging import case_order
from conformance.play import Table, play
from fixtures.vitale import Scenario

EVENT = "vitale-event"
"""Name of the property of an item's report that holds its event, as JSON."""


class CaseNotConformantError(Exception):
    """A case that is not conformant; its text is the reason, and no traceback helps."""


class CataloguePlugin:
    """Collects the selected cases of catalogue files and plays them.

    Args:
        table: Product and readers.
        scenarios: By id.
        selected: Ids of the cases to run.
        folder: Where the stream of the run is.
    """

    def __init__(self, table: Table, scenarios: Mapping[str, Scenario], selected: Iterable[str], folder: Path) -> None:
        self.table = table
        self.scenarios = scenarios
        self.selected = frozenset(selected)
        self._generated = GeneratedPlayer(table, folder)

    def cases_of(self, requirement: Requirement) -> Iterator[Case]:
        """The selected cases of a requirement; those of generated cards are in no file."""
        if is_generated(requirement):
            mine = [one for one in self.selected if one.startswith(f"{requirement.id}/")]
            yield from (case_of(one) for one in sorted(mine, key=case_order))
        else:
            yield from (case for case in requirement.case if requirement.case_id(case) in self.selected)

    def play(self, requirement: Requirement, case: Case) -> CaseFinished:
        """Play a case, written or generated, and return its event."""
        scenario = self.scenarios[case.scenario]
        if is_generated(requirement):
            return self._generated.play(requirement, case, scenario)
        return play(self.table, requirement, case, scenario)

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Take the TOML files of the catalogue."""
        if file_path.suffix != ".toml" or file_path.name == RELEASE:
            return None
        return FamilyFile.from_parent(parent, path=file_path, plugin=self)  # pyright: ignore[reportUnknownMemberType] - pytest leaves it unannotated

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Run families in the order of the catalogue, not of file names."""
        items.sort(key=lambda item: item.order if isinstance(item, CaseItem) else 0)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Prepare the cards of the cases that probably come next; another worker may take some of them."""
        items = item.session.items
        if self.table.bench.ahead:
            here = items.index(item)
            coming = items[here + 1 : here + 1 + self.table.bench.ahead]
            self.table.keep({each.name for each in (item, *coming)})
            for later in coming:
                if isinstance(later, CaseItem):
                    self.table.prepare(later.requirement, later.case, self.scenarios[later.case.scenario])


class FamilyFile(pytest.File):
    """The file of a family as pytest collects it: one item for each case that was selected."""

    def __init__(self, *, plugin: CataloguePlugin, **arguments: Any) -> None:  # noqa: ANN401 - pytest's own
        super().__init__(**arguments)
        self._plugin = plugin

    def collect(self) -> Iterator[pytest.Item]:
        """Make one item of each selected case."""
        family = load_family(self.path)
        for requirement in family.requirement:
            for case in self._plugin.cases_of(requirement):
                name = requirement.case_id(case)
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
    """A case as pytest runs it; its event travels with the report, so that workers can be other processes."""

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
        self.requirement = requirement
        self.case = case
        self._plugin = plugin

    def runtest(self) -> None:
        """Play the case; its event goes with the item's report.

        Raises:
            CaseNotConformantError: The case is not conformant.
        """
        event = self._plugin.play(self.requirement, self.case)
        self.user_properties.append((EVENT, msgspec.json.encode(event).decode()))
        if event.verdict is Verdict.NOT_APPLICABLE:
            pytest.skip(event.reason)
        if not event.conformant:
            raise CaseNotConformantError(event.reason)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:  # noqa: ANN401, ARG002 - pytest's own
        """Show the reason alone."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Say where the case stands."""
        return self.path, None, self.name


def event_of(report: pytest.TestReport) -> CaseFinished | None:
    """Return the event that an item's report carries, if it carries one."""
    for name, value in report.user_properties:
        if name == EVENT and isinstance(value, str):
            return msgspec.json.decode(value, type=CaseFinished)
    return None
