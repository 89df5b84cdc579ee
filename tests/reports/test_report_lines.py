"""What CI systems and pages show of a run: Markdown, SARIF, annotation lines, a badge."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.events import CatalogueInfo, StreamError, Verdict, encode_event, read_stream
from reports.vitale import render_badge, render_github, render_markdown, render_sarif

RENDERERS = (render_badge, render_github, render_markdown, render_sarif)
HOSTILE = "\n::error::x\n<script>alert(1)</script> [a](http://example.invalid) {0} | `b` @c %0A \u202e"


@pytest.fixture(scope="module")
def mixed(make_stream: Callable[..., Path]) -> Path:
    """One case of each verdict, one more failure that is known and explained, and one that is known only."""
    verdicts = dict(enumerate(Verdict)) | {8: Verdict.FAIL, 9: Verdict.FAIL}
    known = {8: "corrected in 4.3", 9: "not explained yet: differs"}
    return make_stream(requirements=6, exchanges=1, verdicts=verdicts, known=known)


def sarif(stream: Path) -> dict[str, Any]:
    log = json.loads(render_sarif(stream))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return run


def test_sarif_has_a_result_for_what_is_held_against_the_product(mixed: Path) -> None:
    run = sarif(mixed)
    cases = [case.id for case in read_stream(mixed).cases]
    found = {one["partialFingerprints"]["case/v1"]: one for one in run["results"]}
    assert {name: one["level"] for name, one in found.items()} == {
        cases[1]: "error",
        cases[2]: "error",
        cases[3]: "warning",
        cases[8]: "error",
        cases[9]: "error",
    }
    lines: list[str] = mixed.read_text(encoding="utf-8").split("\n")
    rules = run["tool"]["driver"]["rules"]
    for name, one in found.items():
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"] == name.partition("/")[0]
        place = one["locations"][0]["physicalLocation"]
        assert json.loads(lines[int(place["region"]["startLine"]) - 1])["id"] == name
        assert one["properties"]["replay"].endswith(name)
    assert [name for name, one in found.items() if "suppressions" in one] == [cases[8]]
    assert found[cases[8]]["suppressions"][0]["justification"] == "corrected in 4.3"


def test_sarif_says_what_the_harness_failed_at_and_what_never_ran(
    mixed: Path, make_stream: Callable[..., Path]
) -> None:
    (invocation,) = sarif(mixed)["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert note["message"]["text"].startswith(read_stream(mixed).cases[0].id)
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 3)
    (cut,) = sarif(make_stream(requirements=2, stop_after=3, footer=False))["invocations"]
    assert [one["message"]["text"] for one in cut["toolExecutionNotifications"]] == [
        "VIT-PRO-001/2: the run stopped before this case"
    ]
    assert cut["executionSuccessful"] is False
    (good,) = sarif(make_stream(requirements=2))["invocations"]
    assert (good["executionSuccessful"], "toolExecutionNotifications" in good) == (True, False)


def test_sarif_points_at_the_path_it_was_given(mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "my run"
    folder.mkdir()
    (folder / "events.jsonl").write_bytes(mixed.read_bytes())
    for path, uri in (("my run/events.jsonl", "my%20run/events.jsonl"), (str(mixed), mixed.as_uri())):
        location = sarif(Path(path))["results"][0]["locations"][0]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_github_shows_errors_first_and_known_failures_as_notices(mixed: Path) -> None:
    lines = render_github(mixed).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 4 + ["::warning", "::notice"]
    assert "(known: corrected in 4.3)" in lines[-1]
    first = lines[0]
    assert ",line=2,title=VIT-IDE-001/1 ERROR::" in first
    assert first.endswith("the socket reader could not be started: port already taken")


def test_nothing_in_a_stream_adds_a_line_or_an_element(make_stream: Callable[..., Path]) -> None:
    hostile = make_stream(
        requirements=2, text=HOSTILE, exchanges=1, verdicts={1: Verdict.FAIL, 2: Verdict.INCONCLUSIVE}
    )
    assert len(render_github(hostile).splitlines()) == 2
    assert "%250A" in render_github(hostile)
    badge = ET.fromstring(render_badge(hostile))
    assert "script" not in {element.tag.rpartition("}")[2] for element in badge.iter()}
    text = render_markdown(hostile)
    assert not re.search(r"(?<!\\)<(?!sub>|/sub>|br>|!-- -->)", text)
    assert not re.search(r"(?<!\\)\[", text)
    assert "@c" not in text
    assert "\u202e" not in text
    run = sarif(hostile)
    texts = [one["message"]["text"] for one in run["results"]] + [
        rule[place]["text"]
        for rule in run["tool"]["driver"]["rules"]
        for place in ("shortDescription", "fullDescription", "help")
    ]
    assert len(texts) == 8
    for said in texts:
        assert "\\[a\\](http://example.invalid)" in said
        assert not re.search(r"(?<!\\)[\[\]]", said), "a link, to whoever reads SARIF (2.1.0, 3.11.6)"
        assert not re.search(r"(?<!\{)(\{\{)*\{(?!\{)", said), "a placeholder (3.11.5)"


def test_sarif_says_a_path_and_braces_as_they_are_read(make_stream: Callable[..., Path]) -> None:
    stream = make_stream(requirements=1, cases_each=1, verdicts={0: Verdict.FAIL}, wrong=({"a": 1}, "{0}"))
    (one,) = sarif(stream)["results"]
    assert 'beneficiaires[0].exoneration.nature: expected {{"a": 1}}, read "{{0}}"' in one["message"]["text"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_hash_or_an_id_that_is_none_ends_no_code(make_stream: Callable[..., Path], language: Any) -> None:
    content = read_stream(make_stream(requirements=1, cases_each=1, verdicts={0: Verdict.FAIL}))
    header = msgspec.structs.replace(content.header, catalogue=CatalogueInfo(version="`[v](x)", sha256="`[h](x)" * 9))
    path = make_stream(requirements=0)
    path.write_bytes(encode_event(header) + encode_event(content.cases[0]))
    text = render_markdown(path, language)
    assert "catalogue \\`\\[v\\](x) (\\`\\[h\\](x)\\`\\[h\\](" in text
    assert "**`VIT-IDE-001/1`**" in text


@pytest.mark.parametrize(
    ("language", "stamp", "todo", "known", "row"),
    [
        ("en", "## Test bench error", "### Needs attention (4)", "### Known failures (1)", "| **Total** |"),
        ("fr", "## Banc d’essai en erreur", "### À traiter (4)", "### Écarts connus (1)", "| Identité et état civil |"),  # noqa: RUF001
    ],
)
def test_markdown_says_what_to_look_at(mixed: Path, language: Any, stamp: str, todo: str, known: str, row: str) -> None:
    text = render_markdown(mixed, language)
    assert text.startswith(stamp)
    assert text.index(todo) < text.index(known)
    assert row in text
    assert (
        'beneficiaires\\[0\\].exoneration.nature: expected "ald", read "aucune" (+1 more)' in text or language == "fr"
    )
    assert "référencement" in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "conformant 2/2"),
        ({"verdicts": {1: Verdict.FAIL}}, "not conformant 1/2"),
        ({"verdicts": {1: Verdict.INCONCLUSIVE}}, "inconclusive 1/2"),
        ({"verdicts": {1: Verdict.ERROR}}, "bench error"),
        ({"stop_after": 1, "footer": False}, "unfinished"),
        ({"requirements": 0}, "nothing checked"),
    ],
)
def test_a_badge_says_what_a_run_came_to(make_stream: Callable[..., Path], given: dict[str, Any], said: str) -> None:
    badge = ET.fromstring(render_badge(make_stream(**{"requirements": 2, **given})))
    texts = [element.text for element in badge if element.tag.endswith("text")]
    assert texts == ["Vitale 0.1.0", said]
    assert badge.get("aria-label", "").startswith("Cabinet Soleil 4.2.0: ")


@pytest.mark.parametrize("render", RENDERERS)
def test_a_file_that_is_no_stream_is_refused(render: Callable[[Path], str], tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with pytest.raises(StreamError):
        render(tmp_path / "x")


@pytest.mark.parametrize("render", RENDERERS)
def test_the_same_stream_gives_the_same_text(render: Callable[[Path], str], mixed: Path) -> None:
    assert render(mixed) == render(mixed)
