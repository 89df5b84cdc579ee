"""What the lines of an event stream say: the header of a run, its cases, its footer."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from conformance.testimony import Testimony

SCHEMA = "vitale-events/1"
"""Name and version of the format, in the header of every stream."""

JsonValue = bool | int | float | str | list[Any] | dict[str, Any] | None
"""Any JSON value: what a product said, or what it should have said."""


class Verdict(StrEnum):
    """What a case ended with. The order is that of the reports: worst first for whoever reads them."""

    ERROR = "ERROR"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    WARN = "WARN"
    INFO = "INFO"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    PASS = "PASS"  # noqa: S105 - a verdict, not a password


UNEXPLAINED = "not explained yet"
"""How the reason of a known failure begins that nobody has explained: what a baseline is made with."""

NOT_CONFORMANT = frozenset({Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR})
"""Verdicts that no conformant run has."""


class ToolInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The harness that made the stream.

    Attributes:
        name: ``vitale-testbed``.
        version: Its release.
    """

    name: str
    version: str


class ProductInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The product under test, as it described itself.

    Attributes:
        name: Its name.
        version: Its version.
        vendor: Who makes it.
        language: What it is written in, free text.
        capabilities: What it declared to be able to do.
        carries: The values its interface has a place for, where that is not every one.
        spec: The SPEC it was reached by, as for ``vitale certify --product``.
        sheet: Its product sheet, where one was given.
    """

    name: str
    version: str
    vendor: str = ""
    language: str = ""
    capabilities: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
    spec: str = ""
    sheet: dict[str, Any] | None = None


class CatalogueInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The requirement set.

    Attributes:
        version: Its release, with the name of an overlay behind it.
        sha256: Over its files, 64 hex digits.
    """

    version: str
    sha256: str


class GeneratedInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The generated cards of a run.

    Attributes:
        cards: How many.
        seed: What they were drawn from.
        hypothesis: The release of Hypothesis that drew them.
    """

    cards: int
    seed: int
    hypothesis: str


class FamilyInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A family of requirements.

    Attributes:
        id: ``VIT-MIN``.
        title_fr: Its title in French.
        title_en: Its title in English.
        order: Its place in the catalogue.
    """

    id: str
    title_fr: str
    title_en: str
    order: int = 0


class RequirementInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement of the run, with everything a report shows of it.

    Attributes:
        id: ``VIT-MIN-003``.
        family: Id of its family, ``VIT-MIN``.
        title: A short English sentence.
        wording: What a product does when it is right, then what a wrong one does.
        title_fr: The title in French.
        wording_fr: The wording in French.
        level: ``MUST`` or ``SHOULD``.
        source: Where the requirement comes from.
        source_fr: The source in French; empty where it reads the same.
        basis: ``law``, ``standard``, ``observed`` or ``assumption``.
        api: The rule sets it applies to: ``before``, ``4.10``.
        needs: Capabilities a product must declare for the requirement to apply.
        cases: Ids of its cases that were selected, ``VIT-MIN-003/1``.
        order: Its place in the catalogue, so that parts of a run can be put together again.
        plan: Numbers in the editor's own test plan, by id of the requirement or of a case.
    """

    id: str
    family: str
    title: str
    wording: str
    level: str
    source: str
    basis: str
    title_fr: str = ""
    wording_fr: str = ""
    source_fr: str = ""
    api: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    order: int = 0
    plan: dict[str, str] = {}


class LayoutInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the cards that an overlay lays otherwise than the public layout, or adds.

    Attributes:
        name: Of the file.
        title: What it holds.
        source: Where the overlay has its layout from.
        basis: ``law``, ``standard``, ``observed`` or ``assumption``.
    """

    name: str
    title: str
    source: str
    basis: str


