"""The process of the run watches its items come in, from itself or from workers, records them and decides when to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from conformance import words
from conformance.events import CaseFinished
from conformance.runner.config import CertifyConfig
from conformance.runner.plugin import event_of
from conformance.runner.recorder import Recorder

CONFIGURATION = "vitale-configuration"
"""Name under which a worker is given the configuration of the run, as JSON."""
LEFT = "vitale-left"
"""Name under which it is given the ids of the cases to play."""


class Overseer:
    """Records every finished case.

    Args:
        recorder: Is told of every finished case.
        config: The run; its workers are told the same.
        lost: Makes the event of a case whose worker died.

    Attributes:
        stopped: Whether the run was stopped because enough cases are not conformant.
        trouble: What went wrong with the run itself, empty when nothing did.
    """

    def __init__(self, recorder: Recorder, config: CertifyConfig, lost: Callable[[str], CaseFinished]) -> None:
        self._recorder = recorder
        self._config = config
        self._lost = lost
        self._session: pytest.Session | None = None
        self._left: list[str] = []
        self.stopped = False
        self.trouble = ""

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Keep the session, which can be told to stop."""
        self._session = session

    def hand_out(self, left: list[str]) -> None:
        """Say which cases the workers shall play."""
        self._left = left

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - pytest-xdist's own
        """Tell a worker what to do. A hook of pytest-xdist."""
        node.workerinput[CONFIGURATION] = msgspec.json.encode(self._config).decode()
        node.workerinput[LEFT] = self._left

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record the case of a report, and stop when enough has failed or nothing can be recorded any more."""
        if report.when not in {"setup", "call", "teardown"}:  # pytest-xdist: the item's worker died
            event = self._lost(report.nodeid)
        elif report.when != "call" or (event := event_of(report)) is None:
            return
        try:
            event = self._recorder.case(event)
        except OSError as error:
            self.trouble = f"{event.id} could not be recorded: {error}"
            self._stop(self.trouble)
            return
        enough = self._config.max_fail
        if enough and not self.stopped and self._recorder.outcome.unexpected >= enough:
            self.stopped = True
            self._stop("enough cases are not conformant")

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep what pytest itself failed with."""
        self.trouble = self.trouble or f"{excinfo.typename}: {excinfo.value}"

    def _stop(self, why: str) -> None:
        if self._session is None:
            return
        distributed: Any = self._session.config.pluginmanager.getplugin("dsession")
        if distributed is not None:
            distributed.shouldstop = why
        else:
            self._session.shouldstop = why


def lost_with_its_worker(event: CaseFinished) -> CaseFinished:
    """Say of a case that the process that played it died: a failure of the harness, not of the product."""
    said = words.worker_died()
    return msgspec.structs.replace(event, reason=said.en, reason_fr=said.fr)
