"""One case played through: cards in, questions asked, answers judged."""

from __future__ import annotations

import functools
import hashlib
import shlex
import time
import traceback
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import msgspec

from conformance import words
from conformance.attended import AttendedProduct
from conformance.attended.playing import Attended, answers_of, attend
from conformance.attended.questions import needs_a_file
from conformance.bench import Bench, Workplace
from conformance.cards import Deck
from conformance.catalogue.model import Case, Requirement
from conformance.events import CaseFinished, ScenarioInfo, Verdict
from conformance.evidence import exchanges
from conformance.judge import Judgement, Reply, inapplicable, judge
from conformance.origins import with_origins
from conformance.products import ExecProduct, InProcessProduct, Product, ProductFault
from conformance.products.replay import ReplayProduct
from conformance.protocol import Answer, ReadRequest, Trust
from conformance.rejudging import judge_again
from conformance.testimony import Testimony
from conformance.words import SILENCE, Words
from emulator.image import ImageError
from emulator.readers import ReaderSetupError
from fixtures.vitale import NO_CARD, Reading, Scenario
from reader_core.iso7816 import Connection

_STDERR_SHOWN = 4000
_SINCE_2026_1 = frozenset({"damage", "cps_damage", "fault", "cps_fault", "formats", "may_say"})
"""What a reading did not have then. Where it is empty it counts for nothing, so that runs of then can be replayed."""


@dataclass(frozen=True, slots=True)
class Table:
    """What all cases of a run share.

    Attributes:
        product: The product under test.
        capabilities: What it declares.
        bench: Where the cards are put.
        trust: The files it shall trust.
        replay: The shell command of a run, to which ``--only ID`` is added.
        functions: What its sheet claims; None without a sheet.
        carries: What its interface has a place for; empty: everything.
    """

    product: Product
    capabilities: tuple[str, ...]
    bench: Bench
    trust: Trust
    replay: tuple[str, ...]
    functions: tuple[str, ...] | None = None
    carries: tuple[str, ...] = ()
    _dealt: dict[str, Deck] = field(default_factory=dict[str, Deck])

    def prepare(self, requirement: Requirement, case: Case, scenario: Scenario) -> None:
        """Put the cards of a later case in a reader already, where it takes time until they are seen."""
        case_id = requirement.case_id(case)
        if case_id in self._dealt or not_applicable(self, requirement, case, scenario):
            return
        deck = Deck.unwatched()
        try:
            if self.bench.prepare(case_id, *deck.deal(1, scenario.readings[0])):
                self._dealt[case_id] = deck
        except (ImageError, ReaderSetupError):
            return  # it is said when the case is played

    def keep(self, case_ids: Collection[str]) -> None:
        """Take back the cards that were prepared for other cases than these."""
        self.bench.keep(case_ids)
        for case_id in self._dealt.keys() - set(case_ids):
            del self._dealt[case_id]

    def deck(self, case_id: str) -> Deck:
        """Return the cards of a case: those that were prepared, or new ones."""
        deck = self._dealt.pop(case_id, None) or Deck()
        deck.watch()
        return deck


def blank(replay: Sequence[str], requirement: Requirement, case: Case, scenario: Scenario) -> CaseFinished:
    """Make the event of a case of which nothing is known yet; its verdict is ERROR."""
    case_id = requirement.case_id(case)
    return CaseFinished(
        id=case_id,
        requirement=requirement.id,
        scenario=scenario_info(scenario),
        verdict=Verdict.ERROR,
        replay=shlex.join([*replay, "--only", case_id]),
    )


def not_applicable(table: Table, requirement: Requirement, case: Case, scenario: Scenario) -> Words:
    """Say why a case does not apply to the product; nothing where it does."""
    if scenario.laid_otherwise:
        return words.laid_otherwise(scenario.laid_otherwise)
    if table.functions is not None and (
        unclaimed := tuple(one for one in requirement.functions if one not in table.functions)
    ):
        return words.not_claimed(unclaimed)
    if isinstance(table.product, AttendedProduct) and needs_a_file(case, scenario):
        return words.no_file_by_hand()
    return inapplicable(requirement, case, scenario, table.capabilities, table.carries)


def play(table: Table, requirement: Requirement, case: Case, scenario: Scenario, *, lean: bool = False) -> CaseFinished:
    """Play a case and return its event. A failure of the harness itself is the verdict ERROR, never an exception.

    Args:
        table: Product and readers.
        requirement: What is tried.
        case: By which case.
        scenario: In which situation.
        lean: Leave the exchanges with the cards out where the case passes.
    """
    case_id = requirement.case_id(case)
    event = blank(table.replay, requirement, case, scenario)
    if said := not_applicable(table, requirement, case, scenario):
        return msgspec.structs.replace(event, verdict=Verdict.NOT_APPLICABLE, reason=said.en, reason_fr=said.fr)
    if isinstance(table.product, ReplayProduct):
        return judge_again(table.product.recorded(case_id), event, requirement, case, scenario, table.carries)
    began = time.monotonic()
    deck = table.deck(case_id)
    turns: list[Turn] = []
    replies: Sequence[Reply] = ()
    testimony: Testimony | None = None
    try:
        if isinstance(table.product, AttendedProduct):
            came = _attend(table, table.product, deck, requirement, case, scenario)
            judgement, replies, testimony = came.judgement, came.replies, came.testimony
        else:
            turns = play_readings(table, case_id, scenario, deck)
            replies = [turn.reply for turn in turns]
            judgement = judge(requirement, case, scenario, replies, table.carries)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is ours and must not be counted against the product
        judgement = Judgement(Verdict.ERROR, words.harness_failed(error))
    stderr = turns[-1].stderr if turns and judgement.verdict is not Verdict.PASS else ""
    trace = () if lean and judgement.verdict is Verdict.PASS else exchanges(deck.trace, began)
    return msgspec.structs.replace(
        event,
        verdict=judgement.verdict,
        reason=judgement.said.en,
        reason_fr=judgement.said.fr,
        checks=with_origins(judgement.checks, trace),
        answers=answers_of(replies),
        trace=trace,
        stderr=stderr[-_STDERR_SHOWN:],
        duration_ms=round((time.monotonic() - began) * 1000, 1),
        testimony=testimony,
    )


