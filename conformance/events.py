"""The event stream of a run: what the runner writes and the only thing a report reads.

A stream is a file of JSON objects, one a line: a header (``run_started``), one ``case_finished`` for each case
and a footer (``run_finished``). A stream without its footer is valid and *unfinished*: the run was killed, or is
still going on. Unknown keys are ignored, so that a later version may say more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Self

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
    """The harness that made the stream."""

    name: str
    version: str


class ProductInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The product under test, as it described itself, the SPEC it was reached by, and its sheet where one was given.

    ``carries`` lists the values its interface has a place for, where that is not every one.
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
    """The requirement set: its release and the SHA-256 of its files (64 hex digits)."""

    version: str
    sha256: str


class GeneratedInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The generated cards of a run: how many, of which seed, and the release of Hypothesis that drew them."""

    cards: int
    seed: int
    hypothesis: str


class FamilyInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A family of requirements: ``VIT-MIN``, its two titles and its place in the catalogue."""

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


class RunStarted(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="run_started"):
    """The header.

    ``started`` is ISO 8601 in UTC; ``reader`` is ``inprocess``, ``socket``, ``pcsc`` or ``pcsc-shared``; ``selection`` holds the prefixes of ids that
    were asked for, ``overlay`` the folder of an editor's overlay as it was given, and ``shard`` is ``2/3`` where only the second third of these cases was.
    ``left_out`` holds the ids of the catalogue's cases that are not part of the run.
    ``generated`` says which cards were drawn, if any.
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
    shard: str = ""
    left_out: tuple[str, ...] = ()
    generated: GeneratedInfo | None = None
    families: tuple[FamilyInfo, ...]
    requirements: tuple[RequirementInfo, ...]


class ScenarioInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The situation of a case: the cards in the readers, the date of the reading, and where it comes from.

    A card whose content the scenario changes is ``specimen (modified)``. Where a scenario reads more than once and the
    readings differ, a value names each in turn: ``cps → none``. ``title_fr`` and ``source_fr`` are in French; an empty
    ``source_fr`` reads as ``source``. ``sha256`` is over the cards, codes, dates and rules of its readings (64 hex digits).
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
    """

    path: str
    expected: JsonValue
    actual: JsonValue
    ok: bool
    source: str = ""
    expected_fr: str = ""
    source_fr: str = ""
    reading: int = 1


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


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream read back.

    Attributes:
        header: The run.
        cases: Finished cases, in the order they were run.
        footer: None when the run was killed or is not over.
        truncated: Whether the last line was cut and left out.
    """

    header: RunStarted
    cases: tuple[CaseFinished, ...]
    footer: RunFinished | None
    truncated: bool = False

    @property
    def finished(self) -> bool:
        """Whether the run went to its end: it has a footer and was not interrupted."""
        return self.footer is not None and not self.footer.interrupted

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many cases ended with each verdict that occurred, in the order of `Verdict`."""
        verdicts = [case.verdict for case in self.cases]
        return {verdict: verdicts.count(verdict) for verdict in Verdict if verdict in verdicts}

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the cases that were selected and have no result, in the header's order."""
        seen = {case.id for case in self.cases}
        return tuple(case for requirement in self.header.requirements for case in requirement.cases if case not in seen)


class StreamError(Exception):
    """A file that is not an event stream.

    Attributes:
        path: The file.
        line: Line number from 1, 0 when the whole file is meant.
        reason: What is wrong.
        next_step: What to do.
    """

    def __init__(self, path: Path, line: int, reason: str, next_step: str) -> None:
        where = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{where}: {reason}. {next_step}")
        self.path = path
        self.line = line
        self.reason = reason
        self.next_step = next_step


_DECODER = msgspec.json.Decoder(Event)
_ENCODER = msgspec.json.Encoder()


def encode_event(event: Event) -> bytes:
    """Return the line of an event, with its end of line."""
    return _ENCODER.encode(event) + b"\n"


def read_stream(path: Path) -> Stream:
    """Read a stream, finished or not.

    Args:
        path: The ``events.jsonl``.

    Returns:
        What it says. A last line cut in its middle, as a killed run leaves it, is left out and reported in ``truncated``.

    Raises:
        StreamError: The file is missing, is no event stream, or is damaged elsewhere than at its end.
    """
    again = "Give the events.jsonl of a run of `vitale certify`."
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StreamError(path, 0, f"cannot be read ({error.strerror or error})", again) from error
    lines = raw.split(b"\n")
    tail = lines.pop()
    if tail.strip():  # no end of line: perhaps whole, perhaps cut
        lines.append(tail)
    events: list[Event] = []
    truncated = False
    for number, line in enumerate(lines, 1):
        try:
            events.append(_DECODER.decode(line))
        except msgspec.DecodeError as error:
            if number == len(lines) and number > 1 and tail.strip():
                truncated = True
                break
            raise StreamError(path, number, f"not an event of {SCHEMA} ({error})", again) from error
    return _assemble(path, events, again, truncated=truncated)


def _assemble(path: Path, events: list[Event], again: str, *, truncated: bool) -> Stream:
    if not events:
        raise StreamError(path, 0, "the file is empty", again)
    header, *rest = events
    if not isinstance(header, RunStarted):
        raise StreamError(path, 1, "the first event is not run_started", again)
    if header.schema != SCHEMA:
        raise StreamError(path, 1, f"schema {header.schema!r}, this version reads {SCHEMA!r}", "Update vitale-testbed.")
    footer: RunFinished | None = None
    if rest and isinstance(last := rest[-1], RunFinished):
        footer = last
        rest.pop()
    cases: list[CaseFinished] = []
    for number, event in enumerate(rest, 2):
        if not isinstance(event, CaseFinished):
            raise StreamError(path, number, "a header or footer in the middle of the stream", again)
        cases.append(event)
    return Stream(header, tuple(cases), footer, truncated)


class StreamWriter:
    """Writes a stream line by line; each event is on disk before the next one starts.

    Use as a context manager, or call `close`.

    Args:
        path: The file to make, or to replace.
        file: The same file, open, to write on where it stands.
    """

    def __init__(self, path: Path, file: IO[bytes] | None = None) -> None:
        if file is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("wb")
        self.path = path
        self._file = file

    @classmethod
    def continuing(cls, path: Path) -> tuple[Stream, Self]:
        """Open an unfinished stream to write on behind its last whole case; a cut line and a footer are dropped.

        Returns:
            What the stream says so far, its footer left out, and the writer.

        Raises:
            StreamError: The file is no event stream.
            OSError: It cannot be written.
        """
        stream = read_stream(path)
        file = path.open("r+b")
        for _ in range(1 + len(stream.cases)):
            file.readline()
        file.seek(file.tell())  # from reading to writing
        file.truncate()
        return replace(stream, footer=None, truncated=False), cls(path, file)

    def write(self, event: Event) -> None:
        """Append one event and flush it."""
        self._file.write(encode_event(event))
        self._file.flush()

    def close(self) -> None:
        """Close the file. The stream is finished only if a `RunFinished` was written."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def event_schema() -> dict[str, Any]:
    """Return the JSON Schema of one line of a stream."""
    return msgspec.json.schema(Event)
