"""Which requirement catches which broken reader: the whole matrix, from one conforming run and the cast.

A reader whose answers alone are wrong says to the cards what a conforming reader says. So the answers of the conforming run are
spoiled and judged again, which takes no time; only the others play every case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from conformance.broken_readers.model import BrokenReader, Defect
from conformance.catalogue import Catalogue
from conformance.catalogue.model import Case, Requirement
from conformance.events import Verdict
from conformance.judge import Judgement, judge
from conformance.play import Table, Turn, play, play_readings
from conformance.products import InProcessProduct
from fixtures.vitale import Scenario

CAUGHT = frozenset({Verdict.FAIL, Verdict.WARN})
"""Verdicts by which a requirement says that it caught a reader."""

Judged = dict[str, Judgement]
"""Id of a case -> what it says of a reader."""
MakeDefect = Callable[[type[Defect]], Defect]
"""Puts a defect around a conforming product."""


class Audience:
    """Judges broken readers by the whole catalogue.

    Args:
        catalogue: The requirements.
        scenarios: By id.
        table: Readers, and a conforming product that is played once.
        make: Puts a defect around a new conforming product.
    """

    def __init__(self, catalogue: Catalogue, scenarios: Mapping[str, Scenario], table: Table, make: MakeDefect) -> None:
        self._cases: list[tuple[Requirement, Case, Scenario]] = [
            (requirement, case, scenarios[case.scenario]) for _, requirement, case in catalogue.cases
        ]
        self._table = table
        self._make = make
        self._conforming: dict[str, list[Turn]] = {}
        for requirement, case, scenario in self._cases:
            case_id = requirement.case_id(case)
            self._conforming[case_id] = play_readings(table, case_id, scenario, table.deck(case_id))

    def conforming(self) -> Judged:
        """What the catalogue says of the conforming product."""
        return {
            requirement.case_id(case): judge(
                requirement, case, scenario, [turn.reply for turn in self._turns(requirement, case)]
            )
            for requirement, case, scenario in self._cases
        }

    def judge(self, reader: BrokenReader, *, only_its_own: bool = False) -> Judged:
        """What the catalogue says of a broken reader; each case is given a new one.

        Args:
            reader: Of the cast.
            only_its_own: Play no other requirement than the one that it is meant to break, which is enough to know that it is
                not caught by luck.
        """
        judged: Judged = {}
        for requirement, case, scenario in self._cases:
            if only_its_own and requirement.id != reader.requirement:
                continue
            defect = self._make(reader.defect)
            if reader.reads_right:
                spoiled = [_spoiled(defect, turn) for turn in self._turns(requirement, case)]
                judged[requirement.case_id(case)] = judge(requirement, case, scenario, [turn.reply for turn in spoiled])
            else:
                event = play(self._with(defect), requirement, case, scenario)
                judged[event.id] = Judgement(event.verdict, checks=event.checks)
        return judged

    def _turns(self, requirement: Requirement, case: Case) -> list[Turn]:
        return self._conforming[requirement.case_id(case)]

    def _with(self, product: InProcessProduct) -> Table:
        return Table(product, self._table.capabilities, self._table.bench, self._table.trust, self._table.replay)


def _spoiled(defect: Defect, turn: Turn) -> Turn:
    if turn.reply.answer is None:
        return turn
    return replace(turn, reply=replace(turn.reply, answer=defect.answer(turn.request, turn.reply.answer)))


def caught_by(judged: Judged) -> set[str]:
    """The requirements that catch a reader."""
    return {case_id.rpartition("/")[0] for case_id, one in judged.items() if one.verdict in CAUGHT}