def _attend(
    table: Table, product: AttendedProduct, deck: Deck, requirement: Requirement, case: Case, scenario: Scenario
) -> Attended:
    """Let a person play a case.

    Raises:
        KeyboardInterrupt: The person stops, or the readers are gone: no case to come could be played, and a person's run goes on later.
    """
    case_id = requirement.case_id(case)
    try:
        with table.bench.workplace(case_id) as workplace:
            request_of = functools.partial(_request, table, workplace, case_id, scenario=scenario)
            return attend(product, workplace, deck, requirement, case, scenario, request_of)
    except ReaderSetupError as error:
        product.lost(error)
        raise KeyboardInterrupt from error


@dataclass(frozen=True, slots=True)
class Turn:
    """One reading: what was asked, what came of it, and the end of what the product wrote on its standard error."""

    request: ReadRequest
    reply: Reply
    stderr: str


def play_readings(table: Table, case_id: str, scenario: Scenario, deck: Deck) -> list[Turn]:
    """Play the readings of a case, up to the first at which the product fails to answer; nothing is judged.

    Raises:
        ImageError: An image does not exist, or a patch does not fit it.
        ReaderSetupError: The readers cannot be set up.
    """
    turns: list[Turn] = []
    with table.bench.workplace(case_id) as workplace:
        for number, reading in enumerate(scenario.readings, 1):
            workplace.load(*deck.deal(number, reading))
            request = _request(table, workplace, case_id, number, scenario)
            answer, fault, stderr = _read(table.product, workplace, request)
            turns.append(Turn(request, Reply(answer, fault, deck.seen(number)), stderr))
            if answer is None:
                break
    return turns


def scenario_info(scenario: Scenario) -> ScenarioInfo:
    """Return what an event says of a scenario; where readings differ, in their order with an arrow between them."""
    readings = scenario.readings
    return ScenarioInfo(
        id=scenario.id,
        title=scenario.title,
        title_fr=scenario.title_fr,
        source=scenario.source,
        source_fr=scenario.source_fr,
        basis=scenario.basis,
        vitale=_in_turn([_image(one.vitale, one.patch, one.damage, one.fault) for one in readings]),
        cps=_in_turn([_image(one.cps, one.cps_patch, one.cps_damage, one.cps_fault) for one in readings]),
        pin_given=any(one.pin is not None for one in readings),
        on=_in_turn([one.on.isoformat() for one in readings]) or "",
        api=_in_turn([one.api for one in readings]) or "",
        readings=len(readings),
        sha256=_sha256(readings),
    )


def _sha256(readings: Sequence[Reading]) -> str:
    """Over everything that an answer may depend on: cards, code, date, rules. What is expected is no part of it."""
    played = [
        {name: value for name, value in msgspec.to_builtins(one).items() if value or name not in _SINCE_2026_1}
        for one in (msgspec.structs.replace(one, expect={}, refusal=(), may_say=()) for one in readings)
    ]
    return hashlib.sha256(msgspec.json.encode(played, order="sorted")).hexdigest()


def _in_turn(values: Sequence[str | None]) -> str | None:
    if len(set(values)) == 1:
        return values[0]
    return " → ".join(value or NO_CARD for value in values)


def _image(name: str, *changes: Collection[object]) -> str | None:
    if name == NO_CARD:
        return None
    return f"{name} (modified)" if any(changes) else name


def _request(table: Table, workplace: Workplace, case_id: str, number: int, scenario: Scenario) -> ReadRequest:
    reading: Reading = scenario.readings[number - 1]
    return ReadRequest(
        id=case_id if len(scenario.readings) == 1 else f"{case_id}#{number}",
        vitale=workplace.vitale,
        cps=None if reading.cps == NO_CARD else workplace.cps,
        pin=reading.pin,
        on=reading.on.isoformat(),
        api=reading.api,
        formats=reading.formats,
        trust=table.trust,
    )


def _read(product: Product, workplace: Workplace, request: ReadRequest) -> tuple[Answer | None, Words, str]:
    """Return the answer, or None and the product's fault; and what it wrote on its standard error."""
    connections = workplace.connect() if isinstance(product, InProcessProduct) else None
    try:
        if connections is not None and isinstance(product, InProcessProduct):
            vitale, cps = connections
            answer = _read_here(product, request, vitale, None if request.cps is None else cps)
        else:
            answer = product.read(request)
    except ProductFault as fault:
        return None, fault.said, fault.stderr
    finally:
        for connection in connections or ():
            connection.close()
    return answer, SILENCE, product.stderr if isinstance(product, ExecProduct) else ""


def _read_here(product: InProcessProduct, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
    try:
        return product.read_connections(request, vitale, cps)
    except ProductFault:
        raise
    except Exception as error:
        # A program of another process would have crashed here.
        stderr = "".join(traceback.format_exception(error))
        raise ProductFault(words.raised(error), stderr) from error
