"""What the runner needs of a product that a person reads: the three moments at which it waits for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from conformance.attended.questions import Question
from conformance.attended.steps import Steps
from conformance.catalogue.model import Case, Requirement
from conformance.judge import Judgement
from conformance.products import Product
from conformance.protocol import ReadRequest
from conformance.testimony import Attachment, Screen
from emulator.readers import ReaderSetupError, TraceEntry
from fixtures.vitale import Reading, Scenario


@dataclass(frozen=True, slots=True)
class Task:
    """One reading of a case, for a person.

    Attributes:
        requirement: What is tried; to be shown after the answer only, since it says what is right.
        case: The case.
        scenario: The situation; likewise.
        number: Which reading, from 1.
        request: What a program would be asked: the readers, the code, the date, the rules.
        questions: What to ask.
        steps: What to do.
    """

    requirement: Requirement
    case: Case
    scenario: Scenario
    number: int
    request: ReadRequest
    questions: tuple[Question, ...]
    steps: Steps

    @property
    def case_id(self) -> str:
        """``VIT-MIN-003/2``."""
        return self.requirement.case_id(self.case)

    @property
    def reading(self) -> Reading:
        """The reading, as the scenario has it."""
        return self.scenario.readings[self.number - 1]


@dataclass(frozen=True, slots=True)
class Review:
    """What came of a case, to be shown to the person.

    Attributes:
        tasks: Its readings, as far as they were done.
        screens: What the person said of each.
        judgement: The verdict on it.
    """

    tasks: tuple[Task, ...]
    screens: tuple[Screen, ...]
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Corrected:
    """What the person says instead, having seen what was expected.

    Attributes:
        screens: The new answers, one for each reading.
        note: Why.
        at: When, ISO 8601 in UTC.
    """

    screens: tuple[Screen, ...]
    note: str
    at: str


@runtime_checkable
class AttendedProduct(Product, Protocol):
    """A product whose screen a person reads. Every method but `expect` waits as long as the person takes."""

    def expect(self, left: Sequence[str], total: int, plan: Mapping[str, str]) -> None:
        """Be told which cases are to come, how many the run has, and their numbers in an editor's own test plan.

        Args:
            left: Ids of the cases to come.
            total: How many cases the run has.
            plan: Test-plan numbers by id.
        """
        ...

    def prepare(self, task: Task) -> None:
        """Return when the person wants the cards of a reading in the readers.

        Raises:
            KeyboardInterrupt: The person wants to stop here; the run is resumed later.
        """
        ...

    def observe(self, task: Task, seen: Callable[[], Sequence[TraceEntry]]) -> Screen:
        """Return what the person saw; complete, as `conformance.attended.screens.check_screen` has it.

        Args:
            task: The reading; its cards are in the readers.
            seen: What the cards have seen so far.

        Raises:
            KeyboardInterrupt: As above.
        """
        ...

    def review(self, review: Review) -> Corrected | None:
        """Show the verdict; return what the person says instead, None to leave it.

        Raises:
            KeyboardInterrupt: As above.
        """
        ...

    def lost(self, error: ReaderSetupError) -> None:
        """Be told that the readers are gone: the run stops here, and is resumed later."""
        ...

    def evidence(self, case_id: str, /) -> tuple[str, tuple[Attachment, ...]]:
        """Return who read the screen, and the screenshots of a case."""
        ...
