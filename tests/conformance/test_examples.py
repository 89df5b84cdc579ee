"""The adapters of `examples/`, as an editor takes them: unmodified, in a folder of their own, certified by the command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from page_commands import commands, damaged

from conformance.events import CaseFinished, Stream, Verdict, read_stream

EXAMPLES = Path(__file__).parents[2] / "examples"
PROGRAMS = str(Path(sys.executable).parent)
"""Where `python` and `vitale` are; the examples call them by their names."""
ENVIRONMENT = {**os.environ, "PATH": os.pathsep.join([PROGRAMS, os.environ.get("PATH", "")])}
COMMANDS = {
    "python/adapter.py": "python 'a copy/adapter.py'",
    "python/reader.py": "python 'a copy/reader.py'",
    "shell/adapter.sh": "sh 'a copy/adapter.sh'",
}
judge = pytest.mark.judge
Certify = Callable[..., tuple[int, Stream]]


@pytest.fixture
def certify(tmp_path: Path) -> Certify:
    """Certify an example: its name, options -> exit code and stream."""

    def run(example: str, *options: str) -> tuple[int, Stream]:
        shutil.copytree(EXAMPLES / Path(example).parent, tmp_path / "a copy")
        command = ["vitale", "certify", "--product", f"exec:{COMMANDS[example]}", "-o", "run", "-q", *options]
        done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=280)
        assert done.stderr == ""
        return done.returncode, read_stream(tmp_path / "run" / "events.jsonl")

    return run


def verdicts(stream: Stream) -> dict[Verdict, list[CaseFinished]]:
    return {verdict: [case for case in stream.cases if case.verdict is verdict] for verdict in stream.counts}


def only(*prefixes: str) -> list[str]:
    return [word for prefix in prefixes for word in ("--only", prefix)]


def test_twenty_lines_connect_a_library_with_the_protected_data(certify: Certify) -> None:
    """All that applies passes; here one case of each way an answer can go."""
    code, stream = certify(
        "python/adapter.py", *only("VIT-IDE-001/1", "VIT-ACC-001", "VIT-ACC-005", "VIT-ERR", "VIT-MIN-003")
    )
    assert code == 0, verdicts(stream)
    assert set(stream.counts) == {Verdict.PASS}
    assert len(stream.cases) > 10
    assert stream.header.product.capabilities == ("protected", "revocation", "api-before", "derived")


def test_a_small_reader_is_held_to_what_it_carries(certify: Certify) -> None:
    code, stream = certify("python/reader.py")
    assert code == 0, verdicts(stream)
    assert set(stream.counts) == {Verdict.PASS, Verdict.NOT_APPLICABLE}
    passed = verdicts(stream)[Verdict.PASS]
    assert len(passed) >= 35
    assert {"VIT-IDE", "VIT-DRO", "VIT-REG", "VIT-ERR"} <= {case.id[:7] for case in passed}
    assert all(case.checks for case in passed), "a case that checks nothing proves nothing"
    unheld = verdicts(stream)[Verdict.NOT_APPLICABLE]
    assert all(
        any(why in case.reason for why in ("does not declare the capabilit", "has no place for")) for case in unheld
    )


def test_a_small_reader_refuses_a_damaged_card(tmp_path: Path) -> None:
    command = next(
        command for command in commands("examples/python/README.md", "vitale certify") if "reader.py" in command
    )
    answer = damaged(command, tmp_path)
    assert answer["error"]["code"] == "card_data_invalid"


@pytest.mark.pcsc
def test_a_small_reader_reads_pcsc_slots_by_pyscard(certify: Certify) -> None:
    code, stream = certify("python/reader.py", "--reader", "pcsc", *only("VIT-IDE-003", "VIT-REG-001", "VIT-ERR"))
    assert code == 0, verdicts(stream)
    passed = {case.id for case in verdicts(stream)[Verdict.PASS]}
    assert {"VIT-ERR-001/1", "VIT-ERR-002/1", "VIT-ERR-004/1", "VIT-ERR-004/2"} <= passed


@judge
def test_a_command_becomes_a_product_by_a_shell_script(certify: Certify) -> None:
    """Each case starts `vitale` once, so one of each kind is enough here."""
    code, stream = certify("shell/adapter.sh", *only("VIT-IDE-001/4", "VIT-ERR-001", "VIT-ERR-004/2", "VIT-MIN-003/1"))
    assert code == 0, verdicts(stream)
    assert set(stream.counts) == {Verdict.PASS}
    assert {case.requirement for case in stream.cases} >= {"VIT-IDE-001", "VIT-ERR-001", "VIT-ERR-004", "VIT-MIN-003"}


@pytest.mark.parametrize("example", ["python/reader.py", pytest.param("shell/adapter.sh", marks=judge)])
def test_what_is_no_message_gets_its_answer(example: str) -> None:
    """And a command that is there answers after it, with the id as it was sent."""
    read: dict[str, Any] = {"cmd": "read", "id": "a 'b' \\c $(x)", "vitale": "nowhere:1", "cps": None, "pin": None}
    messages = ["not JSON", "[1]", "null", '{"cmd": "sing"}', json.dumps({**read, "on": "2026-01-15", "api": "4.10"})]
    done = subprocess.run(
        [*COMMANDS[example].split()[:1], str(EXAMPLES / example)],
        input="\n".join([*messages, '{"cmd": "stop"}', '{"cmd": "describe"}', ""]),
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    *unknown, answer = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["error"]["code"] for one in unknown] == ["unknown_command"] * 4
    assert answer["id"] == read["id"]
    assert answer["error"]["code"] in {"reader_unavailable", "internal_error"}
