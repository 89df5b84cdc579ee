"""From what a product said to a verdict: pure functions, so that every verdict can be explained and tested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance import words
from conformance.catalogue.model import Case, Requirement
from conformance.events import Check, Verdict
from conformance.evidence import observe
from conformance.expectations import MISSING, expected_json, find, holds, in_words, show_actual, show_expected
from conformance.exported import EXPORTS, opened
from conformance.protocol import Answer
from conformance.selection import ANOMALIES, REFUSAL, covers, has_place
from conformance.words import FULL_STOP, SILENCE, Words, sentence
from emulator.readers import TraceEntry
from fixtures.vitale import NO_CARD, Reading, Scenario

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
    fault: Words = SILENCE
    trace: Sequence[TraceEntry] = field(default_factory=tuple[TraceEntry, ...])


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the sentence that explains it (nothing for PASS), and every value that was compared."""

    verdict: Verdict
    said: Words = SILENCE
    checks: tuple[Check, ...] = ()

    @property
    def reason(self) -> str:
        """The sentence in English."""
        return self.said.en


@dataclass(frozen=True, slots=True)
class _Finding:
    """One expectation at one place: `rule` is the scenario's path, `path` the same without stars."""

    reading: int
    rule: str
    path: str
    expected: Any
    actual: Any
    ok: bool

    def check(self, scenario: Scenario) -> Check:
        expected: Any = self.expected
        if self.rule == REFUSAL:
            expected = {"one_of": list(self.expected)} if len(self.expected) > 1 else self.expected[0]
        said = in_words(expected)
        return Check(
            path=self.path,
            expected=expected_json(expected),
            expected_fr=said.fr if said else "",
            actual=None if self.actual is MISSING else self.actual,
            ok=self.ok,
            source=scenario.source,
            source_fr=scenario.source_fr,
            reading=self.reading,
        )


def missing_capabilities(requirement: Requirement, scenario: Scenario, declared: Sequence[str]) -> tuple[str, ...]:
    """Return what the case needs and the product does not declare: then it is not applicable."""
    needs = list(requirement.needs)
    if any(reading.api == "before" for reading in scenario.readings):
        needs.append("api-before")
    return tuple(dict.fromkeys(need for need in needs if need not in declared))


def inapplicable(
    requirement: Requirement, case: Case, scenario: Scenario, capabilities: Sequence[str], carries: Sequence[str]
) -> Words:
    """Say why a case does not apply to a product, by what that declares; nothing when it applies."""
    if missing := missing_capabilities(requirement, scenario, capabilities):
        return words.not_declared(missing)
    if excluding := [one for one in requirement.unless if one in capabilities]:
        return words.declared(excluding)
    placed, aside = _places(case, scenario, carries)
    return words.no_place(aside) if aside and not placed else SILENCE


def _places(case: Case, scenario: Scenario, carries: Sequence[str]) -> tuple[list[str], list[str]]:
    """The paths that a case compares, each once: those the product's interface has a place for, and the others."""
    found: dict[str, bool] = {}
    for number, reading in enumerate(scenario.readings, 1):
        refusal = {REFUSAL: reading.refusal} if reading.refusal else {}
        for path, want in (refusal | reading.expect).items():
            if covers(case.checks, number, path):
                found[path] = found.get(path, True) and has_place(carries, path, want)
    return [path for path, placed in found.items() if placed], [path for path, placed in found.items() if not placed]


def judge(
    requirement: Requirement,
    case: Case,
    scenario: Scenario,
    replies: Sequence[Reply],
    carries: Sequence[str] = (),
) -> Judgement:
    """Compare what came of the readings with what the scenario expects.

    Args:
        requirement: Gives the level: a MUST that is missed is FAIL, a SHOULD is WARN. A product that crashes, hangs or
            breaks the protocol fails whatever the level.
        case: Says which expectations count, and which are prerequisites.
        scenario: The expectations.
        replies: One for each reading, in order; fewer when the last one is a fault.
        carries: What the product's interface has a place for; empty: everything. The rest is not compared: a wrong value
            among the others fails all the same, and where none is wrong the case is not applicable and says what was left out.
    """
    for number, reply in enumerate(replies, 1):
        if reply.answer is None:
            return Judgement(Verdict.FAIL, sentence(_prefix(scenario, number), reply.fault))
    pairs = list(zip(scenario.readings, replies, strict=True))
    for number, (reading, reply) in enumerate(pairs, 1):
        if why := _never_pulled(reading, reply):
            return Judgement(Verdict.INCONCLUSIVE, sentence(_prefix(scenario, number), why))
    findings = [
        one
        for number, pair in enumerate(pairs, 1)
        for one in _findings(number, *pair, case)
        if has_place(carries, one.rule, one.expected)
    ]
    for one in findings:
        if not one.ok and case.requires and covers(case.requires, one.reading, one.rule):
            why = words.nothing_judged(_sentence(scenario, one))
            return Judgement(Verdict.INCONCLUSIVE, why, (one.check(scenario),))
    findings = [one for one in findings if covers(case.checks, one.reading, one.rule)]
    checks = tuple(one.check(scenario) for one in findings)
    wrong = [one for one in findings if not one.ok]
    if not wrong:
        if aside := _places(case, scenario, carries)[1]:
            return Judgement(Verdict.NOT_APPLICABLE, words.right_so_far(len(checks), aside), checks)
        if not checks:
            return Judgement(Verdict.INCONCLUSIVE, words.nothing_compared())
        return Judgement(Verdict.PASS, SILENCE, checks)
    verdict = Verdict.FAIL if requirement.level == "MUST" else Verdict.WARN
    return Judgement(verdict, _explain(scenario, wrong, replies), checks)


