"""A case that a person plays: prepare, put the cards in, ask what the screen shows, judge, show the verdict, take a correction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from conformance import words
from conformance.attended.person import AttendedProduct, Review, Task
from conformance.attended.questions import questions_of
from conformance.attended.screens import carried, reply_of, shows_data, without_place
from conformance.attended.steps import steps_of
from conformance.bench import Workplace
from conformance.cards import Deck
from conformance.catalogue.model import Case, Requirement
from conformance.events import Verdict
from conformance.judge import Judgement, Reply, judge
from conformance.protocol import ReadRequest
from conformance.testimony import Correction, Screen, Testimony
from fixtures.vitale import NO_CARD, Scenario

_ENDS = frozenset({"broken", "impossible"})
"""Outcomes of a reading after which there is no next one."""


@dataclass(frozen=True, slots=True)
class Attended:
    """What came of a case: the verdict, what was answered at each reading, and the person's part in it."""

    judgement: Judgement
    replies: tuple[Reply, ...]
    testimony: Testimony


def attend(
    product: AttendedProduct,
    workplace: Workplace,
    deck: Deck,
    requirement: Requirement,
    case: Case,
    scenario: Scenario,
    request_of: Callable[[int], ReadRequest],
) -> Attended:
    """Lead a person through a case.

    Args:
        product: Asks the person.
        workplace: The two readers.
        deck: The cards.
        requirement: Of the case.
        case: The case.
        scenario: What to play.
        request_of: What a program would be asked at a reading, by its number.

    Raises:
        KeyboardInterrupt: The person stops here; nothing of the case is recorded.
        ImageError: An image does not exist, or a patch does not fit it.
        ReaderSetupError: The readers are gone.
    """
    tasks: list[Task] = []
    screens: list[Screen] = []

    def read_on() -> None:
        """Ask about the readings that are left, until there is none or the product cannot go on."""
        while len(tasks) < len(scenario.readings) and not (screens and screens[-1].outcome in _ENDS):
            number = len(tasks) + 1
            reading = scenario.readings[number - 1]
            previous = scenario.readings[number - 2] if number > 1 else None
            task = Task(
                requirement,
                case,
                scenario,
                number,
                request_of(number),
                questions_of(case, number, reading),
                steps_of(reading, previous),
            )
            product.prepare(task)
            workplace.load(*deck.deal(number, reading))
            tasks.append(task)
            screens.append(product.observe(task, lambda number=number: deck.seen(number)))

    corrections: list[Correction] = []
    while True:
        read_on()
        judgement, replies = _judge(tasks, screens, deck)
        changed = product.review(Review(tuple(tasks), tuple(screens), judgement))
        if changed is None:
            break
        before = Correction(at=changed.at, note=changed.note, verdict=judgement.verdict.value, before=tuple(screens))
        corrections.append(before)
        screens = list(changed.screens)
    by, attachments = product.evidence(requirement.case_id(case))
    testimony = Testimony(by=by, screens=tuple(screens), corrections=tuple(corrections), attachments=attachments)
    return Attended(judgement, replies, testimony)


def _judge(tasks: Sequence[Task], screens: Sequence[Screen], deck: Deck) -> tuple[Judgement, tuple[Reply, ...]]:
    first = tasks[0]
    for screen in screens:
        if screen.outcome == "impossible":
            return Judgement(Verdict.NOT_APPLICABLE, words.cannot_be_played(screen.message.strip())), ()
    if _unread(tasks, screens, deck):
        return Judgement(Verdict.INCONCLUSIVE, words.never_read()), ()
    replies = tuple(
        reply_of(task.request, task.questions, screen, deck.seen(task.number))
        for task, screen in zip(tasks, screens, strict=True)
    )
    return judge_screens(first.requirement, first.case, first.scenario, replies, screens), replies


def judge_screens(
    requirement: Requirement, case: Case, scenario: Scenario, replies: Sequence[Reply], screens: Sequence[Screen]
) -> Judgement:
    """Judge what was seen on screens; what these have no place for is not held against the product, and is named.

    Args:
        requirement: Of the case.
        case: The case.
        scenario: The expectations.
        replies: What came of each reading.
        screens: The same as it was said.
    """
    judgement = judge(requirement, case, scenario, replies, carried(scenario, screens))
    aside = without_place(screens)
    if judgement.verdict is not Verdict.NOT_APPLICABLE or not aside:
        return judgement
    why = words.compared_besides(len(judgement.checks))
    return Judgement(judgement.verdict, words.cannot_show(aside, why), judgement.checks)


def _unread(tasks: Sequence[Task], screens: Sequence[Screen], deck: Deck) -> bool:
    """Say whether data were seen on the screen and no program has asked the Vitale for anything: they are not its data."""
    shown = any(
        shows_data(screen) and task.reading.vitale != NO_CARD for task, screen in zip(tasks, screens, strict=True)
    )
    return shown and not any(entry.slot == "vitale" and entry.kind in {"apdu", "removed"} for _, entry in deck.trace)


def answers_of(replies: Sequence[Reply]) -> tuple[dict[str, object], ...]:
    """Return the answers as an event has them."""
    return tuple(msgspec.to_builtins(reply.answer) for reply in replies if reply.answer)
