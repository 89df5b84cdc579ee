"""The stream: what is written is what is read, and a run that was killed is still worth reading."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.events import (
    CaseFinished,
    CatalogueInfo,
    Check,
    Exchange,
    FamilyInfo,
    ProductInfo,
    RequirementInfo,
    RunFinished,
    RunStarted,
    ScenarioInfo,
    StreamError,
    StreamWriter,
    ToolInfo,
    Verdict,
    encode_event,
    read_stream,
)
from conformance.protocol import schema

SAMPLE = Path(__file__).parents[1] / "reports" / "data" / "sample.events.jsonl"

HEADER = RunStarted(
    started="2026-01-15T10:00:00Z",
    tool=ToolInfo(name="vitale-testbed", version="1"),
    product=ProductInfo(name="Lecteur", version="2", capabilities=("protected",)),
    reader="socket",
    environment={"python": "3.11"},
    catalogue=CatalogueInfo(version="1", sha256="0" * 64),
    scenarios_sha256="1" * 64,
    families=(FamilyInfo(id="VIT-IDE", title_fr="Identité", title_en="Identity"),),
    requirements=(
        RequirementInfo(
            id="VIT-IDE-001",
            family="VIT-IDE",
            title="t",
            wording="w",
            level="MUST",
            source="s",
            basis="law",
            cases=("VIT-IDE-001/1", "VIT-IDE-001/2"),
        ),
    ),
)
SCENARIO = ScenarioInfo(
    id="one",
    title="t",
    source="s",
    basis="law",
    vitale="specimen",
    cps=None,
    pin_given=False,
    on="2026-01-15",
    api="4.10",
)
CASE = CaseFinished(
    id="VIT-IDE-001/1",
    requirement="VIT-IDE-001",
    scenario=SCENARIO,
    verdict=Verdict.FAIL,
    reason="prénom : « Zoé »\u2028 lu « Zo? »",
    checks=(Check(path="a[0].b", expected="Zoé", actual=None, ok=False),),
    answers=({"id": "VIT-IDE-001/1", "card": {"x": [1, None, True]}},),
    trace=(Exchange(slot="vitale", at_ms=1.5, kind="apdu", command="00A4", response="9000"),),
)
FOOTER = RunFinished(finished="2026-01-15T10:00:01Z", counts={"FAIL": 1}, exit_code=1)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "events.jsonl"
    with StreamWriter(path) as writer:
        for event in (HEADER, CASE, FOOTER):
            writer.write(event)
    stream = read_stream(path)
    assert (stream.header, stream.cases, stream.footer) == (HEADER, (CASE,), FOOTER)
    assert stream.finished
    assert not stream.truncated
    assert stream.counts == {Verdict.FAIL: 1}
    assert stream.missing == ("VIT-IDE-001/2",)
    assert path.read_bytes().count(b"\n") == 3, "one event a line, whatever the texts hold"


def test_every_event_is_on_disk_at_once(tmp_path: Path) -> None:
    writer = StreamWriter(tmp_path / "events.jsonl")
    writer.write(HEADER)
    writer.write(CASE)
    stream = read_stream(tmp_path / "events.jsonl")
    writer.close()
    assert stream.cases == (CASE,)
    assert stream.footer is None
    assert not stream.finished


@given(st.integers(min_value=1, max_value=len(encode_event(CASE)) - 1))
def test_a_cut_last_line_is_left_out_and_said(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("cut") / "events.jsonl"
    path.write_bytes(encode_event(HEADER) + encode_event(CASE) + encode_event(CASE)[:cut])
    stream = read_stream(path)
    # Only the end of the line itself may be missing without loss.
    assert (len(stream.cases), stream.truncated) == ((2, False) if cut == len(encode_event(CASE)) - 1 else (1, True))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"not json\n", "line 1"),
        (b'{"event": "something_else"}\n', "line 1"),
        (encode_event(CASE), "first event"),
        (encode_event(HEADER) + b"\xff\n" + encode_event(FOOTER), "line 2"),
        (encode_event(HEADER) + encode_event(FOOTER) + encode_event(CASE), "line 2"),
        (encode_event(HEADER) + encode_event(HEADER), "line 2"),
        (encode_event(msgspec.structs.replace(HEADER, schema="vitale-events/9")), "vitale-events/9"),
    ],
)
def test_what_is_no_stream_says_where(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(content)
    with pytest.raises(StreamError, match=words) as caught:
        read_stream(path)
    assert caught.value.next_step


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(StreamError, match="cannot be read"):
        read_stream(tmp_path / "none.jsonl")


def test_unknown_keys_are_ignored(tmp_path: Path) -> None:
    event = json.loads(encode_event(HEADER)) | {"later": {"more": 1}}
    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps(event) + "\n", encoding="utf-8")
    assert read_stream(path).header == HEADER


def test_the_sample_of_the_reports_has_every_verdict_they_show() -> None:
    stream = read_stream(SAMPLE)
    assert set(stream.counts) == set(Verdict) - {Verdict.INFO}
    published = schema("event")
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        jsonschema.validate(json.loads(line), published)