def _findings(number: int, reading: Reading, reply: Reply, case: Case) -> Iterator[_Finding]:
    answer = reply.answer
    refusal = answer.refusal if answer else None
    card = answer.card if answer else None
    if reading.refusal:
        yield _Finding(number, REFUSAL, REFUSAL, reading.refusal, refusal, refusal in reading.refusal)
    elif card is None and not _said(reading, answer):
        # One finding says it all: no value of the card can be right.
        yield from (_Finding(number, rule, rule, want, MISSING, ok=False) for rule, want in reading.expect.items())
        return
    if reading.may_say and (said := _said(reading, answer)):
        yield _Finding(number, REFUSAL, said, reading.may_say, refusal if said == REFUSAL else said, ok=True)
        yield from (
            _Finding(number, rule, rule, want, seen, holds(want, seen))
            for rule, want in reading.expect.items()
            if rule.startswith("trace.")
            for seen in [observe(rule, reply.trace)]
        )
        return
    # A refusal of everything is an answer where the refusal is what the case looks at. Where it only looks at values of the
    # card, these had to be shown all the same: a case in which nothing was compared would pass whatever the product said.
    excused = covers(case.checks, number, REFUSAL)
    for rule, want in reading.expect.items():
        if rule.startswith("trace."):
            seen = observe(rule, reply.trace)
            yield _Finding(number, rule, rule, want, seen, holds(want, seen))
        elif card is not None:
            for place in find(opened(answer) if rule.startswith(EXPORTS) else card, rule):
                yield _Finding(number, rule, place.path, want, place.value, holds(want, place.value))
        elif not excused:
            yield _Finding(number, rule, rule, want, MISSING, ok=False)


def _said(reading: Reading, answer: Answer | None) -> str:
    """What a product said of a broken card, of what the reading takes for an answer; empty when it said nothing of that."""
    if answer is None:
        return ""
    if answer.refusal in reading.may_say:
        return REFUSAL
    return ANOMALIES if ANOMALIES in reading.may_say and (answer.card or {}).get(ANOMALIES) else ""


def _never_pulled(reading: Reading, reply: Reply) -> Words:
    if reading.pull is None:
        return SILENCE
    mine = [entry for entry in reply.trace if entry.slot == reading.pull.slot]
    if any(entry.kind == "removed" for entry in mine):
        return SILENCE
    return words.never_pulled(reading.pull.slot, reading.pull.after, sum(entry.kind == "apdu" for entry in mine))


def _explain(scenario: Scenario, wrong: list[_Finding], replies: Sequence[Reply]) -> Words:
    first = replies[wrong[0].reading - 1].answer
    unasked = first is not None and not scenario.readings[wrong[0].reading - 1].refusal
    if first is not None and first.card is None and (unasked or wrong[0].actual is MISSING):
        message = first.error.message if first.error else ""
        said = words.refused_instead(first.refusal, message, wrong[0].path)
        return sentence(_prefix(scenario, wrong[0].reading), said)
    shown = [_sentence(scenario, one) for one in wrong[:_REASONS_SHOWN]]
    if len(wrong) > _REASONS_SHOWN:
        shown.append(words.and_more(len(wrong) - _REASONS_SHOWN))
    truly_absent = scenario.readings[wrong[0].reading - 1].cps == NO_CARD and first and first.refusal == "cps_absent"
    if first is not None and first.refusal and unasked and not truly_absent:
        shown.append(words.withheld(first.refusal))
    return words.sentences(shown)


def _sentence(scenario: Scenario, one: _Finding) -> Words:
    prefix = _prefix(scenario, one.reading)
    if one.rule == REFUSAL:
        return sentence(prefix, words.refusal_differs(one.expected, one.actual))
    if one.rule.startswith("trace."):
        _, slot, what = one.rule.split(".")
        differ = words.pins_differ if what == "verify" else words.commands_differ
        return sentence(prefix, differ(slot, show_expected(one.expected), one.actual))
    # No capital: a sentence about a value begins with its path.
    return prefix + words.value_differs(one.path, show_expected(one.expected), show_actual(one.actual)) + FULL_STOP


def _prefix(scenario: Scenario, number: int) -> Words:
    return SILENCE if len(scenario.readings) == 1 else words.reading(number)
