"""JUnit as CI systems read it: totals are right, and nothing that is not a success looks like one."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.events import StreamError, Verdict
from reports.vitale import render_junit


def parsed(stream: Path) -> ET.Element:
    return ET.fromstring(render_junit(stream).encode())


def case(root: ET.Element, name: str) -> ET.Element:
    found = root.find(f".//testcase[@name='{name}']")
    assert found is not None
    return found


def result(root: ET.Element, name: str, kind: str) -> ET.Element:
    found = case(root, name).find(kind)
    assert found is not None
    return found


def totals(root: ET.Element) -> tuple[int, ...]:
    return tuple(int(root.get(name, "-1")) for name in ("tests", "failures", "errors", "skipped"))


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        (Verdict.FAIL, "failure"),
        (Verdict.ERROR, "error"),
        (Verdict.INCONCLUSIVE, "error"),
        (Verdict.NOT_APPLICABLE, "skipped"),
        (Verdict.WARN, None),
        (Verdict.INFO, None),
        (Verdict.PASS, None),
    ],
)
def test_each_verdict_has_its_place(make_stream: Callable[..., Path], verdict: Verdict, kind: str | None) -> None:
    root = parsed(make_stream(requirements=2, verdicts={1: verdict}))
    results = [child.tag for child in case(root, "VIT-IDE-001/2") if child.tag in {"failure", "error", "skipped"}]
    assert results == ([kind] if kind else [])
    expected = (4, kind == "failure", kind == "error", kind == "skipped")
    assert totals(root) == expected
    assert tuple(map(sum, zip(*map(totals, root), strict=True))) == expected, "suites and document agree"


def test_a_warning_passes_with_a_note(make_stream: Callable[..., Path]) -> None:
    root = parsed(make_stream(requirements=1, verdicts={1: Verdict.WARN}))
    note = result(root, "VIT-IDE-001/2", "system-out").text
    assert note is not None
    assert note.startswith('WARN: beneficiaires[0].exoneration.nature: expected "ald", read "aucune"')


def test_a_failure_says_what_differs_why_and_how_to_replay(red: Path) -> None:
    root = parsed(red)
    failure = result(root, "VIT-MAY-001/2", "failure")
    assert failure.get("message") == 'beneficiaires[0].exoneration.nature: expected "ald", read "aucune" (+1 more)'
    assert failure.get("type") == "FAIL"
    text = failure.text or ""
    for piece in (
        "VIT-MAY-001",
        "MUST, assumption",
        "Ã‰lodie",
        "source   décret",
        "Vitale mayotte, CPx cps",
        "replay: vitale certify",
    ):
        assert piece in text
    assert "table des régimes absente" in (result(root, "VIT-MAY-001/2", "system-err").text or "")


def test_a_skip_and_an_error_carry_their_reason(red: Path) -> None:
    root = parsed(red)
    assert result(root, "VIT-RAT-001/2", "error").get("message") == "the product gave no answer in 10 s"
    skipped = result(root, "VIT-UNC-002/1", "skipped")
    assert skipped.get("message") == "the product does not declare the capability protected"


def test_cases_that_never_ran_are_errors(make_stream: Callable[..., Path]) -> None:
    root = parsed(make_stream(requirements=3, stop_after=2, footer=False))
    assert totals(root) == (6, 0, 4, 0)
    assert result(root, "VIT-MAY-001/1", "error").get("type") == "NOT_RUN"


def test_suites_are_families_and_say_what_was_tested(red: Path) -> None:
    root = parsed(red)
    assert root.get("name") == "Cabinet Soleil 4.2.0"
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites][:2] == [
        "VIT-IDE Identity and civil status",
        "VIT-PRO Protected data and ALD",
    ]
    properties = {entry.get("name"): entry.get("value") for entry in suites[0].iter("property")}
    assert properties["product"] == "Cabinet Soleil"
    assert properties["catalogue.version"] == "0.1.0"


def test_what_the_baseline_knows_is_skipped_with_its_reason_and_what_is_stale_fails(
    make_stream: Callable[..., Path],
) -> None:
    root = parsed(make_stream(requirements=2, verdicts={1: Verdict.FAIL}, known={1: "ticket 7", 2: "ticket 8"}))
    assert totals(root) == (4, 1, 0, 1)
    assert (result(root, "VIT-IDE-001/2", "skipped").get("message") or "").startswith("known failure: ticket 7 (")
    stale = result(root, "VIT-PRO-001/1", "failure")
    assert stale.get("type") == "STALE"
    assert "ticket 8" in (stale.get("message") or "")


def test_a_failure_of_the_harness_is_never_a_known_one(make_stream: Callable[..., Path]) -> None:
    root = parsed(make_stream(requirements=1, verdicts={0: Verdict.ERROR}, known={0: "ticket 7"}))
    assert totals(root) == (2, 0, 1, 0)


def test_a_difference_in_a_later_reading_says_which(sample: Path) -> None:
    text = result(parsed(sample), "VIT-MAT-001/1", "error").text or ""
    assert "beneficiaires[0].exoneration.nature (reading 1)" in text


def test_no_text_breaks_the_document(make_stream: Callable[..., Path]) -> None:
    hostile = "<!--]]>&lt;\"'\x00\x1b\x0b\ufffe é </testcase>"
    root = parsed(make_stream(text=hostile, verdicts={1: Verdict.FAIL, 3: Verdict.NOT_APPLICABLE, 5: Verdict.WARN}))
    assert len(root.findall(".//testcase")) == 36
    assert "U+0000" in (result(root, "VIT-IDE-001/2", "failure").text or "")


def test_the_document_is_declared_and_repeatable(sample: Path) -> None:
    document = render_junit(sample)
    assert document.startswith('<?xml version="1.0"')
    assert document == render_junit(sample)


def test_what_is_not_a_stream_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StreamError):
        render_junit(tmp_path / "none.jsonl")
