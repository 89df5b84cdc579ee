"""Runs in parts: workers, shards, resumed runs, merged streams and compared ones give the verdicts of one plain run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.events import (
    CaseFinished,
    Stream,
    StreamError,
    StreamWriter,
    Verdict,
    encode_event,
    read_stream,
)
from conformance.merging import MergeError, merge_streams
from conformance.runner import CertifyConfig, run_certify
from reports.vitale.comparing import Change, compare_streams

SOME = tuple(
    f"VIT-{family}-{number:03}"
    for family, last in (("MIN", 7), ("RAT", 4), ("MAY", 4))
    for number in range(1, last + 1)
)
"""The first requirements of three families: enough cases for parts, and no more than that takes time."""
MAYOTTE = SOME[-4:]


def judged(stream: Stream) -> dict[str, tuple[Verdict, str, Any, str]]:
    """Everything of a run that must not depend on how it was played."""
    return {case.id: (case.verdict, case.reason, case.checks, case.replay) for case in stream.cases}


def written(folder: Path, *events: Any) -> Path:
    file = folder / "events.jsonl"
    file.write_bytes(b"".join(encode_event(event) for event in events))
    return file


@pytest.fixture(scope="module")
def plain(broken: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Stream:
    """The run that all others are compared with."""
    events = tmp_path_factory.mktemp("plain") / "events.jsonl"
    config = CertifyConfig(
        product=broken("ignores_ald"),
        factory="conformance.products.exec:create",
        reader="socket",
        events=str(events),
        only=SOME,
        tool_version="0.0.0",
    )
    assert run_certify(config) == 1
    return read_stream(events)


def test_workers_give_the_verdicts_of_one_process(certify: Any, broken: Callable[..., str], plain: Stream) -> None:
    run = certify(broken("ignores_ald"), *SOME, workers=2)
    assert run.code == 1, run.out + run.err
    assert judged(run.stream) == judged(plain)
    assert run.stream.finished
    assert run.stream.header.requirements == plain.header.requirements
    assert "INTERNALERROR" not in run.out + run.err


@pytest.mark.pcsc
def test_workers_over_pcsc_have_daemons_of_their_own(certify: Any) -> None:
    run = certify("builtin", *SOME, workers=2, reader="pcsc")
    assert run.code == 0, run.out + run.err
    assert set(run.stream.counts) == {Verdict.PASS}
    assert not run.stream.missing
    # Cards that lay in a reader ahead of their case are not older than it.
    assert all(exchange.at_ms >= 0 for case in run.stream.cases for exchange in case.trace)


def test_a_worker_that_dies_costs_its_case_only(certify: Any, tmp_path: Path) -> None:
    killer = tmp_path / "killer.py"
    killer.write_text(
        "import os, signal, sys\n"
        "from conformance.serve import serve\n"
        "from vitale_testbed.builtin import BuiltinReader\n"
        "class Killer(BuiltinReader):\n"
        "    def read(self, request):\n"
        "        if request.id == 'VIT-MIN-001/1':\n"
        "            os.kill(os.getppid(), signal.SIGKILL)\n"
        "        return super().read(request)\n"
        "serve(Killer())\n"
    )
    run = certify(f"exec:{sys.executable} {killer}", *SOME, workers=2)
    assert run.code == 3, run.out + run.err
    assert not run.stream.missing
    assert [case.id for case in run.stream.cases if case.verdict is Verdict.ERROR] == ["VIT-MIN-001/1"]
    lost = next(case for case in run.stream.cases if case.verdict is Verdict.ERROR)
    assert "died" in lost.reason


def test_enough_failures_stop_all_workers(certify: Any, broken: Callable[..., str]) -> None:
    run = certify(broken("mangles_accents"), workers=2, max_fail=1)
    assert run.code == 1
    assert run.stream.missing
    assert run.stream.footer is not None
    assert "INTERNALERROR" not in run.out + run.err


def test_known_failures_are_expected_and_stale_ones_are_not(
    certify: Any, broken: Callable[..., str], plain: Stream, tmp_path: Path
) -> None:
    failed = [case.id for case in plain.cases if case.verdict is Verdict.FAIL]
    assert failed
    file = tmp_path / "known.toml"
    file.write_text("[known]\n" + "".join(f'"{one}" = "ticket 7"\n' for one in failed))
    run = certify(broken("ignores_ald"), *SOME, baseline=str(file))
    assert run.code == 0, run.out
    assert run.stream.footer is not None
    assert run.stream.footer.known == tuple(failed)
    assert {case.known for case in run.stream.cases if case.id in failed} == {"ticket 7"}
    assert "known: ticket 7" in run.out
    run = certify("builtin", *SOME, baseline=str(file))
    assert run.code == 1
    assert run.stream.footer is not None
    assert run.stream.footer.stale == tuple(failed)
    assert "stale" in run.out


def test_a_wrong_baseline_is_configuration(certify: Any, tmp_path: Path) -> None:
    run = certify("builtin", "VIT-MAY", baseline=str(tmp_path / "none.toml"))
    assert run.code == 2
    assert "cannot be read" in run.err
    assert not run.events.exists()


def test_shards_put_together_are_the_whole_run(
    certify: Any, broken: Callable[..., str], plain: Stream, tmp_path: Path
) -> None:
    parts = [
        certify(broken("ignores_ald"), *SOME, shard=(number, 3), events=str(tmp_path / f"{number}.jsonl")).stream
        for number in (3, 1, 2)
    ]
    assert sum(len(part.cases) for part in parts) == len(plain.cases)
    header, cases, footer = merge_streams(parts)
    assert [case.id for case in cases] == [case.id for case in plain.cases]
    merged = read_stream(written(tmp_path, header, *cases, footer))
    assert judged(merged) == judged(plain)
    same = {"started": "", "shard": ""}
    assert msgspec.structs.replace(header, **same) == msgspec.structs.replace(plain.header, **same)
    assert "VIT-IDE-001/1" in header.left_out
    assert not {case.id for case in cases} & set(header.left_out)
    assert plain.footer is not None
    assert (footer.counts, footer.exit_code, header.shard) == (plain.footer.counts, plain.footer.exit_code, "")
    two, _, _ = merge_streams(parts[:2])
    assert two.shard == "1,3/3"


def test_a_shard_beyond_the_last_case_is_configuration(certify: Any) -> None:
    run = certify("builtin", "VIT-MAY-001", shard=(3, 3))
    assert run.code == 2
    assert "shard 3/3 has no case" in run.err


def test_what_does_not_belong_together_is_not_merged(certify: Any, plain: Stream) -> None:
    other = certify("builtin", *MAYOTTE).stream
    with pytest.raises(MergeError, match="another kind of reader"):
        merge_streams([plain, other])
    wrong = msgspec.structs.replace(plain.cases[0], verdict=Verdict.WARN)
    twice = Stream(plain.header, (wrong,), plain.footer)
    with pytest.raises(MergeError, match=f"{wrong.id} ended with"):
        merge_streams([plain, twice])


def test_a_part_that_is_unfinished_makes_the_whole_so(plain: Stream) -> None:
    half = Stream(plain.header, plain.cases[:3], None)
    _, cases, footer = merge_streams([half])
    assert (len(cases), footer.interrupted, footer.exit_code) == (3, True, 130)


SLOW = """
import sys
from conformance.runner import CertifyConfig, run_certify
from reports.vitale.comparing import Change, compare_streams
config = CertifyConfig(
    product=sys.argv[1], factory="conformance.products.exec:create", reader="socket", events=sys.argv[2],
    only=tuple(sys.argv[4:]), workers=int(sys.argv[3]),
)
sys.exit(run_certify(config))
"""


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_anywhere_is_resumed_to_the_same_verdicts(
    certify: Any, broken: Callable[..., str], plain: Stream, tmp_path: Path, number: signal.Signals, workers: int
) -> None:
    events = tmp_path / "ended.jsonl"
    spec = broken("ignores_ald")
    hold = tmp_path / "hold"
    hold.touch()
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, spec, str(events), str(workers), *SOME],
        env={**os.environ, "VITALE_TESTS_HOLD": str(hold)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 120
    while not events.exists() or events.read_bytes().count(b"\n") < 3:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(number)
    process.communicate(timeout=60)
    hold.unlink()
    # The process of the run ends by itself once the one that started it is gone.
    while _running(str(events)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    begun = read_stream(events)
    assert not begun.finished
    run = certify(spec, *SOME, events=str(events), resume=True, workers=workers)
    assert run.code == 1, run.out + run.err
    assert "done before" in run.out
    assert run.stream.finished
    assert judged(run.stream) == judged(plain)
    assert run.stream.cases[: len(begun.cases)] == begun.cases, "nothing is played twice"


def _running(what: str) -> bool:
    found = subprocess.run(["pgrep", "-f", f"-c .*{what}"], capture_output=True, check=False)
    return found.returncode == 0


def test_a_cut_line_is_dropped_and_its_case_played_again(certify: Any, plain: Stream, tmp_path: Path) -> None:
    file = written(tmp_path, plain.header, *plain.cases[:4])
    with file.open("ab") as out:
        out.write(encode_event(plain.cases[4])[:200])
    begun, writer = StreamWriter.continuing(file)
    assert [case.id for case in begun.cases] == [case.id for case in plain.cases[:4]]
    with writer:
        writer.write(plain.cases[5])
    assert [case.id for case in read_stream(file).cases] == [plain.cases[n].id for n in (0, 1, 2, 3, 5)]


def test_only_the_same_run_is_resumed(certify: Any, plain: Stream, tmp_path: Path) -> None:
    file = written(tmp_path, plain.header, *plain.cases[:2])
    before = file.read_bytes()
    run = certify("builtin", "VIT-MIN", events=str(file), resume=True, reader="socket")
    assert run.code == 2
    assert "another selection" in run.err
    assert file.read_bytes() == before, "what is there is kept"
    with pytest.raises(StreamError):
        StreamWriter.continuing(tmp_path / "none.jsonl")


def test_two_runs_are_compared_case_by_case(plain: Stream) -> None:
    ids = [case.id for case in plain.cases]

    def with_verdicts(changes: dict[str, Verdict | None]) -> Stream:
        cases: list[CaseFinished] = []
        for case in plain.cases:
            verdict = changes.get(case.id, Verdict.PASS)
            if verdict is not None:
                cases.append(msgspec.structs.replace(case, verdict=verdict, reason="so"))
        return Stream(plain.header, tuple(cases), plain.footer)

    before = with_verdicts({ids[0]: Verdict.FAIL, ids[2]: Verdict.FAIL, ids[4]: None, ids[5]: None})
    after = with_verdicts({ids[1]: Verdict.FAIL, ids[2]: Verdict.INCONCLUSIVE, ids[3]: None, ids[4]: Verdict.FAIL})
    comparison = compare_streams(before, after)
    found = {one.id: one.change for one in comparison.differences}
    assert found[ids[0]] is Change.FIXED
    assert found[ids[1]] is Change.REGRESSED
    assert found[ids[2]] is Change.CHANGED
    assert found[ids[3]] is Change.MISSING
    assert found[ids[4]] is Change.NEW_FAILURE
    assert found[ids[5]] is Change.NEW
    assert {found[one] for one in ids[6:]} == {Change.SAME}
    assert comparison.worse
    fewer = msgspec.structs.replace(plain.header, requirements=plain.header.requirements[:1])
    shorter = Stream(fewer, plain.cases[:1], plain.footer)
    gone = compare_streams(plain, shorter)
    assert {one.change for one in gone.differences[1:]} == {Change.GONE}
    assert not gone.worse
    same = compare_streams(plain, plain)
    assert (same.worse, same.remarks) == (False, ())


def test_what_limits_a_comparison_is_said(plain: Stream) -> None:
    product = msgspec.structs.replace(plain.header.product, version="9", capabilities=("holograms",))
    header = msgspec.structs.replace(plain.header, product=product, scenarios_sha256="0")
    remarks = " ".join(one.en for one in compare_streams(plain, Stream(header, (), None)).remarks)
    for words in ("9 now", "scenarios", "newly declared: holograms", "no longer declared", "second run is unfinished"):
        assert words in remarks


def test_the_workers_see_nothing_of_the_folder_they_are_started_in(
    certify: Any, broken: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("fixtures", "emulator", "conformance", "msgspec"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('shadowed')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.fspath(tmp_path))
    run = certify("builtin", *MAYOTTE, workers=2)
    assert run.code == 0, run.out + run.err
