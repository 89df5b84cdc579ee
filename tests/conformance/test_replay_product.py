"""An earlier run judged again: the same catalogue gives the same verdicts, and what was played otherwise says nothing."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from conformance.events import Verdict, encode_event

FACTORY = "conformance.products.replay:create"
SOME = ("VIT-MIN-001", "VIT-MIN-003", "VIT-ACC-007", "VIT-ERR-001", "VIT-ERR-003", "VIT-ERR-004")


def test_the_same_catalogue_gives_the_same_verdicts(certify: Any, broken: Callable[..., str], tmp_path: Path) -> None:
    first = certify(broken("ignores_ald"), *SOME, events=str(tmp_path / "first.jsonl"))
    again = certify(f"replay:{first.events}", *SOME, factory=FACTORY)
    assert again.code == first.code == 1
    judged = [(one.id, one.verdict, one.reason, one.checks, one.trace) for one in again.stream.cases]
    assert judged == [(one.id, one.verdict, one.reason, one.checks, one.trace) for one in first.stream.cases]
    assert again.stream.header.product.name == first.stream.header.product.name


def test_what_an_interface_carries_is_kept_too(certify: Any, tmp_path: Path) -> None:
    program = tmp_path / "product.py"
    program.write_text(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    asked = json.loads(line)\n"
        "    if asked['cmd'] == 'describe':\n"
        "        print(json.dumps({'name': 'P', 'version': '1', 'carries': ['assure.nir']}), flush=True)\n"
        "    elif asked['cmd'] == 'read':\n"
        "        card = {'assure': {'nir': '2850575999001'}}\n"
        "        print(json.dumps({'id': asked['id'], 'card': card}), flush=True)\n",
        encoding="utf-8",
    )
    spec = f"exec:{shlex.join([sys.executable, str(program)])}"
    first = certify(spec, "VIT-IDE-002", events=str(tmp_path / "first.jsonl"))
    again = certify(f"replay:{first.events}", "VIT-IDE-002", factory=FACTORY)
    found = [(one.id, one.verdict, one.reason) for one in first.stream.cases]
    assert [(one.id, one.verdict, one.reason) for one in again.stream.cases] == found
    verdicts = dict(
        zip((one.id for one in first.stream.cases), (one.verdict for one in first.stream.cases), strict=True)
    )
    assert verdicts["VIT-IDE-002/1"] is Verdict.NOT_APPLICABLE, "the number is right, its key has no place"
    assert verdicts["VIT-IDE-002/2"] is Verdict.FAIL, "that of Corsica is another one"


def test_a_product_that_failed_to_answer_still_does(certify: Any, broken: Callable[..., str], tmp_path: Path) -> None:
    first = certify(broken("misbehaves", "crashes"), "VIT-ERR-001", events=str(tmp_path / "first.jsonl"))
    again = certify(f"replay:{first.events}", "VIT-ERR-001", factory=FACTORY)
    assert [one.reason for one in again.stream.cases] == [one.reason for one in first.stream.cases]


def test_what_was_played_otherwise_or_not_at_all_says_nothing(certify: Any, tmp_path: Path) -> None:
    first = certify("builtin", "VIT-MAY-001", events=str(tmp_path / "first.jsonl")).stream
    (case,) = first.cases
    other = msgspec.structs.replace(case, scenario=msgspec.structs.replace(case.scenario, sha256="0" * 64))
    file = tmp_path / "other.jsonl"
    file.write_bytes(encode_event(first.header) + encode_event(other))
    again = certify(f"replay:{file}", "VIT-MAY-001", "VIT-MAY-002", factory=FACTORY)
    assert again.code == 1
    assert {one.verdict for one in again.stream.cases} == {Verdict.INCONCLUSIVE}
    changed, absent = again.stream.cases
    assert "other cards" in changed.reason
    assert "no answer" in absent.reason


def test_a_file_that_is_no_stream_is_configuration(certify: Any, tmp_path: Path) -> None:
    run = certify(f"replay:{tmp_path / 'none.jsonl'}", "VIT-MAY", factory=FACTORY)
    assert run.code == 2
    assert "cannot be read" in run.err
