"""Our library under `vitale certify`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from conformance.events import Verdict, read_stream

pytestmark = [pytest.mark.judge, pytest.mark.timeout(300)]

SOME = (
    "VIT-ERR",
    "VIT-IDE-001",
    "VIT-IDE-011",
    "VIT-ACC-001",
    "VIT-ACC-006",
    "VIT-ACC-007",
    "VIT-ACC-010",
    "VIT-ACC-014",
)
"""Not all of the catalogue: each reading is a session of its own, with a process that starts."""


def chosen(*prefixes: str) -> list[str]:
    return [argument for prefix in prefixes for argument in ("--only", prefix)]


def test_the_library_fails_nothing(vitale: Any, library: Path, tmp_path: Path) -> None:
    done = vitale("certify", "--product", f"apilec:{library}", *chosen(*SOME), "-o", tmp_path / "run")
    assert done.code == 0, done.out + done.err
    stream = read_stream(tmp_path / "run" / "events.jsonl")
    assert stream.header.product.name == "libapilec"
    verdicts = Counter(case.verdict for case in stream.cases)
    assert set(verdicts) == {Verdict.PASS, Verdict.NOT_APPLICABLE}
    assert verdicts[Verdict.PASS] > 20
    assert all("has no place for" in case.reason for case in stream.cases if case.verdict is Verdict.NOT_APPLICABLE)


def test_the_exemption_is_judged_by_its_label(vitale: Any, library: Path, tmp_path: Path) -> None:
    only = chosen("VIT-PRO-006", "VIT-MIN-004", "VIT-MIN-005", "VIT-UNC-003")
    done = vitale("certify", "--product", f"apilec:{library}", *only, "-o", tmp_path / "run")
    assert done.code == 0, done.out + done.err
    found = {case.id: case for case in read_stream(tmp_path / "run" / "events.jsonl").cases}
    passed = {"VIT-PRO-006/2", "VIT-MIN-004/1", "VIT-MIN-004/2", "VIT-MIN-005/1"}
    assert {name for name, case in found.items() if case.verdict is Verdict.PASS} == passed
    assert "exemption-labels-only" in found["VIT-UNC-003/1"].reason


@pytest.mark.pcsc
def test_it_is_certified_in_pcsc_slots(vitale: Any, library: Path, tmp_path: Path) -> None:
    only = chosen("VIT-ACC-007/3", "VIT-ERR-001", "VIT-ERR-004/2", "VIT-ERR-006/1", "VIT-IDE-001/4")
    done = vitale("certify", "--product", f"apilec:{library}", "--reader", "pcsc", *only, "-o", tmp_path / "run")
    assert done.code == 0, done.out + done.err
    assert not [
        case.id for case in read_stream(tmp_path / "run" / "events.jsonl").cases if case.verdict is Verdict.FAIL
    ]


def test_a_path_that_is_wrong_is_said(vitale: Any, tmp_path: Path) -> None:
    done = vitale("certify", "--product", f"apilec:{tmp_path}/nothing.so")
    assert done.code == 2
    assert "there is no library" in done.err
    assert vitale("certify", "--product", "apilec:").code == 2