class RunStarted(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="run_started"):
    """The header.

    Attributes:
        schema: The version of this form.
        started: When the run began, ISO 8601 in UTC.
        tool: The harness.
        product: The product under test.
        reader: ``inprocess``, ``socket``, ``pcsc`` or ``pcsc-shared``.
        environment: System, Python and what else a result may depend on, by name.
        catalogue: The requirement set.
        scenarios_sha256: Over the scenario files, 64 hex digits.
        selection: The prefixes of ids that were asked for; empty for all.
        overlay: The folder of an editor's overlay as it was given.
        layouts: Files of the cards that are laid otherwise by it; their layouts are part of the catalogue's digest.
        shard: ``2/3`` where only the second third of these cases was selected.
        left_out: Ids of the catalogue's cases that are not part of the run.
        generated: Which cards were drawn, if any.
        families: The families of the requirements, in the order of reports.
        requirements: Every requirement of the run, with the ids of its cases.
    """

    schema: str = SCHEMA
    started: str
    tool: ToolInfo
    product: ProductInfo
    reader: str
    environment: dict[str, str]
    catalogue: CatalogueInfo
    scenarios_sha256: str
    selection: tuple[str, ...] = ()
    overlay: str = ""
    layouts: tuple[LayoutInfo, ...] = ()
    shard: str = ""
    left_out: tuple[str, ...] = ()
    generated: GeneratedInfo | None = None
    families: tuple[FamilyInfo, ...]
    requirements: tuple[RequirementInfo, ...]


class ScenarioInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The situation of a case: the cards in the readers, the date of the reading, and where it comes from.

    Where a scenario reads more than once and the readings differ, a value names each in turn: ``cps → none``.

    Attributes:
        id: Of the scenario.
        title: One line for people, in English.
        source: Where the expected values come from.
        basis: ``law``, ``standard``, ``observed`` or ``assumption``.
        vitale: The image in the Vitale's slot, ``specimen (modified)`` where the scenario changes it; None for an empty slot.
        cps: The same of the professional's slot.
        pin_given: Whether the user types a code.
        on: Date of the reading, ISO 8601.
        api: The rules: ``before`` or ``4.10``.
        readings: How many there are.
        sha256: Over the cards, codes, dates and rules of its readings, 64 hex digits.
        title_fr: The title in French.
        source_fr: The source in French; empty where it reads the same.
    """

    id: str
    title: str
    source: str
    basis: str
    vitale: str | None
    cps: str | None
    pin_given: bool
    on: str
    api: str
    readings: int = 1
    sha256: str = ""
    title_fr: str = ""
    source_fr: str = ""


class FieldSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a file, as the card gave it.

    Attributes:
        tags: From the record's template to the field: ``E6 83``; of a field without a template ``5A``, and ``@12`` for a place in the record where fields have no tags.
        name: ``situation``.
        title: What it means, in English.
        value: The text of the field; hexadecimal where it is no text.
        record: Which record of the file, from 1.
        beneficiary: Whose record, from 1; 0 where the file is not by beneficiary.
    """

    tags: str
    name: str
    title: str
    value: str
    record: int = 1
    beneficiary: int = 0


class OriginFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a value comes from, and what became of it in the reading.

    Attributes:
        name: ``COUVERT``.
        title: What it holds.
        title_fr: The same in French.
        application: Where it is: ``VITALE``.
        fid: Its identifier, ``2015``.
        slot: ``vitale`` or ``cps``.
        access: What opens it: ``free``, ``protected`` or ``pin``.
        wanted: The fields that matter: ``83 situation``; empty where all of them do.
        state: ``read``, ``unread`` (the product never asked for its content, though it may have selected it), ``refused`` (by the
            card) or ``damaged`` (what the product read of it cannot be decoded: damaged content, or a reading that stopped too early).
        status: The status word of the refusal, ``6982``.
        problem: Why what was read of it cannot be decoded, in English.
        fields: What the card gave.
    """

    name: str
    title: str
    application: str
    fid: str
    slot: str
    access: str
    state: str
    title_fr: str = ""
    wanted: tuple[str, ...] = ()
    status: str = ""
    problem: str = ""
    fields: tuple[FieldSeen, ...] = ()


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a value stands on the cards, and the rule by which it is made of what stands there.

    Attributes:
        rule: One sentence, with the page of the documentation that has the rule.
        rule_fr: The same in French.
        files: The files it is made of; none where a value stands in no file.
    """

    rule: str
    rule_fr: str
    files: tuple[OriginFile, ...] = ()


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One value compared: ``expected`` is a JSON value, or words where several values are right.

    Attributes:
        path: Where in the answer: ``beneficiaires[0].exoneration.nature``.
        expected: What the scenario says.
        expected_fr: The words in French, where ``expected`` is words; empty where it is a value.
        actual: What the product said; None too when it said nothing.
        ok: Whether they agree.
        source: Where the expected value comes from.
        source_fr: The same in French; empty where it reads the same.
        reading: Which reading of the case, from 1.
        origin: Of a value that is wrong, where it comes from; None of one that is right, and where nobody can tell.
    """

    path: str
    expected: JsonValue
    actual: JsonValue
    ok: bool
    source: str = ""
    expected_fr: str = ""
    source_fr: str = ""
    reading: int = 1
    origin: Origin | None = None


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to a card, as seen from the card's side.

    Attributes:
        slot: ``vitale`` or ``cps``.
        at_ms: Milliseconds since the case began.
        kind: ``apdu``, ``power_on``, ``power_off``, ``reset`` or ``removed``.
        command: Hexadecimal, empty unless ``kind`` is ``apdu``.
        response: Hexadecimal: the response APDU, or the ATR after ``power_on`` and ``reset``.
        command_text: The command in words.
        response_text: The response in words.
        command_text_fr: The command in French.
        response_text_fr: The response in French.
        reading: Which reading of the case, from 1.
    """

    slot: str
    at_ms: float
    kind: str
    command: str = ""
    response: str = ""
    command_text: str = ""
    response_text: str = ""
    command_text_fr: str = ""
    response_text_fr: str = ""
    reading: int = 1


class Shrunk(msgspec.Struct, frozen=True, kw_only=True):
    """The smallest card found on which a product fails as it does on a generated one.

    Attributes:
        name: Of its files, without their ends.
        image: The image of the Vitale, a TOML document.
        scenario: The reading of it with everything it must give, a TOML document that names the image's file.
        reason: How the product fails there, one sentence.
        reason_fr: The same in French.
        readings: How many cards were read to find it.
    """

    name: str
    image: str
    scenario: str
    reason: str
    reason_fr: str = ""
    readings: int = 0


class CaseFinished(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="case_finished"):
    """One case.

    Attributes:
        id: ``VIT-MIN-003/2``.
        requirement: ``VIT-MIN-003``.
        scenario: The situation.
        verdict: What it ended with.
        reason: One sentence, empty for PASS.
        reason_fr: The same in French.
        checks: Every value compared.
        answers: What the product said at each reading: ``{"id", "card"}`` or ``{"id", "error": {"code", "message"}}``.
        trace: Every exchange with the cards.
        stderr: The end of what the product wrote on its standard error during the case.
        duration_ms: How long it took.
        replay: The shell command that runs this case alone; of a generated card that was shrunk, the one that plays what it shrank to.
        known: Why the baseline of the run expects it not to be conformant; empty where it does not.
        testimony: What a person said of the screen; None where a program answered.
        shrunk: Of a generated card that failed, what it shrank to, where it was shrunk.
    """

    id: str
    requirement: str
    scenario: ScenarioInfo
    verdict: Verdict
    reason: str = ""
    reason_fr: str = ""
    checks: tuple[Check, ...] = ()
    answers: tuple[dict[str, Any], ...] = ()
    trace: tuple[Exchange, ...] = ()
    stderr: str = ""
    duration_ms: float = 0.0
    replay: str = ""
    known: str = ""
    testimony: Testimony | None = None
    shrunk: Shrunk | None = None

    @property
    def conformant(self) -> bool:
        """Whether nothing is held against the product here: it passes, misses no MUST, or the case does not apply."""
        return self.verdict not in NOT_CONFORMANT


class RunFinished(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="run_finished"):
    """The footer.

    Attributes:
        finished: When, ISO 8601 in UTC.
        counts: A number for each verdict that occurred.
        exit_code: That of ``vitale certify``.
        interrupted: Whether cases may be missing.
        known: Ids of the cases that are not conformant, as the baseline says.
        stale: Ids that the baseline says are not conformant, and that are.
    """

    finished: str
    counts: dict[str, int]
    exit_code: int
    interrupted: bool = False
    known: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()


Event = RunStarted | CaseFinished | RunFinished
