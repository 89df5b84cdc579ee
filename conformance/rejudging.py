"""What an earlier run recorded, judged again by the catalogue of today."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from conformance import words
from conformance.attended.playing import judge_screens
from conformance.catalogue.model import Case, Requirement
from conformance.events import CaseFinished, Exchange, Verdict
from conformance.judge import Reply, judge
from conformance.origins import with_origins
from conformance.protocol import Answer
from emulator.readers import TraceEntry
from fixtures.vitale import Scenario

_JUDGED = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.INFO, Verdict.INCONCLUSIVE})


def judge_again(
    then: CaseFinished | None,
    event: CaseFinished,
    requirement: Requirement,
    case: Case,
    scenario: Scenario,
    carries: Sequence[str] = (),
) -> CaseFinished:
    """Judge what was recorded.

    Args:
        then: The event of the earlier run; None where it has none.
        event: The event of today, of which nothing is known but its scenario.
        requirement: Of the case.
        case: The case.
        scenario: The scenario of today.
        carries: What the product's interface has a place for; empty: everything.

    Returns:
        The event of today. INCONCLUSIVE where nothing was recorded, or for other cards.
    """
    if then is None or not _was_played(then):
        said = words.not_recorded()
    elif then.scenario.sha256 != event.scenario.sha256:
        said = words.recorded_otherwise()
    else:
        return _judged(then, event, requirement, case, scenario, carries)
    return msgspec.structs.replace(event, verdict=Verdict.INCONCLUSIVE, reason=said.en, reason_fr=said.fr)


def _was_played(then: CaseFinished) -> bool:
    # A case of which a part was compared is not applicable and has answers all the same; a person may have said that it cannot be played.
    partly = bool(then.answers) or then.testimony is not None
    return then.verdict in _JUDGED or (then.verdict is Verdict.NOT_APPLICABLE and partly)


def _judged(
    then: CaseFinished,
    event: CaseFinished,
    requirement: Requirement,
    case: Case,
    scenario: Scenario,
    carries: Sequence[str],
) -> CaseFinished:
    kept = msgspec.structs.replace(
        event,
        answers=then.answers,
        trace=then.trace,
        stderr=then.stderr,
        duration_ms=then.duration_ms,
        testimony=then.testimony,
    )
    if len(then.answers) < len(scenario.readings):  # it failed to answer, which no catalogue changes
        return msgspec.structs.replace(kept, verdict=then.verdict, reason=then.reason, reason_fr=then.reason_fr)
    replies = [
        Reply(msgspec.convert(answer, Answer), trace=[_entry(one) for one in then.trace if one.reading == number])
        for number, answer in enumerate(then.answers, 1)
    ]
    if then.testimony is not None:
        judgement = judge_screens(requirement, case, scenario, replies, then.testimony.screens)
    else:
        judgement = judge(requirement, case, scenario, replies, carries)
    return msgspec.structs.replace(
        kept,
        verdict=judgement.verdict,
        reason=judgement.said.en,
        reason_fr=judgement.said.fr,
        checks=with_origins(judgement.checks, then.trace),
    )


def _entry(exchange: Exchange) -> TraceEntry:
    return TraceEntry(
        exchange.slot,
        exchange.at_ms / 1000,
        exchange.kind,  # pyright: ignore[reportArgumentType] - a kind that nobody knows is none of those that are looked for
        bytes.fromhex(exchange.command),
        bytes.fromhex(exchange.response),
    )
