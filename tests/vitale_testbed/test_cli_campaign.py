"""`vitale campaign` and the options of `vitale certify` for generated cards, as users type them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.events import read_stream
from vitale_testbed.cli import run
from vitale_testbed.problems import Problem


def test_a_campaign_alone_is_written_once_and_is_a_run_of_each_product(vitale: Any, tmp_path: Path) -> None:
    arguments = ("campaign", "--product", "builtin", "--generated", "3", "--seed", "8", "--workers", "0")
    first = vitale(*arguments)
    assert first.code == 0, first
    assert "vitale report vitale-campaign/1/events.jsonl" in first.out
    stream = read_stream(tmp_path / "vitale-campaign" / "1" / "events.jsonl")
    assert [case.id for case in stream.cases] == ["VIT-GEN-001/8-1", "VIT-GEN-001/8-2", "VIT-GEN-001/8-3"]
    again = vitale(*arguments)
    assert again.code == 2
    assert "--resume" in again.err
    resumed = vitale(*arguments, "--resume", "-q")
    assert (resumed.code, resumed.out) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["campaign"], "no product is named"),
        (["campaign", "--product", "nobody:"], "names no product"),
        (["campaign", "--product", "manual"], "cannot be part of a campaign"),
        (["campaign", "--product", "builtin", "--generated", "0"], "nothing is to be played"),
        (["campaign", "--product", "exec:/nonexistent/program", "--workers", "0"], "/nonexistent/program"),
        (["campaign", "--product", "builtin", "--resume"], "no campaign to resume"),
        (["campaign", "no-such-plan.toml"], "no-such-plan.toml"),
        (["certify", "--scenario", __file__, "--only", "VIT-MIN"], "nothing to select"),
    ],
)
def test_what_cannot_be_played_is_configuration(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Problem) as caught:
        run(arguments)
    assert words in caught.value.message
    assert caught.value.exit_code == 2
    assert caught.value.next_step


def test_generated_cases_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["certify", "--list", "--only", "VIT-GEN", "--generated", "2", "--seed", "7"]) == 0
    assert capsys.readouterr().out.split() == ["VIT-GEN-001/7-1", "VIT-GEN-001/7-2"]


def test_a_file_that_is_no_scenario_is_configuration(vitale: Any, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text("[[scenario]]\nid = 7\n")
    ended = vitale("certify", "--scenario", "small.toml")
    assert ended.code == 2
    assert "small.toml" in ended.err
