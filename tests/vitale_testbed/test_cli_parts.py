"""`vitale certify` in parts, `vitale merge` and `vitale diff`, as a user meets them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.events import encode_event, read_stream
from conformance.testimony import Attachment, Testimony

Vitale = Callable[..., Any]
ONLY = tuple(word for number in (1, 2, 3, 4) for word in ("--only", f"VIT-MAY-00{number}"))


def test_shards_are_merged_and_the_whole_is_reported(vitale: Vitale, tmp_path: Path) -> None:
    for number in (1, 2):
        assert vitale("certify", *ONLY, "--shard", f"{number}/2", "-o", f"part{number}").code == 0
    merged = vitale("merge", "part1/events.jsonl", "part2/events.jsonl", "-o", "events.jsonl")
    assert merged.code == 0, merged
    assert "5 cases" in merged.out
    assert vitale("report", "events.jsonl").code == 0
    assert (tmp_path / "report.html").exists()
    again = vitale("merge", "part1/events.jsonl", "part2/events.jsonl", "-o", "events.jsonl")
    assert (again.code, "--force" in again.err) == (2, True)


def test_screenshots_of_the_parts_stand_beside_the_whole(vitale: Vitale, tmp_path: Path) -> None:
    sample = Path(__file__).parents[1] / "reports" / "data" / "sample.events.jsonl"
    stream = read_stream(sample)
    shots = [
        Attachment(file=file, name="x", media_type="image/png", sha256="0" * 64, size=1, width=1, height=1)
        for file in ("screenshots/seen.png", "screenshots/gone.png", "../secret.png")
    ]
    case = msgspec.structs.replace(stream.cases[0], testimony=Testimony(attachments=tuple(shots)))
    part = tmp_path / "part" / "screenshots"
    part.mkdir(parents=True)
    (part / "seen.png").write_bytes(b"seen")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "part" / "events.jsonl").write_bytes(encode_event(stream.header) + encode_event(case))
    (tmp_path / "whole").mkdir()
    vitale("merge", "part/events.jsonl", "-o", "whole/events.jsonl")
    assert (tmp_path / "whole" / "screenshots" / "seen.png").read_bytes() == b"seen"
    assert len(list((tmp_path / "whole" / "screenshots").iterdir())) == 1


def test_what_cannot_be_merged_says_why(vitale: Vitale) -> None:
    assert vitale("certify", *ONLY, "-o", "one").code == 0
    assert vitale("certify", *ONLY, "--reader", "socket", "-o", "two").code == 0
    ended = vitale("merge", "one/events.jsonl", "two/events.jsonl", "-o", "x.jsonl")
    assert ended.code == 2
    assert "another kind of reader" in ended.err
    assert "next: " in ended.err
    assert vitale("merge", "one/report.html").code == 2
    assert vitale("merge").code == 2


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "one/two", "1/0"])
def test_a_shard_that_is_none(vitale: Vitale, shard: str) -> None:
    ended = vitale("certify", "--shard", shard)
    assert ended.code == 2
    assert "2/3" in ended.err


def test_a_shard_is_listed(vitale: Vitale) -> None:
    every = vitale("certify", "--list", *ONLY).out.split()
    assert vitale("certify", "--list", *ONLY, "--shard", "2/2").out.split() == every[1::2]


def test_two_runs_are_compared(vitale: Vitale, tmp_path: Path) -> None:
    assert vitale("certify", *ONLY, "-o", "old").code == 0
    assert vitale("certify", *ONLY, "-o", "new").code == 0
    same = vitale("diff", "old/events.jsonl", "new/events.jsonl", "--format", "text")
    assert (same.code, same.out.strip()) == (0, "Not worse: 5 same")
    file = tmp_path / "new" / "events.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"verdict":"PASS"', b'"verdict":"FAIL","reason":"a | b"', 1))
    worse = vitale("diff", "old/events.jsonl", "new/events.jsonl", "--format", "text")
    assert worse.code == 1
    assert "Regressed\n  VIT-MAY-001/1  PASS -> FAIL" in worse.out
    shown = json.loads(vitale("diff", "old/events.jsonl", "new/events.jsonl", "--format", "json").out)
    assert (shown["worse"], shown["counts"]["regressed"]) == (True, 1)
    assert [one["id"] for one in shown["cases"]] == ["VIT-MAY-001/1"]
    table = vitale("diff", "old/events.jsonl", "new/events.jsonl", "--format", "markdown").out
    assert "| `VIT-MAY-001/1` | PASS -> FAIL |" in table
    assert vitale("diff", "old/events.jsonl", "nowhere.jsonl").code == 2


def test_a_finished_run_is_not_resumed_and_an_unfinished_one_is(vitale: Vitale, tmp_path: Path) -> None:
    nothing = vitale("certify", "--resume")
    assert nothing.code == 2
    assert "no run to resume" in nothing.err
    assert vitale("certify", *ONLY, "--reader", "socket").code == 0
    done = vitale("certify", "--resume")
    assert (done.code, "nothing is left" in done.out) == (0, True)
    file = tmp_path / "vitale-report" / "latest" / "events.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:3]) + lines[3][:50])
    # Product, readers and selection are those of the run.
    resumed = vitale("certify", "--resume")
    assert resumed.code == 0, resumed
    assert "2 cases of them done before, 3 to do" in resumed.out
    stream = read_stream(file)
    assert stream.finished
    assert (stream.header.reader, len(stream.cases)) == ("socket", 5)
    assert vitale("certify", "--resume", "--force").code == 2


def test_a_baseline_is_made_from_a_run_and_used(vitale: Vitale, tmp_path: Path) -> None:
    assert vitale("certify", *ONLY, "-o", "run").code == 0
    file = tmp_path / "run" / "events.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"verdict":"PASS"', b'"verdict":"FAIL","reason":"r"', 1))
    assert vitale("report", "run/events.jsonl", "--format", "baseline", "-o", "known.toml").code == 0
    ended = vitale("certify", *ONLY, "--baseline", "known.toml")
    assert ended.code == 1
    assert "stale" in ended.out
    assert vitale("certify", *ONLY, "--baseline", "none.toml").code == 2


def test_workers_play_the_same_cases(vitale: Vitale) -> None:
    ended = vitale("certify", *ONLY, "-n", "2", "-o", "two")
    assert ended.code == 0, ended
    assert ended.out.count("PASS") >= 5
