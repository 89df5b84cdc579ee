"""The event stream of a run: what the runner writes and the only thing a report reads.

A stream is a file of JSON objects, one a line: a header (``run_started``), one ``case_finished`` for each case
and a footer (``run_finished``). A stream without its footer is valid and *unfinished*: the run was killed, or is
still going on. Unknown keys are ignored, so that a later version may say more.
"""

from conformance.events.model import (
    NOT_CONFORMANT,
    SCHEMA,
    UNEXPLAINED,
    CaseFinished,
    CatalogueInfo,
    Check,
    Event,
    Exchange,
    FamilyInfo,
    FieldSeen,
    GeneratedInfo,
    JsonValue,
    LayoutInfo,
    Origin,
    OriginFile,
    ProductInfo,
    RequirementInfo,
    RunFinished,
    RunStarted,
    ScenarioInfo,
    Shrunk,
    ToolInfo,
    Verdict,
)
from conformance.events.stream import Stream, StreamError, StreamWriter, encode_event, read_stream

__all__ = [
    "NOT_CONFORMANT",
    "SCHEMA",
    "UNEXPLAINED",
    "CaseFinished",
    "CatalogueInfo",
    "Check",
    "Event",
    "Exchange",
    "FamilyInfo",
    "FieldSeen",
    "GeneratedInfo",
    "JsonValue",
    "LayoutInfo",
    "Origin",
    "OriginFile",
    "ProductInfo",
    "RequirementInfo",
    "RunFinished",
    "RunStarted",
    "ScenarioInfo",
    "Shrunk",
    "Stream",
    "StreamError",
    "StreamWriter",
    "ToolInfo",
    "Verdict",
    "encode_event",
    "read_stream",
]
