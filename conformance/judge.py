"""From what a product said to a verdict: pure functions, so that every verdict can be explained and tested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.catalogue.model import Case, Requirement
from conformance.events import Check, Verdict
from conformance.evidence import observe
from conformance.expectations import MISSING, expected_json, find, holds, show, show_expected
from conformance.protocol import Answer
from conformance.selection import REFUSAL, covers
from emulator.readers import TraceEntry
from fixtures.vitale import Reading, Scenario

_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
_REASONS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one reading.

    Attributes:
        answer: What the product said; None when it failed to say anything.
        fault: Then, what it did instead: a sentence without its full stop.
        trace: What the cards saw during the reading.
    """

    answer: Answer | None = None
    fault: str = ""
    trace: Sequence[TraceEntry] = field(default_factory=tuple[TraceEntry, ...])


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the sentence that explains it (empty for PASS), and every value that was compared."""

    verdict: Verdict
    reason: str
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class _Finding:
    """One expectation at one place: `rule` is the scenario's path, `path` the same without stars."""

    reading: int
    rule: str
    path: str
    expected: Any
    actual: Any
    ok: bool

    def check(self, source: str) -> Check:
        expected: Any = self.expected
        if self.rule == REFUSAL:
            expected = {"one_of": list(self.expected)} if len(self.expected) > 1 else self.expected[0]
        return Check(
            path=self.path,
            expected=expected_json(expected),
            actual=None if self.actual is MISSING else self.actual,
            ok=self.ok,
            source=source,
            reading=self.reading,
        )


def missing_capabilities(requirement: Requirement, scenario: Scenario, declared: Sequence[str]) -> tuple[str, ...]:
    """Return what the case needs and the product does not declare: then it is not applicable."""
    needs = list(requirement.needs)
    if any(reading.api == "before" for reading in scenario.readings):
        needs.append("api-before")
    return tuple(dict.fromkeys(need for need in needs if need not in declared))


def judge(requirement: Requirement, case: Case, scenario: Scenario, replies: Sequence[Reply]) -> Judgement:
    """Compare what came of the readings with what the scenario expects.

    Args:
        requirement: Gives the level: a MUST that is missed is FAIL, a SHOULD is WARN. A product that crashes, hangs or
            breaks the protocol fails whatever the level.
        case: Says which expectations count, and which are prerequisites.
        scenario: The expectations.
        replies: One for each reading, in order; fewer when the last one is a fault.
    """
    for number, reply in enumerate(replies, 1):
        if reply.answer is None:
            return Judgement(Verdict.FAIL, f"{_prefix(scenario, number)}{reply.fault}.")
    pairs = list(zip(scenario.readings, replies, strict=True))
    for number, (reading, reply) in enumerate(pairs, 1):
        if reason := _never_pulled(reading, reply):
            return Judgement(Verdict.INCONCLUSIVE, f"{_prefix(scenario, number)}{reason}.")
    findings = [one for number, pair in enumerate(pairs, 1) for one in _findings(number, *pair)]
    for one in findings:
        if not one.ok and case.requires and covers(case.requires, one.reading, one.rule):
            reason = f"nothing could be judged: {_sentence(scenario, one)}"
            return Judgement(Verdict.INCONCLUSIVE, reason, (one.check(scenario.source),))
    findings = [one for one in findings if covers(case.checks, one.reading, one.rule)]
    checks = tuple(one.check(scenario.source) for one in findings)
    wrong = [one for one in findings if not one.ok]
    if not wrong:
        return Judgement(Verdict.PASS, "", checks)
    verdict = Verdict.FAIL if requirement.level == "MUST" else Verdict.WARN
    return Judgement(verdict, _explain(scenario, wrong, replies), checks)


def _findings(number: int, reading: Reading, reply: Reply) -> Iterator[_Finding]:
    answer = reply.answer
    refusal = answer.refusal if answer else None
    card = answer.card if answer else None
    if reading.refusal:
        yield _Finding(number, REFUSAL, REFUSAL, reading.refusal, refusal, refusal in reading.refusal)
    elif card is None:
        # One finding says it all: no value of the card can be right.
        yield from (_Finding(number, rule, rule, want, MISSING, ok=False) for rule, want in reading.expect.items())
        return
    for rule, want in reading.expect.items():
        if rule.startswith("trace."):
            seen = observe(rule, reply.trace)
            yield _Finding(number, rule, rule, want, seen, holds(want, seen))
        elif card is not None:
            for place in find(card, rule):
                yield _Finding(number, rule, place.path, want, place.value, holds(want, place.value))


def _never_pulled(reading: Reading, reply: Reply) -> str:
    if reading.pull is None:
        return ""
    mine = [entry for entry in reply.trace if entry.slot == reading.pull.slot]
    if any(entry.kind == "removed" for entry in mine):
        return ""
    sent = sum(entry.kind == "apdu" for entry in mine)
    return (
        f"the {_card(reading.pull.slot)} was to be pulled out after {reading.pull.after} commands, "
        f"and the product sent it only {sent}: the situation never arose"
    )


def _explain(scenario: Scenario, wrong: list[_Finding], replies: Sequence[Reply]) -> str:
    first = replies[wrong[0].reading - 1].answer
    if first is not None and first.card is None and not scenario.readings[wrong[0].reading - 1].refusal:
        said = f" and said {show(first.error.message)}" if first.error and first.error.message else ""
        return (
            f"{_prefix(scenario, wrong[0].reading)}the product refused with {first.refusal}{said}, "
            f"where it had to read the card (first value expected: {wrong[0].path})."
        )
    shown = [_sentence(scenario, one) for one in wrong[:_REASONS_SHOWN]]
    if len(wrong) > _REASONS_SHOWN:
        shown.append(f"And {len(wrong) - _REASONS_SHOWN} more.")
    if first is not None and first.refusal and not scenario.readings[wrong[0].reading - 1].refusal:
        shown.append(f"The product withheld the protected data: {first.refusal}.")
    return " ".join(shown)


def _sentence(scenario: Scenario, one: _Finding) -> str:
    prefix = _prefix(scenario, one.reading)
    if one.rule == REFUSAL:
        codes = " or ".join(one.expected)
        return f"{prefix}refusal: expected {codes}, read {one.actual or 'no refusal'}."
    if one.rule.startswith("trace."):
        _, slot, what = one.rule.split(".")
        what = "PINs presented to" if what == "verify" else "commands sent to"
        return f"{prefix}{what} the {_card(slot)}: expected {show_expected(one.expected)}, seen {one.actual}."
    return f"{prefix}{one.path}: expected {show_expected(one.expected)}, read {show(one.actual)}."


def _prefix(scenario: Scenario, number: int) -> str:
    if len(scenario.readings) == 1:
        return ""
    return f"{_ORDINALS[number - 1] if number <= len(_ORDINALS) else f'{number}th'} reading: "


def _card(slot: str) -> str:
    return "Vitale" if slot == "vitale" else "professional card"
